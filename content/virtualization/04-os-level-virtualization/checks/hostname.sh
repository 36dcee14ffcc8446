wanted=$(t 'name.txt with another name than outside, and uts:[…] with another number' \
  "name.txt avec un autre nom que dehors, et uts:[…] avec un autre numéro")
need_own_view uts name.txt "$wanted"
name=$(grep -av '^uts:' "$(student_home)/name.txt" | head -n 1)
if [ -z "$name" ] || [ "$name" = "$(hostname)" ]; then
  fail "$(t "The namespace is a new one, but in it the computer is still called ${name:-lab}." \
    "L'espace de noms est nouveau, mais l'ordinateur s'y appelle encore ${name:-lab}.")" "${name:-?}" "$wanted"
fi
pass "$(t "Inside it was $name, outside it is $(hostname), at the same time." "Dedans c'était $name, dehors c'est $(hostname), au même moment.")"
