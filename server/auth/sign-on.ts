/**
 * Signing in through the identity provider. Somebody known is let in. Somebody new is asked first: an account is made, or
 * the one that has their address is linked, once they proved that it is theirs. Nothing is ever taken over in silence.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { Locale } from '#lib/contract/locales.ts';
import type { Context, Member } from '../context.ts';
import type { Database, KeptClaims } from '../database/tables.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../errors.ts';
import { record, transact, type Trx } from '../events.ts';
import { enqueue } from '../outbox.ts';
import { consume, type Limit } from '../rate-limits.ts';
import * as codes from './mailed-codes.ts';
import { noticeOf } from './notices.ts';
import type { Provider } from './provider.ts';
import { requireProof } from './reauthenticate.ts';
import { readCookie, type Policy } from './sessions.ts';
import { hashed, openSession, type Opened } from './sign-in.ts';

/** From the button to the return. */
const away_ms = 15 * 60_000;
/** From the button to the last question. */
export const signOnLifetime_ms = 45 * 60_000;
/** Town halls share an address. */
const perAddress: Limit = { points: 100, duration_s: 15 * 60 };
const mailsTo: Limit = { points: 5, duration_s: 3600 };

/** `__Host-` ties the cookie to this very host, but browsers take it over https only. */
export const signOnCookieName = (secure: boolean) => (secure ? '__Host-sign-on' : 'sign-on');

/**
 * @param address the caller's IP address
 * @returns the secret for the browser's cookie, and where to send it
 * @throws Invalid sso_unavailable, TooMany
 */
export async function begin(
	{ db }: Context,
	provider: Provider,
	{ address, redirectUri, to }: { address: string; redirectUri: string; to: string }
): Promise<{ secret: string; location: string }> {
	await consume(db, 'sign-on', hashed(address), perAddress);
	const { address: location, ...departure } = await provider.depart(redirectUri);
	const secret = randomBytes(32).toString('base64url');
	await db
		.insertInto('sign_ons')
		.values({ id: digest(secret), ...departure, return_to: to.slice(0, 2000) })
		.execute();
	return { secret, location };
}

export type Arrival =
	{ kind: 'in'; opened: Opened; to: string } | { kind: 'ask' } | { kind: 'linked'; to: string };

/**
 * Back from the provider. A departure is returned from once, whatever comes of it.
 * @throws Invalid sso_expired, sso_refused, sso_failed, sso_unavailable, sso_no_email, sso_unverified, sso_other
 */
export async function arrive(
	context: Context,
	provider: Provider,
	{ cookie, url, device }: { cookie: string | undefined; url: URL; device: string | null },
	secure: boolean,
	policy?: Policy,
	now = Date.now()
): Promise<Arrival> {
	const { who, db } = context;
	const secret = readCookie(cookie, signOnCookieName(secure));
	const departure =
		secret &&
		(await db
			.updateTable('sign_ons')
			.set({ answered_at: new Date(now) })
			.where('id', '=', digest(secret))
			.where('answered_at', 'is', null)
			.where('created_at', '>', new Date(now - away_ms))
			.returning(['id', 'state', 'nonce', 'verifier', 'return_to'])
			.executeTakeFirst());
	if (!departure) throw new Invalid('sso_expired');
	const person = await provider.arrive(url, departure);
	const identity = await db
		.updateTable('identities')
		.set({ used_at: new Date(now) })
		.where('issuer', '=', person.issuer)
		.where('subject', '=', person.subject)
		.returning('member_id')
		.executeTakeFirst();
	const to = departure.return_to;
	if (identity) {
		await db.deleteFrom('sign_ons').where('id', '=', departure.id).execute();
		if (who.kind === 'member') {
			if (who.id !== identity.member_id) throw new Invalid('sso_other');
			return { kind: 'linked', to };
		}
		const member = await db
			.selectFrom('members')
			.select('id')
			.where('id', '=', identity.member_id)
			.where('suspended_at', 'is', null)
			.executeTakeFirst();
		if (!member) throw new Invalid('sso_refused');
		const { isStrong, idToken } = person;
		await record(db, context, 'sign_in.by_identity', { memberId: member.id });
		return {
			kind: 'in',
			opened: await openSession(context, member.id, { device, isStrong, idToken }, policy),
			to
		};
	}

	if (!person.email || !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(person.email) || person.email.length > 254)
		throw new Invalid('sso_no_email');
	if (person.isVerified === false) throw new Invalid('sso_unverified');
	const claims: KeptClaims = {
		subject: person.subject,
		email: person.email,
		// A provider that does not say is not believed: a code goes there by mail.
		isProved: person.isVerified === true,
		name: person.name.slice(0, 120),
		siret: person.siret,
		isStrong: person.isStrong
	};
	await db
		.updateTable('sign_ons')
		.set({ claims: JSON.stringify(claims), id_token: person.idToken })
		.where('id', '=', departure.id)
		.execute();
	return { kind: 'ask' };
}

