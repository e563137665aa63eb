/** What must happen after a commit (a mail, mostly) is a row written in its transaction: neither lost nor done for nothing. */
import type { Announce, Trx } from './events.ts';

export interface Job {
	/** A word of the worker's handlers, e.g. 'mail.password_reset'. */
	kind: string;
	/** What the handler needs. Emptied once the job is done. */
	payload: Record<string, unknown>;
	/** Two jobs that are the same thing have the same key; the second is not kept. */
	dedupeKey: string;
	isDemo?: boolean;
	/** By default at once. */
	runAfter?: Date;
}

/** @returns false when the same job was asked for before */
export async function enqueue(trx: Trx, announce: Announce, job: Job): Promise<boolean> {
	const row = await trx
		.insertInto('outbox')
		.values({
			kind: job.kind,
			payload: JSON.stringify(job.payload),
			dedupe_key: job.dedupeKey,
			is_demo: job.isDemo ?? false,
			...(job.runAfter ? { run_after: job.runAfter } : {})
		})
		.onConflict((conflict) => conflict.column('dedupe_key').doNothing())
		.returning('id')
		.executeTakeFirst();
	if (row) announce('outbox.filled', {});
	return row !== undefined;
}
