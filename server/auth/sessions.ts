/**
 * Sessions after Lucia's published design (lucia-auth.com/sessions/basic, sessions/inactivity-timeout):
 * the token is `<id>.<secret>`, only SHA-256(secret) is stored and it is compared in constant time.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AppointmentRole } from '#lib/contract/roles.ts';
import type { Context, Member, Who } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Forbidden, NotFound } from '../errors.ts';
import { record, transact, type Announce, type Trx } from '../events.ts';

const day_ms = 24 * 3_600_000;
/** A session nobody used for this long has ended. */
export const inactivity_ms = 14 * day_ms;
/** And so has one this old, used or not. */
export const lifetime_ms = 90 * day_ms;
/** Using a session writes to the database at most this often. */
const refresh_ms = 3_600_000;
/** Between the password and the code. */
const pending_ms = 10 * 60_000;

/** `__Host-` ties the cookie to this very host, but browsers take it over https only. */
export const sessionCookieName = (secure: boolean) => (secure ? '__Host-session' : 'session');

export interface NewSession {
	/** What its owner will recognise it by. */
	device?: string | null;
	/** It opens nothing until a code was given. */
	secondFactorDue?: boolean;
	/** The identity provider asked for two factors. */
	isStrong?: boolean;
	/** What the identity provider wants back at the sign-out. */
	idToken?: string | null;
}

export async function createSession(
	db: Kysely<Database>,
	memberId: string,
	{ device = null, secondFactorDue = false, isStrong = false, idToken = null }: NewSession = {}
): Promise<{ id: string; token: string }> {
	const id = randomBytes(15).toString('base64url');
	const secret = randomBytes(15).toString('base64url');
	await db
		.insertInto('sessions')
		.values({
			id,
			secret_hash: digest(secret),
			member_id: memberId,
			device,
			second_factor_due: secondFactorDue,
			is_strong: isStrong,
			id_token: idToken
		})
		.execute();
	const act = secondFactorDue ? 'sign_in.half' : 'session.opened';
	await record(db, { who: { kind: 'visitor' } }, act, { memberId });
	return { id, token: `${id}.${secret}` };
}

/** What an installation asks of moderators and administrators. */
export interface Policy {
	requireSecondFactor: boolean;
}

/** Who sends this Cookie header. A visitor when there is no session, or not a living one. */
export async function whoOf(
	db: Kysely<Database>,
	cookieHeader: string | undefined,
	secure: boolean,
	policy?: Policy
): Promise<Who> {
	const token = readCookie(cookieHeader, sessionCookieName(secure));
	return token === undefined ? { kind: 'visitor' } : validateToken(db, token, Date.now(), policy);
}

export async function validateToken(
	db: Kysely<Database>,
	token: string,
	now = Date.now(),
	policy: Policy = { requireSecondFactor: false }
): Promise<Who> {
	const session = await findSession(db, token);
	if (!session || session.second_factor_due) return { kind: 'visitor' };
	const { id } = session;
	const ended =
		now - session.verified_at.getTime() >= inactivity_ms || now - session.created_at.getTime() >= lifetime_ms;
	if (ended) {
		await db.deleteFrom('sessions').where('id', '=', id).execute();
		return { kind: 'visitor' };
	}
	if (session.suspended_at) return { kind: 'visitor' };
	if (now - session.verified_at.getTime() >= refresh_ms) {
		await db
			.updateTable('sessions')
			.set({ verified_at: new Date(now) })
			.where('id', '=', id)
			.execute();
	}

	const { roles, ...rights } = await rightsOf(db, session.member_id);
	const secondFactorDue =
		policy.requireSecondFactor &&
		needsSecondFactor(roles, session.is_demo) &&
		!session.confirmed_at &&
		!session.has_passkey &&
		!session.is_strong;
	return {
		kind: 'member',
		id: session.member_id,
		name: session.name,
		locale: session.locale,
		isDemo: session.is_demo,
		sessionId: id,
		...rights,
		// Until then no door opens to them that is closed to a plain member.
		appointments: secondFactorDue ? [] : roles,
		...(secondFactorDue ? { secondFactorDue } : {})
	};
}

