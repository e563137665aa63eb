/** Signing in: throttled, and silent about what was wrong. */
import { createHash } from 'node:crypto';
import { Invalid } from '../errors.ts';
import type { Context } from '../context.ts';
import { record } from '../events.ts';
import { consume, forgive, type Limit } from '../rate-limits.ts';
import { verifyPassword } from './passwords.ts';
import { isOn, proveAnd } from './second-factor.ts';
import {
	createSession,
	endSession,
	needsSecondFactor,
	pendingSession,
	type NewSession,
	type Policy
} from './sessions.ts';

/** Generous enough for a tired person, useless to a guesser. The address limit is wide: town halls share one. */
const perAccount: Limit = { points: 10, duration_s: 15 * 60 };
const perAddress: Limit = { points: 100, duration_s: 15 * 60 };

export interface Opened {
	/** For the session cookie. */
	token: string;
	memberId: string;
	/** 'in': signed in; 'code': once a code is given; 'enrol': signed in, and asked to set a second factor up. */
	next: 'in' | 'code' | 'enrol';
}

/**
 * @param address the caller's IP address; only its hash is kept, for as long as the limit counts
 * @throws Invalid wrong_credentials, TooMany
 */
export async function signIn(
	context: Context,
	{
		email,
		password,
		address,
		device = null
	}: { email: string; password: string; address: string; device?: string | null },
	policy?: Policy
): Promise<Opened> {
	const { db } = context;
	const accountKey = hashed(email.trim().toLowerCase());
	// Counted before the password is looked at, so that parallel tries are counted too.
	await consume(db, 'sign-in-address', hashed(address), perAddress);
	await consume(db, 'sign-in-account', accountKey, perAccount);

	const member = await db
		.selectFrom('members')
		.select(['id', 'password_hash', 'suspended_at'])
		.where('email', '=', email.trim().toLowerCase())
		.executeTakeFirst();
	// An unknown account costs the same work as a known one: verifyPassword also derives for an unreadable hash.
	const right = await verifyPassword(member?.password_hash ?? '', password);
	if (!member || !right || member.suspended_at) {
		// The same work, whether there is such an account or not.
		await record(db, context, 'sign_in.failed', { memberId: member?.id ?? null });
		throw new Invalid('wrong_credentials');
	}

	await forgive(db, 'sign-in-account', accountKey, perAccount);
	return openSession(context, member.id, { device }, policy);
}

/** For somebody who proved who they are, in one way; the second factor, if they have one, is still asked for. */
export async function openSession(
	{ db }: Pick<Context, 'db'>,
	memberId: string,
	session: Omit<NewSession, 'secondFactorDue'>,
	policy: Policy = { requireSecondFactor: false }
): Promise<Opened> {
	const secondFactorDue = !session.isStrong && (await isOn(db, memberId));
	const { token } = await createSession(db, memberId, { ...session, secondFactorDue });
	if (secondFactorDue) return { token, memberId, next: 'code' };
	const mustEnrol =
		policy.requireSecondFactor &&
		!session.isStrong &&
		!(await isOn(db, memberId)) &&
		(await isAppointed(db, memberId));
	return { token, memberId, next: mustEnrol ? 'enrol' : 'in' };
}

/**
 * The code after the password. The session that waited for it ends, and another begins.
 * @returns the token for the session cookie
 * @throws Invalid sign_in_again when the password is too long ago, code_wrong; TooMany
 */
export async function giveCode(
	context: Context,
	{ cookie, code }: { cookie: string | undefined; code: string },
	secure: boolean,
	now = Date.now()
): Promise<{ token: string; memberId: string }> {
	const pending = await pendingSession(context.db, cookie, secure, now);
	if (!pending) throw new Invalid('sign_in_again');
	const { memberId, device, idToken } = pending;
	const { token } = await proveAnd(context, { id: memberId }, code, now, async (trx) => {
		await endSession(trx, pending.id);
		return createSession(trx, memberId, { device, idToken });
	});
	return { token, memberId };
}

/**
 * Ends the session everywhere it is open: pages, Socket.IO and live documents.
 * @returns what the identity provider wants back, when it opened this session
 */
export async function signOut(context: Context): Promise<string | null> {
	if (context.who.kind !== 'member') return null;
	const idToken = await endSession(context.db, context.who.sessionId);
	await record(context.db, context, 'session.closed', {});
	context.bus.publish('session.ended', { sessionId: context.who.sessionId });
	return idToken;
}

async function isAppointed(db: Context['db'], memberId: string): Promise<boolean> {
	const rows = await db
		.selectFrom('appointments')
		.innerJoin('members', 'members.id', 'appointments.member_id')
		.select(['appointments.role', 'members.is_demo'])
		.where('member_id', '=', memberId)
		.where('ended_at', 'is', null)
		.execute();
	return needsSecondFactor(
		rows.map((row) => row.role),
		rows[0]?.is_demo ?? true
	);
}

/** The key of a limit: never an address in clear. */
export function hashed(value: string): string {
	return createHash('sha256').update(value).digest('base64url');
}
