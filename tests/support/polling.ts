/** Live documents over long-polling, and a proxy that lets no WebSocket through. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket as NetSocket } from 'node:net';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { io, type Socket } from 'socket.io-client';
import {
	messageType,
	piece_bytes,
	pollingPath,
	type PollingEvents,
	type PollingRefusal,
	type PollingRequest,
	type PollingRequests
} from '#lib/contract/collaboration.ts';

/** A line that says exactly what it is told, and keeps what it hears. */
export interface PolledRaw {
	socket: Socket<PollingEvents, PollingRequests>;
	frames: Uint8Array[];
	acknowledged(): number;
	/** Resolves with the close code, 1006 when there was none. */
	closed: Promise<number>;
	send(frame: Uint8Array): void;
	sendUpdate(update: Uint8Array): void;
	sendStep2(update: Uint8Array): void;
	ask(stateVector?: Uint8Array): void;
}

/** @throws Error with the refusal of the server, if it said one, as `data` */
export async function openPolledRaw(
	place: { port: number; origin: string },
	documentId: string,
	cookie: string,
	{ origin = place.origin, query = 'ext=1' }: { origin?: string | null; query?: string } = {}
): Promise<PolledRaw> {
	const socket: PolledRaw['socket'] = io(`http://127.0.0.1:${place.port}`, {
		path: pollingPath,
		transports: ['polling'],
		reconnection: false,
		forceNew: true,
		extraHeaders: { cookie, ...(origin ? { origin } : {}) },
		auth: { documentId, query } satisfies PollingRequest
	});
	const frames: Uint8Array[] = [];
	let acknowledged = 0;
	socket.on('frame', (data) => {
		const frame = new Uint8Array(data);
		frames.push(frame);
		const decoder = decoding.createDecoder(frame);
		if (decoding.readVarUint(decoder) === messageType.acknowledged)
			acknowledged = decoding.readVarUint(decoder);
	});
	const closed = new Promise<number>((resolve) => {
		socket.once('close', (code) => {
			resolve(code);
			socket.disconnect();
		});
		socket.once('disconnect', () => resolve(1006));
	});
	await new Promise<void>((resolve, reject) => {
		socket.once('connect', resolve);
		socket.once('connect_error', (error) => {
			socket.disconnect();
			reject(error);
		});
	});
	const send = (frame: Uint8Array) => {
		let start = 0;
		for (; frame.length - start > piece_bytes; start += piece_bytes)
			socket.emit('piece', frame.subarray(start, start + piece_bytes));
		socket.emit('frame', frame.subarray(start));
	};
	const sync = (type: number, bytes: Uint8Array) => {
		const encoder = encoding.createEncoder();
		encoding.writeVarUint(encoder, messageType.sync);
		encoding.writeVarUint(encoder, type);
		encoding.writeVarUint8Array(encoder, bytes);
		send(encoding.toUint8Array(encoder));
	};
	return {
		socket,
		frames,
		acknowledged: () => acknowledged,
		closed,
		send,
		sendUpdate: (update) => sync(2, update),
		sendStep2: (update) => sync(1, update),
		ask: (stateVector = new Uint8Array([0])) => sync(0, stateVector)
	};
}

/** What a refused line is told; null when only that it is refused. */
export async function pollingRefusal(
	...line: Parameters<typeof openPolledRaw>
): Promise<PollingRefusal | null> {
	try {
		const { socket } = await openPolledRaw(...line);
		socket.disconnect();
	} catch (error) {
		return (error as { data?: PollingRefusal }).data ?? null;
	}
	throw new Error('accepted');
}

export interface Proxy {
	port: number;
	origin: string;
	/** Where requests go. */
	target: { port: number };
	/** Whether it lets WebSockets through. Those already open stay. */
	letsUpgrade: boolean;
	/** Upgrades are neither let through nor refused. */
	holdsUpgrade: boolean;
	/** Upgrades are answered by the proxy itself, which then says nothing. */
	answersUpgrade: boolean;
	/** Upgrades refused. */
	refused: number;
	/** Upgrades let through. */
	upgraded: number;
	/** Requests whose address begins so. */
	count(path: string): number;
	close(): Promise<void>;
}

/** A town hall's proxy: pages pass, and whatever asks for an upgrade is told 403 unless it lets them through. */
export async function startProxy(target: { port: number } = { port: 0 }): Promise<Proxy> {
	const asked: string[] = [];
	const sockets = new Set<NetSocket>();
	const server = createServer((request, response) => {
		asked.push(request.url ?? '');
		const onward = httpRequest(
			{ ...to(request), headers: { ...request.headers, 'x-forwarded-for': '192.0.2.7' } },
			(answer) => {
				response.writeHead(answer.statusCode ?? 502, answer.headers);
				answer.pipe(response);
				answer.on('error', () => response.destroy());
			}
		);
		onward.on('error', () => {
			if (response.headersSent) response.destroy();
			else response.writeHead(502).end();
		});
		response.on('close', () => onward.destroy());
		request.on('error', () => onward.destroy());
		request.pipe(onward);
	});
	const proxy: Proxy = {
		port: 0,
		origin: '',
		target,
		letsUpgrade: false,
		holdsUpgrade: false,
		answersUpgrade: false,
		refused: 0,
		upgraded: 0,
		count: (path) => asked.filter((address) => address.startsWith(path)).length,
		async close() {
			const closed = new Promise((resolve) => server.close(resolve));
			for (const socket of sockets) socket.destroy();
			await closed;
		}
	};
	const to = ({ method, url }: IncomingMessage) => ({
		host: '127.0.0.1',
		port: proxy.target.port,
		method,
		path: url
	});
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	server.on('upgrade', (request, socket, head) => {
		socket.on('error', () => socket.destroy());
		if (proxy.holdsUpgrade) return;
		if (proxy.answersUpgrade) {
			const accept = createHash('sha1')
				.update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
				.digest('base64');
			return socket.write(
				'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
					`Sec-WebSocket-Accept: ${accept}\r\n\r\n`
			);
		}
		if (!proxy.letsUpgrade) {
			proxy.refused++;
			return socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
		}
		proxy.upgraded++;
		const onward = connect(proxy.target.port, '127.0.0.1', () => {
			const headers = request.rawHeaders.reduce(
				(lines, word, index) => lines + word + (index % 2 === 0 ? ': ' : '\r\n'),
				''
			);
			onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${headers}\r\n`);
			onward.write(head);
			socket.pipe(onward).pipe(socket);
		});
		onward.on('error', () => socket.destroy());
		socket.on('close', () => onward.destroy());
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	proxy.port = (server.address() as AddressInfo).port;
	proxy.origin = `http://127.0.0.1:${proxy.port}`;
	return proxy;
}
