/**
 * What a mailed link carries: `<id>.<secret>`, as sessions do. One table for every purpose; a token opens one purpose,
 * once, until it expires. Links are followed by mail scanners, so a page only ever reads a token; a form uses it.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Database, TokenPurpose } from '../database/tables.ts';
import { Invalid } from '../errors.ts';
import type { Trx } from '../events.ts';

const hour_ms = 3_600_000;
/** An invitation has its own end, which its token follows. */
export const lifetimes_ms: Record<Exclude<TokenPurpose, 'invitation'>, number> = {
	password_reset: hour_ms,
	sign_in: hour_ms / 4,
	email_change: 24 * hour_ms,
	email_verification: 48 * hour_ms,
	sign_up: 48 * hour_ms,
	first_run: 24 * hour_ms
};

export interface Token {
	id: string;
	purpose: TokenPurpose;
	memberId: string | null;
	invitationId: string | null;
	/** The address it was sent to; empty for what is printed. */
	email: string;
}

type NewToken = { email: string } & (
	| { purpose: 'invitation'; invitationId: string; expiresAt: Date }
	| { purpose: 'sign_up' | 'first_run' }
	| { purpose: Exclude<TokenPurpose, 'invitation' | 'sign_up' | 'first_run'>; memberId: string }
);

/** Called when the mail leaves, so that until then no secret exists. @returns the token, which is kept nowhere */
export async function issue(db: Kysely<Database>, token: NewToken): Promise<string> {
	const id = randomBytes(15).toString('base64url');
	const secret = randomBytes(15).toString('base64url');
	const isInvitation = token.purpose === 'invitation';
	await db
		.insertInto('one_time_tokens')
		.values({
			id,
			purpose: token.purpose,
			secret_hash: digest(secret),
			email: token.email,
			member_id: 'memberId' in token ? token.memberId : null,
			invitation_id: isInvitation ? token.invitationId : null,
			expires_at: isInvitation ? token.expiresAt : new Date(Date.now() + lifetimes_ms[token.purpose])
		})
		.execute();
	return `${id}.${secret}`;
}

/**
 * What the token says, and nothing changes.
 * @throws Invalid token_invalid: the same for one that is unknown, expired, used or made for something else
 */
export async function read(
	db: Kysely<Database>,
	token: string,
	purpose: TokenPurpose,
	now = Date.now()
): Promise<Token> {
	const match = /^([\w-]{20})\.([\w-]{20})$/.exec(token);
	const row =
		match &&
		(await db
			.selectFrom('one_time_tokens')
			.selectAll()
			.where('id', '=', match[1]!)
			.where('purpose', '=', purpose)
			.where('used_at', 'is', null)
			.where('expires_at', '>', new Date(now))
			.executeTakeFirst());
	if (!row || !timingSafeEqual(digest(match[2]!), row.secret_hash)) throw new Invalid('token_invalid');
	return {
		id: row.id,
		purpose: row.purpose,
		memberId: row.member_id,
		invitationId: row.invitation_id,
		email: row.email
	};
}

/**
 * Uses the token up together with its siblings: what was sent to the same person for the same purpose. Of two who use
 * it at once, one waits for the other's row and finds it used.
 * @throws Invalid token_invalid
 */
export async function use(trx: Trx, token: string, purpose: TokenPurpose, now = Date.now()): Promise<Token> {
	const found = await read(trx, token, purpose, now);
	const { numUpdatedRows } = await trx
		.updateTable('one_time_tokens')
		.set({ used_at: sql<Date>`now()` })
		.where('id', '=', found.id)
		.where('used_at', 'is', null)
		.executeTakeFirst();
	if (numUpdatedRows !== 1n) throw new Invalid('token_invalid');
	await spend(trx, ownerOf(found), [purpose]);
	return found;
}

type Owner = { memberId: string } | { invitationId: string } | { email: string };

function ownerOf({ memberId, invitationId, email }: Token): Owner {
	if (memberId) return { memberId };
	return invitationId ? { invitationId } : { email };
}

const ownerColumn = { memberId: 'member_id', invitationId: 'invitation_id', email: 'email' } as const;

/** What was mailed for these purposes opens nothing any more. */
export async function spend(trx: Trx, owner: Owner, purposes: TokenPurpose[]): Promise<void> {
	const [[kind, value]] = Object.entries(owner) as [[keyof typeof ownerColumn, string]];
	await trx
		.updateTable('one_time_tokens')
		.set({ used_at: sql<Date>`now()` })
		.where(ownerColumn[kind], '=', value)
		.where('purpose', 'in', purposes)
		.where('used_at', 'is', null)
		.execute();
}

/** Called from time to time: an expired token is of no use to anyone, and it names an address. */
export async function forgetExpiredTokens(db: Kysely<Database>, now = Date.now()): Promise<void> {
	await db
		.deleteFrom('one_time_tokens')
		.where('expires_at', '<', new Date(now - 24 * hour_ms))
		.execute();
}

function digest(secret: string): Buffer {
	return createHash('sha256').update(secret).digest();
}
