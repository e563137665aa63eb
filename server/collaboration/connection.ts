/** One line in one room: its pace, its counts, and how it ends. */
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { closeCode, encodeAccess } from '#lib/contract/collaboration.ts';
import type { PartKey } from '#lib/document/template.ts';
import type { Member } from '../context.ts';
import { Bucket } from './bucket.ts';
import type { Limits } from './limits.ts';
import type { Line } from './line.ts';
import { decodeMessage, encodeAwareness, encodeNumber, type Message } from './protocol.ts';

const heartbeat = encodeAwareness([]);

export interface ConnectionSettings {
	line: Line;
	/** Asked again who it is when rights change. */
	request: IncomingMessage;
	who: Member;
	documentId: string;
	canWrite: boolean;
	/** What they may write in; null stands for all of the text. */
	parts: readonly PartKey[] | null;
	/** The shape of texts that its page was built with. */
	schema: number;
	/** Opened with ?ext=1: hears messages 100 and more. */
	isExtended: boolean;
	limits: Limits;
	log: Logger;
	onGone(): void;
}

export class Connection {
	readonly request: IncomingMessage;
	readonly who: Member;
	readonly documentId: string;
	readonly canWrite: boolean;
	readonly parts: ReadonlySet<PartKey> | null;
	readonly schema: number;
	/**
	 * good: what it sends is committed. doubtful: its rights are being asked again, what it sent waits.
	 * withdrawn: nothing of it is committed any more. refused: it misbehaved; what came before stands.
	 */
	right: 'good' | 'doubtful' | 'withdrawn' | 'refused' = 'good';
	/** Counts the reasons to doubt, so that an answer to an older one is not taken for the newest. */
	doubts = 0;
	/** It has the committed state, and hears what follows. */
	hasJoined = false;
	/** Document-changing frames received. */
	received = 0;
	/** How many of them, from the first on, are in what is committed or being committed. */
	reached = 0;
	/** It missed something of ours or we of its: only a sync step 2 can make its frames count again. */
	isOwing = false;
	gaps = 0;

	readonly #settings: ConnectionSettings;
	#acknowledged = 0;
	#backlogFrames = 0;
	#backlog_bytes = 0;
	#frames: Bucket;
	#bytes: Bucket;
	#resume: NodeJS.Timeout | undefined;
	#lastHeard = Date.now();
	#lastSaid = Date.now();
	#lastPing = Date.now();
	#slowSince: number | null = null;
	/** The whole document it asked for does not count as being slow. */
	#allowance_bytes = 0;
	#isClosing = false;
	#isStill = false;

	constructor(settings: ConnectionSettings) {
		this.#settings = settings;
		this.request = settings.request;
		this.who = settings.who;
		this.documentId = settings.documentId;
		this.canWrite = settings.canWrite;
		this.schema = settings.schema;
		this.parts = settings.parts && new Set(settings.parts);
		const { limits } = settings;
		this.#frames = new Bucket(limits.framesPerSecond, limits.frameBurst);
		this.#bytes = new Bucket(limits.bytesPerSecond, limits.byteBurst);
	}

	/** Whether a new answer about their rights is the one they came in with. */
	hasSameRights({ canWrite, parts }: { canWrite: boolean; parts: readonly PartKey[] | null }): boolean {
		return (
			canWrite === this.canWrite &&
			(parts === null) === (this.parts === null) &&
			(parts ?? []).length === (this.parts?.size ?? 0) &&
			(parts ?? []).every((part) => this.parts!.has(part))
		);
	}

	get isOpen(): boolean {
		return !this.#isClosing && this.#settings.line.isOpen;
	}

