/**
 * A terminal server that is a process of its own, so that it can be killed as it stands. Its shell lives in a holder.
 * Arguments: the holder's socket, the folder of spools, the bytes of the ring.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { openHeldShell } from '#server/sandboxes/holder/held-shell.ts';
import { SpoolStore } from '#server/terminals/spool/spool-store.ts';
import { startTerminalServer } from './terminal-server.ts';

const [holder = '', folder = '', ring = ''] = process.argv.slice(2);

async function dial() {
  const line = connect(holder);
  await once(line, 'connect');
  return line;
}

const bytes = Number(ring);
const { url } = await startTerminalServer({
  openShell: ({ name, size }) => openHeldShell({ name, size, token: '', dial }),
  scrollbackBytes: bytes,
  spools: { store: new SpoolStore({ folder, bytes }), sandboxOf: () => 'sandbox-1' },
});
process.send?.(url);
