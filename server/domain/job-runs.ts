/** When servers last did what they do by themselves: written by whichever did it, read by whoever wonders. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database/tables.ts';

const minute_ms = 60_000;
const hour_ms = 60 * minute_ms;

/** Not done for longer than this while a server runs: something is wrong. Several times what it takes between two runs. */
export const late_ms = {
	/** What was written to be done after a commit, mail mostly. Every few seconds. */
	outbox: 5 * minute_ms,
	/** What happened joins the sealed journal. Every few seconds. */
	seals: 5 * minute_ms,
	/** Texts at rest are kept as a version. Every five minutes. */
	versions: 20 * minute_ms,
	/** What is short-lived is forgotten. Every ten minutes. */
	short_lived: 40 * minute_ms,
	/** What is over is forgotten. Every hour. */
	long_lived: 3 * hour_ms,
	/** The whole journal is read again. Every day. */
	journal_check: 48 * hour_ms
} as const;

export type Job = keyof typeof late_ms;
export const jobs = Object.keys(late_ms) as Job[];

/** Of one job; null for what never was. */
export interface JobRun {
	ranAt: Date | null;
	/** Since it last ran well. */
	failedAt: Date | null;
	detail: Record<string, unknown>;
}

/** A server opened its doors: from here on nothing is late that had no time yet. */
export async function started(db: Kysely<Database>): Promise<void> {
	await write(db, 'start', { ran_at: sql<Date>`now()` });
}

/** @param detail what it found, kept until the next run */
export async function ran(db: Kysely<Database>, job: Job, detail: object = {}): Promise<void> {
	await write(db, job, { ran_at: sql<Date>`now()`, failed_at: null, detail: JSON.stringify(detail) });
}

export async function failed(db: Kysely<Database>, job: Job): Promise<void> {
	await write(db, job, { failed_at: sql<Date>`now()` });
}

/** For what one server does for all. @returns false when one began it less than `apart_ms` ago */
export async function begin(db: Kysely<Database>, job: Job, apart_ms: number): Promise<boolean> {
	const row = await db
		.insertInto('job_runs')
		.values({ job })
		.onConflict((conflict) =>
			conflict
				.column('job')
				.doUpdateSet({ begun_at: sql<Date>`now()` })
				.where('job_runs.begun_at', '<', sql<Date>`now() - ${apart_ms} * interval '1 millisecond'`)
		)
		.returning('job')
		.executeTakeFirst();
	return row !== undefined;
}

/** @returns by job, and when a server last started; null when none did since this is written down */
export async function list(
	db: Kysely<Database>
): Promise<{ runs: Record<Job, JobRun>; startedAt: Date | null }> {
	const rows = await db.selectFrom('job_runs').selectAll().execute();
	const of = (job: string) => rows.find((row) => row.job === job);
	const runs = jobs.map((job): [Job, JobRun] => {
		const row = of(job);
		return [job, { ranAt: row?.ran_at ?? null, failedAt: row?.failed_at ?? null, detail: row?.detail ?? {} }];
	});
	return { runs: Object.fromEntries(runs) as Record<Job, JobRun>, startedAt: of('start')?.ran_at ?? null };
}

async function write(
	db: Kysely<Database>,
	job: Job | 'start',
	change: { ran_at?: unknown; failed_at?: unknown; detail?: string }
): Promise<void> {
	await db
		.insertInto('job_runs')
		.values({ job, ...change } as never)
		.onConflict((conflict) => conflict.column('job').doUpdateSet(change as never))
		.execute();
}
