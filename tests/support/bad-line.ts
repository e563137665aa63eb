/** A TCP line between two ends of a test, which can be cut, go silent, be slow, or lose one of its connections. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface BadLine {
	port: number;
	/** cut: everything is closed and nothing gets in. silent: bytes wait, on connections that stay open. slow: late. */
	become(next: 'good' | 'cut' | 'silent' | 'slow'): void;
	/** Open connections. */
	count(): number;
	/** One connection, chosen from 0 on, ends with a reset. */
	reset(index: number): void;
	/** What is sent next on this connection arrives in half, then it ends. */
	cutMidway(index: number): void;
	/** This connection stays open at both ends and never carries a byte again: neither end is told. */
	lose(index: number): void;
	/** How many people still hold such a connection for a good one. */
	lostCount(): number;
	close(): Promise<void>;
}

interface Pair {
	near: Socket;
	far: Socket;
	isCutNext: boolean;
	isLost: boolean;
}

export async function badLine(
	target: { host: string; port: number },
	{ latency_ms = 2_000 } = {}
): Promise<BadLine> {
	const pairs = new Set<Pair>();
	const lost = new Set<Socket>();
	let state: Parameters<BadLine['become']>[0] = 'good';

	const forward = (pair: Pair, from: Socket, to: Socket) => {
		let due = 0;
		let earlier = Promise.resolve();
		from.on('data', (chunk: Buffer) => {
			if (pair.isLost) return;
			if (pair.isCutNext && chunk.length > 1) {
				to.end(chunk.subarray(0, chunk.length >> 1));
				from.destroy();
				return;
			}
			const now = Date.now();
			due = Math.max(due, state === 'slow' ? now + latency_ms : now);
			if (due <= now) to.write(chunk);
			else {
				const wait_ms = due - now;
				const arrives = new Promise((resolve) => setTimeout(resolve, wait_ms));
				earlier = earlier
					.then(() => arrives)
					.then(() => void (pair.isLost || to.destroyed || to.write(chunk)));
			}
		});
		from.on('close', () => {
			pairs.delete(pair);
			// What was said before the end still arrives.
			if (!pair.isLost) void earlier.then(() => to.destroySoon());
		});
		from.on('error', () => {});
	};

	const server = createServer((near) => {
		if (state === 'cut') {
			near.on('error', () => {});
			return void near.destroy();
		}
		const far = connect(target.port, target.host);
		const pair: Pair = { near, far, isCutNext: false, isLost: false };
		pairs.add(pair);
		forward(pair, near, far);
		forward(pair, far, near);
		if (state === 'silent') for (const socket of [near, far]) socket.pause();
	}).listen(0, '127.0.0.1');
	await once(server, 'listening');

	const at = (index: number) => [...pairs].filter(({ isLost }) => !isLost)[index];
	return {
		port: (server.address() as AddressInfo).port,
		become(next) {
			state = next;
			for (const { near, far } of pairs)
				for (const socket of [near, far])
					if (next === 'cut') socket.destroy();
					else if (next === 'silent') socket.pause();
					else socket.resume();
		},
		count: () => [...pairs].filter(({ isLost }) => !isLost).length,
		reset(index) {
			at(index)?.near.resetAndDestroy();
		},
		cutMidway(index) {
			const pair = at(index);
			if (pair) pair.isCutNext = true;
		},
		lose(index) {
			const pair = at(index);
			if (!pair) return;
			pair.isLost = true;
			lost.add(pair.near);
			pair.near.once('close', () => lost.delete(pair.near));
		},
		lostCount: () => lost.size,
		async close() {
			for (const { near, far } of pairs) for (const socket of [near, far]) socket.destroy();
			for (const socket of lost) socket.destroy();
			server.close();
			await once(server, 'close');
		}
	};
}
