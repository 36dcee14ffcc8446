student=${CH_STUDENT:-student}
home=$(student_home)
file=$home/inside.txt
wanted=$(t "the file $file, yours, with the name of the container's system in it" "le fichier $file, à vous, avec le nom du système du conteneur")
if [ ! -f "$file" ]; then
  fail "$(t 'There is no file inside.txt in your home yet.' "Il n'y a pas encore de fichier inside.txt dans votre dossier personnel.")" \
    "$(t "no file $file" "pas de fichier $file")" "$wanted"
fi
system=$(sed -n 's/^PRETTY_NAME=//p' "$file" | head -n 1 | tr -d '"')
owner=$(stat -c %U "$file")
if [ "$owner" != "$student" ]; then
  fail "$(t 'The file does not belong to you: whoever wrote it was somebody else.' "Le fichier ne vous appartient pas : c'est quelqu'un d'autre qui l'a écrit.")" \
    "$(t "owner: $owner" "propriétaire : $owner")" "$wanted"
fi
if [ -z "$system" ]; then
  fail "$(t 'The file does not say which system it comes from.' 'Le fichier ne dit pas de quel système il vient.')" "$(head -c 100 "$file")" "$wanted"
fi
if [ "$system" = "$(. /etc/os-release && printf '%s' "$PRETTY_NAME")" ]; then
  fail "$(t 'That is the system of your sandbox: the command did not run in the container.' "C'est le système de votre bac à sable : la commande n'a pas tourné dans le conteneur.")" "$system" "$wanted"
fi
pass "$(t "Read inside ($system), written outside, and it is yours." "Lu dedans ($system), écrit dehors, et c'est à vous.")"
