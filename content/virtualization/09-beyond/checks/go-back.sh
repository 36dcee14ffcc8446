home=$(student_home)
file=$home/work/results.txt
wanted=$(t "the file $file as it was saved, in a system that was started afterwards" "le fichier $file tel qu'il fut enregistré, dans un système démarré après")
if [ ! -s "$file" ]; then
  fail "$(t 'Your work is not there. Go back to the state that you saved.' "Votre travail n'est pas là. Revenez à l'état que vous avez enregistré.")" \
    "$(t "no file $file" "pas de fichier $file")" "$wanted"
fi
booted=$(awk '/^btime/ { print $2 }' /proc/stat)
ticks=$(awk '{ print $22 }' /proc/1/stat)
started=$((booted + ticks / $(getconf CLK_TCK)))
written=$(stat -c %Y "$file")
if [ "$written" -lt "$started" ]; then
  pass "$(t 'Your work is back: it is older than the system in which it lies.' 'Votre travail est de retour : il est plus vieux que le système où il se trouve.')"
fi
fail "$(t 'The file was written again in this system, not brought back by a saved state.' "Le fichier a été réécrit dans ce système, et non ramené par un état enregistré.")" \
  "$(t "written at $(date -d "@$written" +%T), system started at $(date -d "@$started" +%T)" "écrit à $(date -d "@$written" +%T), système démarré à $(date -d "@$started" +%T)")" "$wanted"
