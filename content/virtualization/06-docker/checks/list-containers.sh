need_docker
if command_was_run 'docker +(ps|container +(ls|list|ps))( |$)'; then
  running=$(docker ps --format '{{.Names}}')
  pass "$(t "You listed the containers. Running now: $(list_of "$running")." "Vous avez listé les conteneurs. En marche : $(list_of "$running").")"
fi
wanted=$(t 'docker ps, or its long form docker container ls' 'docker ps, ou sa forme longue docker container ls')
if command_was_run 'docker +(images|image +(ls|list))( |$)'; then
  fail "$(t 'That lists images. Ask for the containers.' "Cela liste les images. Demandez les conteneurs.")" "$(last_command '^docker')" "$wanted"
fi
fail "$(t 'You have not listed the containers yet.' "Vous n'avez pas encore listé les conteneurs.")" \
  "$(list_of "$(last_command '^docker')")" "$wanted"
