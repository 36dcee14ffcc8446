import { HOLDER_PORT } from '#server/shared/holder-port.ts';
import { MAX_OFFERED_PORTS } from '#server/shared/protocol.ts';

const LISTENING = '0A';
/** Name service, secure shell and held shells of the sandbox's own system: no pages. */
const NO_PAGES = new Set([22, 53, 111, 5353, 5355, HOLDER_PORT]);

type Socket = { address: string; port: number; uid: number };

/** Ports worth a look, lowest first, out of the text of /proc/net/tcp and tcp6. What cannot be read is left out. */
export function listeningPorts(text: string): number[] {
  const found = text.split('\n').flatMap((line) => listeningSocket(line) ?? []);
  const offered = found.filter(({ port, address, uid }) => {
    const place = placeOf(address);
    // What root keeps to the loopback is the system's own: a container engine's streaming port, for one.
    return !NO_PAGES.has(port) && place !== 'elsewhere' && !(uid === 0 && place === 'loopback');
  });
  const ports = [...new Set(offered.map(({ port }) => port))];
  return ports.sort((a, b) => a - b).slice(0, MAX_OFFERED_PORTS);
}

/** Fields: number, local address, remote address, state, queues, timer, retransmissions, owner, … */
function listeningSocket(line: string): Socket | null {
  const fields = line.trim().split(/\s+/);
  const [, address = '', hexPort = ''] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(fields[1] ?? '') ?? [];
  const port = Number.parseInt(hexPort, 16);
  const uid = Number(fields[7]);
  if (fields[3] !== LISTENING || !(port > 0) || !Number.isInteger(uid)) return null;
  return { address, port, uid };
}

/**
 * Addresses are words of four bytes, each with its last byte first. `elsewhere`: a loopback address that nobody dials, as
 * the engine's own name server has one.
 */
function placeOf(address: string): 'loopback' | 'elsewhere' | 'open' {
  if (address === '00000000000000000000000001000000') return 'loopback';
  const word = /^(?:0{16}FFFF0000)?([0-9A-F]{8})$/.exec(address)?.[1] ?? '';
  if (!word.endsWith('7F')) return 'open';
  return word === '0100007F' ? 'loopback' : 'elsewhere';
}
