/**
 * The same document open in several processes. Each commits what its own people write and tells the others which rows
 * that made; they read those rows, and pass them on to their people. Whatever was told or not, each compares what it has
 * open with the database every few seconds, so that a bus that is cut delays words and loses none.
 *
 * Rows are compared one by one and never as "all after number n": numbers are given when a row is written, rows become
 * visible when their transaction ends, and that is not the same order. The rows of a document that are not folded yet
 * and the stamp of its snapshot say together what it holds.
 */
import { setImmediate as nextRound, setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { closeCode } from '#lib/contract/collaboration.ts';
import type { App } from '../app.ts';
import type { RemotePresence } from '../bus/bus.ts';
import { NotFound } from '../errors.ts';
import type { Limits } from './limits.ts';
import { reasonOf } from './reason.ts';
import type { Loaded, LogRow, Room } from './room.ts';

/** The rooms of this process. */
interface Place {
	open: ReadonlyMap<string, Room>;
	loading: ReadonlyMap<string, Promise<Room>>;
	load(documentId: string): Promise<Loaded>;
}

/** Documents compared by one statement. */
const comparedTogether = 200;
/** Of presence told at once, in characters: half of what fits, since letters of some scripts take more than one byte. */
const presenceCharacters = 3_000;

export class Colleagues {
	readonly #app: App;
	readonly #limits: Limits;
	readonly #place: Place;
	readonly #isAlone: boolean;
	readonly #stops: (() => void)[];
	/** Rows to be read, by document. */
	readonly #wanted = new Map<string, Set<number>>();
	/** Documents being read again; true when that has to be done once more. */
	readonly #catchingUp = new Map<string, boolean>();
	#isReading = false;
	#isComparing = false;
	#isClosed = false;

	constructor(app: App, limits: Limits, place: Place) {
		this.#app = app;
		this.#limits = limits;
		this.#place = place;
		this.#isAlone = app.bus.health.kind === 'memory';
		const { bus } = app;
		this.#stops = [
			bus.subscribe('document.edited', ({ documentId }) => this.#catchUp(documentId)),
			bus.subscribe('document.updates', ({ documentId, seqs }) => this.#want(documentId, seqs)),
			bus.subscribe('document.opened', ({ documentId }, from) => {
				const room = place.open.get(documentId);
				if (!room || from === null) return;
				room.peers.add(from);
				bus.publish('document.here', { documentId });
				this.tellPresence(room, room.awareness.own(), true);
			}),
			bus.subscribe('document.here', ({ documentId }, from) => {
				const room = place.open.get(documentId);
				if (!room || from === null) return;
				// What was committed there before it knew of us was told to nobody.
				this.#catchUp(documentId);
				if (room.peers.has(from)) return;
				room.peers.add(from);
				this.tellPresence(room, room.awareness.own(), true);
			}),
			bus.subscribe('document.closed', ({ documentId }, from) => {
				if (from !== null) place.open.get(documentId)?.leftBy(from);
			}),
			bus.subscribe('document.presence', ({ documentId, entries, isWhole }, from) => {
				if (from !== null) place.open.get(documentId)?.presenceFrom(from, entries, isWhole);
			}),
			bus.subscribe('document.schema', ({ documentId, version }) =>
				place.open.get(documentId)?.requireSchema(version)
			),
			bus.subscribe('node.gone', ({ node }) => {
				for (const room of place.open.values()) room.leftBy(node);
			}),
			bus.subscribe('bus.missed', () => {
				for (const room of place.open.values()) {
					// Who answers is told again who is here.
					room.peers.clear();
					this.opened(room);
					room.compareAt = 0;
				}
			})
		];
	}

	opened(room: Room): void {
		this.#compareLater(room, Date.now());
		this.#app.bus.publish('document.opened', { documentId: room.documentId });
	}

	/** Spread, so that a thousand documents opened together are not compared together. */
	#compareLater(room: Room, now: number): void {
		room.compareAt = now + this.#limits.compare_ms * (0.75 + Math.random() / 2);
	}

	closed({ documentId, peers }: Room): void {
		// When the process stops, it says so once for all of them.
		if (peers.size > 0 && !this.#isClosed) this.#app.bus.publish('document.closed', { documentId });
	}

	committed({ documentId, peers }: Room, seqs: number[]): void {
		if (peers.size > 0) this.#app.bus.publish('document.updates', { documentId, seqs });
	}

	tellPresence({ documentId, peers }: Room, entries: RemotePresence[], isWhole = false): void {
		if (peers.size === 0) return;
		let start = 0;
		do {
			let end = start;
			let characters = 0;
			while (end < entries.length) {
				characters += entries[end]!.state?.length ?? 0;
				if (end > start && characters > presenceCharacters) break;
				end++;
			}
			const isFirst = start === 0;
			this.#app.bus.publish('document.presence', {
				documentId,
				entries: entries.slice(start, end),
				isWhole: isWhole && isFirst
			});
			start = end;
		} while (start < entries.length);
	}

	/** Called about every half second. */
	tick(now: number): void {
		if (this.#isAlone || this.#isComparing || this.#isClosed) return;
		const due: Room[] = [];
		for (const room of this.#place.open.values()) {
			if (room.compareAt > now) continue;
			this.#compareLater(room, now);
			due.push(room);
		}
		if (due.length > 0) void this.#compare(due);
	}

	close(): void {
		this.#isClosed = true;
		for (const stop of this.#stops) stop();
	}

	#want(documentId: string, seqs: number[] | null): void {
		const room = this.#place.open.get(documentId);
		if (!room || !seqs) return this.#catchUp(documentId);
		const missing = seqs.filter((seq) => !room.seqs.has(seq));
		if (missing.length === 0) return;
		const wanted = this.#wanted.get(documentId) ?? new Set();
		for (const seq of missing) wanted.add(seq);
		this.#wanted.set(documentId, wanted);
		if (!this.#isReading) void this.#read();
	}

	/** All that was asked for while the last answer was on its way is asked for at once. */
	async #read(): Promise<void> {
		this.#isReading = true;
		await nextRound();
		while (this.#wanted.size > 0 && !this.#isClosed) {
			const wanted = new Map(this.#wanted);
			this.#wanted.clear();
			try {
				const rowsOf = await this.#rows(wanted);
				for (const [documentId, seqs] of wanted) {
					const room = this.#place.open.get(documentId);
					const rows = (rowsOf.get(documentId) ?? []).filter(({ seq }) => !room?.seqs.has(seq));
					const isAllThere = rowsOf.get(documentId)?.length === seqs.size;
					// Folded meanwhile, or building on rows nobody told us of.
					if (!room || !isAllThere || room.mergeRows(rows) !== 'done') this.#catchUp(documentId);
				}
			} catch (error) {
				this.#app.log.error({ reason: reasonOf(error) }, 'what another process wrote could not be read');
				for (const documentId of wanted.keys()) this.#catchUp(documentId);
			}
		}
		this.#isReading = false;
	}

	async #rows(wanted: Map<string, Set<number>>): Promise<Map<string, LogRow[]>> {
		const pairs = [...wanted].flatMap(([documentId, seqs]) =>
			[...seqs].map((seq) => [documentId, seq] as const)
		);
		const { rows } = await sql<{
			document_id: string;
			seq: number;
			member_id: string | null;
			data: Uint8Array;
		}>`
			select document_id, seq, member_id, data from live_updates
			join unnest(${`{${pairs.map(([id]) => id).join(',')}}`}::uuid[],
				${`{${pairs.map(([, seq]) => seq).join(',')}}`}::bigint[]) as wanted (document_id, seq)
				using (document_id, seq)
			order by document_id, seq`.execute(this.#app.db);
		const found = new Map<string, LogRow[]>();
		for (const { document_id, seq, member_id, data } of rows) {
			const own = found.get(document_id);
			const row = { seq, memberId: member_id, data };
			if (own) own.push(row);
			else found.set(document_id, [row]);
		}
		return found;
	}

	async #compare(rooms: Room[]): Promise<void> {
		this.#isComparing = true;
		try {
			for (let start = 0; start < rooms.length && !this.#isClosed; start += comparedTogether) {
				const some = rooms.slice(start, start + comparedTogether);
				const { rows } = await sql<{ id: string; stamp: string | null; schema: number; rows: number }>`
					select id, compacted_at::text as stamp, schema_version as schema,
						(select count(*)::integer from live_updates where document_id = live_documents.id) as rows
					from live_documents
					where id = any(${`{${some.map(({ documentId }) => documentId).join(',')}}`}::uuid[])`.execute(this.#app.db);
				const stored = new Map(rows.map((row) => [row.id, row]));
				for (const room of some) {
					const row = stored.get(room.documentId);
					if (!row) {
						room.drop(closeCode.missing, 'missing');
						continue;
					}
					// Before anything that older pages would not know reaches them.
					room.requireSchema(row.schema);
					if (row.stamp !== room.snapshotStamp || row.rows !== room.seqs.size) this.#catchUp(room.documentId);
				}
			}
		} catch (error) {
			this.#app.log.error(
				{ reason: reasonOf(error) },
				'open documents could not be compared with the database'
			);
		}
		this.#isComparing = false;
	}

	/** Somebody else wrote into a document that people may have open here. */
	#catchUp(documentId: string): void {
		if (this.#catchingUp.has(documentId)) return void this.#catchingUp.set(documentId, true);
		if (!this.#place.open.has(documentId) && !this.#place.loading.has(documentId)) return;
		this.#catchingUp.set(documentId, false);
		void this.#catchUpNow(documentId).finally(() => {
			const isAskedAgain = this.#catchingUp.get(documentId);
			this.#catchingUp.delete(documentId);
			if (isAskedAgain && !this.#isClosed) this.#catchUp(documentId);
		});
	}

	async #catchUpNow(documentId: string): Promise<void> {
		let room = this.#place.open.get(documentId);
		while (!this.#isClosed) {
			let pause_ms = this.#limits.retryFirst_ms;
			try {
				// Being loaded, it may have been read before.
				room ??= await this.#place.loading.get(documentId);
				if (!room || room.isDropped) return;
				if (await this.#readAgain(room)) return;
			} catch (error) {
				if (error instanceof NotFound) return room?.drop(closeCode.missing, 'missing');
				this.#app.log.error({ reason: reasonOf(error), documentId }, 'a live document could not catch up');
				pause_ms = this.#limits.retryMost_ms;
			}
			await wait(pause_ms);
		}
	}

	/** False when it has to be tried again. @throws what the database throws */
	async #readAgain(room: Room): Promise<boolean> {
		const { documentId } = room;
		room.beginReading();
		const { rows } = await sql<{
			seq: number;
			stamp: string | null;
			schema: number | null;
			member_id: string | null;
			data: Uint8Array | null;
		}>`
			select 0::bigint as seq, compacted_at::text as stamp, schema_version as schema, null::uuid as member_id,
				null::bytea as data
			from live_documents where id = ${documentId}::uuid
			union all
			select seq, null, null, member_id, case when seq = any(${`{${[...room.seqs].join(',')}}`}::bigint[]) then null else data end
			from live_updates where document_id = ${documentId}::uuid
			order by seq`.execute(this.#app.db);
		const [head, ...log] = rows;
		if (!head) throw new NotFound();
		room.requireSchema(head.schema ?? 1);
		if (head.stamp === room.snapshotStamp) {
			const missing = log.flatMap(({ seq, member_id, data }) =>
				data && !room.seqs.has(seq) ? [{ seq, memberId: member_id, data }] : []
			);
			const outcome = missing.length === 0 ? 'done' : room.mergeRows(missing);
			if (outcome === 'later') return false;
			if (outcome === 'done') {
				room.endReading(log.map(({ seq }) => seq));
				return true;
			}
		}
		room.beginReading();
		const loaded = await this.#place.load(documentId);
		const isMerged = room.merge(loaded);
		loaded.doc.destroy();
		return isMerged;
	}
}
