/**
 * What the stock client takes for a WebSocket. It is one wherever it can be; where WebSockets are blocked it carries the
 * same frames by long-polling, and goes back as soon as a real one works.
 */
import type { Socket } from 'socket.io-client';
import {
	collaborationPath,
	piece_bytes,
	pollingPath,
	type PollingEvents,
	type PollingRefusal,
	type PollingRequest,
	type PollingRequests
} from '../contract/collaboration.ts';
import type { LineMemory } from './line-memory.ts';

export type LineKind = 'websocket' | 'polling';

export interface LineOptions {
	memory: LineMemory;
	/** Told just before the line opens. */
	onOpen(kind: LineKind): void;
	onSent(frame: Uint8Array): void;
	/** For programs that are no browser: their cookie and their origin. */
	WebSocket?: typeof WebSocket;
	headers?: Record<string, string>;
	patience?: Partial<Patience>;
}

/** In milliseconds. */
export interface Patience {
	/** Until a WebSocket opens and says something. */
	open_ms: number;
	/** Before a second try, when the first one failed at once. */
	again_ms: number;
	/** On long-polling, until a WebSocket is tried again: the first times, then the last one for ever. */
	back_ms: number[];
}

const patient: Patience = { open_ms: 5_000, again_ms: 300, back_ms: [10_000, 60_000, 180_000] };

const lost = 1006;
const changing = 1000;

interface Carrier {
	send(frame: Uint8Array): void;
	close(): void;
}
type Ending = { code: number; reason: string };

export function lineClass(options: LineOptions): typeof WebSocket {
	const { memory } = options;
	const Native = options.WebSocket ?? WebSocket;
	const { open_ms, again_ms, back_ms } = { ...patient, ...options.patience };

	/** Opens a WebSocket. `onFailed` when it never opened, `onMute` when it opened and said nothing. */
	function tryWebSocket(
		url: string,
		on: {
			open(): void;
			message(data: ArrayBuffer): void;
			failed(): void;
			mute(): void;
			ended(ending: Ending): void;
		}
	): Carrier {
		const socket = new Native(url);
		socket.binaryType = 'arraybuffer';
		let hasOpened = false;
		let isOver = false;
		const over = (tell: () => void) => {
			if (isOver) return;
			isOver = true;
			clearTimeout(timer);
			tell();
		};
		const close = () => {
			over(() => {});
			// Closing one that is still opening is told as an error.
			socket.onerror = () => {};
			socket.close();
		};
		const timer = setTimeout(() => {
			over(hasOpened ? on.mute : on.failed);
			close();
		}, open_ms);
		socket.onopen = () => {
			hasOpened = true;
			if (!isOver) on.open();
		};
		socket.onmessage = ({ data }) => {
			clearTimeout(timer);
			if (!isOver) on.message(data as ArrayBuffer);
		};
		socket.onerror = () => {};
		socket.onclose = ({ code, reason }) =>
			over(hasOpened ? () => on.ended({ code, reason: String(reason) }) : on.failed);
		return { send: (frame) => socket.send(frame as Uint8Array<ArrayBuffer>), close };
	}

	class Line {
		static readonly CONNECTING = 0;
		static readonly OPEN = 1;
		static readonly CLOSING = 2;
		static readonly CLOSED = 3;
		readonly CONNECTING = 0;
		readonly OPEN = 1;
		readonly CLOSING = 2;
		readonly CLOSED = 3;
		readonly url: string;
		binaryType = 'arraybuffer';
		readyState = 0;
		onopen: ((event: object) => void) | null = null;
		onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
		onerror: ((event: object) => void) | null = null;
		onclose: ((event: Ending) => void) | null = null;
		#carrier: Carrier | null = null;
		#probe: Carrier | null = null;
		#timer: ReturnType<typeof setTimeout> | undefined;

		constructor(url: string) {
			this.url = url;
			if (memory.isBlocked) void this.#poll();
			else this.#connect(1);
		}

		send(data: ArrayBufferView | ArrayBuffer): void {
			const frame =
				data instanceof ArrayBuffer
					? new Uint8Array(data)
					: new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
			this.#carrier?.send(frame);
			options.onSent(frame);
		}

		close(): void {
			this.#end({ code: changing, reason: '' });
		}

		#connect(attempt: 1 | 2): void {
			this.#carrier = tryWebSocket(this.url, {
				open: () => this.#open('websocket'),
				message: (data) => this.onmessage?.({ data }),
				failed: () => {
					if (attempt === 2) void this.#poll();
					else this.#timer = setTimeout(() => this.#connect(2), again_ms);
				},
				// Something in between answered in the server's place: the next line does without.
				mute: () => {
					memory.block();
					this.#end({ code: lost, reason: '' });
				},
				ended: (ending) => this.#end(ending)
			});
		}

		async #poll(): Promise<void> {
			this.#carrier = null;
			const client = await import('socket.io-client').catch(() => null);
			if (this.readyState !== Line.CONNECTING) return;
			if (!client) return this.#end({ code: lost, reason: '' });
			const { protocol, host, pathname, search } = new URL(this.url);
			const socket: Socket<PollingEvents, PollingRequests> = client.io(
				`${protocol.replace('ws', 'http')}//${host}`,
				{
					path: pollingPath,
					transports: ['polling'],
					reconnection: false,
					forceNew: true,
					auth: {
						documentId: pathname.slice(collaborationPath.length + 1),
						query: search.slice(1)
					} satisfies PollingRequest,
					...(options.headers ? { extraHeaders: options.headers } : {})
				}
			);
			this.#carrier = { send: (frame) => sendInPieces(socket, frame), close: () => socket.disconnect() };
			socket.on('connect', () => {
				// Only now: when nothing opens at all, the server is away and nothing is blocked.
				memory.block();
				this.#open('polling');
				this.#probeLater(0);
			});
			socket.on('frame', (bytes) => this.onmessage?.({ data: bytes as ArrayBuffer }));
			socket.on('close', (code, reason) => this.#end({ code, reason }));
			socket.on('connect_error', (error) => {
				const refusal = (error as { data?: PollingRefusal }).data;
				this.#end(refusal ?? { code: lost, reason: '' });
			});
			socket.on('disconnect', () => this.#end({ code: lost, reason: '' }));
		}

		#probeLater(round: number): void {
			if (this.readyState !== Line.OPEN) return;
			const next = () => this.#probeLater(round + 1);
			this.#timer = setTimeout(
				() => {
					this.#probe = tryWebSocket(this.url, {
						open: () => {},
						// Heard from the server itself: the client comes back at once, with a new line.
						message: () => {
							memory.unblock();
							this.#end({ code: changing, reason: 'WebSocket' });
						},
						failed: next,
						mute: next,
						ended: next
					});
				},
				back_ms[Math.min(round, back_ms.length - 1)]
			);
		}

		#open(kind: LineKind): void {
			this.readyState = Line.OPEN;
			if (kind === 'websocket') memory.unblock();
			options.onOpen(kind);
			this.onopen?.({});
		}

		#end(ending: Ending): void {
			if (this.readyState === Line.CLOSED) return;
			this.readyState = Line.CLOSED;
			clearTimeout(this.#timer);
			this.#probe?.close();
			this.#carrier?.close();
			this.onclose?.(ending);
		}
	}
	return Line as unknown as typeof WebSocket;
}

function sendInPieces(socket: Socket<PollingEvents, PollingRequests>, frame: Uint8Array): void {
	let start = 0;
	for (; frame.length - start > piece_bytes; start += piece_bytes)
		socket.emit('piece', frame.subarray(start, start + piece_bytes));
	socket.emit('frame', frame.subarray(start));
}
