need_docker
wanted=$(t 'a running container of an image mypage that holds a page with the words “made by”, on port 8080' \
  "un conteneur en marche d'une image mypage qui contient une page avec les mots « made by », sur le port 8080")
if ! has_image mypage; then
  fail "$(t 'There is no image mypage yet.' "Il n'y a pas encore d'image mypage.")" \
    "images: $(list_of "$(docker images --format '{{.Repository}}:{{.Tag}}')")" "$wanted"
fi
all=$(containers)
mine=$(printf '%s\n' "$all" | awk -F'|' '$3 == "mypage" && $4 == "running"')
if [ -z "$mine" ]; then
  fail "$(t 'The image mypage is there, but no container made from it is running.' "L'image mypage est là, mais aucun conteneur issu d'elle ne tourne.")" \
    "$(t 'running containers:' 'conteneurs en marche :') $(list_of "$(printf '%s\n' "$all" | awk -F'|' '$4 == "running" { print $2 }')")" "$wanted"
fi
served=$(printf '%s\n' "$mine" | awk -F'|' '$7 ~ /(^| )8080>/' | head -n 1)
if [ -z "$served" ]; then
  fail "$(t 'A container of mypage runs, but port 8080 does not lead to it.' "Un conteneur de mypage tourne, mais le port 8080 n'y mène pas.")" \
    "$(t 'ports:' 'ports :') $(list_of "$(printf '%s\n' "$mine" | cut -d'|' -f7)")" "$wanted"
fi
page=$(curl -s --max-time 2 http://127.0.0.1:8080/ | head -c 100000)
if [ -z "$page" ]; then
  fail "$(t 'Port 8080 leads into your container, but nobody answers there.' 'Le port 8080 mène à votre conteneur, mais personne n’y répond.')" "$(printf '%s' "$served" | cut -d'|' -f7)" "$wanted"
fi
if ! printf '%s' "$page" | grep -qi 'made by'; then
  fail "$(t 'A page is served, but it does not say who made it: “made by” is missing.' 'Une page est servie, mais elle ne dit pas qui l’a faite : « made by » manque.')" \
    "$(printf '%s' "$page" | sed 's/<[^>]*>//g' | tr -s '\n ' ' ' | cut -c1-80)" "$wanted"
fi
# Brought in from outside, or written into the running container, it would be lost with that container.
layers=$(docker image inspect --format '{{.GraphDriver.Data.UpperDir}}:{{.GraphDriver.Data.LowerDir}}' mypage)
IFS=: read -ra layers <<< "$layers"
for layer in "${layers[@]}"; do
  if [ -d "$layer" ] && grep -rIqi 'made by' "$layer"; then
    pass "$(t 'Your page, your image, your container: done, without instructions.' 'Votre page, votre image, votre conteneur : fait, sans instructions.')"
  fi
done
fail "$(t 'The right page is served, but it is not in the image: another container of mypage would not have it.' "La bonne page est servie, mais elle n'est pas dans l'image : un autre conteneur de mypage ne l'aurait pas.")" \
  "$(t 'mounts:' 'montages :') $(list_of "$(docker inspect --format '{{range .Mounts}}{{.Destination}} {{end}}' "${served%%|*}")")" "$wanted"
