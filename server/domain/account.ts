/** What a member does with their own account. */
import { sql } from 'kysely';
import type { Locale } from '#lib/contract/locales.ts';
import { noticeOf } from '../auth/notices.ts';
import * as passkeys from '../auth/passkeys.ts';
import { hashPassword } from '../auth/passwords.ts';
import { reauthenticate } from '../auth/reauthenticate.ts';
import { endSessionsOf, listSessions, type SessionView } from '../auth/sessions.ts';
import * as secondFactor from '../auth/second-factor.ts';
import { hashed } from '../auth/sign-in.ts';
import * as tokens from '../auth/tokens.ts';
import type { Context, Member } from '../context.ts';
import { Conflict, Forbidden, Invalid } from '../errors.ts';
import { record, transact } from '../events.ts';
import { enqueue } from '../outbox.ts';
import { consume, type Limit } from '../rate-limits.ts';
import { requireText } from './input.ts';
import { mayInvite } from './invitations.ts';
import { mine, type OwnRequest } from './join-requests.ts';

/** Mails one account may have sent to addresses it names. */
const mails: Limit = { points: 5, duration_s: 3600 };

export interface AccountView {
	name: string;
	email: string;
	/** Somebody who holds the address proved it. */
	isVerified: boolean;
	locale: Locale;
	/** The first is the one they speak for. */
	memberships: Member['memberships'];
	requests: OwnRequest[];
	sessions: SessionView[];
	hasPassword: boolean;
	/** How many passkeys open it. */
	passkeys: number;
	secondFactor: { isOn: boolean; codesLeft: number; isDue: boolean };
	may: { invite: boolean };
}

/** @throws Forbidden to visitors */
export async function overview(context: Context): Promise<AccountView> {
	const who = requireMember(context);
	const member = await context.db
		.selectFrom('members')
		.select(['name', 'email', 'email_verified_at', 'locale', 'password_hash'])
		.where('id', '=', who.id)
		.executeTakeFirstOrThrow();
	const { isOn, codesLeft } = await secondFactor.view(context);
	return {
		name: member.name,
		email: member.email,
		isVerified: member.email_verified_at !== null,
		locale: member.locale,
		memberships: who.memberships,
		requests: await mine(context),
		sessions: await listSessions(context),
		hasPassword: member.password_hash !== null,
		passkeys: (await passkeys.list(context)).length,
		secondFactor: { isOn, codesLeft, isDue: who.secondFactorDue === true },
		may: { invite: mayInvite(who) }
	};
}

/** @throws Invalid name_empty, name_too_long */
export async function rename(
	context: Context,
	{ name, locale }: { name: string; locale: Locale }
): Promise<void> {
	const who = requireMember(context);
	const words = requireText(name, 'name', { most: 120 }).replace(/\s+/g, ' ');
	await transact(context, async (trx, announce) => {
		await trx.updateTable('members').set({ name: words, locale }).where('id', '=', who.id).execute();
		await record(trx, context, 'profile.changed', {});
		announce('member.access', { memberId: who.id });
	});
}

/** The language of the screens, wherever this member signs in. No right changes with it. */
export async function chooseLocale(context: Context, locale: Locale): Promise<void> {
	const who = requireMember(context);
	await context.db.updateTable('members').set({ locale }).where('id', '=', who.id).execute();
}

/**
 * Signs out everywhere else: a changed password is often a password somebody else knew.
 * @throws Invalid current_wrong, current_empty, proof_needed, password_too_short, password_too_long, password_common; TooMany
 */
export async function changePassword(
	context: Context,
	{ current, password }: { current: string; password: string }
): Promise<void> {
	const who = await reauthenticate(context, current);
	const { email } = await context.db
		.selectFrom('members')
		.select('email')
		.where('id', '=', who.id)
		.executeTakeFirstOrThrow();
	const passwordHash = await hashPassword(password, [who.name, email]);
	await transact(context, async (trx, announce) => {
		await trx.updateTable('members').set({ password_hash: passwordHash }).where('id', '=', who.id).execute();
		await tokens.spend(trx, { memberId: who.id }, ['password_reset', 'sign_in', 'email_change']);
		await endSessionsOf(trx, announce, who.id, { except: who.sessionId });
		await record(trx, context, 'password.changed', {}, who.isDemo);
		await noticeOf(trx, announce, who, 'password_changed');
	});
}

