need_vm
type=$(vm_part Machine | attribute OSType)
case $type in
  Ubuntu*) pass "$(t "The machine is prepared for $type." "La machine est préparée pour $type.")" ;;
esac
fail "$(t "The machine is prepared for another system: $type." "La machine est préparée pour un autre système : $type.")" \
  "ostype: $type" "ostype: Ubuntu"
