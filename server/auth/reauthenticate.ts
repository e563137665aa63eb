/**
 * Before what only the owner of an account may do, whoever sits there proves again that it is theirs: with the password
 * in the very form, or beforehand at /compte/confirmer, by any means they have. Signing in is no such proof: the screen
 * may have been left since.
 */
import type { Context, Member } from '../context.ts';
import { Forbidden, Invalid } from '../errors.ts';
import { record, transact, type Trx } from '../events.ts';
import { enqueue } from '../outbox.ts';
import { consume, forgive, type Limit } from '../rate-limits.ts';
import * as codes from './mailed-codes.ts';
import { verifyPassword } from './passwords.ts';

const tries: Limit = { points: 10, duration_s: 15 * 60 };
const mails: Limit = { points: 5, duration_s: 3600 };
/** Time enough for what one came to do, too little for whoever sits down later. */
export const proof_ms = 10 * 60_000;

/** What a form asks before a sensitive act. */
export interface ProofView {
	/** Proved a moment ago: nothing is asked. */
	isFresh: boolean;
	/** The password may be typed in the form itself; without one, /compte/confirmer is the way. */
	hasPassword: boolean;
}

/** @throws Forbidden to visitors */
export async function proofOf(context: Context, now = Date.now()): Promise<ProofView> {
	const row = await find(context);
	return { isFresh: isFresh(row, now), hasPassword: row.password_hash !== null };
}

/**
 * The password of the form, or a proof a moment ago.
 * @throws Forbidden to visitors; Invalid current_wrong, current_empty, proof_needed; TooMany
 */
export async function reauthenticate(context: Context, current: string, now = Date.now()): Promise<Member> {
	const { who, db } = context;
	if (who.kind !== 'member') throw new Forbidden();
	const row = await find(context);
	if (!current) {
		if (isFresh(row, now)) return who;
		throw new Invalid(row.password_hash === null ? 'proof_needed' : 'current_empty');
	}
	await consume(db, 'reauthentication', who.id, tries);
	if (!(await verifyPassword(row.password_hash ?? '', current))) {
		await record(db, { who }, 'sign_in.refused_again', {});
		throw new Invalid('current_wrong');
	}
	await forgive(db, 'reauthentication', who.id, tries);
	return who;
}

/**
 * For acts whose form asks no password.
 * @param since signing in after this moment counts too
 * @throws Forbidden to visitors, Invalid proof_needed
 */
export async function requireProof(
	context: Context,
	{ since, now = Date.now() }: { since?: Date; now?: number } = {}
): Promise<Member> {
	const { who } = context;
	if (who.kind !== 'member') throw new Forbidden();
	const row = await find(context);
	if (isFresh(row, now) || (since && row.created_at > since)) return who;
	throw new Invalid('proof_needed');
}

/** At /compte/confirmer. @throws Forbidden to visitors; Invalid current_wrong; TooMany */
export async function confirmByPassword(context: Context, current: string): Promise<void> {
	if (!current) throw new Invalid('current_empty');
	const who = await reauthenticate(context, current);
	await transact(context, (trx) => remember(trx, who.sessionId));
}

/** Mails a code, to be typed in this browser. @throws Forbidden to visitors, TooMany */
export async function requestProofCode(context: Context): Promise<void> {
	const { who } = context;
	if (who.kind !== 'member') throw new Forbidden();
	await consume(context.db, 'mail-proof', who.id, mails);
	await transact(context, async (trx, announce) => {
		await enqueue(trx, announce, {
			kind: 'mail.code',
			payload: { memberId: who.id, sessionId: who.sessionId },
			dedupeKey: `code:${who.sessionId}:${Math.floor(Date.now() / 60_000)}`,
			isDemo: who.isDemo
		});
	});
}

/** @throws Forbidden to visitors; Invalid code_mail_wrong; TooMany */
export async function confirmByCode(context: Context, code: string): Promise<void> {
	const { who, db } = context;
	if (who.kind !== 'member') throw new Forbidden();
	// By account: a code mailed to one session is guessed at from that session only.
	await codes.countTry(db, { sessionId: who.sessionId });
	await transact(context, async (trx) => {
		await codes.use(trx, { sessionId: who.sessionId }, code);
		await remember(trx, who.sessionId);
	});
}

/** Called once its owner proved to be there. */
export async function remember(trx: Trx, sessionId: string, now = Date.now()): Promise<void> {
	await trx
		.updateTable('sessions')
		.set({ proved_at: new Date(now) })
		.where('id', '=', sessionId)
		.execute();
}

function isFresh({ proved_at }: { proved_at: Date | null }, now: number): boolean {
	return proved_at !== null && now - proved_at.getTime() < proof_ms;
}

async function find({ who, db }: Context): Promise<{
	password_hash: string | null;
	proved_at: Date | null;
	created_at: Date;
}> {
	if (who.kind !== 'member') throw new Forbidden();
	const row = await db
		.selectFrom('members')
		.leftJoin('sessions', (join) =>
			join.onRef('sessions.member_id', '=', 'members.id').on('sessions.id', '=', who.sessionId)
		)
		.select(['password_hash', 'proved_at', 'sessions.created_at'])
		.where('members.id', '=', who.id)
		.executeTakeFirst();
	if (!row) throw new Forbidden();
	return { ...row, created_at: row.created_at ?? new Date(0) };
}
