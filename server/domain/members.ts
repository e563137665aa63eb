import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import { appointmentRoles, membershipRoles } from '#lib/contract/roles.ts';
import { sql } from 'kysely';
import { authorize, can, type MemberThing } from '../access.ts';
import { noticeOf } from '../auth/notices.ts';
import { hashPassword } from '../auth/passwords.ts';
import * as secondFactor from '../auth/second-factor.ts';
import { endSessionsOf } from '../auth/sessions.ts';
import * as tokens from '../auth/tokens.ts';
import type { Context } from '../context.ts';
import { Conflict, Invalid, NotFound } from '../errors.ts';
import { record, transact, type Trx } from '../events.ts';
import { tellMember } from '../membership-letters.ts';
import { isLastAdmin } from './erasure.ts';
import { isUuid, requireText } from './input.ts';
import { reasonMost } from './memberships.ts';
import { currentSlug } from './themes.ts';

export interface NewMember {
	email: string;
	name: string;
	password: string;
	/** member, contributor or referent of the organisation; or moderator, lead, admin of the platform. */
	role: MembershipRole | AppointmentRole;
	organisationId: string | null;
	isDemo?: boolean;
}

/**
 * Called by the operator (cli) and the demonstration; others come by invitation.
 * @throws Invalid email_invalid, name_empty, name_too_long, organisation_needed, password_*; Conflict email_taken
 */
export async function create(context: Context, member: NewMember): Promise<{ id: string }> {
	const ready = await prepare(member);
	return transact(context, (trx) => insert(trx, context, ready));
}

export type ReadyMember = NewMember & { passwordHash: string };

/** What takes long, before the transaction. @throws Invalid as create */
export async function prepare(member: NewMember): Promise<ReadyMember> {
	const email = member.email.trim().toLowerCase();
	const name = member.name.trim();
	if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254) throw new Invalid('email_invalid');
	if (name.length < 1) throw new Invalid('name_empty');
	if (name.length > 120) throw new Invalid('name_too_long', { most: 120 });
	if (isMembershipRole(member.role) && !member.organisationId) throw new Invalid('organisation_needed');
	return { ...member, email, name, passwordHash: await hashPassword(member.password, [name, email]) };
}

/** @throws Conflict email_taken */
export async function insert(
	trx: Trx,
	context: Context,
	{ email, name, passwordHash, isDemo = false, ...member }: ReadyMember
): Promise<{ id: string }> {
	const row = await trx
		.insertInto('members')
		.values({ email, name, password_hash: passwordHash, is_demo: isDemo })
		.onConflict((conflict) => conflict.column('email').doNothing())
		.returning('id')
		.executeTakeFirst();
	if (!row) throw new Conflict('email_taken');
	await giveRole(trx, row.id, { ...member, isDemo });
	await record(trx, context, 'member.created', { memberId: row.id, role: member.role }, isDemo);
	return row;
}

/**
 * Called by the operator. Whoever is signed in stays so; the password alone opens the account from now on.
 * @returns false when there was none
 * @throws NotFound
 */
export async function removeSecondFactor(context: Context, email: string): Promise<boolean> {
	return transact(context, async (trx, announce) => {
		const member = await trx
			.selectFrom('members')
			.select(['id', 'is_demo as isDemo'])
			.where('email', '=', email.trim().toLowerCase())
			.executeTakeFirst();
		if (!member) throw new NotFound();
		if (!(await secondFactor.forget(trx, member.id))) return false;
		await record(trx, context, 'second_factor.removed', { memberId: member.id }, member.isDemo);
		await noticeOf(trx, announce, member, 'second_factor_off');
		announce('member.access', { memberId: member.id });
		return true;
	});
}

/**
 * Closes the whole account: every session ends, everything mailed to it opens nothing. What it wrote stays.
 * @throws NotFound, Forbidden, Invalid why_*; Conflict already_suspended, last_admin
 */
