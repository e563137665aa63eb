/**
 * Who speaks for an organisation, and what changes it: another role, an end, a suspension. Each is dated, signed, has a
 * reason, and is told to the person by mail; open pages, Socket.IO and live documents follow at once.
 */
import { sql } from 'kysely';
import { membershipRoles, type MembershipRole } from '#lib/contract/roles.ts';
import { authorize, can, type MembershipThing } from '../access.ts';
import type { Context, Member } from '../context.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../errors.ts';
import { record, transact, type Trx } from '../events.ts';
import { tellMember } from '../membership-letters.ts';
import { isUuid, requireText } from './input.ts';
import { activeMemberships } from './organisations.ts';
import { takeTurn } from './turns.ts';

export const reasonMost = 2000;

export interface RosterEntry {
	memberId: string;
	name: string;
	role: MembershipRole;
	/** ISO 8601, UTC. */
	since: string;
	/** What it may do for this organisation is suspended. */
	isSuspended: boolean;
	/** The whole account is, which only the platform lifts. */
	isAccountSuspended: boolean;
	isLastReferent: boolean;
	may: { read: boolean; change: boolean };
}

/** @throws NotFound also to those who may not know who they are */
export async function roster(
	{ who, db }: Context,
	organisationId: string
): Promise<{
	organisation: { id: string; name: string; isDemo: boolean };
	members: RosterEntry[];
	may: { nameReferent: boolean };
}> {
	const organisation = isUuid(organisationId)
		? await db
				.selectFrom('organisations')
				.select(['id', 'name', 'is_demo as isDemo'])
				.where('id', '=', organisationId)
				.executeTakeFirst()
		: undefined;
	if (!organisation || !can(who, 'organisation.members', organisation)) throw new NotFound();
	const rows = await db
		.selectFrom('memberships')
		.innerJoin('members', 'members.id', 'memberships.member_id')
		.select([
			'members.id',
			'members.name',
			'members.is_demo',
			'members.suspended_at as account_suspended_at',
			'memberships.role',
			'memberships.started_at',
			'memberships.suspended_at'
		])
		.where('organisation_id', '=', organisation.id)
		.where('ended_at', 'is', null)
		.orderBy(sql`array_position(array['referent', 'contributor', 'member'], memberships.role)`)
		.orderBy('members.name')
		.orderBy('members.id')
		.limit(1000)
		.execute();
	const isActive = (row: (typeof rows)[number]) => !row.suspended_at && !row.account_suspended_at;
	const mayNameReferent = can(who, 'referent.name', organisation);
	const referents = rows.filter((row) => row.role === 'referent' && isActive(row));
	return {
		organisation,
		may: { nameReferent: mayNameReferent },
		members: rows.map((row) => ({
			memberId: row.id,
			name: row.name,
			role: row.role,
			since: row.started_at.toISOString(),
			isSuspended: row.suspended_at !== null,
			isAccountSuspended: row.account_suspended_at !== null,
			isLastReferent: referents.length === 1 && referents[0]!.id === row.id,
			may: {
				read: can(who, 'member.read', {
					id: row.id,
					isDemo: row.is_demo,
					organisationIds: [organisation.id]
				}),
				change:
					(row.role !== 'referent' || mayNameReferent) &&
					can(who, 'membership.change', {
						organisationId: organisation.id,
						memberId: row.id,
						isDemo: organisation.isDemo
					})
			}
		}))
	};
}

/** From now on this member speaks for that organisation. @throws Invalid not_your_organisation */
export async function speakFor(context: Context, organisationId: string): Promise<void> {
	const who = requireMember(context);
	await transact(context, async (trx, announce) => {
		await takeTurn(trx, who);
		const { numUpdatedRows } = isUuid(organisationId)
			? await trx
					.updateTable('memberships')
					.set({ voice_at: sql<Date>`clock_timestamp()` })
					.where('member_id', '=', who.id)
					.where('organisation_id', '=', organisationId)
					.where('ended_at', 'is', null)
					.where('suspended_at', 'is', null)
					.executeTakeFirst()
			: { numUpdatedRows: 0n };
		if (numUpdatedRows !== 1n) throw new Invalid('not_your_organisation');
		await record(trx, context, 'membership.voice_changed', { organisationId }, who.isDemo);
		announce('member.access', { memberId: who.id });
	});
}

