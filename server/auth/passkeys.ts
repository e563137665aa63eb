/**
 * Passkeys (WebAuthn): a key that a device keeps and opens with a finger, a face or a PIN. It signs in alone, being two
 * factors in one, and it is a second factor after a password. Only its public half is here.
 */
import {
	generateAuthenticationOptions,
	generateRegistrationOptions,
	verifyAuthenticationResponse,
	verifyRegistrationResponse,
	type AuthenticationResponseJSON,
	type PublicKeyCredentialCreationOptionsJSON,
	type PublicKeyCredentialRequestOptionsJSON,
	type RegistrationResponseJSON
} from '@simplewebauthn/server';
import type { Kysely } from 'kysely';
import type { Context } from '../context.ts';
import type { Database, PasskeyChallengesTable } from '../database/tables.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../errors.ts';
import { record, transact, type Trx } from '../events.ts';
import { consume, type Limit } from '../rate-limits.ts';
import { noticeOf } from './notices.ts';
import { proofOf, remember, requireProof } from './reauthenticate.ts';
import { forgetUnused, renewIfNone } from './second-factor.ts';
import { createSession, endSession, pendingSession } from './sessions.ts';
import { hashed, type Opened } from './sign-in.ts';

type Purpose = PasskeyChallengesTable['purpose'];

/** The site a passkey belongs to, as the browser sees it. */
export interface Site {
	origin: string;
	/** Its host: a passkey made for it opens nothing elsewhere. */
	host: string;
}

export const siteOf = ({ origin, hostname }: URL): Site => ({ origin, host: hostname });

const challenge_ms = 10 * 60_000;
const perAddress: Limit = { points: 100, duration_s: 15 * 60 };
const atMost = 20;
const productName = 'Passerelle';

export interface PasskeyView {
	id: string;
	name: string;
	/** ISO 8601, UTC. */
	createdAt: string;
	usedAt: string | null;
}

export async function list({ who, db }: Context): Promise<PasskeyView[]> {
	if (who.kind !== 'member') throw new Forbidden();
	const rows = await db
		.selectFrom('passkeys')
		.select(['id', 'name', 'created_at', 'used_at'])
		.where('member_id', '=', who.id)
		.orderBy('created_at')
		.orderBy('id')
		.execute();
	return rows.map((row) => ({
		id: row.id,
		name: row.name,
		createdAt: row.created_at.toISOString(),
		usedAt: row.used_at?.toISOString() ?? null
	}));
}

/** What to hand to the device; null until its owner proved to be there. */
export async function beginRegistration(
	context: Context,
	site: Site
): Promise<PublicKeyCredentialCreationOptionsJSON | null> {
	const { who, db } = context;
	if (who.kind !== 'member' || !(await proofOf(context)).isFresh) return null;
	const [member, existing] = await Promise.all([
		db.selectFrom('members').select('email').where('id', '=', who.id).executeTakeFirstOrThrow(),
		db
			.selectFrom('passkeys')
			.select(['credential_id', 'transports'])
			.where('member_id', '=', who.id)
			.execute()
	]);
	const options = await generateRegistrationOptions({
		rpName: productName,
		rpID: site.host,
		userName: member.email,
		userDisplayName: who.name,
		userID: new TextEncoder().encode(who.id),
		attestationType: 'none',
		excludeCredentials: existing.map((row) => ({ id: row.credential_id, transports: row.transports })),
		authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
		timeout: challenge_ms
	});
	await keep(db, options.challenge, 'register', who.sessionId);
	return options;
}

/**
 * @param response what the browser's credentials API said, as JSON
 * @returns recovery codes when there were none yet: nothing can show them again
 * @throws Invalid proof_needed, passkey_failed; Conflict passkeys_full
 */
export async function register(
	context: Context,
	site: Site,
	{ response, label }: { response: string; label: string },
	now = Date.now()
): Promise<{ codes: string[] }> {
	const who = await requireProof(context, { now });
	const answer = parse<RegistrationResponseJSON>(response);
	const expectedChallenge = await take(context.db, answer, 'register', who.sessionId, now);
	const { verified, registrationInfo } = await verifyRegistrationResponse({
		response: answer,
		expectedChallenge,
		expectedOrigin: site.origin,
		expectedRPID: site.host,
		requireUserVerification: true
	}).catch(refuse);
	if (!verified) throw new Invalid('passkey_failed');
	const { credential } = registrationInfo;
	return transact(context, async (trx, announce) => {
		// One at a time, so that two devices added at once do not both count nineteen.
		await trx.selectFrom('members').select('id').where('id', '=', who.id).forUpdate().execute();
		const { count } = await trx
			.selectFrom('passkeys')
			.select((eb) => eb.fn.countAll<string>().as('count'))
			.where('member_id', '=', who.id)
			.executeTakeFirstOrThrow();
		if (Number(count) >= atMost) throw new Conflict('passkeys_full', { most: atMost });
		const made = await trx
			.insertInto('passkeys')
			.values({
				member_id: who.id,
				credential_id: credential.id,
				public_key: Buffer.from(credential.publicKey),
				counter: credential.counter,
				transports: (credential.transports ?? []).filter((word) => /^[a-z-]{1,20}$/.test(word)).slice(0, 8),
				name: nameOf(label)
			})
			.onConflict((conflict) => conflict.column('credential_id').doNothing())
			.returning('id')
			.executeTakeFirst();
		if (!made) throw new Invalid('passkey_failed');
		await record(trx, context, 'passkey.added', { passkeyId: made.id }, who.isDemo);
		await noticeOf(trx, announce, who, 'passkey_added');
		// Roles that waited for a second factor count from now on, in open pages too.
		announce('member.access', { memberId: who.id });
		return { codes: await renewIfNone(trx, who.id) };
	});
}

