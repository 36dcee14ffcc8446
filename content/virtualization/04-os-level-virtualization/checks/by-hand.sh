wanted=$(t 'a folder box with the files of another system, and box/made-by-hand with the number of its processes’ namespace' \
  "un dossier box avec les fichiers d'un autre système, et box/made-by-hand avec le numéro de l'espace de noms de ses processus")
box=$(student_home)/box
if [ ! -e "$box/bin" ] || [ ! -e "$box/etc/os-release" ] && [ ! -L "$box/etc/os-release" ]; then
  fail "$(t 'There are no files of another system in box yet.' "Il n'y a pas encore de fichiers d'un autre système dans box.")" \
    "$(list_of "$(ls -A "$box" 2> /dev/null)")" "$wanted"
fi
number=$(cat "$box/made-by-hand" 2> /dev/null)
if [ -z "$number" ]; then
  fail "$(t 'The files are there. Nothing has been started in them yet.' "Les fichiers sont là. Rien n'y a encore été lancé.")" \
    "$(t 'no box/made-by-hand' 'pas de box/made-by-hand')" "$wanted"
elif [ "$number" = "$(readlink /proc/self/ns/pid)" ]; then
  fail "$(t 'The mark was made among the same processes as outside.' 'La marque a été faite parmi les mêmes processus que dehors.')" "$number" "$wanted"
fi
pass "$(t 'Own files, own processes, own name: a container, made by hand.' 'Ses fichiers, ses processus, son nom : un conteneur, fait à la main.')"
