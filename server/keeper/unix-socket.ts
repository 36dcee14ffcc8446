import { chmod, chown, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export type SocketAccess = {
  socketPath: string;
  /** The group that may connect; null leaves the socket to its owner. */
  groupId: number | null;
};

/** Serves on a unix socket until disposed. Who may connect is the socket's own rights, and those of its folder. */
export async function listenOnSocket(server: Server, access: SocketAccess): Promise<AsyncDisposable> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await rm(access.socketPath, { force: true });
  await listenShut(server, access.socketPath);
  if (access.groupId !== null) await chown(access.socketPath, 0, access.groupId);
  await chmod(access.socketPath, 0o660);
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // Those that carry an exec's bytes are no longer the server's own.
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Nobody else may connect between its making and the setting of its rights. */
function listenShut(server: Server, socketPath: string): Promise<void> {
  const mask = process.umask(0o177);
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  }).finally(() => process.umask(mask));
}