interface Change {
	organisationId: string;
	memberId: string;
	reason: string;
	/** Asked again once who acts was told that nobody else answers for the organisation. */
	isSure?: boolean;
}

/**
 * @throws NotFound, Forbidden, Invalid why_*; Conflict last_referent until `isSure`
 */
export async function changeRole(context: Context, change: Change & { role: MembershipRole }): Promise<void> {
	const reason = requireText(change.reason, 'why', { most: reasonMost });
	if (!membershipRoles.includes(change.role)) throw new Invalid('role_empty');
	await transact(context, async (trx, announce) => {
		const membership = await findActive(trx, context, change);
		if (membership.role === change.role) return;
		if (change.role === 'referent')
			authorize(context.who, 'referent.name', { id: membership.organisationId, isDemo: membership.isDemo });
		await warn(trx, membership, change);
		await finish(trx, context, membership, reason);
		await trx
			.insertInto('memberships')
			.values({
				member_id: membership.memberId,
				organisation_id: membership.organisationId,
				role: change.role,
				voice_at: membership.voiceAt,
				suspended_at: membership.suspendedAt,
				is_demo: membership.isDemo
			})
			.execute();
		await record(
			trx,
			context,
			'membership.role_changed',
			{
				memberId: membership.memberId,
				organisationId: membership.organisationId,
				from: membership.role,
				to: change.role
			},
			membership.isDemo
		);
		await tellMember(trx, announce, membership, 'role_changed', { reason, role: change.role });
		announce('member.access', { memberId: membership.memberId });
	});
}

/** Ends what somebody else is for the organisation. @throws as changeRole() */
export async function end(context: Context, change: Change): Promise<void> {
	const reason = requireText(change.reason, 'why', { most: reasonMost });
	await transact(context, async (trx, announce) => {
		const membership = await findActive(trx, context, change);
		await warn(trx, membership, change);
		await finish(trx, context, membership, reason);
		await withdrawInvitations(trx, membership);
		await closeSuspension(trx, context, membership);
		await record(
			trx,
			context,
			'membership.ended',
			{ memberId: membership.memberId, organisationId: membership.organisationId },
			membership.isDemo
		);
		await tellMember(trx, announce, membership, 'membership_ended', { reason });
		announce('member.access', { memberId: membership.memberId });
	});
}

/** Of oneself; no reason is owed. @throws NotFound; Conflict last_referent until `isSure` */
export async function leave(
	context: Context,
	{ organisationId, isSure = false }: { organisationId: string; isSure?: boolean }
): Promise<void> {
	const who = requireMember(context);
	await transact(context, async (trx, announce) => {
		const membership = await find(trx, { organisationId, memberId: who.id });
		if (!membership) throw new NotFound();
		authorize(who, 'membership.leave', membership);
		await warn(trx, membership, { isSure });
		await finish(trx, context, membership, null);
		await withdrawInvitations(trx, membership);
		await closeSuspension(trx, context, membership);
		await record(trx, context, 'membership.left', { organisationId }, membership.isDemo);
		announce('member.access', { memberId: who.id });
	});
}

