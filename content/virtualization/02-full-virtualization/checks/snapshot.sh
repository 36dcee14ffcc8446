wanted=$(t 'a snapshot in disk.qcow2 that holds memory as well, made with savevm in the monitor' \
  'un instantané dans disk.qcow2 qui contient aussi la mémoire, fait par savevm dans le moniteur')
file=$(student_home)/disk.qcow2
if [ ! -f "$file" ]; then
  fail "$(t 'The disk disk.qcow2 is missing.' 'Le disque disk.qcow2 manque.')" "$(t 'no such file' 'pas de tel fichier')" "$wanted"
fi
facts=$(qemu-img info -U --output=json "$file" 2> /dev/null)
states=$(grep -oE '"vm-state-size": [0-9]+' <<< "$facts" | grep -oE '[0-9]+' | sort -n | tail -n 1)
if [ -z "$states" ]; then
  fail "$(t 'The disk holds no snapshot yet.' "Le disque ne contient pas encore d'instantané.")" "$(t 'no snapshot' 'aucun instantané')" "$wanted"
elif [ "$states" = 0 ]; then
  fail "$(t 'There is a snapshot, but of the disk alone: no running guest was saved.' "Il y a un instantané, mais du disque seul : aucun invité en marche n'a été sauvé.")" \
    "$(t '0 bytes of memory' '0 octet de mémoire')" "$wanted"
fi
pass "$(t "The guest's memory and processor are saved: $((states / 1048576)) MB of state." \
  "La mémoire et le processeur de l'invité sont sauvés : $((states / 1048576)) Mo d'état.")"