export interface SignOnView {
	/**
	 * 'code': prove the address; 'new': make an account; 'prove': one has this address, sign in to it; 'link': it is one's
	 * own; 'other': signed in to an account with another address.
	 */
	step: 'code' | 'new' | 'prove' | 'link' | 'other';
	provider: string;
	email: string;
	name: string;
	/** What the SIRET leads to, where accounts are made. */
	organisation: { id: string; name: string; place: string } | null;
	to: string;
}

/** What is asked next; nothing changes. @throws Invalid sso_expired */
export async function view(
	context: Context,
	provider: Provider,
	cookie: string | undefined,
	secure: boolean
): Promise<SignOnView> {
	const { db, who } = context;
	const { claims, return_to: to } = await findAnswered(db, cookie, secure);
	const shown = { provider: provider.name, email: claims.email, name: claims.name, to };
	if (!claims.isProved) return { ...shown, step: 'code', organisation: null };
	const account = await accountOf(db, claims.email);
	if (who.kind === 'member')
		return { ...shown, step: account?.id === who.id ? 'link' : 'other', organisation: null };
	if (account) return { ...shown, step: 'prove', organisation: null };
	return { ...shown, step: 'new', organisation: await organisationOf(db, claims.siret) };
}

/** Mails a code to the address the provider gave. @throws Invalid sso_expired, TooMany */
export async function requestCode(
	context: Context,
	{ cookie, locale }: { cookie: string | undefined; locale: Locale },
	secure: boolean
): Promise<void> {
	const { id, claims } = await findAnswered(context.db, cookie, secure);
	await consume(context.db, 'mail-code', hashed(claims.email), mailsTo);
	await transact(context, async (trx, announce) => {
		await enqueue(trx, announce, {
			kind: 'mail.code',
			payload: { signOnId: id, email: claims.email, locale },
			dedupeKey: `code:${id}:${Math.floor(Date.now() / 60_000)}`
		});
	});
}

/** @throws Invalid sso_expired, code_mail_wrong; TooMany */
export async function proveAddress(
	context: Context,
	{ cookie, code }: { cookie: string | undefined; code: string },
	secure: boolean
): Promise<void> {
	const { id, claims } = await findAnswered(context.db, cookie, secure);
	await codes.countTry(context.db, { signOnId: id });
	await transact(context, async (trx) => {
		await codes.use(trx, { signOnId: id }, code);
		await trx
			.updateTable('sign_ons')
			.set({ claims: JSON.stringify({ ...claims, isProved: true }) })
			.where('id', '=', id)
			.execute();
	});
}

/**
 * Makes the account of somebody new.
 * @throws Invalid sso_expired, sso_failed, name_empty; Conflict email_taken
 */
export async function createAccount(
	context: Context,
	provider: Provider,
	{
		cookie,
		name,
		locale,
		device
	}: { cookie: string | undefined; name: string; locale: Locale; device: string | null },
	secure: boolean,
	policy?: Policy
): Promise<{ opened: Opened; to: string; organisation: SignOnView['organisation'] }> {
	if (context.who.kind === 'member') throw new Invalid('sso_other');
	const words = name.replace(/\s+/g, ' ').trim().slice(0, 120);
	if (!words) throw new Invalid('name_empty');
	const found = await transact(context, async (trx) => {
		const signOn = await take(trx, cookie, secure);
		const member = await trx
			.insertInto('members')
			.values({
				email: signOn.claims.email,
				name: words,
				password_hash: null,
				locale,
				email_verified_at: sql<Date>`now()`
			})
			.onConflict((conflict) => conflict.column('email').doNothing())
			.returning('id')
			.executeTakeFirst();
		if (!member) throw new Conflict('email_taken');
		await join(trx, member.id, provider.issuer, signOn.claims.subject);
		await record(trx, context, 'member.created', { memberId: member.id, by: 'identity' });
		return { ...signOn, memberId: member.id };
	});
	const { isStrong, siret } = found.claims;
	const session = { device, isStrong, idToken: found.idToken };
	return {
		opened: await openSession(context, found.memberId, session, policy),
		to: found.to,
		organisation: await organisationOf(context.db, siret)
	};
}

/**
 * Links the account one is signed in to, whose address the provider vouches for. Signing in since one set out is proof
 * enough that it is one's own; otherwise it is asked for again.
 * @throws Invalid sso_expired, sso_other, proof_needed; Conflict sso_taken
 */
export async function link(
	context: Context,
	provider: Provider,
	{ cookie }: { cookie: string | undefined },
	secure: boolean
): Promise<{ to: string }> {
	const { who, db } = context;
	if (who.kind !== 'member') throw new Forbidden();
	const { created_at: since } = await findAnswered(db, cookie, secure);
	await requireProof(context, { since });
	return transact(context, async (trx, announce) => {
		const { claims, idToken, to } = await take(trx, cookie, secure);
		const member = await trx
			.selectFrom('members')
			.select(['id', 'email'])
			.where('id', '=', who.id)
			.executeTakeFirstOrThrow();
		if (member.email !== claims.email) throw new Invalid('sso_other');
		await join(trx, member.id, provider.issuer, claims.subject);
		await trx
			.updateTable('members')
			.set({ email_verified_at: sql<Date>`coalesce(email_verified_at, now())` })
			.where('id', '=', member.id)
			.execute();
		await trx
			.updateTable('sessions')
			.set({ id_token: idToken, ...(claims.isStrong ? { is_strong: true } : {}) })
			.where('id', '=', who.sessionId)
			.execute();
		await record(trx, context, 'identity.linked', {}, who.isDemo);
		await noticeOf(trx, announce, who, 'identity_linked');
		return { to };
	});
}

