need_docker
wanted=$(t 'a container from alpine:latest with a terminal (-it), left with exit' \
  'un conteneur issu de alpine:latest avec un terminal (-it), quitté par exit')
all=$(containers)
alpine=$(printf '%s\n' "$all" | awk -F'|' '$3 == "alpine"')

if printf '%s\n' "$alpine" | awk -F'|' '$4 == "exited" && $6 == "true" { found = 1 } END { exit !found }'; then
  pass "$(t 'Your first container has run, and ended with its shell.' \
    "Votre premier conteneur a tourné, et s'est terminé avec son shell.")"
fi

# One that removed itself (--rm) is remembered by its events alone; only a terminal is ever resized.
removed=$(docker_events | awk -F'|' '$1 == "container" && $4 == "alpine" { if ($2 == "resize") tty[$3] = 1; if ($2 == "die" && tty[$3]) found = 1 } END { print found + 0 }')
if [ "$removed" = 1 ]; then
  pass "$(t 'Your first container has run, ended with its shell and removed itself.' \
    "Votre premier conteneur a tourné, s'est terminé avec son shell et s'est supprimé.")"
fi

state=$(printf '%s\n' "$alpine" | head -n 1 | cut -d'|' -f4,6)
case $state in
  running*)
    fail "$(t 'Not yet: the container is still running. Leave it with exit.' "Pas encore : le conteneur tourne toujours. Quittez-le avec exit.")" \
      "$(t 'a container from alpine:latest that runs' 'un conteneur issu de alpine:latest qui tourne')" "$wanted" ;;
  exited*)
    fail "$(t 'The container ended at once: its shell had no terminal to read from.' "Le conteneur s'est terminé aussitôt : son shell n'avait pas de terminal où lire.")" \
      "$(t 'a container from alpine:latest without -it' 'un conteneur issu de alpine:latest sans -it')" "$wanted" ;;
  created*)
    fail "$(t 'A container was made, but its program could not be started.' "Un conteneur a été créé, mais son programme n'a pas pu démarrer.")" \
      "$(last_command '^docker')" "$wanted" ;;
esac
if has_image alpine:latest; then
  fail "$(t 'The image is here, but no container has been started from it.' "L'image est là, mais aucun conteneur n'en a été lancé.")" \
    "$(t 'image alpine:latest, no container' "image alpine:latest, aucun conteneur")" "$wanted"
fi
fail "$(t 'No container from alpine:latest has been started yet.' "Aucun conteneur issu de alpine:latest n'a encore été lancé.")" \
  "$(t 'containers from:' 'conteneurs issus de :') $(list_of "$(printf '%s\n' "$all" | cut -d'|' -f3)")" "$wanted"