/** They stay its member, and may do nothing for it meanwhile. @throws as changeRole(); Conflict already_suspended */
export async function suspend(context: Context, change: Change): Promise<void> {
	const reason = requireText(change.reason, 'why', { most: reasonMost });
	await transact(context, async (trx, announce) => {
		const membership = await findActive(trx, context, change);
		if (membership.suspendedAt) throw new Conflict('already_suspended');
		await warn(trx, membership, change);
		await trx
			.updateTable('memberships')
			.set({ suspended_at: sql<Date>`now()` })
			.where('id', '=', membership.id)
			.execute();
		await trx
			.insertInto('suspensions')
			.values({
				member_id: membership.memberId,
				organisation_id: membership.organisationId,
				reason,
				suspended_by: context.who.kind === 'member' ? context.who.id : null,
				is_demo: membership.isDemo
			})
			.execute();
		await withdrawInvitations(trx, membership);
		await record(
			trx,
			context,
			'membership.suspended',
			{ memberId: membership.memberId, organisationId: membership.organisationId },
			membership.isDemo
		);
		await tellMember(trx, announce, membership, 'membership_suspended', { reason });
		announce('member.access', { memberId: membership.memberId });
	});
}

/** @throws NotFound, Forbidden, Invalid why_*; Conflict not_suspended */
export async function lift(context: Context, change: Change): Promise<void> {
	const reason = requireText(change.reason, 'why', { most: reasonMost });
	await transact(context, async (trx, announce) => {
		const membership = await findActive(trx, context, change);
		if (!membership.suspendedAt) throw new Conflict('not_suspended');
		await trx
			.updateTable('memberships')
			.set({ suspended_at: null })
			.where('id', '=', membership.id)
			.execute();
		await closeSuspension(trx, context, membership, reason);
		await record(
			trx,
			context,
			'membership.suspension_lifted',
			{ memberId: membership.memberId, organisationId: membership.organisationId },
			membership.isDemo
		);
		await tellMember(trx, announce, membership, 'membership_restored', { reason });
		announce('member.access', { memberId: membership.memberId });
	});
}

/**
 * Makes somebody a member, or gives them a higher role: nobody loses one this way.
 * @returns false when they had as much already
 */
export async function admit(
	trx: Trx,
	{
		memberId,
		organisationId,
		role,
		isDemo
	}: { memberId: string; organisationId: string; role: MembershipRole; isDemo: boolean }
): Promise<boolean> {
	// Of two who admit the same person at once, the second finds what the first did.
	await trx.selectFrom('members').select('id').where('id', '=', memberId).forNoKeyUpdate().executeTakeFirst();
	const active = await trx
		.selectFrom('memberships')
		.select(['id', 'role', 'voice_at', 'suspended_at'])
		.where('member_id', '=', memberId)
		.where('organisation_id', '=', organisationId)
		.where('ended_at', 'is', null)
		.forUpdate()
		.executeTakeFirst();
	if (active && membershipRoles.indexOf(role) <= membershipRoles.indexOf(active.role)) return false;
	if (active)
		await trx
			.updateTable('memberships')
			.set({ ended_at: sql<Date>`now()` })
			.where('id', '=', active.id)
			.execute();
	await trx
		.insertInto('memberships')
		.values({
			member_id: memberId,
			organisation_id: organisationId,
			role,
			voice_at: active?.voice_at ?? null,
			// A new role is no way out of a suspension.
			suspended_at: active?.suspended_at ?? null,
			is_demo: isDemo
		})
		.execute();
	return true;
}

/** Whether anybody answers for this organisation. */
export async function hasReferent(db: Context['db'], organisationId: string): Promise<boolean> {
	const row = await activeMemberships(db)
		.select('memberships.id')
		.where('memberships.organisation_id', '=', organisationId)
		.where('memberships.role', '=', 'referent')
		.limit(1)
		.executeTakeFirst();
	return row !== undefined;
}

interface Found extends MembershipThing {
	id: string;
	role: MembershipRole;
	voiceAt: Date | null;
	suspendedAt: Date | null;
}

