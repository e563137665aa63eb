/**
 * Folds the log of a document into its snapshot, from the database and not from memory. The folding happens in a worker
 * and outside any transaction; the transaction then moves exactly the rows that were read, or nothing.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { sql, type Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../database/tables.ts';
import { read } from '../domain/documents.ts';
import type { FoldAnswer, FoldQuestion } from './compactor-worker.ts';
import { reasonOf } from './reason.ts';

export interface Compacted {
	/** The rows that left the log. */
	seqs: number[];
	/** Of the new snapshot. */
	stamp: string;
	/** Of these rows. */
	log_bytes: number;
	snapshot_bytes: number;
	/** False when the log was too long for once. */
	isAll: boolean;
}

/** Nobody saves while rows are moved: a log that grew very long is folded piece by piece. */
const rowsMost = 2_000;

type Waiting = { resolve(snapshot: Uint8Array): void; reject(error: Error): void };

export class Compactor {
	readonly #db: Kysely<Database>;
	readonly #log: Logger;
	readonly #waiting = new Map<number, Waiting>();
	/** One at a time: compaction is never urgent. */
	#queue: Promise<unknown> = Promise.resolve();
	#worker: Worker | null = null;
	#lastId = 0;
	#isClosed = false;

	constructor(db: Kysely<Database>, log: Logger) {
		this.#db = db;
		this.#log = log;
	}

	/** Null when there was nothing to do, or another process did it, or it failed, which is logged and harmless. */
	compact(documentId: string): Promise<Compacted | null> {
		const work = this.#queue.then(async () => {
			try {
				return this.#isClosed ? null : await this.#compact(documentId);
			} catch (error) {
				if (!this.#isClosed)
					this.#log.error({ reason: reasonOf(error), documentId }, 'a live document could not be compacted');
				return null;
			}
		});
		this.#queue = work;
		return work;
	}

	async #compact(documentId: string): Promise<Compacted | null> {
		const stored = await read(this.#db, documentId, { rowsMost });
		if (!stored || stored.rows.length === 0) return null;
		const log_bytes = stored.rows.reduce((sum, { data }) => sum + data.length, 0);
		const snapshot = await this.#fold({
			snapshot: stored.snapshot,
			updates: stored.rows.map(({ data }) => data)
		});
		const seqs = stored.rows.map(({ seq }) => seq);
		const stamp = await this.#replace(documentId, snapshot, seqs);
		if (stamp === null) return null;
		return { seqs, stamp, log_bytes, snapshot_bytes: snapshot.length, isAll: seqs.length < rowsMost };
	}

	/** Null when another compaction took some of these rows first: then its snapshot holds them and ours is dropped. */
	async #replace(documentId: string, snapshot: Uint8Array, seqs: number[]): Promise<string | null> {
		const taken = new Error('rows taken by another compaction');
		try {
			return await this.#db.transaction().execute(async (trx) => {
				// Not FOR UPDATE: that would hold up those who only refer to the document.
				await sql`select 1 from live_documents where id = ${documentId}::uuid for no key update`.execute(trx);
				// The exact rows: their numbers are not in the order of their commits, so a range would take some
				// that came late and are not in the snapshot.
				const { rows } = await sql<{ moved: number }>`
					with moved as (
						delete from live_updates
						where document_id = ${documentId}::uuid and seq = any(${`{${seqs.join(',')}}`}::bigint[])
						returning document_id, seq, member_id, data, created_at
					), archived as (
						insert into live_update_archive (document_id, seq, member_id, data, created_at)
						select document_id, seq, member_id, data, created_at from moved
					)
					select count(*)::integer as moved from moved`.execute(trx);
				if (rows[0]!.moved !== seqs.length) throw taken;
				const { stamp } = await trx
					.updateTable('live_documents')
					.set({ snapshot, compacted_at: sql<Date>`now()` })
					.where('id', '=', documentId)
					.returning(sql<string>`compacted_at::text`.as('stamp'))
					.executeTakeFirstOrThrow();
				return stamp;
			});
		} catch (error) {
			if (error === taken) return null;
			throw error;
		}
	}

	#fold(question: Omit<FoldQuestion, 'id'>): Promise<Uint8Array> {
		return new Promise((resolve, reject) => {
			const id = ++this.#lastId;
			this.#waiting.set(id, { resolve, reject });
			this.#started().postMessage({ id, ...question } satisfies FoldQuestion);
		});
	}

	#started(): Worker {
		if (this.#worker) return this.#worker;
		const worker = new Worker(join(import.meta.dirname, 'compactor-worker.ts'), { execArgv: [] });
		worker.unref();
		worker.on('message', ({ id, snapshot, problem }: FoldAnswer) => {
			const asked = this.#waiting.get(id);
			this.#waiting.delete(id);
			if (snapshot) asked?.resolve(snapshot);
			else asked?.reject(new Error(problem ?? 'no snapshot'));
		});
		const end = (error: Error) => {
			if (this.#worker === worker) this.#worker = null;
			for (const { reject } of this.#waiting.values()) reject(error);
			this.#waiting.clear();
		};
		worker.on('error', end);
		worker.on('exit', (code) => end(new Error(`the compactor ended with code ${code}`)));
		return (this.#worker = worker);
	}

	/** What is being folded is abandoned: the log still has it. */
	async close(): Promise<void> {
		this.#isClosed = true;
		await this.#worker?.terminate();
		await this.#queue;
	}
}