/** Whom they speak for, and what they hold on the platform. */
async function rightsOf(
	db: Kysely<Database>,
	memberId: string
): Promise<{ roles: AppointmentRole[] } & Pick<Member, 'memberships' | 'scopes'>> {
	const [memberships, appointments] = await Promise.all([
		db
			.selectFrom('memberships')
			.innerJoin('organisations', 'organisations.id', 'memberships.organisation_id')
			.select([
				'organisations.id as organisationId',
				'organisations.name as organisationName',
				'memberships.role'
			])
			.where('memberships.member_id', '=', memberId)
			.where('memberships.ended_at', 'is', null)
			.where('memberships.suspended_at', 'is', null)
			.orderBy('memberships.voice_at', (order) => order.desc().nullsLast())
			.orderBy('memberships.started_at')
			.orderBy('memberships.id')
			.execute(),
		db
			.selectFrom('appointments')
			.select(['role', 'theme_slug'])
			.where('member_id', '=', memberId)
			.where('ended_at', 'is', null)
			.execute()
	]);
	const roles = [...new Set(appointments.map((appointment) => appointment.role))];
	const scopes: Member['scopes'] = {};
	for (const role of roles) {
		const themes = appointments.filter((one) => one.role === role).map((one) => one.theme_slug);
		if (!themes.includes(null)) scopes[role] = themes.filter((slug) => slug !== null);
	}
	return { roles, memberships, ...(Object.keys(scopes).length > 0 ? { scopes } : {}) };
}

/** In whose name an operator acts from a terminal, with their rights. null for who has none, or is suspended. */
export async function standIn(db: Kysely<Database>, email: string): Promise<Member | null> {
	const member = await db
		.selectFrom('members')
		.select(['id', 'name', 'locale', 'is_demo as isDemo'])
		.where('email', '=', email.trim().toLowerCase())
		.where('suspended_at', 'is', null)
		.executeTakeFirst();
	if (!member) return null;
	const { roles, ...rights } = await rightsOf(db, member.id);
	return { kind: 'member', ...member, sessionId: 'terminal', ...rights, appointments: roles };
}

/** Accounts of the demonstration are shared: no telephone holds their second factor. */
export function needsSecondFactor(roles: string[], isDemo: boolean): boolean {
	return !isDemo && (roles.includes('moderator') || roles.includes('admin'));
}

/** Who gave the right password on this browser a moment ago, and still owes the code. */
export async function pendingSession(
	db: Kysely<Database>,
	cookieHeader: string | undefined,
	secure: boolean,
	now = Date.now()
): Promise<{ id: string; memberId: string; device: string | null; idToken: string | null } | null> {
	const token = readCookie(cookieHeader, sessionCookieName(secure));
	const session = token === undefined ? undefined : await findSession(db, token);
	if (!session?.second_factor_due || session.suspended_at) return null;
	if (now - session.created_at.getTime() >= pending_ms) return null;
	const { id, member_id: memberId, device, id_token: idToken } = session;
	return { id, memberId, device, idToken };
}

async function findSession(db: Kysely<Database>, token: string) {
	const match = /^([\w-]{20})\.([\w-]{20})$/.exec(token);
	if (!match) return undefined;
	const session = await db
		.selectFrom('sessions')
		.innerJoin('members', 'members.id', 'sessions.member_id')
		.leftJoin('second_factors', 'second_factors.member_id', 'members.id')
		.select([
			'sessions.id',
			'sessions.secret_hash',
			'sessions.created_at',
			'sessions.verified_at',
			'sessions.device',
			'sessions.second_factor_due',
			'sessions.is_strong',
			'sessions.id_token',
			'members.id as member_id',
			'members.name',
			'members.locale',
			'members.is_demo',
			'members.suspended_at',
			'second_factors.confirmed_at'
		])
		.select((eb) =>
			eb
				.exists(eb.selectFrom('passkeys').select('id').whereRef('passkeys.member_id', '=', 'members.id'))
				.as('has_passkey')
		)
		.where('sessions.id', '=', match[1]!)
		.executeTakeFirst();
	return session && timingSafeEqual(digest(match[2]!), session.secret_hash) ? session : undefined;
}

