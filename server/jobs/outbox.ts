/**
 * Does what the outbox says, on every process that runs one: a job is lent to one worker at a time (SKIP LOCKED), outside
 * any transaction; a worker that died gives it back by letting the loan run out.
 */
import { sql } from 'kysely';
import type { App } from '../app.ts';

export interface ClaimedJob {
	id: number;
	kind: string;
	payload: Record<string, unknown>;
	isDemo: boolean;
	/** 1 for the first try. */
	attempt: number;
}

/** What became of a job: done (for whom, when that is a member), or kept to be shown. Anything thrown is a try that failed. */
export type Outcome =
	| 'done'
	| { memberId: string | null }
	| { kept: Record<string, unknown>; isDemo: boolean; memberId: string | null };
export type Handler = (job: ClaimedJob) => Promise<Outcome>;

/** Thrown by a handler for what no other try will change. */
export class Permanent extends Error {
	readonly isPermanent = true;
}

export interface OutboxSettings {
	/** How often to look when nobody says that there is something. */
	interval_ms: number;
	/** A try takes less than this; afterwards another worker may take the job over. */
	lease_ms: number;
	/** How many tries before a job is a dead letter. */
	mostAttempts: number;
	/** Before the second try; doubled each time, up to an hour. */
	firstDelay_ms: number;
	/** At the same time. */
	lanes: number;
	/** Only what belongs to the demonstration: there is nowhere to send the rest, which waits. */
	demoOnly: boolean;
	/** After each look: whether it could be read. */
	looked(isWell: boolean): void;
}

const standard: OutboxSettings = {
	interval_ms: 5_000,
	lease_ms: 4 * 60_000,
	// The tenth try comes some three hours after the first.
	mostAttempts: 10,
	firstDelay_ms: 30_000,
	lanes: 4,
	demoOnly: false,
	looked: () => {}
};

export interface Outbox {
	/** Works until nothing is due, then resolves. */
	drain(): Promise<void>;
	/** Starts nothing more, and waits for what is under way. */
	close(): Promise<void>;
}

export function startOutbox(
	app: Pick<App, 'db' | 'bus' | 'log'>,
	handlers: Record<string, Handler>,
	settings: Partial<OutboxSettings> = {}
): Outbox {
	const set = { ...standard, ...settings };
	const kinds = Object.keys(handlers);
	let closed = false;
	let work: Promise<void> | null = null;
	let again = false;

	const wake = () => {
		if (closed) return;
		if (work) {
			// What was written after the last look is not seen by it.
			again = true;
			return;
		}
		again = false;
		work = Promise.all(Array.from({ length: set.lanes }, lane))
			.then(() => set.looked(true))
			.catch((error: unknown) => {
				app.log.warn({ err: error }, 'the outbox could not be read');
				set.looked(false);
			})
			.finally(() => {
				work = null;
				if (again) wake();
			});
	};

	async function lane(): Promise<void> {
		while (!closed) {
			const job = await claim();
			if (!job) return;
			await attempt(job);
		}
	}

	async function claim(): Promise<ClaimedJob | undefined> {
		const due = app.db
			.selectFrom('outbox')
			.select('id')
			.where('sent_at', 'is', null)
			.where('kept_at', 'is', null)
			.where('failed_at', 'is', null)
			.where('run_after', '<=', sql<Date>`now()`)
			.where('kind', 'in', kinds)
			.$if(set.demoOnly, (query) => query.where('is_demo', '=', true))
			.orderBy('run_after')
			.orderBy('id')
			.limit(1)
			.forUpdate()
			.skipLocked();
		const row = await app.db
			.updateTable('outbox')
			.set((eb) => ({
				attempts: eb('attempts', '+', 1),
				run_after: sql<Date>`now() + ${set.lease_ms} * interval '1 millisecond'`
			}))
			.where('id', '=', due)
			.returning(['id', 'kind', 'payload', 'is_demo', 'attempts'])
			.executeTakeFirst();
		return (
			row && {
				id: Number(row.id),
				kind: row.kind,
				payload: row.payload,
				isDemo: row.is_demo,
				attempt: row.attempts
			}
		);
	}

	async function attempt(job: ClaimedJob): Promise<void> {
		let outcome: Outcome;
		try {
			outcome = await handlers[job.kind]!(job);
		} catch (error) {
			return giveBack(job, error);
		}
		await finish(job, {
			payload: '{}',
			last_error: null,
			// Asked anew: they may have been erased while the mail left.
			...(outcome !== 'done' && outcome.memberId !== null
				? { member_id: sql<string>`(select id from members where id = ${outcome.memberId})` }
				: {}),
			...(outcome !== 'done' && 'kept' in outcome
				? { kept_at: sql<Date>`now()`, kept: JSON.stringify(outcome.kept), is_demo: outcome.isDemo }
				: { sent_at: sql<Date>`now()` })
		});
	}

	async function giveBack(job: ClaimedJob, error: unknown): Promise<void> {
		const isDead = job.attempt >= set.mostAttempts || (error as Partial<Permanent>).isPermanent === true;
		const sentence = withoutAddresses(error instanceof Error ? error.message : String(error));
		const delay_ms = Math.min(set.firstDelay_ms * 2 ** (job.attempt - 1), 3_600_000);
		app.log.warn(
			{ job: job.id, kind: job.kind, attempt: job.attempt, isDead, reason: sentence },
			'a job of the outbox failed'
		);
		await finish(job, {
			last_error: sentence,
			...(isDead
				? { failed_at: sql<Date>`now()` }
				: { run_after: sql<Date>`now() + ${delay_ms} * interval '1 millisecond'` })
		});
	}

	/** Only if the loan was not given to somebody else meanwhile. */
	async function finish(job: ClaimedJob, change: Record<string, unknown>): Promise<void> {
		await app.db
			.updateTable('outbox')
			.set(change)
			.where('id', '=', job.id)
			.where('attempts', '=', job.attempt)
			.where('sent_at', 'is', null)
			.where('kept_at', 'is', null)
			.where('failed_at', 'is', null)
			.execute();
	}

	const timer = setInterval(wake, set.interval_ms);
	timer.unref();
	const deaf = app.bus.subscribe('outbox.filled', wake);
	wake();

	return {
		async drain() {
			wake();
			while (work) await work;
		},
		async close() {
			closed = true;
			clearInterval(timer);
			deaf();
			while (work) await work;
		}
	};
}

/** Servers like to repeat whom they refuse. */
export function withoutAddresses(text: string): string {
	return text
		.replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, '…@…')
		.replace(/\s+/g, ' ')
		.slice(0, 300);
}
