need_docker
wanted=$(t 'a running container whose port 8787 is published as port 8787 of the sandbox' \
  'un conteneur en marche dont le port 8787 est publié comme port 8787 du bac à sable')
all=$(containers)
published=$(printf '%s\n' "$all" | awk -F'|' '$4 == "running" && $7 ~ /(^| )8787>/')

if [ -n "$published" ]; then
  name=$(printf '%s\n' "$published" | head -n 1 | cut -d'|' -f2)
  inner=$(printf '%s\n' "$published" | head -n 1 | sed -E 's/.*[| ]8787>([0-9]+).*/\1/')
  if curl -s -o /dev/null --max-time 2 http://127.0.0.1:8787/; then
    pass "$(t "The container $name serves its page on port 8787." "Le conteneur $name sert sa page sur le port 8787.")"
  fi
  fail "$(t "Port 8787 leads into the container $name, but nobody answers there." "Le port 8787 mène au conteneur $name, mais personne n'y répond.")" \
    "$(t "port 8787 of the sandbox leads to port $inner of the container" "le port 8787 du bac à sable mène au port $inner du conteneur")" "$wanted"
fi

web=$(printf '%s\n' "$all" | awk -F'|' '$3 == "chapterhouse/hello-web"' | head -n 1)
IFS='|' read -r _ name _ state _ _ ports <<< "$web"
case $state in
  running)
    if [ -z "$ports" ]; then
      fail "$(t "The container $name runs, but no port of the sandbox leads to it." "Le conteneur $name tourne, mais aucun port du bac à sable n'y mène.")" \
        "$(t "$name without -p" "$name sans -p")" "$wanted"
    fi
    fail "$(t "The container $name is published on another port." "Le conteneur $name est publié sur un autre port.")" "$ports" "$wanted" ;;
  exited)
    fail "$(t "The container $name has ended." "Le conteneur $name est terminé.")" "$name: exited" "$wanted" ;;
  created)
    fail "$(t "The container $name was made but could not start; is the port taken?" "Le conteneur $name a été créé mais n'a pas pu démarrer ; le port est-il pris ?")" "$name: created" "$wanted" ;;
esac
running=$(printf '%s\n' "$all" | awk -F'|' '$4 == "running" { print $2 }')
fail "$(t 'No container serves port 8787 yet.' "Aucun conteneur ne sert encore le port 8787.")" \
  "$(t 'running containers:' 'conteneurs en marche :') $(list_of "$running")" "$wanted"
