import { writeFile } from 'node:fs/promises';
import { AREAS } from './areas.ts';
import { suiteTable } from './report.ts';

/** Writes the list of attempts beside the threat model. */
await writeFile(new URL('../../../server/ESCAPE-SUITE.md', import.meta.url), suiteTable(AREAS));
