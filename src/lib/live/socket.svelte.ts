/** The browser's one Socket.IO connection. Its code is fetched only by pages that listen to something. */
import type { Socket } from 'socket.io-client';
import type { LiveEvents, LiveRequests } from '../contract/live.ts';

export type LiveSocket = Socket<LiveEvents, LiveRequests>;

let opening: Promise<LiveSocket> | null = null;
let listeners = 0;

/**
 * Borrows the connection; it closes when the last page that borrowed it gives it back.
 * Polling first, then WebSocket: where a proxy blocks WebSockets, polling stays.
 */
export function borrowSocket(): { socket: Promise<LiveSocket>; giveBack(): void } {
	listeners++;
	opening ??= import('socket.io-client').then(
		({ io }) => io({ path: '/socket.io', reconnectionDelayMax: 10_000 }) as LiveSocket
	);
	const socket = opening;
	let isGivenBack = false;
	return {
		socket,
		giveBack() {
			if (isGivenBack) return;
			isGivenBack = true;
			if (--listeners > 0) return;
			opening = null;
			void socket.then((open) => open.disconnect());
		}
	};
}