/** @throws NotFound */
export async function rename(context: Context, { id, label }: { id: string; label: string }): Promise<void> {
	const { who, db } = context;
	if (who.kind !== 'member') throw new Forbidden();
	const { numUpdatedRows } = await db
		.updateTable('passkeys')
		.set({ name: nameOf(label) })
		.where('id', '=', id)
		.where('member_id', '=', who.id)
		.executeTakeFirst();
	if (numUpdatedRows !== 1n) throw new NotFound();
}

/** @throws Invalid proof_needed, NotFound */
export async function remove(context: Context, id: string): Promise<void> {
	const who = await requireProof(context);
	await transact(context, async (trx, announce) => {
		const removed = await trx
			.deleteFrom('passkeys')
			.where('id', '=', id)
			.where('member_id', '=', who.id)
			.returning('id')
			.executeTakeFirst();
		if (!removed) throw new NotFound();
		await forgetUnused(trx, who.id);
		await record(trx, context, 'passkey.removed', { passkeyId: removed.id }, who.isDemo);
		await noticeOf(trx, announce, who, 'passkey_removed');
		announce('member.access', { memberId: who.id });
	});
}

export async function hasPasskey(db: Kysely<Database>, memberId: string): Promise<boolean> {
	const row = await db
		.selectFrom('passkeys')
		.select('id')
		.where('member_id', '=', memberId)
		.executeTakeFirst();
	return row !== undefined;
}

/** What is asked of the device at the sign-in: alone, or after a password. */
export interface Asked {
	options: PublicKeyCredentialRequestOptionsJSON;
	/** The password was right a moment ago, and the key is the second step. */
	isSecond: boolean;
}

/** @param address the caller's IP address @throws TooMany */
export async function beginSignIn(
	{ db }: Context,
	site: Site,
	{ cookie, address }: { cookie: string | undefined; address: string },
	secure: boolean
): Promise<Asked> {
	await consume(db, 'passkey-address', hashed(address), perAddress);
	const pending = await pendingSession(db, cookie, secure);
	const options = await ask(db, site, pending?.memberId);
	await keep(db, options.challenge, pending ? 'second_factor' : 'sign_in', pending?.id ?? null);
	return { options, isSecond: pending !== null };
}

/** @throws Invalid passkey_failed: the same whatever was wrong */
export async function signIn(
	context: Context,
	site: Site,
	{ cookie, response, device }: { cookie: string | undefined; response: string; device: string | null },
	secure: boolean,
	now = Date.now()
): Promise<Opened> {
	const pending = await pendingSession(context.db, cookie, secure, now);
	const answer = parse<AuthenticationResponseJSON>(response);
	const purpose: Purpose = pending ? 'second_factor' : 'sign_in';
	const memberId = await verify(context, site, answer, { purpose, sessionId: pending?.id ?? null, now });
	if (pending && pending.memberId !== memberId) throw new Invalid('passkey_failed');
	const { token } = await transact(context, async (trx) => {
		if (pending) await endSession(trx, pending.id);
		await record(trx, context, 'sign_in.by_passkey', { memberId });
		return createSession(trx, memberId, { device, idToken: pending?.idToken ?? null });
	});
	return { token, memberId, next: 'in' };
}

/** To prove again to be the owner of the account one is signed in to. null when no passkey is there. */
export async function beginConfirmation(
	{ who, db }: Context,
	site: Site
): Promise<PublicKeyCredentialRequestOptionsJSON | null> {
	if (who.kind !== 'member') return null;
	const options = await ask(db, site, who.id);
	if (options.allowCredentials?.length === 0) return null;
	await keep(db, options.challenge, 'confirm', who.sessionId);
	return options;
}