export async function suspend(
	context: Context,
	{ memberId, reason }: { memberId: string; reason: string }
): Promise<void> {
	const words = requireText(reason, 'why', { most: reasonMost });
	await transact(context, async (trx, announce) => {
		await lockAdmins(trx);
		const member = await findMember(trx, context, memberId);
		authorize(context.who, 'member.suspend', member);
		// The last two may have suspended each other at the same moment.
		if (await isLastAdmin(trx, member.id)) throw new Conflict('last_admin');
		if (member.suspendedAt) throw new Conflict('already_suspended');
		await trx
			.updateTable('members')
			.set({ suspended_at: sql<Date>`now()` })
			.where('id', '=', member.id)
			.execute();
		await trx
			.insertInto('suspensions')
			.values({
				member_id: member.id,
				reason: words,
				suspended_by: context.who.id,
				is_demo: member.isDemo
			})
			.execute();
		await tokens.spend(trx, { memberId: member.id }, [
			'password_reset',
			'sign_in',
			'email_change',
			'email_verification'
		]);
		await endSessionsOf(trx, announce, member.id);
		await record(trx, context, 'member.suspended', { memberId: member.id }, member.isDemo);
		await tellMember(trx, announce, { memberId: member.id, isDemo: member.isDemo }, 'account_suspended', {
			reason: words
		});
		announce('member.access', { memberId: member.id });
	});
}

/** They sign in again, and speak for whom they spoke. @throws NotFound, Forbidden, Invalid why_*; Conflict not_suspended */
export async function lift(
	context: Context,
	{ memberId, reason }: { memberId: string; reason: string }
): Promise<void> {
	const words = requireText(reason, 'why', { most: reasonMost });
	await transact(context, async (trx, announce) => {
		const member = await findMember(trx, context, memberId);
		authorize(context.who, 'member.suspend', member);
		if (!member.suspendedAt) throw new Conflict('not_suspended');
		await trx.updateTable('members').set({ suspended_at: null }).where('id', '=', member.id).execute();
		await trx
			.updateTable('suspensions')
			.set({ lifted_at: sql<Date>`now()`, lifted_by: context.who.id, lift_reason: words })
			.where('member_id', '=', member.id)
			.where('organisation_id', 'is', null)
			.where('lifted_at', 'is', null)
			.execute();
		await record(trx, context, 'member.suspension_lifted', { memberId: member.id }, member.isDemo);
		await tellMember(trx, announce, { memberId: member.id, isDemo: member.isDemo }, 'account_restored', {
			reason: words
		});
		announce('member.access', { memberId: member.id });
	});
}

/**
 * A role on the platform, for every theme or for one. Giving it again changes nothing.
 * @throws NotFound, Forbidden, Invalid role_empty, theme_unknown
 */
export async function appoint(
	context: Context,
	{ memberId, role, theme = null }: { memberId: string; role: AppointmentRole; theme?: string | null }
): Promise<void> {
	if (!isAppointmentRole(role)) throw new Invalid('role_empty');
	await transact(context, async (trx, announce) => {
		const member = await findMember(trx, context, memberId);
		authorize(context.who, 'appointment.give', member);
		if (member.suspendedAt) throw new Conflict('already_suspended');
		// An administrator is one for everything. A theme that was merged is the one it was merged into.
		const slug = theme === null || role === 'admin' ? null : await currentSlug(trx, theme);
		if (theme !== null && slug === null) throw new Invalid('theme_unknown');
		const row = await trx
			.insertInto('appointments')
			.values({
				member_id: member.id,
				role,
				theme_slug: slug,
				given_by: context.who.id,
				is_demo: member.isDemo
			})
			.onConflict((conflict) => conflict.doNothing())
			.returning('id')
			.executeTakeFirst();
		if (!row) return;
		await record(trx, context, 'member.appointed', { memberId: member.id, role, theme: slug }, member.isDemo);
		await tellMember(trx, announce, { memberId: member.id, isDemo: member.isDemo }, 'appointed', { role });
		announce('member.access', { memberId: member.id });
	});
}

/**
 * Ends every appointment to this role, or the one for a theme.
 * @throws NotFound, Forbidden, Invalid why_*; Conflict last_admin: somebody must stay who can appoint
 */
