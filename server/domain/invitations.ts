/** Somebody who speaks for an organisation asks somebody else in. */
import { type Kysely, sql } from 'kysely';
import type { Locale } from '#lib/contract/locales.ts';
import type { MembershipRole } from '#lib/contract/roles.ts';
import { authorize, can } from '../access.ts';
import { hashPassword } from '../auth/passwords.ts';
import { createSession } from '../auth/sessions.ts';
import { hashed } from '../auth/sign-in.ts';
import * as tokens from '../auth/tokens.ts';
import type { Context, Member, Who } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../errors.ts';
import { record, transact, type Announce, type Trx } from '../events.ts';
import { enqueue } from '../outbox.ts';
import { consume, type Limit } from '../rate-limits.ts';
import { isUuid, requireText } from './input.ts';
import { admit } from './memberships.ts';
import * as organisations from './organisations.ts';

const lifetime_ms = 14 * 24 * 3_600_000;
const perInviter: Limit = { points: 60, duration_s: 24 * 3600 };
/** Whoever invites them: an address is not written to more often than that. */
export const perInvited: Limit = { points: 6, duration_s: 24 * 3600 };

export interface InvitationView {
	id: string;
	email: string;
	organisationName: string;
	role: MembershipRole;
	invitedBy: string | null;
	/** ISO 8601, UTC. */
	invitedAt: string;
	expiresAt: string;
	hasExpired: boolean;
}

/** Whether there is any organisation this person may invite for. */
export function mayInvite(who: Who): boolean {
	return ownOrganisations(who).length > 0 || mayInviteAnywhere(who);
}

/** What the page of invitations offers. @throws NotFound to whoever may invite nobody */
export async function desk(
	context: Context,
	query = ''
): Promise<{
	/** To choose from: one's own, or what was searched for. */
	organisations: { id: string; name: string; place: string }[];
	maySearch: boolean;
	mayNameReferent: boolean;
	open: InvitationView[];
}> {
	const { who } = context;
	if (who.kind !== 'member' || !mayInvite(who)) throw new NotFound();
	const maySearch = mayInviteAnywhere(who);
	const found = maySearch && query ? await organisations.search(context, query, { limit: 20 }) : [];
	const own = ownOrganisations(who).map(({ organisationId, organisationName }) => ({
		id: organisationId,
		name: organisationName,
		place: ''
	}));
	return {
		organisations: query ? found.filter((o) => can(who, 'member.invite', o)) : own,
		maySearch,
		mayNameReferent: can(who, 'referent.name', { id: '', isDemo: who.isDemo }),
		open: await listOpen(context, who)
	};
}

/**
 * Invites an address, again when it was already: the newest role counts, and what was mailed before opens nothing.
 * @throws Forbidden, Invalid email_invalid, email_own; Conflict already_member, organisation_ended; TooMany
 */
export async function invite(
	context: Context,
	{
		email,
		organisationId,
		role,
		locale
	}: { email: string; organisationId: string; role: MembershipRole; locale: Locale }
): Promise<void> {
	const { who, db } = context;
	const organisation = await organisations.find(db, organisationId);
	if (!organisation || who.kind !== 'member') throw new Forbidden();
	authorize(who, 'member.invite', organisation);
	if (role === 'referent') authorize(who, 'referent.name', organisation);
	const to = email.trim().toLowerCase();
	if (!isAddress(to)) throw new Invalid('email_invalid');
	if (await isEnded(db, organisation.id)) throw new Conflict('organisation_ended');
	await consume(db, 'invite', who.id, perInviter);
	await consume(db, 'invited', hashed(to), perInvited);

	await transact(context, async (trx, announce) => {
		const already = await trx
			.selectFrom('memberships')
			.innerJoin('members', 'members.id', 'memberships.member_id')
			.select('memberships.id')
			.where('organisation_id', '=', organisation.id)
			.where('members.email', '=', to)
			.where('ended_at', 'is', null)
			.executeTakeFirst();
		if (already) throw new Conflict('already_member');
		// Nobody gives themselves a role, whatever they may give others.
		if ((await memberOf(trx, to))?.id === who.id) throw new Invalid('email_own');
		await put(trx, announce, context, { email: to, organisation, role, locale });
	});
}

