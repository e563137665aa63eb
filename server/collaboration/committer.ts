/**
 * Group commit: a batch is everything that came in while the previous one was being committed, so that a calm server commits
 * at once and a busy one commits more at a time. Only one that commits very often waits between two, some milliseconds.
 */
import { setImmediate as nextRound, setTimeout as wait } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import type { Logger } from 'pino';
import { closeCode } from '#lib/contract/collaboration.ts';
import type { Database } from '../database/tables.ts';
import { Bucket } from './bucket.ts';
import type { Limits } from './limits.ts';
import { reasonOf } from './reason.ts';
import type { Room, Turn } from './room.ts';

interface Entry {
	room: Room;
	turn: Turn;
}
type Forged = { documentId: string; clientId: number; memberId: string };

interface Result {
	/** frozen: nobody may write there. busy: locked by somebody, to be tried again. */
	states: Map<string, 'stored' | 'frozen' | 'busy' | 'missing'>;
	/** Sessions that are over, by document: nothing of it was written. */
	ended: Map<string, string[]>;
	/** The rows written, by document. */
	seqs: Map<string, number[]>;
	forged: Forged[];
}

export class Committer {
	readonly #db: Kysely<Database>;
	readonly #log: Logger;
	readonly #limits: Limits;
	readonly #due = new Set<Room>();
	/** Committed: the others are to hear of it. */
	readonly #untold = new Set<Room>();
	readonly #pace: Bucket;
	#running: Promise<void> | null = null;
	#isStopped = false;

	constructor(db: Kysely<Database>, log: Logger, limits: Limits) {
		this.#db = db;
		this.#log = log;
		this.#limits = limits;
		this.#pace = new Bucket(limits.commitsPerSecond, limits.commitBurst);
	}

	schedule(room: Room): void {
		this.#due.add(room);
		this.#running ??= this.#run();
	}

	/** Resolves when nothing is left to commit, or after limits.flush_ms. True when nothing was left. */
	async flush(): Promise<boolean> {
		const deadline = Date.now() + this.#limits.flush_ms;
		while (this.#running && Date.now() < deadline) await Promise.race([this.#running, wait(50)]);
		return this.#running === null;
	}

	/** No attempt begins any more. */
	stop(): void {
		this.#isStopped = true;
		this.#due.clear();
	}

	async #run(): Promise<void> {
		let failures = 0;
		// Whatever else this round of the event loop brings goes into the same batch.
		await this.#breathe(0);
		while (this.#due.size > 0 && !this.#isStopped) {
			const entries = this.#takeTurns();
			let pause_ms = 0;
			try {
				if (entries.length > 0) {
					this.#pace.take(1);
					const attempt = this.#attempt(entries);
					await this.#tellMeanwhile(attempt);
					const isOnlyBusy = this.#settle(entries, await attempt);
					if (isOnlyBusy) pause_ms = this.#limits.retryFirst_ms;
				} else this.#tell();
				failures = 0;
			} catch (error) {
				failures++;
				pause_ms = Math.min(
					this.#limits.retryMost_ms,
					this.#limits.retryFirst_ms * 2 ** Math.min(failures - 1, 10)
				);
				this.#log.error(
					{ reason: reasonOf(error), rooms: entries.length },
					'live updates could not be committed'
				);
				if (entries.length > 1 && (await this.#isReachable())) await this.#oneByOne(entries);
				else this.#again(entries);
			}
			await this.#breathe(pause_ms);
		}
		this.#tell();
		// In the same breath as the last look at what is due, so that nothing is scheduled on a loop that has ended.
		this.#running = null;
	}

	/** Until the next commit may begin. When that is not at once, or there is none, now is the time to tell the others. */
	async #breathe(least_ms: number): Promise<void> {
		const pause_ms = Math.max(least_ms, this.#pace.wait_ms());
		if (this.#due.size === 0 || pause_ms > 0) this.#tell();
		await (pause_ms > 0 ? wait(pause_ms) : nextRound());
	}

	/** One document with many readers is many frames: they leave while the database is busy, not before it is. */
	async #tellMeanwhile(attempt: Promise<unknown>): Promise<void> {
		if (this.#untold.size === 0) return;
		// Its failure is for whoever awaits it after this.
		attempt.catch(() => {});
		// The statement has left by then.
		await nextRound();
		this.#tell();
	}

	#tell(): void {
		for (const room of this.#untold) room.tell();
		this.#untold.clear();
	}

	#takeTurns(): Entry[] {
		const entries: Entry[] = [];
		let bytes = 0;
		for (const room of this.#due) {
			if (bytes > this.#limits.commit_bytes) break;
			this.#due.delete(room);
			const turn = room.takeTurn();
			if (!turn) continue;
			entries.push({ room, turn });
			for (const { data } of turn.rows) bytes += data.length;
		}
		return entries;
	}

	/** True when every document of it is locked by somebody else. */
	#settle(entries: Entry[], { states, ended, seqs, forged }: Result): boolean {
		let busy = 0;
		for (const entry of entries) {
			const { room } = entry;
			const own = forged.filter(({ documentId }) => documentId === room.documentId);
			const state = states.get(room.documentId);
			const over = ended.get(room.documentId);
			if (own.length > 0) room.refuseClaims(own);
			else if (over) room.refuseSessions(over);
			else if (state === 'stored') {
				room.settle(seqs.get(room.documentId) ?? []);
				this.#untold.add(room);
			} else if (state === 'frozen') room.drop(closeCode.restarting, 'frozen');
			else if (state === 'missing') room.drop(closeCode.missing, 'missing');
			else {
				busy++;
				this.#again([entry]);
			}
		}
		return busy === entries.length;
	}

	#again(entries: Entry[]): void {
		for (const { room } of entries) if (!room.isDropped) this.#due.add(room);
	}

