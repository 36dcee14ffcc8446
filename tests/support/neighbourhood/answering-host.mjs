// A host of the tests: answers on one port, by TCP and UDP, and names each caller on its standard output.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const port = Number(process.argv[2]);
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhere\n';

const note = (how, from, to) => process.stdout.write(`${JSON.stringify({ how, from, to })}\n`);

const streams = createServer((socket) => {
  note('tcp', socket.remoteAddress, socket.localAddress);
  socket.on('error', () => undefined);
  socket.once('data', () => socket.end(ANSWER));
});
const packets = createSocket('udp4', (message, { address, port: back }) => {
  note('udp', address, message.toString());
  packets.send('here\n', back, address);
});
streams.listen(port, '::', () => packets.bind(port, () => process.stdout.write('ready\n')));
