/** A line made of HTTP requests: what is for the browser waits for it to ask, what it sends comes in answers held back. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'socket.io';
import type { PollingEvents, PollingRequests } from '#lib/contract/collaboration.ts';
import type { Line, LineEars } from './line.ts';

export type PollingSocket = Socket<PollingRequests, PollingEvents>;

const tooLarge = 1009;

export class PollingLine implements Line {
	/** A browser that was told goodbye has this long to ask for it. */
	static readonly goodbye_ms = 3_000;

	readonly #socket: PollingSocket;
	readonly #frame_bytes: number;
	/** Waiting for the browser to ask. */
	#queued_bytes = 0;
	/** In an answer, until the browser's next question shows that it arrived. */
	#answered_bytes = 0;
	#pieces: Buffer[] = [];
	#pieces_bytes = 0;
	#waiting: (() => void)[] = [];
	#isPaused = false;
	#isClosing = false;

	/** @param frame_bytes the largest frame taken, pieces put together */
	constructor(socket: PollingSocket, frame_bytes: number) {
		this.#socket = socket;
		this.#frame_bytes = frame_bytes;
		const { conn } = socket;
		conn.on('flush', () => {
			this.#answered_bytes += this.#queued_bytes;
			this.#queued_bytes = 0;
		});
		// Before the engine's own ear, which answers at once with what is queued.
		conn.transport.prependListener('ready', () => (this.#answered_bytes = 0));
		conn.once('close', () => this.#readOn());
	}

	get isOpen(): boolean {
		return !this.#isClosing && this.#socket.connected;
	}

	get isPaused(): boolean {
		return this.#isPaused;
	}

	get bufferedAmount(): number {
		return this.#queued_bytes + this.#answered_bytes;
	}

	listen({ frame, alive, closed, failed }: LineEars): void {
		const { conn } = this.#socket;
		this.#socket.onAny((event: string, bytes: unknown, ...more: unknown[]) => {
			if (!Buffer.isBuffer(bytes) || more.length > 0) return frame(Buffer.alloc(0), false);
			if (event === 'piece') return this.#keep(bytes);
			if (event !== 'frame') return frame(Buffer.alloc(0), false);
			if (!this.#keep(bytes)) return;
			const whole = this.#pieces.length === 1 ? bytes : Buffer.concat(this.#pieces);
			this.#pieces = [];
			this.#pieces_bytes = 0;
			frame(whole, true);
		});
		conn.transport.on('ready', alive);
		conn.on('heartbeat', alive);
		this.#socket.on('error', failed);
		this.#socket.once('disconnect', closed);
	}

	/** False when the frame grew too large, and the line ends. */
	#keep(bytes: Buffer): boolean {
		this.#pieces.push(bytes);
		this.#pieces_bytes += bytes.length;
		if (this.#pieces_bytes <= this.#frame_bytes) return true;
		this.#pieces = [];
		this.close(tooLarge, 'too large');
		return false;
	}

	send(frame: Uint8Array): void {
		this.#queued_bytes += frame.length;
		this.#socket.emit('frame', frame);
	}

	/** The engine asks by itself, and so does every question of the browser. */
	ping(): void {}

	pause(): void {
		this.#isPaused = true;
	}

	resume(): void {
		this.#isPaused = false;
		this.#readOn();
	}

	#readOn(): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const read of waiting) read();
	}

	/** A request with frames is read when the line is. Until then it is not answered either, and the browser sends no other. */
	whenRead(request: IncomingMessage, read: (error?: Error) => void): void {
		if (!this.#isPaused || this.#isClosing) return read();
		// Its frames are lost, and those after them would be of no use.
		const onGone = () => this.terminate();
		request.once('close', onGone);
		this.#waiting.push(() => {
			request.off('close', onGone);
			read(request.destroyed ? new Error('gone') : undefined);
		});
	}

	/** The browser hangs up when it has heard why: hanging up first could cut the request that carries its last frames. */
	close(code: number, reason: string): void {
		if (this.#isClosing) return;
		this.#socket.emit('close', code, reason);
		this.#isClosing = true;
		this.#pieces = [];
		setTimeout(() => this.terminate(), PollingLine.goodbye_ms).unref();
		this.resume();
	}

	terminate(): void {
		this.#isClosing = true;
		this.#socket.conn.close(true);
	}
}
