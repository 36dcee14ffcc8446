/**
 * What is run in the sandbox, as the student: the kernel's own checks decide what they may read and write. Paths are
 * arguments, never part of a script. A script that refuses says a word of `REFUSALS` behind the mark.
 */
export const REFUSAL_MARK = 'chapterhouse-refusal:';

const PRELUDE = `
export LC_ALL=C
refuse() { printf '\\n${REFUSAL_MARK}%s\\n' "$1" >&2; exit 3; }
enter() {
  cd -P -- "$1" 2> /dev/null && return
  [ -d "$1" ] && refuse denied
  [ -e "$1" ] && refuse kind
  missing "$1"
}
# What cannot be seen is not there, or lies where one may not look.
missing() {
  stat -- "$1" 2>&1 | grep -q 'Permission denied' && refuse denied
  refuse missing
}
there() { [ -e "$1" ] || [ -L "$1" ]; }
`;

/** `directory, most`: the folder's real path and whether it is writable, then an entry a record; all ends with NUL. */
export const LIST_SCRIPT = `${PRELUDE}
enter "$1"
[ -r . ] || refuse denied
{
  printf '%s\\0' "$PWD"
  [ -w . ] && printf 'w\\0' || printf -- '-\\0'
  { find . -mindepth 1 -maxdepth 1 -printf '%y %Y %s %T@ %f\\0' || true; } 2> /dev/null | head -z -n "$2"
} | base64 -w 0
exit 0
`;

/**
 * `path, offset, count`: the real path, what the kernel tells of it and whether it is writable, each ended by NUL; then
 * bytes of it. Opened without waiting, so that what became a pipe meanwhile does not hold us.
 */
export const READ_SCRIPT = `${PRELUDE}
there "$1" || missing "$1"
[ -f "$1" ] || { [ -e "$1" ] && refuse kind; missing "$1"; }
[ -r "$1" ] || refuse denied
set -o pipefail
{
  realpath -z -- "$1" &&
    stat -L --printf '%s %.9Y %d:%i\\0' -- "$1" &&
    { [ -w "$1" ] && printf 'w\\0' || printf -- '-\\0'; } &&
    dd if="$1" bs=64K skip="$2" count="$3" iflag=skip_bytes,count_bytes,fullblock,nonblock status=none
} | base64 -w 0
`;

/** `strict, directory, names…`: where files would land, and what stands in the way of each name. */
export const PLACE_SCRIPT = `${PRELUDE}
strict=$1 place=$2 why=
shift 2
if [ -z "$place" ]; then why=unknown
elif [ ! -d "$place" ]; then why=missing
elif [ ! -w "$place" ] || [ ! -x "$place" ]; then why=denied
fi
[ -n "$why" ] && [ "$strict" = strict ] && refuse "$why"
[ -n "$why" ] && place=$HOME
enter "$place"
{
  printf '%s\\0%s\\0' "$PWD" "$why"
  for name; do
    if [ -L "./$name" ] || [ -f "./$name" ]; then printf 'file\\0'
    elif [ -e "./$name" ]; then printf 'other\\0'
    else printf 'free\\0'
    fi
  done
} | base64 -w 0
`;

/** `directory, part, offset, length`: adds standard input to a file of our own name, made by the first piece. */
export const APPEND_SCRIPT = `${PRELUDE}
enter "$1"
part=./$2
if [ "$3" = 0 ]; then
  [ -w . ] || refuse denied
  set -o noclobber
  : > "$part" || exit 1
  set +o noclobber
fi
[ -f "$part" ] && [ ! -L "$part" ] && [ "$(stat -c %s -- "$part")" = "$3" ] || refuse lost
cat >> "$part" || { rm -f -- "$part"; exit 1; }
[ "$(stat -c %s -- "$part")" = "$(($3 + $4))" ] || refuse lost
`;

/**
 * `directory, part, length, how, size, hash, names…`: gives the finished file its name, all of it at once. A new one is
 * linked, as that never replaces; another one is renamed over what was there, which follows no link. Says which name.
 */
export const COMMIT_SCRIPT = `${PRELUDE}
enter "$1"
part=./$2 length=$3 how=$4 size=$5 hash=$6
shift 6
[ -f "$part" ] && [ ! -L "$part" ] && [ "$(stat -c %s -- "$part")" = "$length" ] || refuse lost
give_up() { rm -f -- "$part"; refuse "$1"; }
if [ "$how" = new ]; then
  at=0
  for name; do
    ln -T -- "$part" "./$name" 2> /dev/null && { rm -f -- "$part"; echo "$at"; exit 0; }
    # Some file systems know no second name.
    there "./$name" || { mv -nT -- "$part" "./$name" && ! there "$part" && { echo "$at"; exit 0; }; }
    there "./$name" || { rm -f -- "$part"; exit 1; }
    at=$((at + 1))
  done
  give_up exists
fi
target=./$1
if [ "$how" = save ]; then
  there "$target" || give_up changed
  [ -f "$target" ] && [ ! -L "$target" ] || give_up changed
  [ -r "$target" ] || give_up denied
  [ "$(stat -c %s -- "$target")" = "$size" ] || give_up changed
  [ "$(sha256sum -z -- "$target" | head -c 64)" = "$hash" ] || give_up changed
fi
if there "$target" && [ ! -L "$target" ]; then
  [ -f "$target" ] || give_up kind
  [ -w "$target" ] || give_up denied
  chmod --reference="$target" -- "$part" || { rm -f -- "$part"; exit 1; }
fi
mv -fT -- "$part" "$target" || { rm -f -- "$part"; exit 1; }
echo 0
`;

/** `directory, part`: takes an unfinished file away. */
export const DISCARD_SCRIPT = `${PRELUDE}
enter "$1"
rm -f -- "./$2"
`;

/** `directory, name` */
export const MAKE_FOLDER_SCRIPT = `${PRELUDE}
enter "$1"
there "./$2" && refuse exists
mkdir -- "./$2"
`;

/** `directory, name, new name`: a link is renamed itself. */
export const RENAME_SCRIPT = `${PRELUDE}
enter "$1"
there "./$2" || refuse missing
there "./$3" && refuse exists
mv -nT -- "./$2" "./$3" || exit 1
there "./$2" && refuse exists
exit 0
`;

/** `directory, name`: a link goes, never what it leads to. */
export const REMOVE_SCRIPT = `${PRELUDE}
enter "$1"
there "./$2" || refuse missing
rm -rf --one-file-system -- "./$2"
`;
