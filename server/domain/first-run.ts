/**
 * The first run: whoever starts an installation that nobody administers follows a link to name the network, make the
 * first administrator, and see that mail and the identity provider answer. Then it is closed for ever.
 */
import { type Kysely, sql } from 'kysely';
import type { Locale } from '#lib/contract/locales.ts';
import * as tokens from '../auth/tokens.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Conflict, isFailure, NotFound } from '../errors.ts';
import { record, transact } from '../events.ts';
import { enqueue } from '../outbox.ts';
import { consume, type Limit } from '../rate-limits.ts';
import * as members from './members.ts';
import * as settings from './settings.ts';

const tests: Limit = { points: 5, duration_s: 3600 };

export interface FirstRun {
	settings: settings.Settings;
	/** Made with this very link. */
	admin: { name: string; email: string } | null;
	/** Somebody else was faster: there is an administrator, whom this link did not make. */
	isTaken: boolean;
	/** The last letter sent to see whether mail leaves. */
	test: { state: 'waiting' | 'kept' | 'done' | 'failed'; reason: string | null } | null;
}

/** Nobody administers, and nobody ever finished the first run. */
export async function isDue(db: Kysely<Database>): Promise<boolean> {
	const { first_run_at } = await db.selectFrom('settings').select('first_run_at').executeTakeFirstOrThrow();
	return first_run_at === null && !(await hasAdmin(db));
}

/** @returns the path of a link that works for a day, or null when there is no first run to do */
export async function issueLink(db: Kysely<Database>): Promise<string | null> {
	if (!(await isDue(db))) return null;
	return `/premiers-pas?jeton=${await tokens.issue(db, { purpose: 'first_run', email: '' })}`;
}

/** @throws NotFound to whoever has no link that is still good, and to everybody once it is over */
export async function look({ db }: Pick<Context, 'db'>, token: string): Promise<FirstRun> {
	const { id, memberId } = await read(db, token);
	const admin = memberId
		? await db.selectFrom('members').select(['name', 'email']).where('id', '=', memberId).executeTakeFirst()
		: undefined;
	const letter = await db
		.selectFrom('outbox')
		.select(['sent_at', 'kept_at', 'failed_at', 'last_error'])
		.where('dedupe_key', 'like', `first-run:${id}:%`)
		.orderBy('id', 'desc')
		.executeTakeFirst();
	return {
		settings: await settings.get(db),
		admin: admin ?? null,
		isTaken: !admin && (await hasAdmin(db)),
		test: letter
			? {
					state: letter.sent_at
						? 'done'
						: letter.kept_at
							? 'kept'
							: letter.failed_at || letter.last_error
								? 'failed'
								: 'waiting',
					reason: letter.last_error
				}
			: null
	};
}

/** @throws NotFound, Conflict first_run_taken, Invalid as settings.change */
export async function say(context: Context, token: string, said: Partial<settings.Settings>): Promise<void> {
	await transact(context, async (trx) => {
		await refuseLate(trx, await read(trx, token));
		await settings.write(trx, context, { ...(await settings.get(trx)), ...said });
	});
}

/** Of two at once, the second is told. @throws NotFound, Conflict first_run_taken, Invalid as members.create */
export async function createAdmin(
	context: Context,
	token: string,
	given: { name: string; email: string; password: string; locale: Locale }
): Promise<void> {
	const admin = await members.prepare({ ...given, role: 'admin', organisationId: null });
	await transact(context, async (trx) => {
		await trx.selectFrom('settings').select('id').forUpdate().execute();
		const { id } = await read(trx, token);
		if (await hasAdmin(trx)) throw new Conflict('first_run_taken');
		const { id: memberId } = await members.insert(trx, context, admin);
		await trx.updateTable('members').set({ locale: given.locale }).where('id', '=', memberId).execute();
		await trx.updateTable('one_time_tokens').set({ member_id: memberId }).where('id', '=', id).execute();
	});
}

/** A letter to the administrator, to see whether mail leaves. @throws NotFound, Conflict first_run_taken, TooMany */
export async function sendTest(context: Context, token: string, locale: Locale): Promise<void> {
	const { admin } = await look(context, token);
	if (!admin) throw new NotFound();
	const { id } = await read(context.db, token);
	await consume(context.db, 'first-run-mail', id, tests);
	await transact(context, async (trx, announce) => {
		const { count } = await trx
			.selectFrom('outbox')
			.select(sql<number>`count(*)::int`.as('count'))
			.where('dedupe_key', 'like', `first-run:${id}:%`)
			.executeTakeFirstOrThrow();
		await enqueue(trx, announce, {
			kind: 'mail.test',
			payload: { email: admin.email, locale },
			dedupeKey: `first-run:${id}:${count + 1}`
		});
	});
}

/** Closed for ever: this link and every other open nothing from now on. @throws NotFound, Conflict first_run_taken */
export async function finish(context: Context, token: string): Promise<void> {
	await transact(context, async (trx) => {
		await trx.selectFrom('settings').select('id').forUpdate().execute();
		const { memberId } = await read(trx, token);
		if (!memberId) throw new Conflict('first_run_taken');
		await tokens.use(trx, token, 'first_run');
		await tokens.spend(trx, { email: '' }, ['first_run']);
		await trx
			.updateTable('settings')
			.set({ first_run_at: sql<Date>`now()` })
			.execute();
		await record(trx, context, 'first_run.finished', { memberId });
	});
}

async function read(db: Kysely<Database>, token: string): Promise<tokens.Token> {
	try {
		return await tokens.read(db, token, 'first_run');
	} catch (error) {
		// The page does not exist for whoever has no link.
		if (isFailure(error)) throw new NotFound();
		throw error;
	}
}

async function refuseLate(db: Kysely<Database>, { memberId }: tokens.Token): Promise<void> {
	if (!memberId && (await hasAdmin(db))) throw new Conflict('first_run_taken');
}

/** Now or before, even of the demonstration: purging that one leaves nothing of it. */
async function hasAdmin(db: Kysely<Database>): Promise<boolean> {
	const row = await db
		.selectFrom('appointments')
		.select('member_id')
		.where('role', '=', 'admin')
		.limit(1)
		.executeTakeFirst();
	return row !== undefined;
}
