/** A line without a network: what is sent is heard a moment later, in order, in the same process. */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { messageType } from '#lib/contract/collaboration.ts';
import type { Line, LineEars } from '../../server/collaboration/line.ts';

export class FakeLine implements Line {
	isOpen = true;
	isPaused = false;
	bufferedAmount = 0;
	/** How the server ended it. */
	closeCode: number | null = null;
	/** The highest number heard. */
	acknowledged = 0;
	readonly #onFrame: (frame: Uint8Array) => void;
	readonly #onClose: () => void;
	#ears: LineEars | undefined;

	constructor(onFrame: (frame: Uint8Array) => void = () => {}, onClose: () => void = () => {}) {
		this.#onFrame = onFrame;
		this.#onClose = onClose;
	}

	listen(ears: LineEars): void {
		this.#ears = ears;
	}
	send(frame: Uint8Array): void {
		queueMicrotask(() => {
			if (!this.isOpen) return;
			if (frame[0] === messageType.acknowledged) {
				const decoder = decoding.createDecoder(frame);
				decoding.readVarUint(decoder);
				this.acknowledged = decoding.readVarUint(decoder);
			}
			this.#onFrame(frame);
		});
	}
	ping(): void {}
	pause(): void {
		this.isPaused = true;
	}
	resume(): void {
		this.isPaused = false;
	}
	close(code: number): void {
		this.closeCode ??= code;
		this.terminate();
	}
	terminate(): void {
		if (!this.isOpen) return;
		this.isOpen = false;
		queueMicrotask(() => {
			this.#ears?.closed();
			this.#onClose();
		});
	}

	/** What the other end says. */
	say(frame: Uint8Array): void {
		if (this.isOpen) this.#ears?.frame(Buffer.from(frame), true);
	}
	sayUpdate(update: Uint8Array): void {
		this.say(syncFrame(2, update));
	}
	sayState(update: Uint8Array): void {
		this.say(syncFrame(1, update));
	}
	ask(stateVector: Uint8Array = new Uint8Array([0])): void {
		this.say(syncFrame(0, stateVector));
	}
}

export function syncFrame(type: 0 | 1 | 2, bytes: Uint8Array): Uint8Array {
	const encoder = encoding.createEncoder();
	encoding.writeVarUint(encoder, messageType.sync);
	encoding.writeVarUint(encoder, type);
	encoding.writeVarUint8Array(encoder, bytes);
	return encoding.toUint8Array(encoder);
}

/** Null for what is no sync message. */
export function readSync(frame: Uint8Array): { type: number; bytes: Uint8Array } | null {
	if (frame[0] !== messageType.sync) return null;
	const decoder = decoding.createDecoder(frame);
	decoding.readVarUint(decoder);
	return { type: decoding.readVarUint(decoder), bytes: decoding.readVarUint8Array(decoder) };
}
