wanted=$(t 'new.img with a name from /sys/bus/virtio/devices at its beginning, written by the guest' \
  "new.img avec à son début un nom de /sys/bus/virtio/devices, écrit par l'invité")
file=$(student_home)/new.img
if [ ! -f "$file" ]; then
  fail "$(t 'There is no disk new.img yet.' "Il n'y a pas encore de disque new.img.")" "$(t 'no such file' 'pas de tel fichier')" "$wanted"
fi
text=$(head -c 512 "$file" | tr -d '\0' | tr -c '[:print:]' ' ')
if [ -z "${text// /}" ]; then
  fail "$(t 'The disk begins with zeros: nothing has been written there.' "Le disque commence par des zéros : rien n'y a été écrit.")" \
    "$(t '512 empty bytes' '512 octets vides')" "$wanted"
elif ! [[ $text =~ virtio[0-9] ]]; then
  fail "$(t 'Something is written there, but it names no device of the virtio bus.' "Quelque chose y est écrit, mais n'y nomme aucun périphérique du bus virtio.")" \
    "$text" "$wanted"
fi
pass "$(t "The guest found it and wrote it down: ${BASH_REMATCH[0]}" "L'invité l'a trouvé et noté : ${BASH_REMATCH[0]}")"
