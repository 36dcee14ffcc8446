import path from 'node:path';
import { parseArgs } from 'node:util';
import { importKillercoda } from './killercoda/import-killercoda.ts';

const USAGE = `Usage: npm run course:import -- killercoda DIR OUT
  Makes a course in OUT of a Killercoda scenario (a folder with index.json), or of a folder of scenarios, a chapter each.
  Says what could not be taken over, and writes it to OUT/IMPORT.md.`;

const { positionals, values } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean' } } });
const [format, from, out, ...more] = positionals;

if (values.help || format !== 'killercoda' || from === undefined || out === undefined || more.length > 0) {
  console.error(USAGE);
  process.exitCode = values.help ? 0 : 64;
} else {
  try {
    const losses = importKillercoda({ from, courseDir: path.resolve(out) });
    for (const { file, line, what, remedy } of losses) console.log(`${file}:${line}: ${what}\n    ${remedy}`);
    console.log(`${out} is there; ${losses.length} things were not taken over as they were. Next:
  npm run course:lint -- ${out}
  npm run course:prove -- ${out}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
