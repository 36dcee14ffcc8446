need_vm
size=$(vm_part Memory | attribute RAMSize)
if [ "$size" = 1024 ] && ! command_was_run '[Vv][Bb]ox[Mm]anage +modifyvm .*--memory' 0; then
  fail "$(t 'The machine has the memory that this version proposes. Say yourself how much it shall have.' \
    "La machine a la mémoire que cette version propose. Dites vous-même combien elle doit en avoir.")" \
    "$(t '1024 MB, by default' '1024 Mo, par défaut')" 'VBoxManage modifyvm Ubuntu20.04 --memory 1024'
elif [ "$size" = 1024 ]; then
  pass "$(t 'The machine has 1024 MB of memory.' 'La machine a 1024 Mo de mémoire.')"
fi
fail "$(t "The machine has ${size:-0} MB of memory." "La machine a ${size:-0} Mo de mémoire.")" "${size:-0} MB" '1024 MB'
