/** The open documents of this process: loaded once, let go when nobody has them open. */
import { sql } from 'kysely';
import type { App } from '../app.ts';
import { build, read } from '../domain/documents.ts';
import { NotFound } from '../errors.ts';
import { Committer } from './committer.ts';
import { Compactor } from './compactor.ts';
import type { Connection } from './connection.ts';
import type { Limits } from './limits.ts';
import { reasonOf } from './reason.ts';
import { Room, type Loaded, type RoomHost } from './room.ts';

const tick_ms = 500;

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
	readonly #stopListening: () => void;
	#isClosed = false;

	constructor(app: App, limits: Limits) {
		this.#app = app;
		this.#limits = limits;
		this.committer = new Committer(app.db, app.log, limits);
		this.#compactor = new Compactor(app.db, app.log);
		this.#slots = new Slots(limits.loadsAtOnce);
		this.#host = {
			limits,
			log: app.log,
			schedule: (room) => this.committer.schedule(room),
			reload: (room) => void this.#reload(room),
			committed: (room) => {
				app.bus.publish('document.committed', { documentId: room.documentId });
				if (room.logRows >= limits.compactionRows || room.log_bytes >= limits.compaction_bytes)
					void this.#compact(room);
			},
			forget: (room) => {
				if (this.#open.get(room.documentId) === room) this.#open.delete(room.documentId);
				if (!this.#isClosed && room.logRows >= limits.compactionRowsAtUnload) void this.#compact(room);
			}
		};
		this.#stopListening = app.bus.subscribe(
			'document.edited',
			({ documentId }) => void this.#catchUp(documentId)
		);
		this.#ticker = setInterval(() => {
			const now = Date.now();
			for (const room of this.#open.values()) room.tick(now);
		}, tick_ms);
		this.#ticker.unref();
	}

	/** @throws NotFound, or what the database throws */
	async room(documentId: string): Promise<Room> {
		const open = this.#open.get(documentId);
		if (open) return open;
		let loading = this.#loading.get(documentId);
		if (!loading) {
			loading = this.#load(documentId).then((loaded) => {
				const room = new Room(this.#host, documentId, loaded);
				this.#open.set(documentId, room);
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

	*everyone(): Generator<Connection> {
		for (const room of this.#open.values()) yield* room.everyone();
	}

	#load(documentId: string): Promise<Loaded> {
		return this.#slots.run(async () => {
			const stored = await read(this.#app.db, documentId);
			if (!stored) throw new NotFound();
			// After the updates: every client id in them was claimed no later than they were committed.
			const owners = await sql<{ client_id: number; member_id: string }>`
				select client_id, member_id from live_clients where document_id = ${documentId}::uuid`.execute(this.#app.db);
			const doc = build(stored);
			if (doc.store.pendingStructs || doc.store.pendingDs) {
				this.#app.log.error({ documentId }, 'an update is missing from the log of a live document');
				doc.store.pendingStructs = null;
				doc.store.pendingDs = null;
			}
			const bytes = stored.rows.reduce((sum, { data }) => sum + data.length, 0);
			return {
				kind: stored.kind,
				doc,
				owners: new Map(owners.rows.map((row) => [row.client_id, row.member_id])),
				rows: stored.rows.length,
				bytes,
				size_bytes: bytes + (stored.snapshot?.length ?? 0)
			};
		});
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
				await new Promise((resolve) => setTimeout(resolve, this.#limits.retryMost_ms));
			}
		}
	}

	/** The server itself wrote into a document, which people may have open. */
	async #catchUp(documentId: string): Promise<void> {
		let room = this.#open.get(documentId);
		while (!this.#isClosed) {
			let pause_ms = this.#limits.retryFirst_ms;
			try {
				// Being loaded, it may have been read before.
				room ??= await this.#loading.get(documentId);
				if (!room || room.isDropped) return;
				const loaded = await this.#load(documentId);
				const isMerged = room.merge(loaded);
				loaded.doc.destroy();
				if (isMerged) return;
			} catch (error) {
				this.#app.log.error({ reason: reasonOf(error), documentId }, 'a live document could not catch up');
				pause_ms = this.#limits.retryMost_ms;
			}
			await new Promise((resolve) => setTimeout(resolve, pause_ms));
		}
	}

	async #compact(room: Room): Promise<void> {
		const { documentId } = room;
		if (this.#compacting.has(documentId)) return;
		this.#compacting.add(documentId);
		const compacted = await this.#compactor.compact(documentId);
		if (compacted) room.compacted(compacted.rows, compacted.log_bytes, compacted.snapshot_bytes);
		// A log that could not be folded is not tried again with every commit.
		else await new Promise((resolve) => setTimeout(resolve, this.#limits.linger_ms).unref());
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
			await new Promise((resolve) => setTimeout(resolve, debt_ms));
			debt_ms = 0;
		}
		clearInterval(this.#ticker);
		this.#stopListening();
		for (const room of [...this.#open.values()]) room.drop(1012, 'restarting');
		await this.#compactor.close();
	}
}

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
