need_vm
wanted=$(t 'an ISO image in the DVD drive, and the disk on the other port' "une image ISO dans le lecteur de DVD, et le disque sur l'autre port")
flat=$(tr -d '\n' < "$(vm_file)")
# A drive with a disc in it: its tag is followed by an Image with a number. An empty one closes itself.
drive=$(grep -oE '<AttachedDevice [^>]*type="DVD"[^>]*>( *<Image uuid="[^"]*")?' <<< "$flat" | tail -n 1)
if [ -z "$drive" ]; then
  fail "$(t 'The machine has no DVD drive yet.' "La machine n'a pas encore de lecteur de DVD.")" "$(t 'no drive' 'aucun lecteur')" "$wanted"
fi
disc=$(attribute uuid <<< "$drive")
if [ -z "$disc" ]; then
  fail "$(t 'There is a DVD drive, but the drive is empty.' 'Il y a un lecteur de DVD, mais il est vide.')" "$(t 'no disc in it' 'pas de disque dedans')" "$wanted"
fi
file=$(grep -oE "<Image [^>]*$disc[^>]*>" <<< "$flat" | attribute location)
if [ "$(dd if="$file" bs=1 skip=32769 count=5 2> /dev/null)" != CD001 ]; then
  fail "$(t 'What is in the drive is not the image of a disc.' "Ce qui est dans le lecteur n'est pas l'image d'un disque.")" "$file" "$wanted"
fi
if ! grep -q 'type="HardDisk"' <<< "$flat"; then
  fail "$(t 'The disc is in. The disk that you made is not attached yet.' "Le DVD est dedans. Le disque que vous avez fait n'est pas encore branché.")" "$file" "$wanted"
fi
pass "$(t 'A disc is in the drive, and the disk is attached.' 'Un DVD est dans le lecteur, et le disque est branché.')"
