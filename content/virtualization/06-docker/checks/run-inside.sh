need_docker
wanted=$(t 'a command started in the running container with docker exec' 'une commande lancée dans le conteneur en marche avec docker exec')
events=$(docker_events)
entered=$(printf '%s\n' "$events" | awk -F'|' '$1 == "container" && $2 ~ /^exec_start/ { action = $2; name = $5 } END { if (action) { sub(/^exec_start: */, "", action); print name "|" action } }')
if [ -n "$entered" ]; then
  pass "$(t "In the container ${entered%%|*} you ran: ${entered#*|}" "Dans le conteneur ${entered%%|*}, vous avez lancé : ${entered#*|}")"
fi
started=$(printf '%s\n' "$events" | awk -F'|' '$1 == "container" && $2 == "start" && $4 == "chapterhouse/hello-web"' | wc -l)
if [ "$started" -gt 1 ]; then
  fail "$(t 'docker run makes a new container. Use the one that is already running.' "docker run crée un nouveau conteneur. Utilisez celui qui tourne déjà.")" \
    "$(t "$started containers started from chapterhouse/hello-web" "$started conteneurs lancés depuis chapterhouse/hello-web")" "$wanted"
fi
fail "$(t 'No command has been run inside a running container yet.' "Aucune commande n'a encore été lancée dans un conteneur en marche.")" \
  "$(t 'running containers:' 'conteneurs en marche :') $(list_of "$(docker ps --format '{{.Names}}')")" "$wanted"
