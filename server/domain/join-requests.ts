/**
 * Somebody asks to speak for an organisation, and whoever answers for it answers them: its referent, or the platform while
 * it has none. A person without an account proves their address first, and has one only once the answer is yes.
 */
import { type Kysely, sql } from 'kysely';
import type { Locale } from '#lib/contract/locales.ts';
import { membershipRoles, type MembershipRole } from '#lib/contract/roles.ts';
import { authorize, can, type JoinThing } from '../access.ts';
import { hashPassword } from '../auth/passwords.ts';
import { hashed } from '../auth/sign-in.ts';
import * as tokens from '../auth/tokens.ts';
import type { Context, Member } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../errors.ts';
import { record, transact, type Announce, type Trx } from '../events.ts';
import { tellAddress, tellMember } from '../membership-letters.ts';
import { enqueue } from '../outbox.ts';
import { consume, type Limit } from '../rate-limits.ts';
import { isUuid, requireText } from './input.ts';
import { admit, hasReferent, reasonMost } from './memberships.ts';
import * as organisations from './organisations.ts';
import { takeTurn } from './turns.ts';

export const messageMost = 1000;
const perMember: Limit = { points: 10, duration_s: 24 * 3600 };
const perAddress: Limit = { points: 40, duration_s: 3600 };
const perMailbox: Limit = { points: 5, duration_s: 3600 };

/** Anybody has an address there: it says nothing of who they work for. */
const publicDomains = new Set(
	`gmail.com googlemail.com orange.fr wanadoo.fr laposte.net free.fr sfr.fr neuf.fr numericable.fr bbox.fr
	hotmail.com hotmail.fr outlook.com outlook.fr live.com live.fr msn.com yahoo.com yahoo.fr ymail.com icloud.com me.com
	mac.com aol.com gmx.com gmx.fr gmx.net proton.me protonmail.com protonmail.ch pm.me tutanota.com tuta.com zoho.com
	mail.com mail.ru yandex.com yandex.ru web.de t-online.de libero.it virgilio.it tiscali.it alice.it hotmail.es
	hotmail.it yahoo.es yahoo.it yahoo.co.uk hotmail.co.uk qq.com 163.com naver.com aliceadsl.fr cegetel.net club-internet.fr
	dbmail.com nordnet.fr ovh.fr gandi.net ik.me infomaniak.com mailo.com netcourrier.com caramail.com voila.fr
	skynet.be telenet.be bluewin.ch videotron.ca sympatico.ca`
		.split(/\s+/)
		.filter(Boolean)
);

export interface JoinRequestView {
	id: string;
	organisationId: string;
	organisationName: string;
	role: MembershipRole;
	name: string;
	email: string;
	/** The domain of the address is one this organisation is known to write from. */
	isKnownDomain: boolean;
	message: string;
	/** They have an account already. */
	isMember: boolean;
	/** ISO 8601, UTC. */
	openedAt: string;
	may: { nameReferent: boolean };
}

export interface OwnRequest {
	id: string;
	organisationName: string;
	address: string;
	role: MembershipRole;
	openedAt: string;
	decision: 'approved' | 'refused' | 'withdrawn' | null;
	reason: string | null;
}

/**
 * A member asks, or somebody who vouches for them in their place (single sign-on). Asking twice changes the role and the
 * message of what is still open.
 * @returns null when they speak for it already
 * @throws NotFound, Forbidden, Invalid, Conflict organisation_ended, TooMany
 */
export async function open(
	context: Context,
	input: { memberId: string; organisationId: string; role: MembershipRole; message?: string }
): Promise<{ id: string } | null> {
	const { who, db } = context;
	if (who.kind === 'member' && who.id !== input.memberId) throw new Forbidden();
	const message = input.message ? requireText(input.message, 'message', { least: 0, most: messageMost }) : '';
	if (!membershipRoles.includes(input.role)) throw new Invalid('role_empty');
	await consume(db, 'join-request', input.memberId, perMember);
	return transact(context, async (trx, announce) => {
		await trx
			.selectFrom('members')
			.select('id')
			.where('id', '=', input.memberId)
			.forNoKeyUpdate()
			.executeTakeFirst();
		const member = await trx
			.selectFrom('members')
			.select(['id', 'is_demo', 'locale'])
			.where('id', '=', input.memberId)
			.where('suspended_at', 'is', null)
			.executeTakeFirst();
		const organisation = await findOpenTo(trx, input.organisationId);
		if (!member || (member.is_demo && !organisation.isDemo)) throw new NotFound();
		const already = await trx
			.selectFrom('memberships')
			.select('id')
			.where('member_id', '=', member.id)
			.where('organisation_id', '=', organisation.id)
			.where('ended_at', 'is', null)
			.executeTakeFirst();
		if (already) return null;
		if (who.kind === 'member') authorize(who, 'join.open', organisation);
		const isDemo = member.is_demo || organisation.isDemo;
		const row = await trx
			.insertInto('join_requests')
			.values({
				organisation_id: organisation.id,
				role: input.role,
				member_id: member.id,
				locale: member.locale,
				message,
				is_demo: isDemo
			})
			.onConflict((conflict) =>
				conflict
					.columns(['organisation_id', 'member_id'])
					.where('decided_at', 'is', null)
					.where('member_id', 'is not', null)
					.doUpdateSet({ role: input.role, message })
			)
			.returning('id')
			.executeTakeFirstOrThrow();
		await record(
			trx,
			context,
			'request.opened',
			{ requestId: row.id, organisationId: organisation.id, role: input.role },
			isDemo
		);
		await tellThoseWhoAnswer(trx, announce, { id: row.id, organisationId: organisation.id, isDemo });
		return row;
	});
}

