wanted=$(t 'a file disk.qcow2 in the format qcow2, with a virtual size of 64 MB' \
  'un fichier disk.qcow2 au format qcow2, de taille virtuelle 64 Mo')
file=$(student_home)/disk.qcow2
if [ ! -f "$file" ]; then
  fail "$(t 'There is no disk.qcow2 in your home folder yet.' "Il n'y a pas encore de disk.qcow2 dans votre dossier personnel.")" \
    "$(list_of "$(find "$(student_home)" -maxdepth 1 -type f ! -name '.*' -printf '%f\n')")" "$wanted"
fi
facts=$(qemu-img info -U --output=json "$file" 2> /dev/null)
format=$(sed -n 's/^    "format": "\(.*\)".*/\1/p' <<< "$facts" | head -n 1)
size=$(sed -n 's/^    "virtual-size": \([0-9]*\).*/\1/p' <<< "$facts" | head -n 1)
if [ "$format" != qcow2 ]; then
  fail "$(t "The file is a disk, but its format is $format." "Le fichier est un disque, mais son format est $format.")" "$format" "$wanted"
elif [ "$size" != 67108864 ]; then
  fail "$(t 'The disk has another size.' "Le disque a une autre taille.")" "$size B" "$wanted"
fi
pass "$(t "The guest will see 64 MB; the file takes $(du -h "$file" | cut -f1)." "L'invité verra 64 Mo ; le fichier occupe $(du -h "$file" | cut -f1).")"
