wanted=$(t 'a machine named Ubuntu20.04 in the answer of: VBoxManage list vms' \
  'une machine nommée Ubuntu20.04 dans la réponse de : VBoxManage list vms')
if [ -n "$(vm_file)" ]; then
  pass "$(t 'The machine Ubuntu20.04 exists, and VirtualBox knows it.' 'La machine Ubuntu20.04 existe, et VirtualBox la connaît.')"
fi
home=$(student_home)
stray=$(find "$home" -xdev -maxdepth 4 -name Ubuntu20.04.vbox 2> /dev/null | head -n 1)
if [ -n "$stray" ]; then
  fail "$(t "The machine was made, but it is not on VirtualBox's list: --register was left out." \
    "La machine a été faite, mais elle n'est pas dans la liste de VirtualBox : --register manque.")" "$stray" "$wanted"
fi
others=$(sed -n 's/.*<MachineEntry .*src=".*\/\([^/"]*\)\.vbox".*/\1/p' "$home/.config/VirtualBox/VirtualBox.xml" 2> /dev/null)
if [ -n "$others" ]; then
  fail "$(t 'There is a machine, but of another name.' "Il y a une machine, mais d'un autre nom.")" "$(list_of "$others")" "$wanted"
fi
fail "$(t 'There is no machine yet.' "Il n'y a pas encore de machine.")" "$(t 'no machine' 'aucune machine')" "$wanted"
