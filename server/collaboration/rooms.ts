/** The open documents of this process: loaded once, let go when nobody has them open. */
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type * as Y from 'yjs';
import { closeCode } from '#lib/contract/collaboration.ts';
import type { App } from '../app.ts';
import { build, read } from '../domain/documents.ts';
import { NotFound } from '../errors.ts';
import { Committer } from './committer.ts';
import { Colleagues } from './colleagues.ts';
import { Compactor, type Compacted } from './compactor.ts';
import type { Connection } from './connection.ts';
import { toEvict } from './eviction.ts';
import type { Limits } from './limits.ts';
import { reasonOf } from './reason.ts';
import { Room, type Loaded, type RoomHost } from './room.ts';

const tick_ms = 500;
/** Of more than this, people are sent the stored bytes before the document is built from them. */
const sentAsStored_bytes = 64 * 1024;

type Unbuilt = Omit<Loaded, 'doc'> & { doc: () => Y.Doc };

export class Rooms {
	readonly committer: Committer;
	readonly #app: App;
	readonly #limits: Limits;
	readonly #compactor: Compactor;
	readonly #open = new Map<string, Room>();
	readonly #loading = new Map<string, Promise<Room>>();
	readonly #compacting = new Set<string>();
	readonly #slots: Slots;
	readonly #ticker: NodeJS.Timeout;
	readonly #host: RoomHost;
	readonly #colleagues: Colleagues;
	/** Two processes with the same document open do not fold it at the same moment. */
	readonly #patience: number;
	#isClosed = false;

	constructor(app: App, limits: Limits) {
		this.#app = app;
		this.#limits = limits;
		this.committer = new Committer(app.db, app.log, limits);
		this.#compactor = new Compactor(app.db, app.log);
		this.#patience = app.bus.health.kind === 'memory' ? 1 : 1 + Math.random() / 2;
		this.#slots = new Slots(limits.loadsAtOnce);
		this.#host = {
			limits,
			log: app.log,
			schedule: (room) => this.committer.schedule(room),
			reload: (room) => void this.#reload(room),
			committed: (room, seqs) => {
				app.bus.publish('document.committed', { documentId: room.documentId });
				this.#colleagues.committed(room, seqs);
				const { compactionRows, compaction_bytes } = limits;
				if (
					room.logRows >= compactionRows * this.#patience ||
					room.log_bytes >= compaction_bytes * this.#patience
				)
					void this.#compact(room);
			},
			tellPresence: (room, entries) => this.#colleagues.tellPresence(room, entries),
			forget: (room) => {
				if (this.#open.get(room.documentId) === room) this.#open.delete(room.documentId);
				this.#colleagues.closed(room);
				if (!this.#isClosed && room.logRows >= limits.compactionRowsAtUnload) void this.#compact(room);
			}
		};
		this.#colleagues = new Colleagues(app, limits, {
			open: this.#open,
			loading: this.#loading,
			load: (documentId) => this.#load(documentId)
		});
		this.#ticker = setInterval(() => {
			const now = Date.now();
			for (const room of this.#open.values()) room.tick(now);
			for (const room of toEvict(this.#open.values(), limits.openDocuments_bytes))
				room.drop(closeCode.restarting, 'others need the room');
			this.#colleagues.tick(now);
		}, tick_ms);
		this.#ticker.unref();
	}

