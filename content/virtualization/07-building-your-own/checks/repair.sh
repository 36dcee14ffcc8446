need_docker
wanted=$(t "an image tools, built from your colleague's recipe, with htop in it" "une image tools, construite depuis la recette de votre collègue, avec htop dedans")
home=$(student_home)
if ! has_image tools; then
  line=$(grep -sE '^RUN' "$home/tools/Dockerfile")
  if [ -n "$line" ]; then
    fail "$(t 'The image tools has not been built: read the last lines of the build.' "L'image tools n'a pas été construite : lisez les dernières lignes de la construction.")" "$line" "$wanted"
  fi
  fail "$(t 'There is no image tools yet.' "Il n'y a pas encore d'image tools.")" \
    "images: $(list_of "$(docker images --format '{{.Repository}}:{{.Tag}}')")" "$wanted"
fi
if ! image_file tools etc/motd | grep -q htop; then
  fail "$(t "That is another image: your colleague's file /etc/motd is not in it." "C'est une autre image : le fichier /etc/motd de votre collègue n'y est pas.")" \
    "$(docker image inspect --format '{{join .RepoTags ", "}}' tools)" "$wanted"
fi
if ! image_file tools usr/bin/htop > /dev/null; then
  fail "$(t 'The image tools is built, but htop is not in it: the line has to be mended, not removed.' "L'image tools est construite, mais htop n'y est pas : il faut réparer la ligne, pas l'enlever.")" \
    "$(t 'an image tools without htop' 'une image tools sans htop')" "$wanted"
fi
pass "$(t 'The recipe is mended, and the image tools has all that it should have.' "La recette est réparée, et l'image tools a tout ce qu'elle doit avoir.")"