/** For oneself. @throws as open() */
export async function ask(
	context: Context,
	input: { organisationId: string; role: MembershipRole; message?: string }
): Promise<void> {
	await open(context, { ...input, memberId: requireMember(context).id });
}

/** Taken back by who asked. @throws NotFound */
export async function withdraw(context: Context, id: string): Promise<void> {
	const who = requireMember(context);
	await transact(context, async (trx) => {
		const row = isUuid(id)
			? await trx
					.updateTable('join_requests')
					.set({ decision: 'withdrawn', decided_at: sql<Date>`now()`, decided_by: who.id })
					.where('id', '=', id)
					.where('member_id', '=', who.id)
					.where('decided_at', 'is', null)
					.returning(['id', 'is_demo'])
					.executeTakeFirst()
			: undefined;
		if (!row) throw new NotFound();
		await record(trx, context, 'request.withdrawn', { requestId: row.id }, row.is_demo);
	});
}

/** What this member asked for, the latest first. */
export async function mine({ who, db }: Context): Promise<OwnRequest[]> {
	if (who.kind !== 'member') throw new Forbidden();
	const rows = await db
		.selectFrom('join_requests')
		.innerJoin('organisations', 'organisations.id', 'join_requests.organisation_id')
		.select([
			'join_requests.id',
			'organisations.id as organisation_id',
			'organisations.name',
			'organisations.kind',
			'organisations.code',
			'role',
			'opened_at',
			'decision',
			'reason'
		])
		.where('member_id', '=', who.id)
		.where((eb) =>
			eb.or([
				eb('decided_at', 'is', null),
				eb.and([eb('decision', '=', 'refused'), eb('decided_at', '>', sql<Date>`now() - interval '30 days'`)])
			])
		)
		.orderBy('opened_at', 'desc')
		.orderBy('join_requests.id')
		.limit(20)
		.execute();
	return rows.map((row) => ({
		id: row.id,
		organisationName: row.name,
		address: organisations.addressOf({ id: row.organisation_id, kind: row.kind, code: row.code }),
		role: row.role,
		openedAt: row.opened_at.toISOString(),
		decision: row.decision,
		reason: row.reason
	}));
}