	/** @throws NotFound, or what the database throws */
	async room(documentId: string): Promise<Room> {
		const open = this.#open.get(documentId);
		if (open) return open;
		let loading = this.#loading.get(documentId);
		if (!loading) {
			loading = this.#slots
				.run(() => this.#read(documentId))
				.then((stored) => {
					const isLarge = (stored.state?.length ?? 0) > sentAsStored_bytes;
					const room = new Room(this.#host, documentId, isLarge ? stored : built(stored));
					this.#open.set(documentId, room);
					this.#colleagues.opened(room);
					return room;
				});
			this.#loading.set(documentId, loading);
			loading.finally(() => this.#loading.delete(documentId)).catch(() => {});
		}
		return loading;
	}

	get(documentId: string): Room | undefined {
		return this.#open.get(documentId);
	}

	all(): Room[] {
		return [...this.#open.values()];
	}

	*everyone(): Generator<Connection> {
		for (const room of this.#open.values()) yield* room.everyone();
	}

	#load(documentId: string): Promise<Loaded> {
		return this.#slots.run(async () => built(await this.#read(documentId)));
	}

	async #read(documentId: string): Promise<Unbuilt> {
		const stored = await read(this.#app.db, documentId);
		if (!stored) throw new NotFound();
		// After the updates: every client id in them was claimed no later than they were committed.
		const owners = await sql<{ client_id: number; member_id: string }>`
			select client_id, member_id from live_clients where document_id = ${documentId}::uuid`.execute(this.#app.db);
		const bytes = stored.rows.reduce((sum, { data }) => sum + data.length, 0);
		return {
			kind: stored.kind,
			doc: () => {
				const doc = build(stored);
				if (!doc.store.pendingStructs && !doc.store.pendingDs) return doc;
				this.#app.log.error({ documentId }, 'an update is missing from the log of a live document');
				doc.store.pendingStructs = null;
				doc.store.pendingDs = null;
				return doc;
			},
			state: stored.rows.length === 0 ? stored.snapshot : null,
			owners: new Map(owners.rows.map((row) => [row.client_id, row.member_id])),
			seqs: stored.rows.map(({ seq }) => seq),
			snapshotStamp: stored.snapshotStamp,
			bytes,
			size_bytes: bytes + (stored.snapshot?.length ?? 0)
		};
	}

	async #reload(room: Room): Promise<void> {
		while (!room.isDropped) {
			try {
				return room.adopt(await this.#load(room.documentId));
			} catch (error) {
				this.#app.log.error(
					{ reason: reasonOf(error), documentId: room.documentId },
					'a live document could not be reloaded'
				);
				await wait(this.#limits.retryMost_ms);
			}
		}
	}

	async #compact(room: Room): Promise<void> {
		const { documentId } = room;
		if (this.#compacting.has(documentId)) return;
		this.#compacting.add(documentId);
		let compacted: Compacted | null;
		do {
			compacted = await this.#compactor.compact(documentId);
			if (compacted) {
				const { seqs, stamp, log_bytes, snapshot_bytes } = compacted;
				room.compacted(seqs, stamp, log_bytes, snapshot_bytes);
			}
		} while (compacted && !compacted.isAll && !this.#isClosed);
		// A log that could not be folded is not tried again with every commit.
		if (!compacted) await wait(this.#limits.linger_ms, null, { ref: false });
		this.#compacting.delete(documentId);
	}

	/** What was received is committed and acknowledged; then everybody is sent away, to come back to the next process. */
	async close(closeSocket: (connection: Connection) => void): Promise<void> {
		for (const connection of this.everyone()) connection.stopReading();
		const isFlushed = await this.committer.flush();
		if (!isFlushed) this.#app.log.error('stopped with live updates that the database did not take');
		this.#isClosed = true;
		this.committer.stop();
		const connections = [...this.everyone()];
		const step_ms = Math.min(10, this.#limits.stagger_ms / Math.max(1, connections.length));
		let debt_ms = 0;
		for (const connection of connections) {
			closeSocket(connection);
			debt_ms += step_ms;
			if (debt_ms < 10) continue;
			await wait(debt_ms);
			debt_ms = 0;
		}
		clearInterval(this.#ticker);
		this.#colleagues.close();
		for (const room of [...this.#open.values()]) room.drop(closeCode.restarting, 'restarting');
		await this.#compactor.close();
	}
}

const built = (stored: Unbuilt): Loaded => ({ ...stored, doc: stored.doc() });

/** At most so many at once; the others wait their turn. */
class Slots {
	#free: number;
	readonly #waiting: (() => void)[] = [];

	constructor(count: number) {
		this.#free = count;
	}

	async run<T>(work: () => Promise<T>): Promise<T> {
		if (this.#free > 0) this.#free--;
		else await new Promise<void>((resolve) => this.#waiting.push(resolve));
		try {
			return await work();
		} finally {
			const next = this.#waiting.shift();
			if (next) next();
			else this.#free++;
		}
	}
}
