/** What carries the frames of one connection to a browser and back. The room does not know which one it is. */
import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';

export interface LineEars {
	/** A whole frame. Not binary: no frame of ours. */
	frame(data: Buffer, isBinary: boolean): void;
	/** The other end showed that it is there. */
	alive(): void;
	/** Once, however it ended. */
	closed(): void;
	failed(error: Error): void;
}

export interface Line {
	readonly isOpen: boolean;
	readonly isPaused: boolean;
	/** Handed over, and not known to have left, in bytes. */
	readonly bufferedAmount: number;
	listen(ears: LineEars): void;
	send(frame: Uint8Array): void;
	/** Asks for a sign of life. */
	ping(): void;
	/** Reads no more: what the other end sends stays with it. */
	pause(): void;
	resume(): void;
	/** Says why, and is gone a moment later, whatever the other end does. */
	close(code: number, reason: string): void;
	/** Gone, without a word. */
	terminate(): void;
}

export class WebSocketLine implements Line {
	readonly #socket: WebSocket;
	readonly #wire: Duplex;

	/** @param wire what the WebSocket itself writes to */
	constructor(socket: WebSocket, wire: Duplex) {
		this.#socket = socket;
		this.#wire = wire;
	}

	get isOpen(): boolean {
		return this.#socket.readyState === WebSocket.OPEN;
	}

	get isPaused(): boolean {
		return this.#socket.isPaused;
	}

	get bufferedAmount(): number {
		return this.#socket.bufferedAmount;
	}

	listen({ frame, alive, closed, failed }: LineEars): void {
		this.#socket.on('message', (data: RawData, isBinary: boolean) => frame(data as Buffer, isBinary));
		this.#socket.on('pong', alive);
		this.#socket.on('error', failed);
		this.#socket.once('close', closed);
	}

	send(frame: Uint8Array): void {
		// Without compression the WebSocket holds nothing back, so that whole frames may be written beside its own: one write
		// where it makes two, and one header where it makes one for each of those who hear the same.
		if (frame.length > copied_bytes) this.#socket.send(frame, { binary: true });
		else if (this.isOpen) this.#wire.write(onTheWire(frame));
	}

	ping(): void {
		this.#socket.ping();
	}

	pause(): void {
		this.#socket.pause();
	}

	resume(): void {
		this.#socket.resume();
	}

	close(code: number, reason: string): void {
		this.#socket.close(code, reason);
		// The other end's goodbye is still to be read; frames before it are ignored.
		this.#socket.resume();
	}

	terminate(): void {
		this.#socket.terminate();
	}
}

/** Larger than this, a copy costs more than a second write. */
const copied_bytes = 16 * 1024;
let lastFrame: Uint8Array | undefined;
let lastOnTheWire: Buffer | undefined;

/** A short frame as a WebSocket server writes it: final, binary, not masked (RFC 6455, section 5.2). */
function onTheWire(frame: Uint8Array): Buffer {
	if (frame === lastFrame && lastOnTheWire) return lastOnTheWire;
	const { length } = frame;
	const header = length < 126 ? 2 : 4;
	const bytes = Buffer.allocUnsafe(header + length);
	bytes[0] = 0x82;
	bytes[1] = Math.min(length, 126);
	if (header === 4) bytes.writeUInt16BE(length, 2);
	bytes.set(frame, header);
	lastFrame = frame;
	lastOnTheWire = bytes;
	return bytes;
}
