/**
 * Coming in by mail: a new password, or a link that signs in. Whoever asks learns nothing about who has an account: the
 * request does the same work for every address, and the worker finds out later whether there is somebody to write to.
 */
import { type Kysely, sql } from 'kysely';
import type { Context } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Invalid } from '../errors.ts';
import { record, transact } from '../events.ts';
import { enqueue } from '../outbox.ts';
import { consume, type Limit } from '../rate-limits.ts';
import { noticeOf } from './notices.ts';
import { hashPassword } from './passwords.ts';
import { endSessionsOf, type Policy } from './sessions.ts';
import { hashed, openSession, type Opened } from './sign-in.ts';
import * as tokens from './tokens.ts';

/** Enough for somebody who looks for the mail in vain, too little to fill a letter box. */
const perAccount: Limit = { points: 5, duration_s: 3600 };
const perAddress: Limit = { points: 40, duration_s: 3600 };

/**
 * Sends a mail to that address if it opens an account; answers the same when it does not.
 * @param address the caller's IP address
 * @throws TooMany
 */
export async function requestMail(
	context: Context,
	purpose: 'password_reset' | 'sign_in',
	{ email, address }: { email: string; address: string },
	now = Date.now()
): Promise<void> {
	const to = email.trim().toLowerCase();
	await consume(context.db, 'mail-address', hashed(address), perAddress);
	await consume(context.db, `mail-${purpose}`, hashed(to), perAccount);
	const minute = Math.floor(now / 60_000);
	await transact(context, async (trx, announce) => {
		await enqueue(trx, announce, {
			kind: `mail.${purpose}`,
			payload: { email: to },
			// Pressed twice, or sent by two windows: one mail.
			dedupeKey: `${purpose}:${hashed(to)}:${minute}`,
			isDemo: to.endsWith('@demo.invalid')
		});
	});
}

/** Whose link this is, for the page to say. @throws Invalid token_invalid */
export async function preview(
	db: Kysely<Database>,
	token: string,
	purpose: 'password_reset' | 'sign_in'
): Promise<{ email: string }> {
	const { email } = await tokens.read(db, token, purpose);
	return { email };
}

/**
 * Sets a new password; whoever was signed in is signed out everywhere, and every other mailed link is void.
 * @throws Invalid token_invalid, password_too_short, password_too_long, password_common
 */
export async function resetPassword(
	context: Context,
	{ token, password }: { token: string; password: string }
): Promise<void> {
	// Read first: a stranger's guess costs no hash, and a password that is refused uses nothing up.
	const { memberId, email } = await tokens.read(context.db, token, 'password_reset');
	const named = await find(context.db, memberId!, email);
	const passwordHash = await hashPassword(password, [named.name, email]);
	await transact(context, async (trx, announce) => {
		await tokens.use(trx, token, 'password_reset');
		const member = await find(trx, memberId!, email);
		await trx
			.updateTable('members')
			.set({ password_hash: passwordHash, email_verified_at: sql<Date>`now()` })
			.where('id', '=', member.id)
			.execute();
		await tokens.spend(trx, { memberId: member.id }, ['sign_in', 'email_change']);
		await endSessionsOf(trx, announce, member.id);
		await record(trx, context, 'password.reset', { memberId: member.id }, member.isDemo);
		await noticeOf(trx, announce, member, 'password_changed');
	});
}

/**
 * The mailed link instead of the password; a second factor is asked for all the same.
 * @throws Invalid token_invalid
 */
export async function signInByLink(
	context: Context,
	{ token, device = null }: { token: string; device?: string | null },
	policy?: Policy
): Promise<Opened> {
	const memberId = await transact(context, async (trx) => {
		const used = await tokens.use(trx, token, 'sign_in');
		const member = await find(trx, used.memberId!, used.email);
		await trx
			.updateTable('members')
			.set({ email_verified_at: sql<Date>`now()` })
			.where('id', '=', member.id)
			.execute();
		await record(trx, context, 'sign_in.by_link', { memberId: member.id }, member.isDemo);
		return member.id;
	});
	return openSession(context, memberId, { device }, policy);
}

/** The member, as long as the address the token went to is still theirs. @throws Invalid token_invalid */
async function find(db: Kysely<Database>, memberId: string, email: string) {
	const member = await db
		.selectFrom('members')
		.select(['id', 'name', 'is_demo as isDemo'])
		.where('id', '=', memberId)
		.where('email', '=', email)
		.where('suspended_at', 'is', null)
		.executeTakeFirst();
	if (!member) throw new Invalid('token_invalid');
	return member;
}
