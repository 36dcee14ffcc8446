need_vm
wanted=$(t 'the machine Ubuntu20.04 asked to start, and the failure seen' 'la machine Ubuntu20.04 priée de démarrer, et son échec constaté')
asked=$(last_command '[Vv][Bb]ox[Mm]anage +startvm')
if command_was_run '[Vv][Bb]ox[Mm]anage +startvm +.*Ubuntu20\.04' '[1-9][0-9]*'; then
  pass "$(t 'It was asked to start and could not. Now find out why.' "Elle a été priée de démarrer et n'a pas pu. Cherchez maintenant pourquoi.")"
elif command_was_run '[Vv][Bb]ox[Mm]anage +startvm +.*Ubuntu20\.04' 0; then
  pass "$(t 'It started: this host has what most lack.' "Elle a démarré : cet hôte a ce qui manque à la plupart.")"
fi
fail "$(t 'The machine Ubuntu20.04 has not been asked to start yet.' "La machine Ubuntu20.04 n'a pas encore été priée de démarrer.")" "$(list_of "$asked")" "$wanted"
