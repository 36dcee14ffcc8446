student=${CH_STUDENT:-student}
groups=$(id -nG "$student")
case " $groups " in
  *' sudo '*)
    pass "$(t "$student is in the group sudo: you are an administrator of this sandbox." \
      "$student est dans le groupe sudo : vous êtes administrateur de ce bac à sable.")" ;;
esac
fail "$(t "$student is not in the group sudo of this sandbox yet." "$student n'est pas encore dans le groupe sudo de ce bac à sable.")" \
  "$(t "groups of $student:" "groupes de $student :") $groups" \
  "$(t 'the group sudo among them, written into the /etc of the sandbox, not of a container' \
    "le groupe sudo parmi eux, inscrit dans le /etc du bac à sable, pas dans celui d'un conteneur")"
