home=$(student_home)
file=$home/work/results.txt
wanted=$(t "a file $file with something in it" "un fichier $file avec quelque chose dedans")
if [ -s "$file" ]; then
  pass "$(t 'The file is there. Whether the state is saved, the list in the menu says.' 'Le fichier est là. Si l’état est enregistré, la liste du menu le dit.')"
fi
if [ -e "$file" ]; then
  fail "$(t 'The file is there, but it is empty.' 'Le fichier est là, mais il est vide.')" "$(t 'an empty file' 'un fichier vide')" "$wanted"
fi
fail "$(t 'There is no file results.txt in the folder work yet.' "Il n'y a pas encore de fichier results.txt dans le dossier work.")" \
  "$(t "no file $file" "pas de fichier $file")" "$wanted"
