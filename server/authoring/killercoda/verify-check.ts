/**
 * A check around a script that only ends well or badly. The script runs as it is, by a bash of its own, in the student's
 * home; the last line that it printed is what was seen.
 */
export function verifyCheck(script: string): string {
  let end = 'END_OF_VERIFY';
  while (script.split('\n').includes(end)) end += '_';
  return `${HEAD}
if said=$(bash -s 2>&1 << '${end}'
${script.replace(/\r\n?/g, '\n').replace(/\n*$/, '')}
${end}
${TAIL}`;
}

const HEAD = `HOME=$(getent passwd "$CH_STUDENT" | cut -d: -f6)
export HOME
cd "$HOME" || fail 'The student has no home.' "$HOME" 'a home folder'`;

const TAIL = `); then
  pass "$(t 'This step is done.' 'Cette étape est faite.')"
fi
seen=$(printf '%s\\n' "$said" | tail -n 1)
fail "$(t 'This step is not done yet.' "Cette étape n'est pas encore faite.")" \\
  "\${seen:-$(t 'nothing was said' 'rien n’a été dit')}" \\
  "$(t 'what the text of this step asks for' 'ce que demande le texte de cette étape')"
`;
