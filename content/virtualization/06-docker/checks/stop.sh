need_docker
wanted=$(t 'the container web stopped' 'le conteneur web arrêté')
is_web='$2 == "web" || $3 == "chapterhouse/hello-web" || $7 ~ /(^| )8787>/'
web=$(containers | awk -F'|' "$is_web")
alive=$(printf '%s\n' "$web" | awk -F'|' '$4 == "running" || $4 == "paused" || $4 == "restarting" { print; exit }')
IFS='|' read -r _ name _ state _ <<< "$alive"
case $state in
  paused)
    fail "$(t "The container $name is paused: frozen, but not stopped." "Le conteneur $name est en pause : figé, mais pas arrêté.")" "$name: $state" "$wanted" ;;
  ?*)
    fail "$(t "The container $name is still running." "Le conteneur $name tourne toujours.")" "$name: $state" "$wanted" ;;
esac
ended=$(docker_events | awk -F'|' '$1 == "container" && $2 == "die" && ($5 == "web" || $4 == "chapterhouse/hello-web") { n++ } END { print n + 0 }')
if [ "$ended" -gt 0 ] || printf '%s\n' "$web" | grep -q '|exited|'; then
  pass "$(t 'The container has stopped, and its port is free again.' "Le conteneur est arrêté, et son port est de nouveau libre.")"
fi
fail "$(t 'There is no container web to stop: start one first.' "Il n'y a pas de conteneur web à arrêter : lancez-en un d'abord.")" \
  "$(t 'no container from chapterhouse/hello-web' 'aucun conteneur issu de chapterhouse/hello-web')" "$wanted"
