home=$(student_home)
read -r _ outside count < /proc/1/uid_map
wanted=$(t "the second number of /proc/self/uid_map in the file $home/outside" "le deuxième nombre de /proc/self/uid_map dans le fichier $home/outside")
if [ ! -f "$home/outside" ]; then
  fail "$(t 'The file outside is not in your home yet.' "Le fichier outside n'est pas encore dans votre dossier personnel.")" \
    "$(t "no file $home/outside" "pas de fichier $home/outside")" "$wanted"
fi
written=$(head -c 200 "$home/outside" | tr -d '[:space:]')
case $written in
  "$outside")
    pass "$(t "Root of your sandbox is user $outside on the host: nobody in particular." "Le root de votre bac à sable est l'utilisateur $outside sur l'hôte : personne en particulier.")" ;;
  "$count")
    fail "$(t 'That is how many numbers are translated. Take the one in the middle.' "C'est la quantité de numéros traduits. Prenez celui du milieu.")" "$written" "$wanted" ;;
  0)
    fail "$(t "That is root's number inside. Which one is it outside?" "C'est le numéro de root à l'intérieur. Quel est-il dehors ?")" "$written" "$wanted" ;;
  "$(id -u "${CH_STUDENT:-student}")")
    fail "$(t "That is your own number, inside. The table begins with root's." "C'est votre propre numéro, à l'intérieur. La table commence par celui de root.")" "$written" "$wanted" ;;
  '')
    fail "$(t 'The file is empty.' 'Le fichier est vide.')" "$(t 'an empty file' 'un fichier vide')" "$wanted" ;;
esac
fail "$(t "That is not the number of your sandbox's root on the host." "Ce n'est pas le numéro qu'a le root de votre bac à sable sur l'hôte.")" "$written" "$wanted"
