/** Signing in with an e-mail and a password: throttled, and silent about which of the two was wrong. */
import { createHash } from 'node:crypto';
import { Invalid } from '../errors.ts';
import type { Context } from '../context.ts';
import { consume, forgive, type Limit } from '../rate-limits.ts';
import { verifyPassword } from './passwords.ts';
import { createSession, endSession } from './sessions.ts';

/** Generous enough for a tired person, useless to a guesser. The address limit is wide: town halls share one. */
const perAccount: Limit = { points: 10, duration_s: 15 * 60 };
const perAddress: Limit = { points: 100, duration_s: 15 * 60 };

/**
 * @param address the caller's IP address; only its hash is kept, for as long as the limit counts
 * @returns the token to put in the session cookie
 * @throws Invalid wrong_credentials, TooMany
 */
export async function signIn(
	context: Context,
	{ email, password, address }: { email: string; password: string; address: string }
): Promise<{ token: string; memberId: string }> {
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
	if (!member || !right || member.suspended_at) throw new Invalid('wrong_credentials');

	await forgive(db, 'sign-in-account', accountKey, perAccount);
	const session = await createSession(db, member.id);
	return { token: session.token, memberId: member.id };
}

/** Ends the session everywhere it is open: pages, Socket.IO and live documents. */
export async function signOut(context: Context): Promise<void> {
	if (context.who.kind !== 'member') return;
	await endSession(context.db, context.who.sessionId);
	context.bus.publish('session.ended', { sessionId: context.who.sessionId });
}

function hashed(value: string): string {
	return createHash('sha256').update(value).digest('base64url');
}
