wanted=$(t 'mounts.txt with the text of your secret and mnt:[…], and nothing of it to be seen outside' \
  "mounts.txt avec le texte de votre secret et mnt:[…], et rien à en voir dehors")
need_own_view mnt mounts.txt "$wanted"
secret=$(grep -av '^mnt:' "$(student_home)/mounts.txt" | head -n 1)
if [ -z "$secret" ]; then
  fail "$(t 'The view was a new one, but no file system of its own had a secret in it.' \
    "La vue était nouvelle, mais aucun système de fichiers à elle ne contenait de secret.")" "$(t 'no text' 'aucun texte')" "$wanted"
elif grep -aqrsF -- "$secret" /mnt; then
  fail "$(t 'The secret is seen outside as well.' 'Le secret se voit aussi dehors.')" '/mnt' "$wanted"
fi
pass "$(t 'Inside there was a file in /mnt, outside there is none.' "Dedans il y avait un fichier dans /mnt, dehors il n'y en a pas.")"