/** Those this person may answer, the oldest first. @throws NotFound to whoever answers none */
export async function list({ who, db }: Context): Promise<JoinRequestView[]> {
	if (who.kind !== 'member' || !can(who, 'join.list', null)) throw new NotFound();
	const own = who.memberships.filter(({ role }) => role === 'referent').map((one) => one.organisationId);
	// An organisation nobody is a member of stands for those without a referent.
	const mayAnswerOthers = can(who, 'join.decide', {
		id: '',
		isDemo: who.isDemo,
		memberId: null,
		hasReferent: false
	});
	// As hasReferent().
	const isAnswered = sql<boolean>`exists (
		select from memberships join members on members.id = memberships.member_id
		where memberships.organisation_id = join_requests.organisation_id and memberships.role = 'referent'
			and memberships.ended_at is null and memberships.suspended_at is null and members.suspended_at is null)`;
	const rows = await db
		.selectFrom('join_requests')
		.innerJoin('organisations', 'organisations.id', 'join_requests.organisation_id')
		.leftJoin('members', 'members.id', 'join_requests.member_id')
		.select([
			'join_requests.id',
			'join_requests.organisation_id',
			'join_requests.member_id',
			'join_requests.role',
			'join_requests.message',
			'join_requests.opened_at',
			'join_requests.is_demo',
			'organisations.name as organisation_name',
			'organisations.is_demo as organisation_is_demo',
			sql<string>`coalesce(members.name, join_requests.name)`.as('person'),
			sql<string>`coalesce(members.email, join_requests.email)`.as('address'),
			isAnswered.as('has_referent'),
			(eb) =>
				eb
					.exists(
						eb
							.selectFrom('organisation_domains')
							.select('domain')
							.whereRef('organisation_domains.organisation_id', '=', 'join_requests.organisation_id')
							.where(
								'domain',
								'=',
								sql<string>`split_part(coalesce(members.email, join_requests.email), '@', 2)`
							)
					)
					.as('is_known_domain')
		])
		.where('decided_at', 'is', null)
		.where('members.suspended_at', 'is', null)
		.$if(who.isDemo, (query) => query.where('organisations.is_demo', '=', true))
		.where((eb) =>
			eb.or([
				eb('join_requests.organisation_id', '=', sql<string>`any(${own}::uuid[])`),
				...(mayAnswerOthers ? [eb.not(isAnswered)] : [])
			])
		)
		.orderBy('opened_at')
		.orderBy('join_requests.id')
		.limit(200)
		.execute();
	return rows.flatMap((row) => {
		const thing: JoinThing = {
			id: row.organisation_id,
			isDemo: row.organisation_is_demo,
			memberId: row.member_id,
			hasReferent: Boolean(row.has_referent)
		};
		if (!can(who, 'join.decide', thing)) return [];
		return {
			id: row.id,
			organisationId: row.organisation_id,
			organisationName: row.organisation_name,
			role: row.role,
			name: row.person,
			email: row.address,
			isKnownDomain: Boolean(row.is_known_domain),
			message: row.message,
			isMember: row.member_id !== null,
			openedAt: row.opened_at.toISOString(),
			may: { nameReferent: can(who, 'referent.name', thing) }
		};
	});
}

/**
 * They join; who has no account gets one, with the password they chose. The domain of their address is learnt.
 * @param role another than the one they asked for, when the answer is "yes, but"
 * @throws NotFound, Forbidden; Conflict already_decided
 */
export async function approve(
	context: Context,
	{ id, role }: { id: string; role?: MembershipRole }
): Promise<void> {
	if (role !== undefined && !membershipRoles.includes(role)) throw new Invalid('role_empty');
	await transact(context, async (trx, announce) => {
		const { who, request } = await findToDecide(trx, context, id);
		const given = role ?? request.role;
		if (given === 'referent')
			authorize(who, 'referent.name', { id: request.organisationId, isDemo: request.isDemo });
		let memberId = request.memberId;
		if (memberId === null) {
			// The address may have had an account made for it meanwhile, by an invitation: it joins, with its own password.
			const made = await trx
				.insertInto('members')
				.values({
					email: request.email!,
					name: request.name!,
					password_hash: request.passwordHash!,
					locale: request.locale,
					is_demo: request.isDemo,
					email_verified_at: sql<Date>`now()`
				})
				.onConflict((conflict) => conflict.column('email').doNothing())
				.returning('id')
				.executeTakeFirst();
			memberId =
				made?.id ??
				(
					await trx
						.selectFrom('members')
						.select('id')
						.where('email', '=', request.email!)
						.executeTakeFirstOrThrow()
				).id;
			if (made) await record(trx, context, 'member.created', { memberId, role: given }, request.isDemo);
		}
		await admit(trx, {
			memberId,
			organisationId: request.organisationId,
			role: given,
			isDemo: request.isDemo
		});
		await decide(trx, who, request.id, 'approved', null, memberId);
		await learn(trx, who, request.organisationId, request.proved);
		await record(
			trx,
			context,
			'request.approved',
			{ requestId: request.id, organisationId: request.organisationId, memberId, role: given },
			request.isDemo
		);
		await tellMember(
			trx,
			announce,
			{ memberId, organisationId: request.organisationId, isDemo: request.isDemo },
			'join_approved',
			{ role: given }
		);
		announce('member.access', { memberId });
	});
}

/** @throws NotFound, Invalid why_*; Conflict already_decided */
export async function refuse(
	context: Context,
	{ id, reason }: { id: string; reason: string }
): Promise<void> {
	const words = requireText(reason, 'why', { most: reasonMost });
	await transact(context, async (trx, announce) => {
		const { who, request } = await findToDecide(trx, context, id);
		const { organisationId, isDemo } = request;
		await decide(trx, who, request.id, 'refused', words, request.memberId);
		await record(trx, context, 'request.refused', { requestId: request.id, organisationId }, isDemo);
		if (request.memberId)
			await tellMember(
				trx,
				announce,
				{ memberId: request.memberId, organisationId, isDemo },
				'join_refused',
				{
					reason: words
				}
			);
		else
			await tellAddress(
				trx,
				announce,
				{ email: request.email!, name: request.name!, locale: request.locale, organisationId, isDemo },
				'join_refused',
				{ reason: words }
			);
	});
}

