/** Part of the set-up, by somebody who may write into the checkout: the web process may not, and finds it there. */
import { holderProgram } from './holder-binary.ts';

await holderProgram();
