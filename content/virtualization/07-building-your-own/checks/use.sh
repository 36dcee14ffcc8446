need_docker
wanted=$(t 'a container from debian_with_htop with a terminal (-it), left with exit' 'un conteneur issu de debian_with_htop avec un terminal (-it), quitté par exit')
mine=$(containers | awk -F'|' '$3 == "debian_with_htop"')
ended=$(printf '%s\n' "$mine" | awk -F'|' '$4 == "exited" && $6 == "true"')
# One that removed itself is remembered by its events alone; only a terminal is ever resized.
removed=$(docker_events | awk -F'|' '$1 == "container" && $4 == "debian_with_htop" { if ($2 == "resize") tty[$3] = 1; if ($2 == "die" && tty[$3]) found = 1 } END { print found + 0 }')
if [ -n "$ended" ] || [ "$removed" = 1 ]; then
  pass "$(t 'Your own image has run.' 'Votre propre image a tourné.')"
fi
if printf '%s\n' "$mine" | awk -F'|' '$4 == "running" { found = 1 } END { exit !found }'; then
  fail "$(t 'Not yet: the container is still running. Leave it with exit.' "Pas encore : le conteneur tourne toujours. Quittez-le avec exit.")" \
    "$(printf '%s\n' "$mine" | awk -F'|' '$4 == "running" { print $2 ": running"; exit }')" "$wanted"
fi
if printf '%s\n' "$mine" | awk -F'|' '$4 == "exited" && $6 == "false" && $2 != "by-hand" { found = 1 } END { exit !found }'; then
  fail "$(t 'A container of your image ran, but it had no terminal.' "Un conteneur de votre image a tourné, mais il n'avait pas de terminal.")" \
    "$(t 'a container without -it' 'un conteneur sans -it')" "$wanted"
fi
other=$(docker_events | awk -F'|' '$1 == "container" && $2 == "start" && $4 != "debian_with_htop" { print $4 }' | tail -n 1)
if [ -n "$other" ]; then
  fail "$(t 'A container was started, but not from your image.' "Un conteneur a été lancé, mais pas depuis votre image.")" "$other" "$wanted"
fi
fail "$(t 'No container has been started from your image yet.' "Aucun conteneur n'a encore été lancé depuis votre image.")" \
  "$(t 'containers from:' 'conteneurs issus de :') $(list_of "$(containers | cut -d'|' -f3)")" "$wanted"
