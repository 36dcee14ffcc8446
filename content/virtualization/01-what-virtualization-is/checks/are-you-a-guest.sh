wanted=$(t 'the command systemd-detect-virt, without --list' 'la commande systemd-detect-virt, sans --list')
if commands_run | grep -E 'systemd-detect-virt' | grep -qvE -- '--(list|help|version)'; then
  answer=$(systemd-detect-virt)
  pass "$(t "You asked, and the answer is: $answer. You are a guest, in a container." "Vous avez demandé, et la réponse est : $answer. Vous êtes un invité, dans un conteneur.")"
fi
seen=$(last_command 'systemd-detect-virt')
if [ -n "$seen" ]; then
  fail "$(t 'That does not say where you are: it prints the names that it knows, or words about itself.' "Cela ne dit pas où vous êtes : la commande affiche les noms qu'elle connaît, ou parle d'elle-même.")" "$seen" "$wanted"
fi
fail "$(t 'You have not asked your system yet.' "Vous n'avez pas encore interrogé votre système.")" \
  "$(list_of "$(last_command)")" "$wanted"
