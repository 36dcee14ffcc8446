import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { AppError } from '#server/errors.ts';

/** With the host's network, a sandbox's ports are the host's own; without, each shell has a loopback of its own. */
export function dialInside(port: number, hasNetwork: boolean): Promise<Duplex> {
  if (!hasNetwork) throw new AppError('step_unavailable', 'a bubblewrap sandbox without network has no ports');
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    const fail = (error: NodeJS.ErrnoException) => {
      const code = error.code === 'ECONNREFUSED' ? 'port_closed' : 'sandbox_failed';
      reject(new AppError(code, `port ${port}`, { cause: error }));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.removeListener('error', fail);
      resolve(socket);
    });
  });
}
