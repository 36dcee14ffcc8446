wanted=$(t 'the note at the beginning of disk.qcow2, written by the woken guest' \
  "la note au début de disk.qcow2, écrite par l'invité réveillé")
file=$(student_home)/disk.qcow2
if [ ! -f "$file" ]; then
  fail "$(t 'The disk disk.qcow2 is missing.' 'Le disque disk.qcow2 manque.')" "$(t 'no such file' 'pas de tel fichier')" "$wanted"
fi
sector=$(mktemp)
trap 'rm -f "$sector"' EXIT
qemu-img dd -U -f qcow2 -O raw bs=512 count=1 "if=$file" "of=$sector" 2> /dev/null
text=$(tr -d '\0' < "$sector" | tr -c '[:print:]' ' ' | cut -c1-60)
if [ -z "${text// /}" ]; then
  fail "$(t 'The disk begins with zeros: nothing has been written there.' "Le disque commence par des zéros : rien n'y a été écrit.")" \
    "$(t '512 empty bytes' '512 octets vides')" "$wanted"
fi
pass "$(t "The woken guest wrote what only its memory held: $text" "L'invité réveillé a écrit ce que seule sa mémoire contenait : $text")"
