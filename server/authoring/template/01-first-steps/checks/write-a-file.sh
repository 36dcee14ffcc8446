file=$(getent passwd "${CH_STUDENT:-student}" | cut -d: -f6)/hello.txt
wanted=$(t 'the file hello.txt with the word hello in it' 'le fichier hello.txt avec le mot hello dedans')

if [ ! -e "$file" ]; then
  fail "$(t 'There is no file hello.txt yet.' "Il n'y a pas encore de fichier hello.txt.")" \
    "$(t 'no hello.txt' 'pas de hello.txt')" "$wanted"
fi
if [ ! -s "$file" ]; then
  fail "$(t 'The file is there, but it is empty.' 'Le fichier est là, mais il est vide.')" \
    "$(t 'hello.txt, empty' 'hello.txt, vide')" "$wanted"
fi
if grep -qiw hello "$file"; then
  pass "$(t 'The word is in the file.' 'Le mot est dans le fichier.')"
fi
fail "$(t 'The file has another word in it.' 'Le fichier contient un autre mot.')" "$(head -c 60 "$file")" "$wanted"
