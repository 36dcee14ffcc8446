import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { ContainerInspectInfo } from 'dockerode';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { DockerCommands } from './docker-commands.ts';
import { asking } from './docker-errors.ts';
import { StdioDemux } from './stdio-demux.ts';

const DIAL_TIMEOUT_MS = 5000;
/** What the relay says once it is connected; the server's own bytes come after it. */
const CONNECTED = 0x2b;

/**
 * Joins its own input and output to a port on the sandbox's loopback, which the host cannot dial. Whichever side ends
 * first ends the other, so that nothing is left in the sandbox by a browser that went away.
 */
const RELAY_SCRIPT = `
{ exec 3<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null || exit 0
printf +
cat <&3 &
cat <&0 >&3 &
wait -n
kill %1 %2 2>/dev/null
exit 0
`.trim();

/** Dials the sandbox's address, and by a relay inside its loopback where nothing listens on the address. */
export async function dialSandbox(commands: DockerCommands, port: number): Promise<Duplex> {
  const address = addressOf(await asking('inspect', () => commands.container.inspect()));
  try {
    return await dialAddress(address, port);
  } catch (error) {
    if (errorCode(error) !== 'port_closed') throw error;
    return dialLoopback(commands, port);
  }
}

/** Where the host reaches a container that runs. */
export function addressOf({ NetworkSettings }: Pick<ContainerInspectInfo, 'NetworkSettings'>): string {
  const addresses = Object.values(NetworkSettings.Networks).map((network) => network.IPAddress);
  const address = addresses.find((one) => one !== '');
  if (address === undefined) throw new AppError('sandbox_failed', 'the sandbox has no address');
  return address;
}

/** Rejects with `port_closed` where nothing listens. */
export function dialAddress(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, timeout: DIAL_TIMEOUT_MS, noDelay: true });
    const fail = (error: NodeJS.ErrnoException) => {
      socket.destroy();
      const code = error.code === 'ECONNREFUSED' ? 'port_closed' : 'sandbox_failed';
      reject(new AppError(code, `port ${port}: ${error.message}`, { cause: error }));
    };
    socket.once('error', fail);
    socket.once('timeout', () => fail(new Error('no answer')));
    socket.once('connect', () => {
      socket.removeListener('error', fail);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

/** What the engine is asked to run for one connection to the sandbox's loopback. */
export function relayOptions(port: number) {
  return {
    Cmd: ['bash', '-c', RELAY_SCRIPT, 'bash', String(port)],
    User: 'student',
    WorkingDir: '/home/student',
    Env: ['LANG=C.UTF-8', 'HOME=/home/student'],
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
  };
}

/** A port on the sandbox's own loopback, through the engine. Rejects with `port_closed` where nothing listens. */
export async function dialLoopback(commands: DockerCommands, port: number): Promise<Duplex> {
  const start = { hijack: true, stdin: true };
  const { stream: line } = await commands.begin({ what: 'dial', options: relayOptions(port), start });
  const stream = new RelayStream(line);
  // Whoever uses it hears of it as well; nobody does before it is connected.
  stream.on('error', (error) => log.debug('docker.relay_broke', { reason: error.message }));
  const timer = setTimeout(() => stream.destroy(), DIAL_TIMEOUT_MS);
  const isConnected = await stream.connected.finally(() => clearTimeout(timer));
  if (isConnected) return stream;
  stream.destroy();
  throw new AppError('port_closed', `nothing listens on port ${port}`);
}

/** The bytes of a relay, without the engine's framing of its output. */
class RelayStream extends Duplex {
  /** False when it ended before it was connected. */
  readonly connected: Promise<boolean>;
  readonly #line: Duplex;

  constructor(line: Duplex) {
    super({ allowHalfOpen: true });
    this.#line = line;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.connected = promise;
    let isFirst = true;
    const take = (data: Uint8Array) => {
      const rest = isFirst ? data.subarray(1) : data;
      if (isFirst) resolve(data[0] === CONNECTED);
      isFirst = false;
      if (rest.length > 0 && !this.push(rest)) line.pause();
    };
    const demux = new StdioDemux({
      stdout: take,
      stderr: (data) => log.debug('docker.relay_said', { bytes: data.length }),
    });
    line.on('data', (data: Buffer) => demux.push(data));
    line.once('end', () => this.push(null));
    line.once('error', (error) => this.destroy(error));
    line.once('close', () => {
      resolve(false);
      this.destroy();
    });
    this.once('close', () => resolve(false));
  }

  override _read(): void {
    this.#line.resume();
  }

  override _write(data: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#line.write(data, encoding, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#line.end(done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#line.destroy();
    done(error);
  }
}
