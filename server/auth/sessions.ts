/**
 * Sessions after Lucia's published design (lucia-auth.com/sessions/basic, sessions/inactivity-timeout):
 * the token is `<id>.<secret>`, only SHA-256(secret) is stored and it is compared in constant time.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Who } from '../context.ts';
import type { Database } from '../database/tables.ts';

const day_ms = 24 * 3_600_000;
/** A session nobody used for this long has ended. */
export const inactivity_ms = 14 * day_ms;
/** And so has one this old, used or not. */
export const lifetime_ms = 90 * day_ms;
/** Using a session writes to the database at most this often. */
const refresh_ms = 3_600_000;

/** `__Host-` ties the cookie to this very host, but browsers take it over https only. */
export const sessionCookieName = (secure: boolean) => (secure ? '__Host-session' : 'session');

export async function createSession(
	db: Kysely<Database>,
	memberId: string
): Promise<{ id: string; token: string }> {
	const id = randomBytes(15).toString('base64url');
	const secret = randomBytes(15).toString('base64url');
	await db
		.insertInto('sessions')
		.values({ id, secret_hash: digest(secret), member_id: memberId })
		.execute();
	return { id, token: `${id}.${secret}` };
}

/** Who sends this Cookie header. A visitor when there is no session, or not a living one. */
export async function whoOf(
	db: Kysely<Database>,
	cookieHeader: string | undefined,
	secure: boolean
): Promise<Who> {
	const token = readCookie(cookieHeader, sessionCookieName(secure));
	return token === undefined ? { kind: 'visitor' } : validateToken(db, token);
}

export async function validateToken(db: Kysely<Database>, token: string, now = Date.now()): Promise<Who> {
	const match = /^([\w-]{20})\.([\w-]{20})$/.exec(token);
	if (!match) return { kind: 'visitor' };
	const [, id, secret] = match as unknown as [string, string, string];

	const session = await db
		.selectFrom('sessions')
		.innerJoin('members', 'members.id', 'sessions.member_id')
		.select([
			'sessions.secret_hash',
			'sessions.created_at',
			'sessions.verified_at',
			'members.id as member_id',
			'members.name',
			'members.locale',
			'members.is_demo',
			'members.suspended_at'
		])
		.where('sessions.id', '=', id)
		.executeTakeFirst();
	if (!session || !timingSafeEqual(digest(secret), session.secret_hash)) return { kind: 'visitor' };

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
	return {
		kind: 'member',
		id: session.member_id,
		name: session.name,
		locale: session.locale,
		isDemo: session.is_demo,
		sessionId: id,
		memberships,
		appointments: appointments.map((appointment) => appointment.role)
	};
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
				eb('created_at', '<', new Date(now - lifetime_ms))
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
