need_docker
wanted=$(t 'no container of chapterhouse/hello-web left, not even a stopped one' \
  'plus aucun conteneur de chapterhouse/hello-web, même arrêté')
left=$(containers | awk -F'|' '$2 == "web" || $3 == "chapterhouse/hello-web" { print $2 " (" $4 ")" }')
if [ -n "$left" ]; then
  fail "$(t 'The container is still there: a stopped one keeps its files.' "Le conteneur est toujours là : arrêté, il garde ses fichiers.")" "$(list_of "$left")" "$wanted"
fi
if docker_events | awk -F'|' '$1 == "container" && $2 == "destroy" && ($5 == "web" || $4 == "chapterhouse/hello-web") { found = 1 } END { exit !found }'; then
  pass "$(t 'The container and everything written in it are gone.' "Le conteneur et tout ce qui y était écrit ont disparu.")"
fi
fail "$(t 'No such container has been removed: there was none.' "Aucun conteneur de ce genre n'a été supprimé : il n'y en avait pas.")" \
  "$(t 'no container from chapterhouse/hello-web so far' "aucun conteneur issu de chapterhouse/hello-web jusqu'ici")" "$wanted"
