need_vm
wanted=$(t 'card 1: a plugged-in 82540EM, with nat' 'carte 1 : une 82540EM branchée, en nat')
flat=$(tr -d '\n' < "$(vm_file)")
card=$(grep -oE '<Adapter slot="0"[^>]*>.*' <<< "$flat" | sed 's/<\/Adapter>.*//; s/<DisabledModes>.*<\/DisabledModes>//')
tag=$(grep -oE '<Adapter [^>]*>' <<< "$card")
if ! grep -q 'enabled="true"' <<< "$tag"; then
  fail "$(t 'The machine has no card in its first place.' "La machine n'a pas de carte à la première place.")" 'nic1: none' "$wanted"
elif grep -q 'cable="false"' <<< "$tag"; then
  fail "$(t 'The card is there, but the cable is not plugged in.' "La carte est là, mais le câble n'est pas branché.")" 'cableconnected1: off' "$wanted"
elif ! grep -q 'type="82540EM"' <<< "$tag"; then
  fail "$(t 'The card imitates another chip.' 'La carte imite une autre puce.')" "$(list_of "$(attribute type <<< "$tag")")" "$wanted"
elif ! grep -qE '<NAT( |/|>)' <<< "$card"; then
  fail "$(t 'The card is connected to something else than nat.' 'La carte est reliée à autre chose que nat.')" "$(sed 's/<Adapter [^>]*>//; s/[<>]/ /g' <<< "$card")" "$wanted"
fi
pass "$(t 'The machine has a network card, and its cable is plugged in.' 'La machine a une carte réseau, et son câble est branché.')"
