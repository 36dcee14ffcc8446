import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { checkFile, importsOf } from './import-rules.ts';

/** Reads every source file that git knows or does not ignore, and says which imports break the rules. */
const files = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'app', 'components', 'server'],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((file) => /\.tsx?$/.test(file));

let imports = 0;
const violations = files.flatMap((file) => {
  const source = readFileSync(file, 'utf8');
  imports += importsOf(file, source).length;
  return checkFile(file, source);
});

for (const v of violations) console.error(`${v.file}:${v.line}  ${v.specifier}  ${v.reason}`);
console.log(`import rules: ${files.length} files, ${imports} imports, ${violations.length} broken`);
// A checker that sees nothing passes everything: say so instead.
if (files.length === 0 || imports === 0) console.error('no file or no import was read: the check itself is broken');
process.exitCode = violations.length > 0 || imports === 0 ? 1 : 0;
