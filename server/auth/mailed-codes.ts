/**
 * A code that is mailed and typed back in the very browser that asked: bound to its session, or to its way through the
 * identity provider. A link would open wherever the mail is read; here what counts is that both ends are in one hand.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../database/tables.ts';
import { Invalid } from '../errors.ts';
import type { Trx } from '../events.ts';
import { consume, type Limit } from '../rate-limits.ts';
import { base32 } from './totp.ts';

export const codeLifetime_ms = 15 * 60_000;
/** Forty bits, and ten tries in a quarter of an hour. */
const codeBytes = 5;
const tries: Limit = { points: 10, duration_s: 15 * 60 };

export type CodeOwner = { sessionId: string } | { signOnId: string };

const column = (owner: CodeOwner) => ('sessionId' in owner ? 'session_id' : 'sign_on_id');
const idOf = (owner: CodeOwner) => ('sessionId' in owner ? owner.sessionId : owner.signOnId);

/** Called when the mail leaves, so that until then no secret exists. @returns the code, which is kept nowhere */
export async function issue(db: Kysely<Database>, owner: CodeOwner): Promise<string> {
	const code = base32(randomBytes(codeBytes)).replace(/.{4}(?=.)/g, '$&-');
	await db
		.insertInto('mailed_codes')
		.values({ [column(owner)]: idOf(owner), code_hash: digest(code) })
		.execute();
	return code;
}

/** Counts a try, before anything is looked at: parallel tries are counted too. @throws TooMany */
export async function countTry(db: Kysely<Database>, owner: CodeOwner): Promise<void> {
	await consume(db, 'mailed-code', idOf(owner), tries);
}

/** Uses the code up, with every other mailed to this owner. @throws Invalid code_mail_wrong */
export async function use(trx: Trx, owner: CodeOwner, code: string, now = Date.now()): Promise<void> {
	const found = await trx
		.deleteFrom('mailed_codes')
		.where(column(owner), '=', idOf(owner))
		.where('code_hash', '=', digest(code))
		.where('created_at', '>', new Date(now - codeLifetime_ms))
		.returning('id')
		.executeTakeFirst();
	if (!found) throw new Invalid('code_mail_wrong');
	await trx.deleteFrom('mailed_codes').where(column(owner), '=', idOf(owner)).execute();
}

export async function forgetExpiredCodes(db: Kysely<Database>, now = Date.now()): Promise<void> {
	await db
		.deleteFrom('mailed_codes')
		.where('created_at', '<', new Date(now - codeLifetime_ms))
		.execute();
}

/** As typed: with or without spaces, hyphens and capitals. */
const digest = (code: string) =>
	createHash('sha256').update(code.replace(/[\s-]/g, '').toUpperCase()).digest();
