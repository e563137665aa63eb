/** What carries the frames of one connection to a browser and back. The room does not know which one it is. */
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

	constructor(socket: WebSocket) {
		this.#socket = socket;
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
		this.#socket.send(frame, { binary: true });
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
