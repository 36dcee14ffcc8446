student=${CH_STUDENT:-student}
home=$(student_home)
wanted=$(t 'singularity run docker://alpine:latest, left with exit' 'singularity run docker://alpine:latest, quitté par exit')
fetched=$(find "$home/.apptainer/cache/oci-tmp" -type f 2> /dev/null | head -n 1)
begun='(apptainer|singularity) +(-[^ ]+ +)*(run|shell) '
if [ -n "$fetched" ] && command_was_run "$begun.*docker://"; then
  pass "$(t 'Your first container without a daemon has run, and ended.' 'Votre premier conteneur sans démon a tourné, et il est terminé.')"
fi
if pgrep -u "$student" -f 'Apptainer runtime parent' > /dev/null; then
  fail "$(t 'Not yet: you are still inside. Leave the container with exit.' 'Pas encore : vous êtes toujours dedans. Quittez le conteneur par exit.')" \
    "$(t 'a container of Apptainer that runs' 'un conteneur Apptainer qui tourne')" "$wanted"
fi
seen=$(last_command '^ *(apptainer|singularity)')
if command_was_run "$begun"; then
  fail "$(t 'A container could not be started: say where the image comes from, with docker:// in front.' "Un conteneur n'a pas pu démarrer : dites d'où vient l'image, avec docker:// devant.")" "$seen" "$wanted"
fi
fail "$(t 'With Apptainer no container has been started yet.' "Aucun conteneur n'a encore été lancé avec Apptainer.")" "$(list_of "$seen")" "$wanted"