/** Leaves the account alone and forgets what the provider said. */
export async function giveUp(
	db: Kysely<Database>,
	cookie: string | undefined,
	secure: boolean
): Promise<void> {
	const secret = readCookie(cookie, signOnCookieName(secure));
	if (secret) await db.deleteFrom('sign_ons').where('id', '=', digest(secret)).execute();
}

export interface IdentityView {
	id: string;
	/** ISO 8601, UTC. */
	linkedAt: string;
	usedAt: string;
}

export async function listIdentities({ who, db }: Context): Promise<IdentityView[]> {
	if (who.kind !== 'member') throw new Forbidden();
	const rows = await db
		.selectFrom('identities')
		.select(['id', 'created_at', 'used_at'])
		.where('member_id', '=', who.id)
		.orderBy('created_at')
		.execute();
	return rows.map((row) => ({
		id: row.id,
		linkedAt: row.created_at.toISOString(),
		usedAt: row.used_at.toISOString()
	}));
}

/** The mailed link and the forgotten password stay: nobody is locked out. @throws Invalid proof_needed, NotFound */
export async function unlink(context: Context, id: string): Promise<void> {
	const who: Member = await requireProof(context);
	await transact(context, async (trx, announce) => {
		const removed = await trx
			.deleteFrom('identities')
			.where('id', '=', id)
			.where('member_id', '=', who.id)
			.returning('id')
			.executeTakeFirst();
		if (!removed) throw new NotFound();
		await record(trx, context, 'identity.unlinked', {}, who.isDemo);
		await noticeOf(trx, announce, who, 'identity_unlinked');
	});
}

/** The registry knows organisations by SIREN: the first nine digits of the SIRET of any of their establishments. */
export async function organisationOf(
	db: Kysely<Database>,
	siret: string | null
): Promise<SignOnView['organisation']> {
	if (!siret) return null;
	const row = await db
		.selectFrom('organisations')
		.select(['id', 'name', 'department_name', 'department_code', 'region_name'])
		.where('siren', '=', siret.slice(0, 9))
		.where('is_demo', '=', false)
		.orderBy('created_at')
		.orderBy('id')
		.executeTakeFirst();
	if (!row) return null;
	const place = row.department_name
		? `${row.department_name} (${row.department_code})`
		: (row.region_name ?? '');
	return { id: row.id, name: row.name, place };
}

/** Called from time to time: they name people. */
export async function forgetSignOns(db: Kysely<Database>, now = Date.now()): Promise<void> {
	await db
		.deleteFrom('sign_ons')
		.where('created_at', '<', new Date(now - signOnLifetime_ms))
		.execute();
}

async function findAnswered(db: Kysely<Database>, cookie: string | undefined, secure: boolean) {
	const secret = readCookie(cookie, signOnCookieName(secure));
	const row =
		secret &&
		(await db
			.selectFrom('sign_ons')
			.select(['id', 'claims', 'return_to', 'created_at'])
			.where('id', '=', digest(secret))
			.where('created_at', '>', new Date(Date.now() - signOnLifetime_ms))
			.executeTakeFirst());
	if (!row || !row.claims) throw new Invalid('sso_expired');
	return { ...row, claims: row.claims };
}

/** Once: of two who press at once, the second finds nothing. @throws Invalid sso_expired, sso_failed */
async function take(trx: Trx, cookie: string | undefined, secure: boolean) {
	const { id } = await findAnswered(trx, cookie, secure);
	const row = await trx
		.deleteFrom('sign_ons')
		.where('id', '=', id)
		.returning(['claims', 'id_token', 'return_to'])
		.executeTakeFirst();
	if (!row?.claims) throw new Invalid('sso_expired');
	if (!row.claims.isProved) throw new Invalid('sso_failed');
	return { claims: row.claims, idToken: row.id_token, to: row.return_to };
}

/** @throws Conflict sso_taken */
async function join(trx: Trx, memberId: string, issuer: string, subject: string): Promise<void> {
	const made = await trx
		.insertInto('identities')
		.values({ member_id: memberId, issuer, subject })
		.onConflict((conflict) => conflict.doNothing())
		.returning('id')
		.executeTakeFirst();
	if (!made) throw new Conflict('sso_taken');
}

function accountOf(db: Kysely<Database>, email: string) {
	return db.selectFrom('members').select('id').where('email', '=', email).executeTakeFirst();
}

const digest = (secret: string) => createHash('sha256').update(secret).digest('base64url');
