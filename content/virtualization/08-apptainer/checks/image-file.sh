home=$(student_home)
wanted=$(t "an image file $home/alpine.sif, and a container started from it" "un fichier image $home/alpine.sif, et un conteneur lancé à partir de lui")
file=$home/alpine.sif
if [ ! -f "$file" ]; then
  fail "$(t 'There is no file alpine.sif in your home yet.' "Il n'y a pas encore de fichier alpine.sif dans votre dossier personnel.")" \
    "$(t 'files:' 'fichiers :') $(list_of "$(find "$home" -maxdepth 1 -type f -name '[!.]*' -printf '%f\n')")" "$wanted"
fi
if ! head -c 64 "$file" | grep -aq SIF_MAGIC; then
  fail "$(t 'The file alpine.sif is not an image of Apptainer.' "Le fichier alpine.sif n'est pas une image d'Apptainer.")" \
    "$(t 'a file of another format' "un fichier d'un autre format")" "$wanted"
fi
# The file can also be called by its own name, as a program.
if command_was_run '(apptainer|singularity) +(-[^ ]+ +)*(exec|run|shell) .*alpine[.]sif' || commands_run | grep -qE '^[^ ]+ [^ ]*/alpine[.]sif'; then
  pass "$(t "The image is one file of $(du -h "$file" | cut -f 1), and it runs." "L'image est un fichier de $(du -h "$file" | cut -f 1), et elle tourne.")"
fi
fail "$(t 'The image file is there, but no container has been started from it.' "Le fichier image est là, mais aucun conteneur n'en a été lancé.")" \
  "$(last_command '(apptainer|singularity)')" "$wanted"