export interface SessionView {
	id: string;
	/** Such as « Firefox, Windows »; null when the browser did not say. */
	device: string | null;
	/** ISO 8601, UTC. */
	startedAt: string;
	/** To the hour. */
	usedAt: string;
	isThis: boolean;
}

/** Where this member is signed in, the latest used first. */
export async function listSessions({ who, db }: Context, now = Date.now()): Promise<SessionView[]> {
	if (who.kind !== 'member') throw new Forbidden();
	const rows = await db
		.selectFrom('sessions')
		.select(['id', 'device', 'created_at', 'verified_at'])
		.where('member_id', '=', who.id)
		.where('second_factor_due', '=', false)
		.where('verified_at', '>', new Date(now - inactivity_ms))
		.where('created_at', '>', new Date(now - lifetime_ms))
		.orderBy('verified_at', 'desc')
		.orderBy('id')
		.execute();
	return rows.map((row) => ({
		id: row.id,
		device: row.device,
		startedAt: row.created_at.toISOString(),
		usedAt: row.verified_at.toISOString(),
		isThis: row.id === who.sessionId
	}));
}

/** Signs this member out on one other browser. @throws NotFound when it is not theirs */
export async function revokeSession(context: Context, sessionId: string): Promise<void> {
	const { who } = context;
	if (who.kind !== 'member') throw new Forbidden();
	await transact(context, async (trx, announce) => {
		const ended = await trx
			.deleteFrom('sessions')
			.where('id', '=', sessionId)
			.where('member_id', '=', who.id)
			.returning('id')
			.executeTakeFirst();
		if (!ended) throw new NotFound();
		await record(trx, context, 'session.revoked', { count: 1 });
		announce('session.ended', { sessionId: ended.id });
	});
}

/** Signs this member out everywhere but here. @returns on how many browsers */
export async function revokeOtherSessions(context: Context): Promise<number> {
	const { who } = context;
	if (who.kind !== 'member') throw new Forbidden();
	return transact(context, async (trx, announce) => {
		const count = await endSessionsOf(trx, announce, who.id, { except: who.sessionId });
		await record(trx, context, 'session.revoked', { count });
		return count;
	});
}

/** Ends every session of a member: pages, Socket.IO and live documents. */
export async function endSessionsOf(
	trx: Trx,
	announce: Announce,
	memberId: string,
	{ except = '' }: { except?: string } = {}
): Promise<number> {
	const ended = await trx
		.deleteFrom('sessions')
		.where('member_id', '=', memberId)
		.where('id', '!=', except)
		.returning('id')
		.execute();
	for (const { id } of ended) announce('session.ended', { sessionId: id });
	return ended.length;
}

/** @returns what the identity provider wants back, when it opened this session */
export async function endSession(db: Kysely<Database>, sessionId: string): Promise<string | null> {
	const ended = await db
		.deleteFrom('sessions')
		.where('id', '=', sessionId)
		.returning('id_token')
		.executeTakeFirst();
	return ended?.id_token ?? null;
}

export async function forgetEndedSessions(db: Kysely<Database>, now = Date.now()): Promise<void> {
	await db
		.deleteFrom('sessions')
		.where((eb) =>
			eb.or([
				eb('verified_at', '<', new Date(now - inactivity_ms)),
				eb('created_at', '<', new Date(now - lifetime_ms)),
				eb.and([eb('second_factor_due', '=', true), eb('created_at', '<', new Date(now - pending_ms))])
			])
		)
		.execute();
}

function digest(secret: string): Buffer {
	return createHash('sha256').update(secret).digest();
}

export function readCookie(header: string | undefined, name: string): string | undefined {
	for (const pair of header?.split(';') ?? []) {
		const [key, ...value] = pair.split('=');
		if (key?.trim() === name) return value.join('=').trim();
	}
	return undefined;
}