	/** Starts reading. `onClose` is called once, however the line ends. */
	listen(onMessage: (message: Message, size: number) => void, onClose: () => void): void {
		this.#settings.line.listen({
			frame: (data, isBinary) => this.#receive(data, isBinary, onMessage),
			alive: () => (this.#lastHeard = Date.now()),
			failed: (error) => this.#settings.log.debug({ err: error }, 'live line failed'),
			closed: () => {
				this.#isClosing = true;
				clearTimeout(this.#resume);
				this.#settings.onGone();
				onClose();
			}
		});
		if (this.#settings.isExtended)
			this.send(encodeNumber('access', encodeAccess(this.canWrite, this.#settings.parts)));
	}

	#receive(data: Buffer, isBinary: boolean, onMessage: (message: Message, size: number) => void): void {
		if (this.#isClosing) return;
		const { limits } = this.#settings;
		this.#lastHeard = Date.now();
		this.#frames.take(1);
		this.#bytes.take(data.length);
		let message: Message;
		try {
			if (!isBinary) throw new Error('text');
			message = decodeMessage(data);
		} catch {
			return this.refuse('unreadable frame');
		}
		if (data.length > limits.frame_bytes && !(message.kind === 'change' && message.isStep2))
			return this.close(closeCode.unavailable, 'frame too large');
		if (message.kind === 'change') this.received++;
		this.#keepPace();
		onMessage(message, data.length);
	}

	send(frame: Uint8Array): void {
		if (!this.isOpen) return;
		const { line, limits } = this.#settings;
		line.send(frame);
		this.#lastSaid = Date.now();
		if (line.bufferedAmount > limits.stalled_bytes + this.#allowance_bytes)
			this.close(closeCode.unavailable, 'too slow');
	}

	sendDocument(frame: Uint8Array): void {
		this.#allowance_bytes = frame.length;
		this.send(frame);
	}

	sendExtension(type: 'acknowledged' | 'access' | 'waiting', value: number): void {
		if (this.#settings.isExtended) this.send(encodeNumber(type, value));
	}

	/** Everything up to `reached` is durable. */
	acknowledge(): void {
		if (this.reached <= this.#acknowledged) return;
		this.#acknowledged = this.reached;
		this.sendExtension('acknowledged', this.#acknowledged);
	}

	/** For good: it sent what no honest client sends, or what it may not send. */
	refuse(reason: string): void {
		if (this.right === 'refused') return;
		this.right = 'refused';
		this.#settings.log.warn({ documentId: this.documentId, reason }, 'live line refused');
		this.close(closeCode.forbidden, reason);
	}

	/** Its right is gone: nothing it sent and that is not committed will be. */
	withdraw(code: number, reason: string): void {
		if (this.right === 'withdrawn') return;
		this.right = 'withdrawn';
		this.close(code, reason);
	}

	close(code: number, reason: string): void {
		if (this.#isClosing) return;
		this.#isClosing = true;
		clearTimeout(this.#resume);
		this.#settings.line.close(code, reason);
	}

	/** Reads no more, so that what arrives stays with its sender, who keeps it. */
	stopReading(): void {
		this.#isStill = true;
		clearTimeout(this.#resume);
		this.#resume = undefined;
		this.#settings.line.pause();
	}

	/** A frame waits to be looked at. */
	hold(bytes: number): void {
		this.#backlogFrames++;
		this.#backlog_bytes += bytes;
		this.#keepPace();
	}

	release(bytes: number): void {
		this.#backlogFrames--;
		this.#backlog_bytes -= bytes;
		const { line } = this.#settings;
		if (line.isPaused && !this.#resume && !this.#isBehind()) this.#readOn();
	}

	/** Called about every second. */
	tick(now: number): void {
		const { line, limits } = this.#settings;
		if (now - this.#lastHeard > limits.lost_ms && !line.isPaused) return line.terminate();
		if (now - this.#lastSaid > limits.silence_ms) this.send(heartbeat);
		if (now - this.#lastPing > limits.silence_ms && this.isOpen) {
			this.#lastPing = now;
			line.ping();
		}
		const waiting = line.bufferedAmount;
		if (waiting < limits.slow_bytes) this.#allowance_bytes = 0;
		if (waiting < limits.slow_bytes + this.#allowance_bytes) this.#slowSince = null;
		else if (now - (this.#slowSince ??= now) > limits.slow_ms) this.close(closeCode.unavailable, 'too slow');
	}

	#isBehind(): boolean {
		const { limits } = this.#settings;
		return this.#backlogFrames > limits.backlogFrames || this.#backlog_bytes > limits.backlog_bytes;
	}

	#keepPace(): void {
		if (this.#isClosing) return;
		const { line } = this.#settings;
		const wait_ms = Math.max(this.#frames.wait_ms(), this.#bytes.wait_ms());
		if (wait_ms > 0) {
			line.pause();
			this.#resume ??= setTimeout(() => {
				this.#resume = undefined;
				// What was already on its way when the line was paused has to be waited for as well.
				this.#keepPace();
				if (!this.#resume && !this.#isBehind()) this.#readOn();
			}, wait_ms);
		} else if (this.#isBehind()) line.pause();
	}

	#readOn(): void {
		if (this.#isClosing || this.#isStill) return;
		// A paused line could not be heard.
		this.#lastHeard = Date.now();
		this.#settings.line.resume();
	}
}
