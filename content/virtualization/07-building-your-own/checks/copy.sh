need_docker
wanted=$(t 'the file /root/.bashrc in the image debian_with_htop, set by COPY, with a prompt (PS1) of your own' \
  "le fichier /root/.bashrc dans l'image debian_with_htop, apporté par COPY, avec votre propre invite (PS1)")
if ! has_image debian_with_htop; then
  fail "$(t 'There is no image debian_with_htop yet.' "Il n'y a pas encore d'image debian_with_htop.")" \
    "images: $(list_of "$(docker images --format '{{.Repository}}:{{.Tag}}')")" "$wanted"
fi
# The one that Debian brings only speaks of PS1 in its comments.
if image_file debian_with_htop root/.bashrc | grep -q '^[^#]*PS1='; then
  pass "$(t 'Your .bashrc is in the image.' "Votre .bashrc est dans l'image.")"
fi
lines=$(docker history --no-trunc --format '{{.CreatedBy}}' debian_with_htop | grep -oE '^(COPY|ADD) .*|(COPY|ADD) (file|dir|multi):.*' | grep -v ' in / *$')
if [ -n "$lines" ]; then
  fail "$(t 'A file was copied, but the .bashrc of root is not yours: it lies in another place.' "Un fichier a été copié, mais le .bashrc de root n'est pas le vôtre : il est à un autre endroit.")" \
    "$(printf '%s' "$lines" | head -n 1 | sed 's/ # buildkit//')" "$wanted"
fi
home=$(student_home)
if grep -qsiE '^ *(COPY|ADD) ' "$home/htop-image/Dockerfile"; then
  fail "$(t 'The recipe has a COPY line, but the image was not built again.' "La recette a une ligne COPY, mais l'image n'a pas été reconstruite.")" \
    "$(grep -iE '^ *(COPY|ADD) ' "$home/htop-image/Dockerfile" | head -n 1)" "$wanted"
fi
fail "$(t 'Nothing has been copied into the image yet.' "Rien n'a encore été copié dans l'image.")" \
  "$(t 'an image without a file of yours' 'une image sans fichier de vous')" "$wanted"
