need_docker
wanted=$(t 'an image list without chapterhouse/hello-web' 'une liste d’images sans chapterhouse/hello-web')
images=$(docker images --format '{{.Repository}}:{{.Tag}}')
if has_image chapterhouse/hello-web; then
  fail "$(t 'The image chapterhouse/hello-web is still there.' "L'image chapterhouse/hello-web est toujours là.")" \
    "images: $(list_of "$images")" "$wanted"
fi
known=$(docker_events | awk -F'|' '
  $1 == "image" && $2 == "pull" && $3 ~ /chapterhouse\/hello-web/ { had = 1 }
  $1 == "container" && $4 == "chapterhouse/hello-web" { had = 1 }
  $1 == "image" && ($2 == "untag" || $2 == "delete") { removed = 1 }
  END { print had + removed }')
if [ "$known" = 2 ]; then
  pass "$(t 'The image is gone. The next docker run would fetch it again.' "L'image a disparu. Le prochain docker run la téléchargerait de nouveau.")"
fi
fail "$(t 'The image chapterhouse/hello-web has never been here, so it cannot have been removed.' "L'image chapterhouse/hello-web n'a jamais été là, elle n'a donc pas pu être supprimée.")" \
  "images: $(list_of "$images")" "$wanted"
