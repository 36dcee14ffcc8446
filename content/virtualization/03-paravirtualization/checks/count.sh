wanted=$(t 'knocks.txt of one run in which a thousand blocks were read from each of the two disks' \
  "knocks.txt d'une exécution où mille blocs ont été lus sur chacun des deux disques")
file=$(student_home)/knocks.txt
if [ ! -f "$file" ]; then
  fail "$(t 'QEMU has written down no knocks yet.' "QEMU n'a encore noté aucun coup.")" "$(t 'no knocks.txt' 'pas de knocks.txt')" "$wanted"
fi
old=$(grep -c '^ide_ioport' "$file")
new=$(grep -c '^virtio_queue_notify' "$file")
seen="$(t 'old disk' 'ancien disque') $old, $(t 'new disk' 'nouveau disque') $new"
if [ "$old" -lt 8000 ]; then
  fail "$(t 'These are too few knocks for a thousand blocks of the old disk.' "C'est trop peu de coups pour mille blocs de l'ancien disque.")" "$seen" "$wanted"
elif [ "$new" -lt 1000 ]; then
  fail "$(t 'These are too few rings for a thousand blocks of the new disk.' 'Trop peu de sonneries pour mille blocs du nouveau disque.')" "$seen" "$wanted"
fi
pass "$(t "$old knocks at the imitated disk, $new rings at the virtio disk." "$old coups au disque imité, $new sonneries au disque virtio.")"
