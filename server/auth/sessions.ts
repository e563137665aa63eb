/**
 * Sessions after Lucia's published design (lucia-auth.com/sessions/basic, sessions/inactivity-timeout):
 * the token is `<id>.<secret>`, only SHA-256(secret) is stored and it is compared in constant time.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Context, Who } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Forbidden, NotFound } from '../errors.ts';
import { transact, type Announce, type Trx } from '../events.ts';

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

/** @param device what its owner will recognise it by; secondFactorDue: it opens nothing until a code was given */
export async function createSession(
	db: Kysely<Database>,
	memberId: string,
	{ device = null, secondFactorDue = false }: { device?: string | null; secondFactorDue?: boolean } = {}
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
			second_factor_due: secondFactorDue
		})
		.execute();
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

	const [memberships, appointments] = await Promise.all([
		db
			.selectFrom('memberships')
			.innerJoin('organisations', 'organisations.id', 'memberships.organisation_id')
			.select([
				'organisations.id as organisationId',
				'organisations.name as organisationName',
				'memberships.role'
			])
			.where('memberships.member_id', '=', session.member_id)
			.where('memberships.ended_at', 'is', null)
			.orderBy('memberships.started_at')
			.orderBy('memberships.id')
			.execute(),
		db
			.selectFrom('appointments')
			.select('role')
			.where('member_id', '=', session.member_id)
			.where('ended_at', 'is', null)
			.execute()
	]);
	const roles = appointments.map((appointment) => appointment.role);
	const secondFactorDue =
		policy.requireSecondFactor && needsSecondFactor(roles, session.is_demo) && !session.confirmed_at;
	return {
		kind: 'member',
		id: session.member_id,
		name: session.name,
		locale: session.locale,
		isDemo: session.is_demo,
		sessionId: id,
		memberships,
		// Until then no door opens to them that is closed to a plain member.
		appointments: secondFactorDue ? [] : roles,
		...(secondFactorDue ? { secondFactorDue } : {})
	};
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
): Promise<{ id: string; memberId: string; device: string | null } | null> {
	const token = readCookie(cookieHeader, sessionCookieName(secure));
	const session = token === undefined ? undefined : await findSession(db, token);
	if (!session?.second_factor_due || session.suspended_at) return null;
	if (now - session.created_at.getTime() >= pending_ms) return null;
	return { id: session.id, memberId: session.member_id, device: session.device };
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
			'members.id as member_id',
			'members.name',
			'members.locale',
			'members.is_demo',
			'members.suspended_at',
			'second_factors.confirmed_at'
		])
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
		announce('session.ended', { sessionId: ended.id });
	});
}

/** Signs this member out everywhere but here. @returns on how many browsers */
export async function revokeOtherSessions(context: Context): Promise<number> {
	const { who } = context;
	if (who.kind !== 'member') throw new Forbidden();
	return transact(context, (trx, announce) =>
		endSessionsOf(trx, announce, who.id, { except: who.sessionId })
	);
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

export async function endSession(db: Kysely<Database>, sessionId: string): Promise<void> {
	await db.deleteFrom('sessions').where('id', '=', sessionId).execute();
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

function readCookie(header: string | undefined, name: string): string | undefined {
	for (const pair of header?.split(';') ?? []) {
		const [key, ...value] = pair.split('=');
		if (key?.trim() === name) return value.join('=').trim();
	}
	return undefined;
}