/** Called once everything was checked. Already open, the newest counts, and what was mailed before opens nothing. */
export async function put(
	trx: Trx,
	announce: Announce,
	context: Context,
	{
		email,
		organisation,
		role,
		locale
	}: {
		email: string;
		organisation: { id: string; isDemo: boolean };
		role: MembershipRole;
		locale: Locale;
	}
): Promise<void> {
	const { who } = context;
	if (who.kind !== 'member') throw new Forbidden();
	const invitation = await trx
		.insertInto('invitations')
		.values({
			email,
			organisation_id: organisation.id,
			role,
			locale,
			invited_by: who.id,
			is_demo: who.isDemo || organisation.isDemo,
			expires_at: new Date(Date.now() + lifetime_ms)
		})
		.onConflict((conflict) =>
			conflict
				.columns(['organisation_id', 'email'])
				.where('accepted_at', 'is', null)
				.where('withdrawn_at', 'is', null)
				.doUpdateSet((eb) => ({
					role: eb.ref('excluded.role'),
					locale: eb.ref('excluded.locale'),
					invited_by: eb.ref('excluded.invited_by'),
					invited_at: sql<Date>`now()`,
					expires_at: eb.ref('excluded.expires_at')
				}))
		)
		.returning(['id', 'is_demo'])
		.executeTakeFirstOrThrow();
	// Pressed twice: the mail that is on its way stays good.
	if (await send(trx, announce, invitation.id, invitation.is_demo))
		await tokens.spend(trx, { invitationId: invitation.id }, ['invitation']);
	await record(
		trx,
		context,
		'member.invited',
		{ invitationId: invitation.id, organisationId: organisation.id, role },
		invitation.is_demo
	);
}

export const isAddress = (email: string) => /^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(email) && email.length <= 254;

/** @throws NotFound for one that is not open, or for an organisation one may not invite for */
export async function withdraw(context: Context, id: string): Promise<void> {
	await transact(context, async (trx) => {
		const invitation = await findOpen(trx, context.who, id);
		await trx
			.updateTable('invitations')
			.set({ withdrawn_at: sql<Date>`now()` })
			.where('id', '=', invitation.id)
			.execute();
		await tokens.spend(trx, { invitationId: invitation.id }, ['invitation']);
		await record(trx, context, 'invitation.withdrawn', { invitationId: invitation.id }, invitation.is_demo);
	});
}

/** What the invited person reads before accepting. @throws Invalid token_invalid */
export async function preview(
	context: Context,
	token: string
): Promise<{
	email: string;
	organisationName: string;
	role: MembershipRole;
	invitedBy: string | null;
	/** 'new': there is no account yet; 'sign_in': there is; 'accept': it is theirs; 'other': signed in as somebody else. */
	step: 'new' | 'sign_in' | 'accept' | 'other';
}> {
	const { db, who } = context;
	const invitation = await findByToken(db, (await tokens.read(db, token, 'invitation')).invitationId!);
	const member = await memberOf(db, invitation.email);
	const step =
		who.kind === 'member' ? (who.id === member?.id ? 'accept' : 'other') : member ? 'sign_in' : 'new';
	return {
		email: invitation.email,
		organisationName: invitation.organisation_name,
		role: invitation.role,
		invitedBy: invitation.inviter_name,
		step
	};
}

/**
 * The person who received the mail joins: with the account they are signed in to, if it has the invited address.
 * @throws Invalid token_invalid, sign_in_first, other_account
 */
export async function accept(context: Context, { token }: { token: string }): Promise<void> {
	const { who } = context;
	await transact(context, async (trx, announce) => {
		const used = await tokens.use(trx, token, 'invitation');
		const invitation = await findByToken(trx, used.invitationId!);
		const member = await memberOf(trx, invitation.email);
		if (who.kind !== 'member') throw new Invalid('sign_in_first');
		if (who.id !== member?.id) throw new Invalid('other_account');
		// An account of the demonstration never speaks for a real organisation.
		if (who.isDemo && !invitation.is_demo) throw new Forbidden();
		await join(trx, context, who.id, invitation);
		announce('member.access', { memberId: who.id });
	});
}

/**
 * The same for somebody without an account: it is made, its address proved by the mail.
 * @returns the token for the session cookie
 * @throws Invalid token_invalid, other_account, name_*, password_*; Conflict email_taken
 */
export async function acceptAsNew(
	context: Context,
	{
		token,
		name,
		password,
		device = null
	}: { token: string; name: string; password: string; device?: string | null }
): Promise<{ token: string; memberId: string }> {
	if (context.who.kind === 'member') throw new Invalid('other_account');
	// Read first: a stranger's guess costs no hash, and a password that is refused uses nothing up.
	const { email } = await tokens.read(context.db, token, 'invitation');
	const words = requireText(name, 'name', { most: 120 }).replace(/\s+/g, ' ');
	const passwordHash = await hashPassword(password, [words, email]);
	return transact(context, async (trx) => {
		const used = await tokens.use(trx, token, 'invitation');
		const invitation = await findByToken(trx, used.invitationId!);
		const member = await trx
			.insertInto('members')
			.values({
				email: invitation.email,
				name: words,
				password_hash: passwordHash,
				locale: invitation.locale,
				is_demo: invitation.is_demo,
				email_verified_at: sql<Date>`now()`
			})
			.onConflict((conflict) => conflict.column('email').doNothing())
			.returning('id')
			.executeTakeFirst();
		if (!member) throw new Conflict('email_taken');
		await join(trx, context, member.id, invitation);
		await record(
			trx,
			context,
			'member.created',
			{ memberId: member.id, role: invitation.role },
			invitation.is_demo
		);
		const session = await createSession(trx, member.id, { device });
		return { token: session.token, memberId: member.id };
	});
}