/**
 * The address changes once its holder says so, from the mail sent there. Whether another account has it is not said here.
 * @throws Invalid current_wrong, current_empty, proof_needed, email_same; TooMany
 */
export async function requestEmail(
	context: Context,
	{ current, email }: { current: string; email: string }
): Promise<void> {
	const who = await reauthenticate(context, current);
	const to = email.trim().toLowerCase();
	await consume(context.db, 'mail-change', who.id, mails);
	await transact(context, async (trx, announce) => {
		const member = await trx
			.selectFrom('members')
			.select('email')
			.where('id', '=', who.id)
			.executeTakeFirstOrThrow();
		if (member.email === to) throw new Invalid('email_same');
		const isNew = await enqueue(trx, announce, {
			kind: 'mail.email_change',
			payload: { memberId: who.id, email: to },
			dedupeKey: `email_change:${who.id}:${hashed(to)}:${Math.floor(Date.now() / 60_000)}`,
			isDemo: who.isDemo
		});
		// Only the newest wish counts; pressed twice, it is the same one.
		if (isNew) await tokens.spend(trx, { memberId: who.id }, ['email_change']);
	});
}

/** What the page of a mailed link says, and nothing changes. @throws Invalid token_invalid */
export async function previewEmail(
	{ db, who }: Context,
	token: string,
	purpose: 'email_change' | 'email_verification'
): Promise<{ email: string }> {
	const { email, memberId } = await tokens.read(db, token, purpose);
	if (who.kind === 'member' && who.id !== memberId) throw new Invalid('token_invalid');
	return { email };
}

/**
 * From the mail; its holder may be reading it on another device, where they are not signed in.
 * @returns the address that was confirmed
 * @throws Invalid token_invalid, also to somebody signed in to another account; Conflict email_taken
 */
export async function confirmEmail(
	context: Context,
	{ token }: { token: string }
): Promise<{ email: string }> {
	return transact(context, async (trx, announce) => {
		const { memberId, email } = await tokens.use(trx, token, 'email_change');
		if (context.who.kind === 'member' && context.who.id !== memberId) throw new Invalid('token_invalid');
		const member = await trx
			.selectFrom('members')
			.select(['id', 'email', 'is_demo as isDemo'])
			.where('id', '=', memberId)
			.where('suspended_at', 'is', null)
			.forUpdate()
			.executeTakeFirst();
		if (!member) throw new Invalid('token_invalid');
		const taken = await trx.selectFrom('members').select('id').where('email', '=', email).executeTakeFirst();
		if (taken) throw new Conflict('email_taken');
		await trx
			.updateTable('members')
			.set({ email, email_verified_at: sql<Date>`now()` })
			.where('id', '=', member.id)
			.execute();
		// Whatever was sent to the old address opens nothing any more.
		await tokens.spend(trx, { memberId: member.id }, ['password_reset', 'sign_in', 'email_verification']);
		await record(trx, context, 'email.changed', { memberId: member.id }, member.isDemo);
		await noticeOf(trx, announce, member, 'email_changed', member.email);
		return { email };
	});
}

/** @throws TooMany */
export async function requestVerification(context: Context): Promise<void> {
	const who = requireMember(context);
	await consume(context.db, 'mail-verification', who.id, mails);
	await transact(context, async (trx, announce) => {
		await enqueue(trx, announce, {
			kind: 'mail.email_verification',
			payload: { memberId: who.id },
			dedupeKey: `email_verification:${who.id}:${Math.floor(Date.now() / 60_000)}`,
			isDemo: who.isDemo
		});
	});
}

/** @throws Invalid token_invalid, also to somebody signed in to another account */
export async function verifyEmail(
	context: Context,
	{ token }: { token: string }
): Promise<{ email: string }> {
	return transact(context, async (trx) => {
		const { memberId, email } = await tokens.use(trx, token, 'email_verification');
		if (context.who.kind === 'member' && context.who.id !== memberId) throw new Invalid('token_invalid');
		const { numUpdatedRows } = await trx
			.updateTable('members')
			.set({ email_verified_at: sql<Date>`now()` })
			.where('id', '=', memberId)
			.where('email', '=', email)
			.executeTakeFirst();
		if (numUpdatedRows !== 1n) throw new Invalid('token_invalid');
		await record(trx, context, 'email.verified', { memberId });
		return { email };
	});
}

function requireMember({ who }: Context): Member {
	if (who.kind !== 'member') throw new Forbidden();
	return who;
}
