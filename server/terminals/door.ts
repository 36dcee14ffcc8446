import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import type { Clock } from '#server/clock.ts';
import { AppError } from '#server/errors.ts';
import type { Shell, Size } from '#server/sandboxes/driver.ts';
import { createHeartbeat, refuseSocket } from '#server/sockets.ts';
import { type AttachFrame, Connection } from './connection.ts';
import type { TerminalRegistry } from './registry.ts';
import type { TerminalSession } from './terminal-session.ts';
import type { Watching } from './watching/watch-ledger.ts';
import type { Person } from './watching/writing-turns.ts';

/** Whose page it is, and what it may do with the terminal it named: who may not write watches. */
export type TerminalGrant = { enrollmentId: string; courseId: string; person: Person; mayWrite: boolean };

export type OpenShellRequest = { enrollmentId: string; courseId: string; name: string; size: Size };

export type TerminalDoorOptions = {
  registry: TerminalRegistry;
  clock: Clock;
  /** Rejects with a code when this page may not even look. Nothing is started before it resolves. */
  authorize(request: IncomingMessage, url: URL): Promise<TerminalGrant>;
  /** Waits for the sandbox and opens the shell of that name in it. */
  openShell(request: OpenShellRequest): Promise<Shell>;
  /** Writes down that somebody watches, until it is disposed. Nothing is shown before it resolves. */
  watch(watching: Watching): Promise<Disposable>;
};

export interface TerminalDoor {
  /** Takes a socket whose handshake is done. */
  handle(socket: WebSocket, request: IncomingMessage): void;
  /** Tells every page that the server goes. */
  dispose(): void;
}

export function createTerminalDoor(options: TerminalDoorOptions): TerminalDoor {
  const heartbeat = createHeartbeat(options.clock);
  const sockets = new Set<WebSocket>();
  return {
    handle(socket, request) {
      request.socket.setNoDelay(true);
      const authorized = authorize(options, request);
      new Connection({
        socket,
        clock: options.clock,
        authorized,
        join: async (viewer, frame) => {
          const grant = await authorized;
          const session = await findSession(options, grant, frame);
          if (!grant.mayWrite) endWith(socket, await options.watch(watchingOf(grant, frame)));
          const { since, size, terminalId = null } = frame;
          return session.attach(viewer, { since, size, terminalId });
        },
      });
      const beating = heartbeat.watch(socket);
      sockets.add(socket);
      socket.once('close', () => {
        beating[Symbol.dispose]();
        sockets.delete(socket);
      });
    },
    dispose() {
      for (const socket of sockets) {
        refuseSocket(socket, 'shutting_down');
        setImmediate(() => socket.terminate());
      }
    },
  };
}

const watchingOf = ({ person, enrollmentId }: TerminalGrant, { shell }: AttachFrame): Watching => ({
  watcher: person,
  seatId: enrollmentId,
  shell,
});

/** At the socket's end, which may be behind us. */
function endWith(socket: WebSocket, resource: Disposable): void {
  if (socket.readyState === socket.CLOSED) resource[Symbol.dispose]();
  else socket.once('close', () => resource[Symbol.dispose]());
}

/** Async, so that a throw before the first await is a refusal too. */
async function authorize(options: TerminalDoorOptions, request: IncomingMessage): Promise<TerminalGrant> {
  return options.authorize(request, new URL(request.url ?? '/', 'http://localhost'));
}

/** Who may write starts the shell; who may only look finds it or is told that there is none. */
async function findSession(
  { registry, openShell }: TerminalDoorOptions,
  { enrollmentId, courseId, mayWrite }: TerminalGrant,
  { shell, size }: AttachFrame,
): Promise<TerminalSession> {
  if (mayWrite) {
    return registry.attach({
      seatId: enrollmentId,
      shell,
      size,
      openShell: (request) => openShell({ enrollmentId, courseId, ...request }),
    });
  }
  const session = await registry.find(enrollmentId, shell);
  if (!session) throw new AppError('terminal_unknown', `${enrollmentId} has no ${shell} open`);
  return session;
}
