wanted=$(t 'time in front of docker run, of apptainer exec and of qemu-system-x86_64' 'time devant docker run, devant apptainer exec et devant qemu-system-x86_64')
measured= missing=
for command in 'docker( +container)? +run' '(apptainer|singularity) .*(exec|run)' 'qemu-system-x86_64'; do
  name=$(printf '%s' "$command" | grep -oE 'docker|apptainer|qemu' | head -n 1)
  if command_was_run "time +(-p +)?$command"; then measured="$measured $name"; else missing="$missing $name"; fi
done
if [ -z "$missing" ]; then
  pass "$(t 'All three are measured. Compare the lines that begin with real.' 'Les trois sont mesurés. Comparez les lignes qui commencent par real.')"
fi
fail "$(t "Some are not measured yet:$missing." "Il en reste à mesurer :$missing.")" \
  "$(t 'measured:' 'mesurés :') $(list_of "${measured# }")" "$wanted"