export async function endAppointment(
	context: Context,
	{
		memberId,
		role,
		theme,
		reason
	}: { memberId: string; role: AppointmentRole; theme?: string | null; reason: string }
): Promise<void> {
	const words = requireText(reason, 'why', { most: reasonMost });
	await transact(context, async (trx, announce) => {
		if (role === 'admin') await lockAdmins(trx);
		const member = await findMember(trx, context, memberId);
		authorize(context.who, 'appointment.end', member);
		const ended = await trx
			.updateTable('appointments')
			.set({ ended_at: sql<Date>`now()`, ended_by: context.who.id, end_reason: words })
			.where('member_id', '=', member.id)
			.where('role', '=', role)
			.where('ended_at', 'is', null)
			.$if(theme !== undefined, (query) => query.where('theme_slug', theme === null ? 'is' : '=', theme!))
			.returning('id')
			.execute();
		if (ended.length === 0) throw new NotFound();
		if (role === 'admin' && !member.isDemo) {
			const other = await trx
				.selectFrom('appointments')
				.innerJoin('members', 'members.id', 'appointments.member_id')
				.select('appointments.id')
				.where('role', '=', 'admin')
				.where('ended_at', 'is', null)
				.where('members.suspended_at', 'is', null)
				.where('members.is_demo', '=', false)
				.limit(1)
				.executeTakeFirst();
			if (!other) throw new Conflict('last_admin');
		}
		await record(trx, context, 'member.appointment_ended', { memberId: member.id, role }, member.isDemo);
		await tellMember(trx, announce, { memberId: member.id, isDemo: member.isDemo }, 'appointment_ended', {
			role,
			reason: words
		});
		announce('member.access', { memberId: member.id });
	});
}

/** What ends an administrator waits for another that does. */
async function lockAdmins(trx: Trx): Promise<void> {
	await sql`select pg_advisory_xact_lock(hashtext('passerelle.admins'))`.execute(trx);
}

/** @throws NotFound: also to visitors and, for anyone but oneself, to who could do nothing to any member */
async function findMember(
	trx: Trx,
	{ who }: Context,
	memberId: string
): Promise<MemberThing & { suspendedAt: Date | null }> {
	const row =
		who.kind === 'member' && isUuid(memberId)
			? await trx
					.selectFrom('members')
					.select(['id', 'is_demo', 'suspended_at'])
					.where('id', '=', memberId)
					.forNoKeyUpdate()
					.executeTakeFirst()
			: undefined;
	const mayKnow =
		row &&
		who.kind === 'member' &&
		(row.id === who.id ||
			can(who, 'member.suspend', { id: row.id, isDemo: row.is_demo, isAppointed: false }));
	if (!mayKnow) throw new NotFound();
	const appointment = await trx
		.selectFrom('appointments')
		.select('id')
		.where('member_id', '=', row.id)
		.where('ended_at', 'is', null)
		.limit(1)
		.executeTakeFirst();
	return {
		id: row.id,
		isDemo: row.is_demo,
		isAppointed: appointment !== undefined,
		suspendedAt: row.suspended_at
	};
}

async function giveRole(
	trx: Trx,
	memberId: string,
	{ role, organisationId, isDemo = false }: Pick<NewMember, 'role' | 'organisationId' | 'isDemo'>
): Promise<void> {
	if (organisationId) {
		await trx
			.insertInto('memberships')
			.values({
				member_id: memberId,
				organisation_id: organisationId,
				role: isMembershipRole(role) ? role : 'member',
				is_demo: isDemo
			})
			.execute();
	}
	if (isAppointmentRole(role)) {
		await trx.insertInto('appointments').values({ member_id: memberId, role, is_demo: isDemo }).execute();
	}
}

/** Who holds what on the platform, oldest first; for the operator. */
export async function appointed(db: Context['db']) {
	return db
		.selectFrom('appointments')
		.innerJoin('members', 'members.id', 'appointments.member_id')
		.select([
			'email',
			'members.name',
			'appointments.role',
			'theme_slug as theme',
			'members.suspended_at as suspendedAt'
		])
		.where('ended_at', 'is', null)
		.orderBy('role')
		.orderBy('appointments.started_at')
		.orderBy('email')
		.execute();
}

/** @throws NotFound */
export async function idOf(db: Context['db'], email: string): Promise<string> {
	const row = await db
		.selectFrom('members')
		.select('id')
		.where('email', '=', email.trim().toLowerCase())
		.executeTakeFirst();
	if (!row) throw new NotFound();
	return row.id;
}

export function isMembershipRole(role: string): role is MembershipRole {
	return (membershipRoles as readonly string[]).includes(role);
}
export function isAppointmentRole(role: string): role is AppointmentRole {
	return (appointmentRoles as readonly string[]).includes(role);
}
