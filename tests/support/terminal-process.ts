/**
 * A terminal server that is a process of its own, so that it can be killed as it stands. Its shell lives behind a Unix
 * socket of the process that started it, as a real one lives behind its holder: what this process has taken from the
 * socket and not kept dies with it. Arguments: the holder's socket, the folder of spools, the bytes of the ring.
 */
import { connect } from 'node:net';
import type { Shell } from '#server/sandboxes/driver.ts';
import { ShellEvents } from '#server/sandboxes/drivers/parts/shell-events.ts';
import { SpoolStore } from '#server/terminals/spool/spool-store.ts';
import { startTerminalServer } from './terminal-server.ts';

const [holder = '', folder = '', ring = ''] = process.argv.slice(2);

function openHeldShell(): Shell {
  const line = connect(holder);
  const events = new ShellEvents();
  line.on('data', (data: Buffer) => events.emit(data));
  return {
    held: true,
    write: (data) => line.write(data),
    resize: () => undefined,
    pause: () => line.pause(),
    resume: () => line.resume(),
    onOutput: (listener) => events.onOutput(listener),
    onExit: (listener) => events.onExit(listener),
    detach: () => {
      line.destroy();
    },
    kill: async () => {
      line.destroy();
    },
  };
}

const bytes = Number(ring);
const { url } = await startTerminalServer({
  openShell: openHeldShell,
  scrollbackBytes: bytes,
  spools: { store: new SpoolStore({ folder, bytes }), sandboxOf: () => 'sandbox-1' },
});
process.send?.(url);
