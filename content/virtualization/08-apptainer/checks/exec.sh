wanted=$(t 'singularity exec docker://alpine:latest apk, or another command of the image' "singularity exec docker://alpine:latest apk, ou une autre commande de l'image")
if command_was_run '(apptainer|singularity) +(-[^ ]+ +)*exec .*(docker://[^ ]+|[.]sif) +[^ ]'; then
  pass "$(t 'One command inside, and you are back.' 'Une commande dedans, et vous êtes de retour.')"
fi
seen=$(last_command '^ *(apptainer|singularity)')
case $seen in
  *' exec' | *' exec '*)
    fail "$(t 'That names no command that should run in the container.' "Cela ne nomme aucune commande à lancer dans le conteneur.")" "$seen" "$wanted" ;;
  *' run '*)
    fail "$(t 'run starts the program that the image names. For a command of your choice take exec.' "run lance le programme que nomme l'image. Pour une commande de votre choix, prenez exec.")" "$seen" "$wanted" ;;
esac
fail "$(t 'No command has been run inside with exec yet.' "Aucune commande n'a encore été lancée dedans avec exec.")" "$(list_of "$seen")" "$wanted"
