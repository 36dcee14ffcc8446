need_docker
if command_was_run '(systemctl|service|journalctl|ps|pgrep|pidof)( .*)?docker'; then
  pass "$(t 'You found it: docker.service is active, and its program is dockerd.' \
    'Trouvé : docker.service est actif, et son programme est dockerd.')"
fi
wanted=$(t 'a command that asks about the service docker, such as: systemctl status docker' \
  'une commande qui interroge le service docker, par exemple : systemctl status docker')
seen=$(last_command 'systemctl|service')
if [ "$seen" = systemctl ] || [ "$seen" = 'systemctl list-units' ]; then
  fail "$(t 'You listed all services. Now ask about a single one.' "Vous avez listé tous les services. Interrogez-en maintenant un seul.")" "$seen" "$wanted"
elif [ -n "$seen" ]; then
  fail "$(t 'That was not about Docker.' "Cela ne concernait pas Docker.")" "$seen" "$wanted"
fi
fail "$(t 'You have not asked systemd about Docker yet.' "Vous n'avez pas encore interrogé systemd au sujet de Docker.")" \
  "$(t 'no such command yet' 'aucune commande de ce genre')" "$wanted"
