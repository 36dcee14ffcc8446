need_docker
wanted=$(t 'an image debian_with_htop, built by docker build -t debian_with_htop .' 'une image debian_with_htop, construite par docker build -t debian_with_htop .')
if has_image debian_with_htop; then
  if image_file debian_with_htop etc/os-release > /dev/null || image_file debian_with_htop usr/lib/os-release > /dev/null; then
    pass "$(t 'Your recipe has become an image: debian_with_htop.' 'Votre recette est devenue une image : debian_with_htop.')"
  fi
  fail "$(t 'There is an image debian_with_htop, but no system in it: begin with FROM debian:stable-slim.' "Il y a une image debian_with_htop, mais pas de système dedans : commencez par FROM debian:stable-slim.")" \
    "$(t 'an image without /etc/os-release' 'une image sans /etc/os-release')" "$wanted"
fi
others=$(images_built | grep -v '<none>')
if [ -n "$others" ]; then
  fail "$(t 'You have built an image, but under another name.' 'Vous avez construit une image, mais sous un autre nom.')" "$(list_of "$others")" "$wanted"
fi
home=$(student_home)
if [ -f "$home/htop-image/Dockerfile" ]; then
  fail "$(t 'The recipe is written, but the image has not been built yet.' "La recette est écrite, mais l'image n'a pas encore été construite.")" \
    "$(head -n 1 "$home/htop-image/Dockerfile")" "$wanted"
fi
fail "$(t 'There is no recipe and no image yet.' "Il n'y a encore ni recette ni image.")" \
  "images: $(list_of "$(docker images --format '{{.Repository}}:{{.Tag}}')")" "$wanted"
