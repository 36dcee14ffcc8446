home=$(student_home)
wanted=$(t "no folder $home/work any more" "plus de dossier $home/work")
if [ -d "$home/work" ]; then
  fail "$(t 'The folder work is still there.' 'Le dossier work est toujours là.')" "$(find "$home/work" | head -n 5 | paste -sd' ')" "$wanted"
fi
# A folder that never was leaves no trace either.
if command_was_run '(rm|mv|find|unlink|rmdir) .*work'; then
  pass "$(t 'Gone. There is no command that brings it back.' "Disparu. Aucune commande ne le ramène.")"
fi
fail "$(t 'There is no folder work that you could have deleted: make it, and save a state first.' "Il n'y a pas de dossier work que vous auriez pu supprimer : créez-le, et enregistrez d'abord un état.")" \
  "$(t 'no folder work, and no command that deleted it' "pas de dossier work, et aucune commande qui l'ait supprimé")" "$wanted"