/**
 * The first step of somebody without an account: a mail goes to the address. What it says depends on whether it has an
 * account already; the page says the same.
 * @param address the caller's IP address; only its hash is kept, for as long as the limit counts
 * @throws Invalid email_invalid, TooMany
 */
export async function requestSignUp(
	context: Context,
	{ email, locale, address }: { email: string; locale: Locale; address: string },
	now = Date.now()
): Promise<void> {
	const to = email.trim().toLowerCase();
	if (!/^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/.test(to) || to.length > 254)
		throw new Invalid('email_invalid');
	await consume(context.db, 'sign-up-address', hashed(address), perAddress);
	await consume(context.db, 'sign-up', hashed(to), perMailbox);
	await transact(context, async (trx, announce) => {
		await enqueue(trx, announce, {
			kind: 'mail.sign_up',
			payload: { email: to, locale },
			dedupeKey: `sign_up:${hashed(to)}:${Math.floor(now / 60_000)}`,
			isDemo: to.endsWith('@demo.invalid')
		});
	});
}

/** What the mailed page offers, and nothing changes. @throws Invalid token_invalid */
export async function previewSignUp(
	{ db }: Context,
	token: string,
	{ query = '', address }: { query?: string; address: string }
): Promise<{
	email: string;
	suggested: organisations.OrganisationView[];
	found: organisations.OrganisationView[];
}> {
	const { email } = await tokens.read(db, token, 'sign_up');
	if (query) await consume(db, 'organisation-list', hashed(address), { points: 600, duration_s: 60 });
	return {
		email,
		suggested: await suggestedBy(db, email),
		found: query ? await organisations.matching(db, query, 20) : []
	};
}

/**
 * The second step: who they are and what for. The token is used up; the account is made by the answer.
 * @throws Invalid token_invalid, name_*, password_*, organisation_empty; Conflict organisation_ended
 */
