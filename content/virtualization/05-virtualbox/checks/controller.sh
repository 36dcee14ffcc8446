need_vm
wanted=$(t 'an IDE controller that imitates a PIIX4 and can be booted from' \
  "un contrôleur IDE qui imite un PIIX4 et d'où l'on peut démarrer")
all=$(vm_part StorageController)
good=$(grep 'type="PIIX4"' <<< "$all")
if grep -q 'Bootable="true"' <<< "$good"; then
  pass "$(t 'Disks and drives have a place to be plugged in.' 'Disques et lecteurs ont une place où se brancher.')"
elif [ -n "$good" ]; then
  fail "$(t 'The controller is there, but the machine cannot be booted from it.' "Le contrôleur est là, mais la machine ne peut pas en démarrer.")" 'bootable: off' "$wanted"
elif [ -n "$all" ]; then
  chip=$(attribute type <<< "$all")
  fail "$(t "The controller imitates a $chip." "Le contrôleur imite un $chip.")" "$chip" "$wanted"
fi
fail "$(t 'The machine has no controller yet.' "La machine n'a pas encore de contrôleur.")" "$(t 'no controller' 'aucun contrôleur')" "$wanted"
