/** The neighbours, in a process of their own: so many students who all run one command. */
import { Reader } from './reader.ts';

const [url = '', count = '', command = ''] = process.argv.slice(2);
const crowd = await Promise.all(
  Array.from({ length: Number(count) }, async (_, index) => {
    const reader = await Reader.atPrompt(url, `crowd-${index}`);
    reader.type(`${command}\r`);
    await reader.until(() => reader.received > 1000);
    return reader;
  }),
);
const before = crowd.reduce((sum, { received }) => sum + received, 0);
const since = performance.now();
process.send?.('busy');
process.on('message', () => {
  const bytes = crowd.reduce((sum, { received }) => sum + received, 0) - before;
  const rate = bytes / 1e6 / ((performance.now() - since) / 1000);
  void end().then(() => process.send?.(rate, undefined, undefined, () => process.exit()));
});

/** Their shells would outlive their pages. */
async function end(): Promise<void> {
  for (const reader of crowd) {
    await reader.interrupt();
    reader.type('exit\r');
  }
}
