wanted=$(t 'processes.txt with the number 1, and pid:[…] with another number than outside' \
  'processes.txt avec le numéro 1, et pid:[…] avec un autre numéro que dehors')
need_own_view pid processes.txt "$wanted"
number=$(grep -aoE '^[0-9]+$' "$(student_home)/processes.txt" | head -n 1)
if [ "$number" != 1 ]; then
  fail "$(t "The shell was not number 1: it was not born into the new list." "Le shell n'était pas le numéro 1 : il n'est pas né dans la nouvelle liste.")" \
    "$(list_of "$number")" "$wanted"
fi
pass "$(t 'Your shell was process number 1 of a list of its own.' "Votre shell était le processus numéro 1 d'une liste à lui.")"
