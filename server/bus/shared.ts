/**
 * The bus of several processes, over whatever carries texts between them. Each process numbers what it says: a number
 * that is missing, or a connection that was lost, makes the others read again what they have open. Nobody waits for the
 * bus: without it people write, and learn a little later what others wrote.
 */
import { randomBytes } from 'node:crypto';
import { setImmediate as nextRound, setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import { reach, type Bus, type BusEventName, type BusEvents, type BusListener } from './bus.ts';
import { Ears } from './ears.ts';

/** A connection to what carries the texts. Whoever sends hears its own texts too. */
export interface Link {
	send(texts: string[]): Promise<void>;
	close(): void;
}
export type OpenLink = (on: {
	message(text: string): void;
	/** Not to be used any more. */
	lost(error?: Error): void;
}) => Promise<Link>;

interface Text {
	node: string;
	/** Of the texts of this node that say something, which one this is; of one that says nothing, the last. */
	count: number;
	events: [BusEventName, unknown][];
	isGoodbye?: true;
}

export interface SharedBusSettings {
	/** Every process says this often that it is there, and up to which number it spoke. */
	beat_ms: number;
	/** Not heard for this long: gone. Its own voice not heard: the connection is dead, whatever it pretends. */
	silence_ms: number;
	/** Before another try to connect; doubled each time. */
	retryFirst_ms: number;
	retryMost_ms: number;
	/** Kept while there is no connection. */
	backlog: number;
	/** PostgreSQL takes less than 8000 for one. */
	text_bytes: number;
	/** How long a process that stops waits for its last words to leave. */
	farewell_ms: number;
}

const standard: SharedBusSettings = {
	beat_ms: 4_000,
	silence_ms: 13_000,
	retryFirst_ms: 100,
	retryMost_ms: 5_000,
	backlog: 2_000,
	text_bytes: 7_800,
	farewell_ms: 3_000
};

/** Of one document, more than this is not worth naming. */
const mostSeqs = 200;

export function sharedBus(
	kind: Bus['health']['kind'],
	open: OpenLink,
	log: Pick<Logger, 'warn' | 'error' | 'info'>,
	settings: Partial<SharedBusSettings> = {}
): Bus {
	return new SharedBus(kind, open, log, { ...standard, ...settings });
}

class SharedBus implements Bus {
	readonly #kind: Bus['health']['kind'];
	readonly #open: OpenLink;
	readonly #log: Pick<Logger, 'warn' | 'error' | 'info'>;
	readonly #set: SharedBusSettings;
	readonly #ears: Ears;
	readonly #node = randomBytes(9).toString('base64url');
	readonly #others = new Map<string, { count: number; at: number }>();
	readonly #beat: NodeJS.Timeout;
	readonly #ended = new AbortController();
	#queue: [BusEventName, unknown][] = [];
	/** Rows of a document waiting to be told, one entry of the queue however many commits they came in. */
	readonly #updates = new Map<string, BusEvents['document.updates']>();
	#link: Link | null = null;
	#lose: ((error?: Error) => void) | null = null;
	#count = 0;
	#isBeatDue = false;
	#heardMyself_ms = 0;
	#sending: Promise<void> | null = null;
	#isMissedDue = false;
	#isClosed = false;

	constructor(
		kind: Bus['health']['kind'],
		open: OpenLink,
		log: Pick<Logger, 'warn' | 'error' | 'info'>,
		settings: SharedBusSettings
	) {
		this.#kind = kind;
		this.#open = open;
		this.#log = log;
		this.#set = settings;
		this.#ears = new Ears((error) => log.error({ err: error }, 'a bus listener failed'));
		this.#beat = setInterval(() => this.#onBeat(), settings.beat_ms);
		this.#beat.unref();
		void this.#stayConnected();
	}

	get health(): Bus['health'] {
		const isWell = this.#link !== null && Date.now() - this.#heardMyself_ms < this.#set.silence_ms;
		return { kind: this.#kind, isWell };
	}

	subscribe<N extends BusEventName>(name: N, listener: BusListener<N>): () => void {
		return this.#ears.subscribe(name, listener);
	}

	publish<N extends BusEventName>(name: N, data: BusEvents[N]): void {
		if (reach[name] !== 'others') this.#ears.hear(name, data, null);
		if (reach[name] === 'here' || this.#isClosed) return;
		// Where people are is of no use later.
		if (name === 'document.presence' && !this.#link) return;
		if (name === 'document.updates') this.#enqueueUpdates(data as BusEvents['document.updates']);
		else this.#queue.push([name, data]);
		if (this.#queue.length > this.#set.backlog) {
			this.#queue = [];
			this.#updates.clear();
			this.#count++;
		}
		this.#sendSoon();
	}

	#enqueueUpdates({ documentId, seqs }: BusEvents['document.updates']): void {
		const waiting = this.#updates.get(documentId);
		if (!waiting) {
			const entry = { documentId, seqs: seqs && seqs.length <= mostSeqs ? [...seqs] : null };
			this.#updates.set(documentId, entry);
			this.#queue.push(['document.updates', entry]);
		} else if (!seqs || !waiting.seqs || waiting.seqs.length + seqs.length > mostSeqs) waiting.seqs = null;
		else waiting.seqs.push(...seqs);
	}

	async close(): Promise<void> {
		const deadline = Date.now() + this.#set.farewell_ms;
		while ((this.#queue.length > 0 || this.#sending) && Date.now() < deadline) await wait(10);
		this.#isClosed = true;
		clearInterval(this.#beat);
		const goodbye: Text = { node: this.#node, count: this.#count, events: [], isGoodbye: true };
		if (this.#link)
			await Promise.race([this.#link.send([JSON.stringify(goodbye)]).catch(() => {}), wait(500)]);
		this.#ended.abort();
		this.#lose?.();
	}

	async #stayConnected(): Promise<void> {
		const { retryFirst_ms, retryMost_ms } = this.#set;
		for (let pause_ms = retryFirst_ms; !this.#isClosed;) {
			const lost = new Promise<Error | undefined>((resolve) => (this.#lose = resolve));
			let link: Link | null = null;
			let reason: Error | undefined;
			try {
				link = await this.#open({
					message: (text) => this.#hear(text),
					lost: (error) => this.#lose?.(error)
				});
				this.#heardMyself_ms = Date.now();
				this.#link = link;
				this.#isBeatDue = true;
				this.#sendSoon();
				this.#tellMissed();
				const since = Date.now();
				reason = await lost;
				if (Date.now() - since > retryMost_ms) pause_ms = retryFirst_ms;
			} catch (error) {
				reason = error as Error;
			}
			this.#link = null;
			link?.close();
			if (this.#isClosed) return;
			this.#log.warn({ reason: reason?.message ?? 'closed', bus: this.#kind }, 'the bus is not connected');
			// Not all at the same moment: a restarted PostgreSQL has enough to do.
			await wait(pause_ms * (0.5 + Math.random()), null, { signal: this.#ended.signal, ref: false }).catch(
				() => {}
			);
			pause_ms = Math.min(pause_ms * 2, retryMost_ms);
		}
	}

	#sendSoon(): void {
		if (this.#link) this.#sending ??= this.#send().finally(() => (this.#sending = null));
	}

	async #send(): Promise<void> {
		// Whatever else this round of the event loop brings goes into the same text.
		await nextRound();
		while (this.#link && (this.#queue.length > 0 || this.#isBeatDue)) {
			const link = this.#link;
			try {
				await link.send(this.#takeTexts());
			} catch (error) {
				// Those texts may be lost. Their numbers are used, which will tell the others.
				if (this.#link === link) this.#lose?.(error as Error);
				return;
			}
		}
	}

	#takeTexts(): string[] {
		const texts: string[] = [];
		let events: string[] = [];
		let bytes = 0;
		const end = () => {
			if (events.length === 0) return;
			texts.push(`{"node":"${this.#node}","count":${++this.#count},"events":[${events.join(',')}]}`);
			events = [];
			bytes = 0;
		};
		for (const event of this.#queue.splice(0)) {
			const text = JSON.stringify(event);
			const size = Buffer.byteLength(text) + 1;
			if (size > this.#set.text_bytes - 100) {
				// Too much to say: the missing number makes everybody look.
				end();
				this.#count++;
				this.#isBeatDue = true;
				continue;
			}
			if (bytes + size > this.#set.text_bytes - 100) end();
			events.push(text);
			bytes += size;
		}
		this.#updates.clear();
		end();
		if (this.#isBeatDue) {
			this.#isBeatDue = false;
			texts.push(JSON.stringify({ node: this.#node, count: this.#count, events: [] } satisfies Text));
		}
		return texts;
	}

	#hear(text: string): void {
		if (this.#isClosed) return;
		let said: Text;
		try {
			said = JSON.parse(text) as Text;
			if (typeof said.node !== 'string' || !Array.isArray(said.events)) throw new Error('not of ours');
		} catch {
			this.#log.warn({ bus: this.#kind }, 'something on the bus cannot be read');
			return;
		}
		const { node, count, events, isGoodbye } = said;
		if (node === this.#node) {
			this.#heardMyself_ms = Date.now();
			return;
		}
		const before = this.#others.get(node)?.count ?? 0;
		this.#others.set(node, { count, at: Date.now() });
		for (const [name, data] of events) this.#ears.hear(name, data as never, node);
		if (count !== before + (events.length > 0 ? 1 : 0)) this.#tellMissed();
		if (isGoodbye) this.#forget(node);
	}

	#onBeat(): void {
		const now = Date.now();
		for (const [node, { at }] of this.#others) if (now - at > this.#set.silence_ms) this.#forget(node);
		if (this.#link && !this.health.isWell) this.#lose?.(new Error('nothing comes back'));
		this.#isBeatDue = true;
		this.#sendSoon();
	}

	#forget(node: string): void {
		if (this.#others.delete(node)) this.#ears.hear('node.gone', { node }, null);
	}

	#tellMissed(): void {
		if (this.#isMissedDue) return;
		this.#isMissedDue = true;
		setImmediate(() => {
			this.#isMissedDue = false;
			if (!this.#isClosed) this.#ears.hear('bus.missed', {}, null);
		});
	}
}