async function listOpen({ db }: Context, who: Member): Promise<InvitationView[]> {
	let query = db
		.selectFrom('invitations')
		.innerJoin('organisations', 'organisations.id', 'invitations.organisation_id')
		.leftJoin('members as inviter', 'inviter.id', 'invitations.invited_by')
		.select([
			'invitations.id',
			'invitations.email',
			'invitations.role',
			'invitations.invited_at',
			'invitations.expires_at',
			'organisations.name as organisation_name',
			'inviter.name as inviter_name'
		])
		.where('accepted_at', 'is', null)
		.where('withdrawn_at', 'is', null);
	if (who.isDemo) query = query.where('invitations.is_demo', '=', true);
	if (!mayInviteAnywhere(who)) {
		const own = ownOrganisations(who).map((membership) => membership.organisationId);
		query = query.where('organisation_id', 'in', own);
	}
	const rows = await query.orderBy('invited_at', 'desc').orderBy('invitations.id').limit(200).execute();
	return rows.map((row) => ({
		id: row.id,
		email: row.email,
		organisationName: row.organisation_name,
		role: row.role,
		invitedBy: row.inviter_name,
		invitedAt: row.invited_at.toISOString(),
		expiresAt: row.expires_at.toISOString(),
		hasExpired: row.expires_at.getTime() <= Date.now()
	}));
}

async function findOpen(trx: Trx, who: Who, id: string) {
	const row = isUuid(id)
		? await trx
				.selectFrom('invitations')
				.innerJoin('organisations', 'organisations.id', 'invitations.organisation_id')
				.select([
					'invitations.id',
					'organisation_id',
					'invitations.is_demo',
					'organisations.is_demo as isDemo'
				])
				.where('invitations.id', '=', id)
				.where('accepted_at', 'is', null)
				.where('withdrawn_at', 'is', null)
				.forUpdate('invitations')
				.executeTakeFirst()
		: undefined;
	if (!row || !can(who, 'member.invite', { id: row.organisation_id, isDemo: row.isDemo }))
		throw new NotFound();
	return row;
}

/** @throws Invalid token_invalid when it was accepted or withdrawn meanwhile */
async function findByToken(db: Kysely<Database>, invitationId: string) {
	const row = await db
		.selectFrom('invitations')
		.innerJoin('organisations', 'organisations.id', 'invitations.organisation_id')
		.leftJoin('members as inviter', 'inviter.id', 'invitations.invited_by')
		.select([
			'invitations.id',
			'invitations.email',
			'invitations.role',
			'invitations.locale',
			'invitations.organisation_id',
			'invitations.is_demo',
			'organisations.name as organisation_name',
			'inviter.name as inviter_name'
		])
		.where('invitations.id', '=', invitationId)
		.where('accepted_at', 'is', null)
		.where('withdrawn_at', 'is', null)
		.executeTakeFirst();
	if (!row) throw new Invalid('token_invalid');
	return row;
}

async function isEnded(db: Kysely<Database>, id: string): Promise<boolean> {
	const row = await db
		.selectFrom('organisations')
		.select('id')
		.where('id', '=', id)
		.where('ended_on', 'is not', null)
		.executeTakeFirst();
	return row !== undefined;
}

async function memberOf(db: Kysely<Database>, email: string): Promise<{ id: string } | undefined> {
	return db.selectFrom('members').select('id').where('email', '=', email).executeTakeFirst();
}

async function join(
	trx: Trx,
	context: Context,
	memberId: string,
	invitation: { id: string; organisation_id: string; role: MembershipRole; is_demo: boolean }
): Promise<void> {
	await admit(trx, {
		memberId,
		organisationId: invitation.organisation_id,
		role: invitation.role,
		isDemo: invitation.is_demo
	});
	await trx
		.updateTable('invitations')
		.set({ accepted_at: sql<Date>`now()`, accepted_by: memberId })
		.where('id', '=', invitation.id)
		.execute();
	await record(
		trx,
		context,
		'invitation.accepted',
		{ invitationId: invitation.id, memberId, organisationId: invitation.organisation_id },
		invitation.is_demo
	);
}

/** @returns false when the same mail was asked for a moment ago */
function send(trx: Trx, announce: Announce, invitationId: string, isDemo: boolean): Promise<boolean> {
	return enqueue(trx, announce, {
		kind: 'mail.invitation',
		payload: { invitationId },
		dedupeKey: `invitation:${invitationId}:${Math.floor(Date.now() / 60_000)}`,
		isDemo
	});
}

/** Those one may invite for without being of the platform. */
function ownOrganisations(who: Who): Member['memberships'] {
	if (who.kind !== 'member') return [];
	return who.memberships.filter(({ organisationId }) =>
		can(who, 'member.invite', { id: organisationId, isDemo: who.isDemo })
	);
}

/** An organisation nobody is a member of stands for any. */
const mayInviteAnywhere = (who: Who) =>
	can(who, 'member.invite', { id: '', isDemo: who.kind === 'member' && who.isDemo });