/** What changes an organisation's members is done one after the other, so that two last referents cannot leave at once. */
async function find(
	trx: Trx,
	{ organisationId, memberId }: { organisationId: string; memberId: string }
): Promise<Found | undefined> {
	if (!isUuid(organisationId) || !isUuid(memberId)) return undefined;
	const organisation = await trx
		.selectFrom('organisations')
		.select('is_demo')
		.where('id', '=', organisationId)
		.forNoKeyUpdate()
		.executeTakeFirst();
	const row = await trx
		.selectFrom('memberships')
		.select(['id', 'role', 'voice_at', 'suspended_at', 'is_demo'])
		.where('organisation_id', '=', organisationId)
		.where('member_id', '=', memberId)
		.where('ended_at', 'is', null)
		.forUpdate()
		.executeTakeFirst();
	if (!organisation || !row) return undefined;
	return {
		id: row.id,
		organisationId: organisationId.toLowerCase(),
		memberId: memberId.toLowerCase(),
		role: row.role,
		voiceAt: row.voice_at,
		suspendedAt: row.suspended_at,
		isDemo: row.is_demo || organisation.is_demo
	};
}

/** @throws NotFound: also to those who may not know who the members are; Forbidden */
async function findActive(trx: Trx, { who }: Context, change: Change): Promise<Found> {
	const found = await find(trx, change);
	const { organisationId: id, isDemo = true } = found ?? { organisationId: '' };
	if (!found || !can(who, 'organisation.members', { id, isDemo })) throw new NotFound();
	authorize(who, 'membership.change', found);
	if (found.role === 'referent') authorize(who, 'referent.name', { id, isDemo });
	return found;
}

/** @throws Conflict last_referent */
async function warn(trx: Trx, membership: Found, { isSure }: { isSure?: boolean }): Promise<void> {
	if (isSure || membership.role !== 'referent' || membership.suspendedAt) return;
	const other = await activeMemberships(trx)
		.select('memberships.id')
		.where('memberships.organisation_id', '=', membership.organisationId)
		.where('memberships.role', '=', 'referent')
		.where('memberships.id', '!=', membership.id)
		.limit(1)
		.executeTakeFirst();
	if (!other) throw new Conflict('last_referent');
}

async function finish(trx: Trx, { who }: Context, { id }: Found, reason: string | null): Promise<void> {
	await trx
		.updateTable('memberships')
		.set({
			ended_at: sql<Date>`now()`,
			ended_by: who.kind === 'member' ? who.id : null,
			end_reason: reason
		})
		.where('id', '=', id)
		.execute();
}

/** What they promised in the name of the organisation opens nothing any more. */
async function withdrawInvitations(trx: Trx, { memberId, organisationId }: Found): Promise<void> {
	const withdrawn = await trx
		.updateTable('invitations')
		.set({ withdrawn_at: sql<Date>`now()` })
		.where('invited_by', '=', memberId)
		.where('organisation_id', '=', organisationId)
		.where('accepted_at', 'is', null)
		.where('withdrawn_at', 'is', null)
		.returning('id')
		.execute();
	if (withdrawn.length > 0)
		await trx
			.updateTable('one_time_tokens')
			.set({ used_at: sql<Date>`now()` })
			.where(
				'invitation_id',
				'in',
				withdrawn.map(({ id }) => id)
			)
			.where('used_at', 'is', null)
			.execute();
}

async function closeSuspension(
	trx: Trx,
	{ who }: Context,
	{ memberId, organisationId }: Found,
	reason: string | null = null
): Promise<void> {
	await trx
		.updateTable('suspensions')
		.set({
			lifted_at: sql<Date>`now()`,
			lifted_by: who.kind === 'member' ? who.id : null,
			lift_reason: reason
		})
		.where('member_id', '=', memberId)
		.where('organisation_id', '=', organisationId)
		.where('lifted_at', 'is', null)
		.execute();
}

function requireMember({ who }: Context): Member {
	if (who.kind !== 'member') throw new Forbidden();
	return who;
}
