import { MAX_OFFERED_PORTS } from '#server/shared/protocol.ts';

const LISTENING = '0A';
/** Name service and secure shell of the sandbox's own system: no pages. */
const NO_PAGES = new Set([22, 53, 111, 5353, 5355]);

type Socket = { address: string; port: number; uid: number };

/** Ports worth a look, lowest first, out of the text of /proc/net/tcp and tcp6. What cannot be read is left out. */
export function listeningPorts(text: string): number[] {
  const found = text.split('\n').flatMap((line) => listeningSocket(line) ?? []);
  // What root keeps to the loopback is the system's own: a container engine's streaming port, for one.
  const offered = found.filter(({ port, address, uid }) => !NO_PAGES.has(port) && !(uid === 0 && isLoopback(address)));
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

/** Addresses are words of four bytes, each with its last byte first. */
function isLoopback(address: string): boolean {
  if (address.length === 8) return address.endsWith('7F');
  return address === '00000000000000000000000001000000' || /^0{16}FFFF0000[0-9A-F]{6}7F$/.test(address);
}
