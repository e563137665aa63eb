/** What the platform mailed, or would have: for its administrators. */
import { type Kysely, sql } from 'kysely';
import { can } from '../access.ts';
import type { Context, Who } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Invalid, NotFound } from '../errors.ts';
import { record, transact } from '../events.ts';

export type MailState = 'waiting' | 'retrying' | 'done' | 'kept' | 'failed';

export interface MailView {
	id: number;
	/** A word of the worker's handlers, e.g. 'mail.password_reset'. */
	kind: string;
	state: MailState;
	isDemo: boolean;
	attempts: number;
	lastError: string | null;
	/** ISO 8601, UTC. */
	createdAt: string;
	/** Of the next try, while it waits. */
	runAfter: string | null;
	/** The words of a mail that was not sent but kept to be shown. */
	kept: { to: string; subject: string; text: string } | null;
	mayRetry: boolean;
}

const pageSize = 50;
const state = sql<MailState>`case
	when failed_at is not null then 'failed' when kept_at is not null then 'kept' when sent_at is not null then 'done'
	when attempts > 0 then 'retrying' else 'waiting' end`;
const worldOf = (who: Who) =>
	who.kind === 'member' && who.isDemo ? sql<boolean>`is_demo` : sql<boolean>`true`;

/**
 * The latest first. An administrator of the demonstration sees the mail of the demonstration only: a mail may open an account.
 * @throws NotFound to everyone else, Invalid invalid_cursor
 */
export async function list(
	{ who, db }: Context,
	{ cursor }: { cursor?: string } = {}
): Promise<{ items: MailView[]; nextCursor: string | null; counts: Record<MailState, number> }> {
	if (who.kind !== 'member' || !can(who, 'mail.list', null)) throw new NotFound();
	const visible = worldOf(who);

	let query = db
		.selectFrom('outbox')
		.select([
			'id',
			'kind',
			'is_demo',
			'attempts',
			'last_error',
			'created_at',
			'run_after',
			'kept',
			state.as('state')
		])
		.where(visible);
	if (cursor) {
		if (!/^\d{1,15}$/.test(cursor)) throw new Invalid('invalid_cursor');
		query = query.where('id', '<', Number(cursor));
	}
	const rows = await query
		.orderBy('id', 'desc')
		.limit(pageSize + 1)
		.execute();
	const last = rows.length > pageSize ? rows[pageSize - 1] : undefined;
	return {
		items: rows.slice(0, pageSize).map((row) => ({
			id: Number(row.id),
			kind: row.kind,
			state: row.state,
			isDemo: row.is_demo,
			attempts: row.attempts,
			lastError: row.last_error,
			createdAt: row.created_at.toISOString(),
			runAfter: row.state === 'waiting' || row.state === 'retrying' ? row.run_after.toISOString() : null,
			kept: row.kept as MailView['kept'],
			mayRetry: row.state === 'failed' && can(who, 'mail.retry', { isDemo: row.is_demo })
		})),
		nextCursor: last ? String(last.id) : null,
		counts: await counts({ who, db })
	};
}

/** How many in each state. @throws NotFound to everyone but administrators */
export async function counts({ who, db }: Pick<Context, 'who' | 'db'>): Promise<Record<MailState, number>> {
	if (!can(who, 'mail.list', null)) throw new NotFound();
	return count(db, who);
}

/** For those who were let in otherwise. */
export async function count(db: Kysely<Database>, who: Who): Promise<Record<MailState, number>> {
	const counted = await db
		.selectFrom('outbox')
		.select([state.as('state'), sql<number>`count(*)::int`.as('count')])
		.where(worldOf(who))
		.groupBy(sql`1`)
		.execute();
	const none: Record<MailState, number> = { waiting: 0, retrying: 0, done: 0, kept: 0, failed: 0 };
	return { ...none, ...Object.fromEntries(counted.map((row) => [row.state, row.count])) };
}

/** A dead letter is tried again from the start. @throws NotFound */
export async function retry(context: Context, id: number): Promise<void> {
	const { who } = context;
	if (!can(who, 'mail.list', null)) throw new NotFound();
	await transact(context, async (trx, announce) => {
		const row = await trx
			.selectFrom('outbox')
			.select(['id', 'is_demo'])
			.where('id', '=', id)
			.where('failed_at', 'is not', null)
			.forUpdate()
			.executeTakeFirst();
		if (!row || !can(who, 'mail.retry', { isDemo: row.is_demo })) throw new NotFound();
		await trx
			.updateTable('outbox')
			.set({ failed_at: null, attempts: 0, run_after: sql<Date>`now()` })
			.where('id', '=', id)
			.execute();
		await record(trx, context, 'mail.retried', { jobId: id }, row.is_demo);
		announce('outbox.filled', {});
	});
}
