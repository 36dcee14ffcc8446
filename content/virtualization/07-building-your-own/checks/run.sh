need_docker
wanted=$(t 'the program htop in the image debian_with_htop, installed by a RUN line' "le programme htop dans l'image debian_with_htop, installé par une ligne RUN")
if image_file debian_with_htop usr/bin/htop > /dev/null; then
  pass "$(t 'htop is in your image, for every container that starts from it.' "htop est dans votre image, pour chaque conteneur qui en part.")"
fi
if ! has_image debian_with_htop; then
  fail "$(t 'There is no image debian_with_htop yet.' "Il n'y a pas encore d'image debian_with_htop.")" \
    "images: $(list_of "$(docker images --format '{{.Repository}}:{{.Tag}}')")" "$wanted"
fi
for id in $(docker ps -aq); do
  if docker diff "$id" 2> /dev/null | grep -q '^A /usr/bin/htop$'; then
    fail "$(t 'htop was installed in a container, not in the image: it goes with that container.' "htop a été installé dans un conteneur, pas dans l'image : il disparaîtra avec ce conteneur.")" \
      "$(docker inspect --format '{{slice .Name 1}}' "$id")" "$wanted"
  fi
done
home=$(student_home)
line=$(grep -siE '^ *RUN .*htop' "$home/htop-image/Dockerfile" | head -n 1)
if [ -n "$line" ]; then
  fail "$(t 'The recipe has a RUN line, but the image is without htop: it was not built again, or it could not be built.' "La recette a une ligne RUN, mais l'image est sans htop : elle n'a pas été reconstruite, ou n'a pas pu l'être.")" "$line" "$wanted"
fi
fail "$(t 'There is no line RUN in your recipe that installs htop.' "Aucune ligne RUN de votre recette n'installe htop.")" \
  "$(list_of "$(head -n 20 "$home/htop-image/Dockerfile" 2> /dev/null)")" "$wanted"
