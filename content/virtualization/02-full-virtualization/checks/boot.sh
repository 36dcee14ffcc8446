wanted=$(t 'a guest booted with QEMU, and left' 'un invité démarré avec QEMU, puis quitté')
guest='qemu-system-x86_64 .*-kernel.*'
if running=$(pgrep -u "${CH_STUDENT:-student}" -f '^qemu-system-x86_64 .*-kernel' | head -n 1) && [ -n "$running" ]; then
  fail "$(t 'A guest is running. Leave it when you have looked around: poweroff -f, or Ctrl-a and then x.' \
    "Un invité tourne. Quittez-le quand vous aurez regardé : poweroff -f, ou Ctrl-a puis x.")" \
    "$(t "process $running: QEMU" "processus $running : QEMU")" "$wanted"
fi
if command_was_run "$guest" 0; then
  pass "$(t 'A computer was booted in your terminal, and switched off again.' 'Un ordinateur a démarré dans votre terminal, et a été éteint.')"
elif command_was_run "$guest"; then
  fail "$(t 'QEMU ended with an error: the guest did not boot. Read what it says.' "QEMU s'est terminé par une erreur : l'invité n'a pas démarré. Lisez ce qu'il dit.")" \
    "$(last_command "$guest")" "$wanted"
fi
fail "$(t 'No guest has been booted yet.' "Aucun invité n'a encore été démarré.")" "$(list_of "$(last_command qemu)")" "$wanted"