	/** The statement is at fault, not the database: whatever document is the reason shall not hold up the others. */
	async #oneByOne(entries: Entry[]): Promise<void> {
		for (const entry of entries) {
			try {
				this.#settle([entry], await this.#attempt([entry]));
			} catch (error) {
				this.#log.error(
					{ reason: reasonOf(error), documentId: entry.room.documentId },
					'a live document cannot be committed'
				);
				this.#again([entry]);
			}
		}
	}

	/**
	 * An attempt that does not end in time counts as failed. Should it be committed all the same, the next one stores
	 * the same updates again, which changes nothing.
	 */
	#attempt(entries: Entry[]): Promise<Result> {
		return inTime(commit(this.#db, entries), this.#limits.commitAttempt_ms);
	}

	async #isReachable(): Promise<boolean> {
		try {
			await inTime(sql`select 1`.execute(this.#db), 2_000);
			return true;
		} catch {
			return false;
		}
	}
}

async function commit(db: Kysely<Database>, entries: Entry[]): Promise<Result> {
	const claims = entries.flatMap(({ room, turn }) =>
		turn.claims.map((claim) => ({ documentId: room.documentId, ...claim }))
	);
	// Mostly there is no claim, and one statement is a whole transaction.
	const { forged, accepted } =
		claims.length === 0
			? { forged: [], accepted: await store(db, entries) }
			: await db.transaction().execute(async (trx) => {
					const forged = await claim(trx, claims);
					const refused = new Set(forged.map(({ documentId }) => documentId));
					return {
						forged,
						accepted: await store(
							trx,
							entries.filter(({ room }) => !refused.has(room.documentId))
						)
					};
				});
	const states: Result['states'] = new Map(
		accepted.map(({ id, frozen }) => [id, frozen ? 'frozen' : 'stored'])
	);
	const absent = entries.map(({ room }) => room.documentId).filter((id) => !states.has(id));
	if (absent.length > 0) {
		const existing = await db.selectFrom('live_documents').select('id').where('id', 'in', absent).execute();
		const ids = new Set(existing.map(({ id }) => id));
		for (const id of absent) states.set(id, ids.has(id) ? 'busy' : 'missing');
	}
	const seqs = new Map(accepted.map(({ id, seqs }) => [id, seqs?.split(',').map(Number) ?? []]));
	const ended = new Map(accepted.flatMap(({ id, ended }) => (ended ? [[id, ended.split(',')]] : [])));
	return { states, ended, seqs, forged };
}

interface Accepted {
	id: string;
	frozen: boolean;
	/** Of the rows written; neither engine gives an array of bigint as numbers. */
	seqs: string | null;
	/** Sessions of its authors that are over: then no row of it was written. */
	ended: string | null;
}

/**
 * The rows of documents that are not frozen, and whose authors are all still signed in: whatever a process was told of
 * it, nothing is written for a session that ended or a member who was suspended. FOR SHARE: a freeze waits for this commit, or this commit sees the freeze.
 * SKIP LOCKED: a document being frozen or compacted does not hold up the others. The updates travel as one value with
 * their lengths, so that the statement is the same whatever their number.
 */
async function store(db: Kysely<Database>, entries: Entry[]): Promise<Accepted[]> {
	if (entries.length === 0) return [];
	const documents: string[] = [];
	const members: string[] = [];
	const lengths: number[] = [];
	const updates: Uint8Array[] = [];
	for (const { room, turn } of entries)
		for (const { memberId, data } of turn.rows) {
			documents.push(room.documentId);
			members.push(memberId);
			lengths.push(data.length);
			updates.push(data);
		}
	const ids = entries.map(({ room }) => room.documentId);
	const sessions = entries.flatMap(({ room, turn }) =>
		[...turn.sessions].map((sessionId) => [room.documentId, sessionId] as const)
	);
	const { rows } = await sql<Accepted>`
		/* prepared: store_updates */
		with ended as (
			select author.document_id, string_agg(author.session_id, ',') as sessions
			from unnest(${list(sessions.map(([id]) => id))}::uuid[], ${list(sessions.map(([, id]) => id))}::text[])
				as author (document_id, session_id)
			where not exists (
				select from sessions join members on members.id = sessions.member_id
				where sessions.id = author.session_id and members.suspended_at is null
			)
			group by author.document_id
		), document as (
			select id, frozen_at is not null as frozen from live_documents
			where id = any(${list(ids)}::uuid[])
			for share skip locked
		), written as (
			insert into live_updates (document_id, member_id, data)
			select document_id, member_id, substring(${Buffer.concat(updates)}::bytea from start::integer for length)
			from (
				select document_id, member_id, length, position,
					1 + sum(length) over (order by position) - length as start
				from unnest(${list(documents)}::uuid[], ${list(members)}::uuid[], ${list(lengths)}::integer[])
					with ordinality as one (document_id, member_id, length, position)
			) as packed
			join document on document.id = packed.document_id and not document.frozen
			where not exists (select from ended where ended.document_id = packed.document_id)
			order by position
			returning document_id, seq
		)
		select id, frozen, stored.seqs, ended.sessions as ended
		from document
		left join ended on ended.document_id = id
		left join (
			select document_id, string_agg(seq::text, ',') as seqs from written group by document_id
		) as stored on stored.document_id = id`.execute(db);
	return rows;
}

/** Returns the claims that came too late: the client id belongs to another member. */
async function claim(
	trx: Kysely<Database>,
	claims: { documentId: string; clientId: number; memberId: string }[]
): Promise<Forged[]> {
	const { rows } = await sql<{ document_id: string; client_id: number; member_id: string }>`
		insert into live_clients (document_id, client_id, member_id)
		select claimed.document_id, client_id, claimed.member_id
		from unnest(
			${list(claims.map((one) => one.documentId))}::uuid[],
			${list(claims.map((one) => one.clientId))}::bigint[],
			${list(claims.map((one) => one.memberId))}::uuid[]
		) as claimed (document_id, client_id, member_id)
		join live_documents on live_documents.id = claimed.document_id
		-- Erased meanwhile: their session has ended too, which the other statement tells.
		join members on members.id = claimed.member_id
		on conflict (document_id, client_id) do update set member_id = live_clients.member_id
		returning document_id, client_id, member_id`.execute(trx);
	const owners = new Map(rows.map((row) => [`${row.document_id} ${row.client_id}`, row.member_id]));
	return claims.filter(({ documentId, clientId, memberId }) => {
		const owner = owners.get(`${documentId} ${clientId}`);
		return owner !== undefined && owner !== memberId;
	});
}

/** An array of ids or numbers, as both engines read one. */
function list(values: (string | number)[]): string {
	return `{${values.join(',')}}`;
}

async function inTime<T>(work: Promise<T>, limit_ms: number): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_resolve, reject) => {
		timer = setTimeout(() => reject(new Error(`not done after ${limit_ms} ms`)), limit_ms);
	});
	// Its late failure is nobody's business any more.
	work.catch(() => {});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
