/**
 * The second factor: codes of an authenticator (TOTP), and recovery codes for the day it is lost.
 * The secret is kept as it is, since the server must compute with it; of the recovery codes only SHA-256 is kept, which is
 * enough for 80 random bits.
 */
import { createHash, randomBytes } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { encode } from 'uqr';
import type { Context, Member } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Conflict, Forbidden, Invalid } from '../errors.ts';
import { record, transact, type Announce, type Trx } from '../events.ts';
import { consume, forgive, type Limit } from '../rate-limits.ts';
import { noticeOf } from './notices.ts';
import { reauthenticate, requireProof } from './reauthenticate.ts';
import { base32, otpauth, secretBytes, stepOf } from './totp.ts';

const recoveryCodes = 10;
/** What begins on one screen and ends on another; afterwards one starts again. */
const enrolment_ms = 30 * 60_000;
/** A million codes, three of them right at any time: ten tries in a quarter of an hour lead nowhere. */
const codeTries: Limit = { points: 10, duration_s: 15 * 60 };
const issuer = 'Passerelle';

export interface SecondFactorView {
	isOn: boolean;
	/** How many recovery codes are left. */
	codesLeft: number;
	/** Begun and not confirmed yet: what to give to the authenticator. */
	begun: {
		/** In base32, in groups of four. */
		secret: string;
		address: string;
		/** The same as a picture: a path of one-unit squares in a square of that side. */
		picture: { side: number; path: string };
	} | null;
}

export async function view({ who, db }: Context, now = Date.now()): Promise<SecondFactorView> {
	if (who.kind !== 'member') throw new Forbidden();
	const row = await db
		.selectFrom('second_factors')
		.innerJoin('members', 'members.id', 'second_factors.member_id')
		.select(['secret', 'second_factors.created_at', 'confirmed_at', 'email'])
		.where('member_id', '=', who.id)
		.executeTakeFirst();
	const left = await db
		.selectFrom('recovery_codes')
		.select((eb) => eb.fn.countAll<string>().as('count'))
		.where('member_id', '=', who.id)
		.where('used_at', 'is', null)
		.executeTakeFirstOrThrow();
	const isBegun = row && !row.confirmed_at && now - row.created_at.getTime() < enrolment_ms;
	const address = isBegun ? otpauth(row.secret, row.email, issuer) : '';
	return {
		isOn: Boolean(row?.confirmed_at),
		codesLeft: Number(left.count),
		begun: isBegun
			? { secret: base32(row.secret).replace(/.{4}(?=.)/g, '$& '), address, picture: draw(address) }
			: null
	};
}

/**
 * Makes a secret for this member to give to an authenticator. It protects nothing until a code confirms it.
 * @throws Invalid current_wrong, Conflict second_factor_on, TooMany
 */
export async function begin(context: Context, { current }: { current: string }): Promise<void> {
	const who = await reauthenticate(context, current);
	const secret = randomBytes(secretBytes);
	const { numInsertedOrUpdatedRows } = await context.db
		.insertInto('second_factors')
		.values({ member_id: who.id, secret })
		.onConflict((conflict) =>
			conflict
				.column('member_id')
				.doUpdateSet({ secret, created_at: sql<Date>`now()`, last_step: null })
				.where('second_factors.confirmed_at', 'is', null)
		)
		.executeTakeFirst();
	if (numInsertedOrUpdatedRows !== 1n) throw new Conflict('second_factor_on');
}

/**
 * The authenticator showed the right code: from now on it is asked for at each sign-in.
 * @returns the recovery codes, which nothing can show again
 * @throws Invalid code_wrong, second_factor_not_begun; TooMany
 */
export async function confirm(
	context: Context,
	{ code }: { code: string },
	now = Date.now()
): Promise<{ codes: string[] }> {
	const who = requireMember(context);
	await consume(context.db, 'second-factor', who.id, codeTries);
	const codes = await transact(context, async (trx, announce) => {
		const row = await trx
			.selectFrom('second_factors')
			.select(['secret', 'created_at'])
			.where('member_id', '=', who.id)
			.where('confirmed_at', 'is', null)
			.forUpdate()
			.executeTakeFirst();
		if (!row || now - row.created_at.getTime() >= enrolment_ms) throw new Invalid('second_factor_not_begun');
		const step = stepOf(row.secret, digits(code), now);
		if (step === null) throw new Invalid('code_wrong');
		await trx
			.updateTable('second_factors')
			.set({ confirmed_at: new Date(now), last_step: step })
			.where('member_id', '=', who.id)
			.execute();
		await record(trx, context, 'second_factor.on', {}, who.isDemo);
		await noticeOf(trx, announce, who, 'second_factor_on');
		// Roles that waited for it count from now on, in open pages too.
		announce('member.access', { memberId: who.id });
		return renew(trx, who.id);
	});
	await forgive(context.db, 'second-factor', who.id, codeTries);
	return { codes };
}

/** @throws Invalid current_wrong, code_wrong; TooMany */
export async function turnOff(
	context: Context,
	{ current, code }: { current: string; code: string },
	now = Date.now()
): Promise<void> {
	const who = await reauthenticate(context, current);
	await proveAnd(context, who, code, now, async (trx, announce) => {
		await trx.deleteFrom('second_factors').where('member_id', '=', who.id).execute();
		await forgetUnused(trx, who.id);
		await record(trx, context, 'second_factor.off', {}, who.isDemo);
		await noticeOf(trx, announce, who, 'second_factor_off');
		announce('member.access', { memberId: who.id });
	});
}

