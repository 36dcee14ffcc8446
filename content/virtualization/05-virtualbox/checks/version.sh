if command_was_run '[Vv][Bb]ox[Mm]anage +(--version|-v|-V|--dump-build-type)' 0; then
  pass "$(t 'VirtualBox is installed, and answers.' 'VirtualBox est installé, et répond.')"
fi
fail "$(t 'VBoxManage was not asked for its version yet.' "VBoxManage n'a pas encore été interrogé sur sa version.")" \
  "$(list_of "$(last_command)")" 'VBoxManage --version'
