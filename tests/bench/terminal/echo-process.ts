/** The floor: a bare `ws` that sends back what it gets. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('connection', (socket, request) => {
  request.socket.setNoDelay(true);
  socket.on('message', (data) => socket.send(data, { binary: true }));
});
server.on('listening', () => process.send?.(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`));
