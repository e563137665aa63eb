/** The physical limit: a socket server that passes every frame on, and keeps nothing. */
import { WebSocketServer, type WebSocket } from 'ws';
import { answerReadings } from '../meter.ts';

const rooms = new Map<string, Set<WebSocket>>();
const server = new WebSocketServer(
	{ host: '127.0.0.1', port: Number(process.env.PORT), perMessageDeflate: false },
	() => process.send!('listening')
);
server.on('connection', (socket, request) => {
	const path = request.url!.split('?')[0]!;
	const room = rooms.get(path) ?? new Set();
	rooms.set(path, room.add(socket));
	socket.on('message', (data) => {
		for (const other of room) if (other !== socket) other.send(data, { binary: true });
	});
	socket.on('close', () => {
		room.delete(socket);
		if (room.size === 0) rooms.delete(path);
	});
});
answerReadings();
