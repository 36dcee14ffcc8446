/** Part of the set-up, by somebody who may write into the checkout: the web process may not, and finds it there. */
import { holderProgram } from './holder-binary.ts';

try {
  await holderProgram();
  process.stdout.write('done\n');
} catch (error) {
  process.stdout.write(`none, so shells end with the server: ${String(error)}\n`);
}