export async function finishSignUp(
	context: Context,
	input: {
		token: string;
		name: string;
		password: string;
		organisationId: string;
		role: MembershipRole;
		message?: string;
		locale: Locale;
	}
): Promise<void> {
	if (context.who.kind === 'member') throw new Invalid('other_account');
	const { email } = await tokens.read(context.db, input.token, 'sign_up');
	const name = requireText(input.name, 'name', { most: 120 }).replace(/\s+/g, ' ');
	const message = input.message ? requireText(input.message, 'message', { least: 0, most: messageMost }) : '';
	if (!membershipRoles.includes(input.role)) throw new Invalid('role_empty');
	const passwordHash = await hashPassword(input.password, [name, email]);
	await transact(context, async (trx, announce) => {
		await tokens.use(trx, input.token, 'sign_up');
		const organisation = await findOpenTo(trx, input.organisationId);
		const isDemo = organisation.isDemo || email.endsWith('@demo.invalid');
		if (isDemo !== organisation.isDemo) throw new Invalid('demo_apart');
		// Made meanwhile, by an invitation: they sign in, and ask from their account.
		const member = await trx.selectFrom('members').select('id').where('email', '=', email).executeTakeFirst();
		if (member) throw new Invalid('token_invalid');
		// A second mail, a second thought: the newest request is the one.
		await trx
			.updateTable('join_requests')
			.set({ decision: 'withdrawn', decided_at: sql<Date>`now()`, ...forgotten })
			.where('email', '=', email)
			.where('decided_at', 'is', null)
			.execute();
		const row = await trx
			.insertInto('join_requests')
			.values({
				organisation_id: organisation.id,
				role: input.role,
				email,
				name,
				password_hash: passwordHash,
				locale: input.locale,
				message,
				is_demo: isDemo
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		await record(
			trx,
			context,
			'request.opened',
			{ requestId: row.id, organisationId: organisation.id, role: input.role },
			isDemo
		);
		await tellThoseWhoAnswer(trx, announce, { id: row.id, organisationId: organisation.id, isDemo });
	});
}

/** The organisations whose people write from that domain; none for a public service. */
export async function suggestedBy(
	db: Kysely<Database>,
	email: string
): Promise<organisations.OrganisationView[]> {
	const domain = domainOf(email);
	if (!domain) return [];
	const rows = await db
		.selectFrom('organisation_domains')
		.innerJoin('organisations', 'organisations.id', 'organisation_domains.organisation_id')
		.select(organisations.viewColumns)
		.where('domain', '=', domain)
		.where('organisations.ended_on', 'is', null)
		.orderBy('learnt_at')
		.orderBy('organisations.id')
		.limit(5)
		.execute();
	return rows.map(organisations.view);
}

/** null for a public mail service, whose addresses say nothing. */
export function domainOf(email: string): string | null {
	const domain = email.toLowerCase().split('@')[1] ?? '';
	return domain && !publicDomains.has(domain) ? domain : null;
}

/** What identifies a person without an account goes with the answer. */
const forgotten = { email: null, name: null, password_hash: null, message: '' };

async function findOpenTo(trx: Trx, id: string): Promise<{ id: string; isDemo: boolean }> {
	const row = isUuid(id)
		? await trx
				.selectFrom('organisations')
				.select(['id', 'is_demo', 'ended_on'])
				.where('id', '=', id)
				.executeTakeFirst()
		: undefined;
	if (!row) throw new NotFound();
	if (row.ended_on !== null) throw new Conflict('organisation_ended');
	return { id: row.id, isDemo: row.is_demo };
}

async function findToDecide(trx: Trx, context: Context, id: string) {
	const who = requireMember(context);
	await takeTurn(trx, who);
	const row = isUuid(id)
		? await trx.selectFrom('join_requests').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
		: undefined;
	if (!row) throw new NotFound();
	const { isDemo } = await trx
		.selectFrom('organisations')
		.select('is_demo as isDemo')
		.where('id', '=', row.organisation_id)
		.executeTakeFirstOrThrow();
	const thing: JoinThing = {
		id: row.organisation_id,
		isDemo,
		memberId: row.member_id,
		hasReferent: await hasReferent(trx, row.organisation_id)
	};
	if (!can(who, 'join.decide', thing)) throw new NotFound();
	if (row.decided_at) throw new Conflict('already_decided');
	const proved = row.member_id
		? await trx
				.selectFrom('members')
				.select(['email', 'email_verified_at', 'suspended_at'])
				.where('id', '=', row.member_id)
				.executeTakeFirst()
		: undefined;
	if (proved?.suspended_at) throw new NotFound();
	return {
		who,
		request: {
			id: row.id,
			organisationId: row.organisation_id,
			role: row.role,
			memberId: row.member_id,
			email: row.email,
			name: row.name,
			passwordHash: row.password_hash,
			locale: row.locale,
			isDemo: row.is_demo || isDemo,
			/** An address somebody was shown to hold. */
			proved: row.email ?? (proved?.email_verified_at ? proved.email : null)
		}
	};
}

async function decide(
	trx: Trx,
	who: Member,
	id: string,
	decision: 'approved' | 'refused',
	reason: string | null,
	memberId: string | null
): Promise<void> {
	await trx
		.updateTable('join_requests')
		.set({
			decision,
			reason,
			decided_at: sql<Date>`now()`,
			decided_by: who.id,
			...forgotten,
			member_id: memberId
		})
		.where('id', '=', id)
		.execute();
}

async function learn(trx: Trx, who: Member, organisationId: string, email: string | null): Promise<void> {
	const domain = email && domainOf(email);
	if (!domain) return;
	await trx
		.insertInto('organisation_domains')
		.values({ domain, organisation_id: organisationId, learnt_by: who.id })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

/** Its referents, or the moderators while there is none. One mail each, none once it is answered. */
async function tellThoseWhoAnswer(
	trx: Trx,
	announce: Announce,
	request: { id: string; organisationId: string; isDemo: boolean }
): Promise<void> {
	const referents = await organisations
		.activeMemberships(trx)
		.select('members.id')
		.where('memberships.organisation_id', '=', request.organisationId)
		.where('memberships.role', '=', 'referent')
		.limit(20)
		.execute();
	const others =
		referents.length > 0
			? []
			: await trx
					.selectFrom('appointments')
					.innerJoin('members', 'members.id', 'appointments.member_id')
					.select('members.id')
					.distinct()
					.where('appointments.role', '=', 'moderator')
					.where('appointments.ended_at', 'is', null)
					.where('members.suspended_at', 'is', null)
					.where('members.is_demo', '=', request.isDemo)
					.limit(20)
					.execute();
	for (const { id } of [...referents, ...others])
		await enqueue(trx, announce, {
			kind: 'mail.join_requested',
			payload: { requestId: request.id, to: id },
			dedupeKey: `join:${request.id}:${id}`,
			isDemo: request.isDemo
		});
}

function requireMember({ who }: Context): Member {
	if (who.kind !== 'member') throw new Forbidden();
	return who;
}
