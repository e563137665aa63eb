/** What the platform forgets by itself, and when. docs/operations.md and the page about privacy say the same. */
import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { App } from '../app.ts';
import { forgetExpiredCodes } from '../auth/mailed-codes.ts';
import { forgetChallenges } from '../auth/passkeys.ts';
import { forgetEndedSessions } from '../auth/sessions.ts';
import { forgetSignOns } from '../auth/sign-on.ts';
import { forgetExpiredTokens } from '../auth/tokens.ts';
import type { Database } from '../database/tables.ts';
import * as erasure from '../domain/erasure.ts';
import * as journal from '../domain/journal.ts';
import * as liveVersions from '../domain/live-versions.ts';
import { forgetExpiredLimits } from '../rate-limits.ts';

const day_ms = 24 * 3_600_000;
/** Long enough for somebody to ask what became of a mail or of an invitation. */
const answered_ms = 30 * day_ms;
/** An account that was made for somebody who never came. */
const unused_ms = 90 * day_ms;

type Rule = (app: Pick<App, 'db' | 'contextFor'>, now: number) => Promise<unknown>;

/** Every ten minutes. */
export const shortLived: Record<string, Rule> = {
	'sessions that ended': ({ db }, now) => forgetEndedSessions(db, now),
	'ways to the identity provider and back': ({ db }, now) => forgetSignOns(db, now),
	'mailed codes': ({ db }, now) => forgetExpiredCodes(db, now),
	'what passkeys are asked to sign': ({ db }, now) => forgetChallenges(db, now),
	'limits whose time has passed': ({ db }, now) => forgetExpiredLimits(db, now)
};

/** Every hour. */
export const longLived: Record<string, Rule> = {
	'links that expired': ({ db }, now) => forgetExpiredTokens(db, now),
	'mail that is done': ({ db }, now) => forgetMail(db, now),
	'invitations that are over': ({ db }, now) => forgetInvitations(db, now),
	'requests nobody answered': ({ db }, now) => forgetRequests(db, now),
	'accounts nobody ever used': forgetUnused,
	'old versions of texts, and who typed what': ({ db }, now) => liveVersions.forgetOld(db, now),
	'the journal of more than a year': ({ db }) => journal.forgetOld(db)
};

/** Each on its own: one that fails is logged, and the others run. @returns whether none did */
export async function forget(
	app: Pick<App, 'db' | 'log' | 'contextFor'>,
	rules: Record<string, Rule>,
	now = Date.now()
): Promise<boolean> {
	let isWell = true;
	for (const [what, rule] of Object.entries(rules)) {
		try {
			await rule(app, now);
		} catch (error) {
			isWell = false;
			app.log.warn({ err: error, what }, 'what is over could not be forgotten');
		}
	}
	return isWell;
}

async function forgetMail(db: Kysely<Database>, now: number): Promise<void> {
	const over = new Date(now - answered_ms);
	await db
		.deleteFrom('outbox')
		.where((eb) => eb.or([eb('sent_at', '<', over), eb('kept_at', '<', over), eb('failed_at', '<', over)]))
		.execute();
}

async function forgetInvitations(db: Kysely<Database>, now: number): Promise<void> {
	const over = new Date(now - answered_ms);
	await db
		.deleteFrom('invitations')
		.where((eb) =>
			eb.or([eb('accepted_at', '<', over), eb('withdrawn_at', '<', over), eb('expires_at', '<', over)])
		)
		.execute();
}

async function forgetRequests(db: Kysely<Database>, now: number): Promise<void> {
	await db
		.deleteFrom('join_requests')
		.where('opened_at', '<', new Date(now - unused_ms))
		.where('decided_at', 'is', null)
		.execute();
}

/** Never signed in, address never proved, nothing written; whoever was given a role on the platform is waited for. */
async function forgetUnused({ db, contextFor }: Pick<App, 'db' | 'contextFor'>, now: number): Promise<void> {
	const { rows } = await sql<{ id: string }>`
		select id from members
		where created_at < ${new Date(now - unused_ms)} and email_verified_at is null and not is_demo
			and not exists (select from sessions where member_id = members.id)
			and not exists (select from appointments where member_id = members.id)
			and not exists (select from posts where author_id = members.id)
			and not exists (select from cases where created_by = members.id)
			and not exists (select from events where actor_id = members.id)
			and not exists (select from events where name = 'session.opened' and data ->> 'memberId' = members.id::text)
		limit 100`.execute(db);
	for (const { id } of rows) await erasure.eraseMember(contextFor({ kind: 'visitor' }), { id });
}
