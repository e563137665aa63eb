/** Our end of the embedded engine's thread, in the shape Kysely's PGlite dialect expects. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PGlite } from 'kysely';

export interface EngineSettings {
	/** null: in memory. */
	folder: string | null;
	/** What dump() gave, to begin a new database with. */
	dump?: Uint8Array<ArrayBuffer> | null;
}
export interface EngineQuestion {
	id: number;
	ask: 'query' | 'dump' | 'close';
	sql?: string;
	parameters?: unknown[];
}
/** The answer to question 0, which nobody asks, is that the engine is ready, or why it cannot be. */
export type EngineAnswer = { id: number; result: unknown } | { id: number; error: Record<string, unknown> };

type Answered = { resolve(result: never): void; reject(error: Error): void };
type Result = { rows: never[]; affectedRows?: number; fields: never[]; command?: string };

export interface Engine extends PGlite {
	/** The whole database as an uncompressed tar. */
	dump(): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * @param onDeath told once when the thread dies without having been asked to; every query then rejects, none waits
 * @throws Error when the folder cannot be opened
 */
export async function openEngine(
	settings: EngineSettings,
	onDeath: (error: Error) => void = () => {}
): Promise<Engine> {
	// A path rather than new URL(…): a bundler must not take the thread's file with it.
	const worker = new Worker(join(import.meta.dirname, 'embedded-worker.ts'), {
		workerData: settings,
		execArgv: []
	});
	const waiting = new Map<number, Answered>();
	let lastId = 0;
	let dead: Error | null = null;
	let closing: Promise<void> | null = null;

	const ready = new Promise<null>((resolve, reject) => waiting.set(0, { resolve, reject }));
	worker.on('message', (answer: EngineAnswer) => {
		const asked = waiting.get(answer.id);
		waiting.delete(answer.id);
		if ('error' in answer) asked?.reject(toError(answer.error));
		else asked?.resolve(answer.result as never);
	});
	worker.on('messageerror', die);
	worker.on('error', die);
	worker.on('exit', (code) => die(new Error(`its thread ended with code ${code}`)));

	function die(cause: unknown): void {
		if (dead) return;
		const why = cause instanceof Error ? cause.message : String(cause);
		dead = new Error(closing ? 'the embedded database is closed' : `the embedded database stopped: ${why}`, {
			cause
		});
		for (const { reject } of waiting.values()) reject(dead);
		waiting.clear();
		void worker.terminate();
		if (!closing) onDeath(dead);
	}

	function ask<T>(question: Omit<EngineQuestion, 'id'>): Promise<T> {
		if (dead) return Promise.reject(dead);
		return new Promise<T>((resolve, reject) => {
			const id = ++lastId;
			waiting.set(id, { resolve, reject });
			try {
				worker.postMessage({ id, ...question } satisfies EngineQuestion);
			} catch (error) {
				waiting.delete(id);
				reject(error);
			}
		});
	}

	const query = (sql: string, parameters: unknown[] = []) =>
		ask<Result>({ ask: 'query', sql, parameters: parameters.map(ownBytes) });

	/** Kysely lends the one session to one caller at a time, so that a transaction needs no lock here. */
	async function transaction<T>(work: Parameters<PGlite['transaction']>[0]): Promise<T> {
		// Kysely waits for `work` to be called, so that a BEGIN that fails has to be told by the first query.
		const begun = query('BEGIN').then(
			() => null,
			(error: Error) => error
		);
		const failure = await begun;
		try {
			const result = await work({
				query: (sql, parameters) => (failure ? Promise.reject(failure) : query(sql, parameters)),
				rollback: async () => {}
			});
			if (failure) throw failure;
			const { command } = await query('COMMIT');
			if (command === 'ROLLBACK')
				throw Object.assign(new Error('the transaction was rolled back instead of committed'), {
					code: '25P02'
				});
			return result as T;
		} catch (error) {
			if (!failure && !dead) await query('ROLLBACK').catch(() => {});
			throw error;
		}
	}

	function close(): Promise<void> {
		closing ??= (dead ? Promise.resolve() : ask<void>({ ask: 'close' }).catch(() => {})).then(async () => {
			die(new Error('closed'));
			await worker.terminate();
		});
		return closing;
	}

	try {
		await ready;
	} catch (error) {
		closing = Promise.resolve();
		await worker.terminate();
		throw error;
	}
	return {
		query: query as PGlite['query'],
		transaction,
		close,
		get closed() {
			return closing !== null;
		},
		ready: true,
		waitReady: Promise.resolve(),
		dump: () => ask({ ask: 'dump' })
	};
}

/** A view is sent with the whole memory behind it, and a small Buffer shares its with strangers. */
function ownBytes(value: unknown): unknown {
	return value instanceof Uint8Array ? new Uint8Array(value) : value;
}

function toError({ message, stack, ...fields }: Record<string, unknown>): Error {
	const error = new Error(String(message));
	for (const [name, value] of Object.entries(fields))
		if (value !== undefined) Object.assign(error, { [name]: value });
	if (typeof stack === 'string') error.stack = stack;
	return error;
}
