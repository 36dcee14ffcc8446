/**
 * The line that opens a shell behind dtach, by `sh -c SCRIPT sh <directory> <name> <rows> <cols> <program…>`.
 * A sandbox that has just begun makes the directory in its first moments.
 * An earlier client of the same shell is ended first: after a crash it would stay attached for ever.
 * Our side of dtach is silenced before it takes over, and the shell's own terminal, which begins as a copy of ours,
 * is put right again. dtach does not tell how its program ended, so that is written to a file and becomes our own exit code.
 */
export const HELD_SHELL_SCRIPT = `
directory=$1 name=$2
socket=$directory/$name.sock code=$directory/$name.exit client=$directory/$name.client
tries=0
until [ -d "$directory" ] || [ "$tries" -ge 200 ]; do sleep 0.05; tries=$((tries + 1)); done
stty -echo -icanon rows "$3" cols "$4"
shift 4
if [ -s "$client" ]; then
  before=$(cat "$client")
  grep -qsF "$socket" "/proc/$before/cmdline" && kill -KILL "$before"
fi
[ -S "$socket" ] || rm -f "$code"
sh -c 'echo $$ > "$1"; shift; exec "$@"' sh "$client" \\
  dtach -A "$socket" -E -z -r winch sh -c 'code=$1; shift; stty sane iutf8; "$@"; echo $? > "$code"' sh "$code" "$@"
ended=$(cat "$code" 2>/dev/null)
[ -n "$ended" ] && rm -f "$code" "$client"
exit "\${ended:-0}"
`.trim();

/** Ends a held shell for good, by `sh -c SCRIPT sh <directory> <name>`; hangs up what runs in it. */
export const END_SHELL_SCRIPT = `
pkill -KILL -f "^(dtach|sh) .*$1(/$2[.](sock|exit)| $2 )"
rm -f "$1/$2.sock" "$1/$2.exit" "$1/$2.client"
exit 0
`.trim();

const SHELL_NAME = /^[A-Za-z0-9-]{1,40}$/;

/** Names become file names: only ours pass. */
export function requireShellName(name: string): string {
  if (!SHELL_NAME.test(name)) throw new TypeError(`not a shell name: ${name}`);
  return name;
}
