need_vm
wanted=$(t 'a disk image of 14242 MB, made by VBoxManage' 'une image de disque de 14242 Mo, faite par VBoxManage')
home=$(student_home)
candidates=$(
  sed -n 's/.*<HardDisk .*location="\([^"]*\)".*/\1/p' "$home/.config/VirtualBox/VirtualBox.xml" "$(vm_file)" 2> /dev/null
  find "$home" -xdev -maxdepth 3 -type f -name 'Ubuntu20.04*' ! -name '*.vbox*' 2> /dev/null
)
seen=
while IFS= read -r file; do
  [ -f "$file" ] || continue
  if ! head -c 64 "$file" | grep -qa 'VirtualBox Disk Image'; then
    seen=${seen:-other:$file}
    continue
  fi
  # A VDI keeps its size in bytes at this place.
  size=$(($(od -An -t u8 -j 368 -N 8 "$file") / 1048576))
  if [ "$size" = 14242 ]; then
    pass "$(t "$file promises 14242 MB and takes $(du -h "$file" | cut -f1) for now." \
      "$file promet 14242 Mo et en occupe $(du -h "$file" | cut -f1) pour l'instant.")"
  fi
  seen="size:$file, $size MB"
done <<< "$candidates"
case $seen in
  size:*) fail "$(t 'There is a disk, but of another size.' "Il y a un disque, mais d'une autre taille.")" "${seen#*:}" "$wanted" ;;
  other:*) fail "$(t 'That file is not a disk of VirtualBox.' "Ce fichier n'est pas un disque de VirtualBox.")" "${seen#*:}" "$wanted" ;;
esac
fail "$(t 'There is no virtual disk yet.' "Il n'y a pas encore de disque virtuel.")" "$(t 'no disk image' 'aucune image de disque')" "$wanted"