/** @throws Forbidden to visitors, Invalid passkey_failed */
export async function confirm(
	context: Context,
	site: Site,
	response: string,
	now = Date.now()
): Promise<void> {
	const { who } = context;
	if (who.kind !== 'member') throw new Forbidden();
	const answer = parse<AuthenticationResponseJSON>(response);
	const memberId = await verify(context, site, answer, { purpose: 'confirm', sessionId: who.sessionId, now });
	if (memberId !== who.id) throw new Invalid('passkey_failed');
	await transact(context, (trx) => remember(trx, who.sessionId, now));
}

/** Called from time to time. */
export async function forgetChallenges(db: Kysely<Database>, now = Date.now()): Promise<void> {
	await db
		.deleteFrom('passkey_challenges')
		.where('created_at', '<', new Date(now - challenge_ms))
		.execute();
}

/** @param memberId undefined: whoever the device knows here */
async function ask(
	db: Kysely<Database>,
	site: Site,
	memberId: string | undefined
): Promise<PublicKeyCredentialRequestOptionsJSON> {
	const known = memberId
		? await db
				.selectFrom('passkeys')
				.select(['credential_id', 'transports'])
				.where('member_id', '=', memberId)
				.execute()
		: undefined;
	return generateAuthenticationOptions({
		rpID: site.host,
		userVerification: 'required',
		timeout: challenge_ms,
		...(known
			? {
					allowCredentials: known.map((row) => ({ id: row.credential_id, transports: row.transports }))
				}
			: {})
	});
}

/** @returns whose passkey signed the challenge */
async function verify(
	context: Context,
	site: Site,
	answer: AuthenticationResponseJSON,
	{ purpose, sessionId, now }: { purpose: Purpose; sessionId: string | null; now: number }
): Promise<string> {
	const expectedChallenge = await take(context.db, answer, purpose, sessionId, now);
	return transact(context, async (trx) => {
		const key = await findKey(trx, answer.id);
		const { verified, authenticationInfo } = await verifyAuthenticationResponse({
			response: answer,
			expectedChallenge,
			expectedOrigin: site.origin,
			expectedRPID: site.host,
			requireUserVerification: true,
			credential: {
				id: key.credential_id,
				publicKey: new Uint8Array(key.public_key),
				// A counter that does not grow is the sign of a copied key, and is refused.
				counter: key.counter
			}
		}).catch(refuse);
		const { userHandle } = answer.response;
		const isTheirs = !userHandle || Buffer.from(userHandle, 'base64url').toString() === key.member_id;
		if (!verified || !isTheirs) throw new Invalid('passkey_failed');
		await trx
			.updateTable('passkeys')
			.set({ counter: authenticationInfo.newCounter, used_at: new Date(now) })
			.where('id', '=', key.id)
			.execute();
		return key.member_id;
	});
}

async function findKey(trx: Trx, credentialId: unknown) {
	const key =
		typeof credentialId === 'string' && credentialId.length <= 1400
			? await trx
					.selectFrom('passkeys')
					.innerJoin('members', 'members.id', 'passkeys.member_id')
					.select(['passkeys.id', 'member_id', 'credential_id', 'public_key', 'counter'])
					.where('credential_id', '=', credentialId)
					.where('members.suspended_at', 'is', null)
					.forUpdate('passkeys')
					.executeTakeFirst()
			: undefined;
	if (!key) throw new Invalid('passkey_failed');
	return key;
}

async function keep(
	db: Kysely<Database>,
	challenge: string,
	purpose: Purpose,
	sessionId: string | null
): Promise<void> {
	await db.insertInto('passkey_challenges').values({ challenge, purpose, session_id: sessionId }).execute();
}

/** Once, for what and in which session it was made for. @throws Invalid passkey_failed */
async function take(
	db: Kysely<Database>,
	answer: { response: { clientDataJSON: string } },
	purpose: Purpose,
	sessionId: string | null,
	now: number
): Promise<string> {
	const signed = parse<{ challenge?: unknown }>(
		Buffer.from(String(answer.response?.clientDataJSON), 'base64url').toString()
	);
	const taken = await db
		.deleteFrom('passkey_challenges')
		.where('challenge', '=', String(signed.challenge))
		.where('purpose', '=', purpose)
		.where('session_id', sessionId === null ? 'is' : '=', sessionId)
		.where('created_at', '>', new Date(now - challenge_ms))
		.returning('challenge')
		.executeTakeFirst();
	if (!taken) throw new Invalid('passkey_failed');
	return taken.challenge;
}

function parse<T extends object>(text: string): T {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		value = null;
	}
	if (typeof value !== 'object' || value === null) throw new Invalid('passkey_failed');
	return value as T;
}

const nameOf = (label: string) => label.replace(/\s+/g, ' ').trim().slice(0, 60);

/** The library says in many words what is wrong with an answer; whoever sent it is told nothing of it. */
function refuse(): never {
	throw new Invalid('passkey_failed');
}