/** The old recovery codes are worth nothing any more. @throws Invalid current_wrong, code_wrong; TooMany */
export async function renewCodes(
	context: Context,
	{ current, code }: { current: string; code: string },
	now = Date.now()
): Promise<{ codes: string[] }> {
	const who = await reauthenticate(context, current);
	const codes = await proveAnd(context, who, code, now, async (trx) => {
		await record(trx, context, 'second_factor.codes_renewed', {});
		return renew(trx, who.id);
	});
	return { codes };
}

/** The same for whoever proved a moment ago to be the owner. @throws Invalid proof_needed, Conflict second_factor_off */
export async function renewCodesByProof(context: Context): Promise<{ codes: string[] }> {
	const who = await requireProof(context);
	if (!(await isOn(context.db, who.id))) throw new Conflict('second_factor_off');
	return transact(context, async (trx) => {
		await record(trx, context, 'second_factor.codes_renewed', {});
		return { codes: await renew(trx, who.id) };
	});
}

/** Called by the operator, for somebody who lost authenticator, passkeys and codes. */
export async function forget(trx: Trx, memberId: string): Promise<boolean> {
	await trx.deleteFrom('recovery_codes').where('member_id', '=', memberId).execute();
	const codes = await trx.deleteFrom('second_factors').where('member_id', '=', memberId).executeTakeFirst();
	const keys = await trx.deleteFrom('passkeys').where('member_id', '=', memberId).executeTakeFirst();
	return codes.numDeletedRows > 0n || keys.numDeletedRows > 0n;
}

/** Recovery codes stand in for a second factor; the last one gone, they stand for nothing. */
export async function forgetUnused(trx: Trx, memberId: string): Promise<void> {
	if (await isOn(trx, memberId)) return;
	await trx.deleteFrom('recovery_codes').where('member_id', '=', memberId).execute();
}

/** @returns the codes; none when there are some already */
export async function renewIfNone(trx: Trx, memberId: string): Promise<string[]> {
	const left = await trx
		.selectFrom('recovery_codes')
		.select('id')
		.where('member_id', '=', memberId)
		.where('used_at', 'is', null)
		.executeTakeFirst();
	return left ? [] : renew(trx, memberId);
}

/** An authenticator, or a passkey: either is asked for after the password. */
export async function isOn(db: Kysely<Database>, memberId: string): Promise<boolean> {
	const row = await db
		.selectFrom('second_factors')
		.select('member_id')
		.where('member_id', '=', memberId)
		.where('confirmed_at', 'is not', null)
		.union(db.selectFrom('passkeys').select('member_id').where('member_id', '=', memberId))
		.executeTakeFirst();
	return row !== undefined;
}

/**
 * Runs `act` once the member gave a code of the authenticator, or a recovery code; either is used up by it.
 * @throws Invalid code_wrong, TooMany
 */
export async function proveAnd<T>(
	context: Context,
	member: { id: string },
	code: string,
	now: number,
	act: (trx: Trx, announce: Announce) => Promise<T>
): Promise<T> {
	// Counted before the code is looked at, so that parallel tries are counted too.
	await consume(context.db, 'second-factor', member.id, codeTries);
	const result = await transact(context, async (trx, announce) => {
		if (!(await prove(trx, member.id, code, now))) return { isWrong: true as const };
		return { isWrong: false as const, value: await act(trx, announce) };
	});
	if (result.isWrong) {
		await record(context.db, context, 'sign_in.code_failed', { memberId: member.id });
		throw new Invalid('code_wrong');
	}
	await forgive(context.db, 'second-factor', member.id, codeTries);
	return result.value;
}

async function prove(trx: Trx, memberId: string, code: string, now: number): Promise<boolean> {
	const typed = digits(code);
	if (/^\d{6}$/.test(typed)) {
		const row = await trx
			.selectFrom('second_factors')
			.select('secret')
			.where('member_id', '=', memberId)
			.where('confirmed_at', 'is not', null)
			.executeTakeFirst();
		const step = row ? stepOf(row.secret, typed, now) : null;
		if (step === null) return false;
		// Of two who send the same code at once, the second finds its step taken.
		const { numUpdatedRows } = await trx
			.updateTable('second_factors')
			.set({ last_step: step })
			.where('member_id', '=', memberId)
			.where((eb) => eb.or([eb('last_step', 'is', null), eb('last_step', '<', step)]))
			.executeTakeFirst();
		return numUpdatedRows === 1n;
	}
	const { numUpdatedRows } = await trx
		.updateTable('recovery_codes')
		.set({ used_at: new Date(now) })
		.where('member_id', '=', memberId)
		.where('code_hash', '=', digest(typed))
		.where('used_at', 'is', null)
		.executeTakeFirst();
	return numUpdatedRows === 1n;
}

async function renew(trx: Trx, memberId: string): Promise<string[]> {
	await trx.deleteFrom('recovery_codes').where('member_id', '=', memberId).execute();
	const codes = Array.from({ length: recoveryCodes }, () =>
		base32(randomBytes(10)).replace(/.{4}(?=.)/g, '$&-')
	);
	await trx
		.insertInto('recovery_codes')
		.values(codes.map((code) => ({ member_id: memberId, code_hash: digest(digits(code)) })))
		.execute();
	return codes;
}

/** As typed: with or without spaces, hyphens and capitals. */
const digits = (code: string) => code.replace(/[\s-]/g, '').toUpperCase();
const digest = (code: string) => createHash('sha256').update(code).digest();

function requireMember({ who }: Context): Member {
	if (who.kind !== 'member') throw new Forbidden();
	return who;
}

function draw(text: string): { side: number; path: string } {
	const { data, size } = encode(text, { ecc: 'M', border: 2 });
	const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
	return { side: size, path: squares.join('') };
}
