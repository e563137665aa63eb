import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import { appointmentRoles, membershipRoles } from '#lib/contract/roles.ts';
import { noticeOf } from '../auth/notices.ts';
import { hashPassword } from '../auth/passwords.ts';
import * as secondFactor from '../auth/second-factor.ts';
import type { Context } from '../context.ts';
import { Conflict, Invalid, NotFound } from '../errors.ts';
import { record, transact, type Trx } from '../events.ts';

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
	const email = member.email.trim().toLowerCase();
	const name = member.name.trim();
	if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254) throw new Invalid('email_invalid');
	if (name.length < 1) throw new Invalid('name_empty');
	if (name.length > 120) throw new Invalid('name_too_long', { most: 120 });
	if (isMembershipRole(member.role) && !member.organisationId) throw new Invalid('organisation_needed');
	const passwordHash = await hashPassword(member.password, [name, email]);

	return transact(context, async (trx) => {
		const row = await trx
			.insertInto('members')
			.values({ email, name, password_hash: passwordHash, is_demo: member.isDemo ?? false })
			.onConflict((conflict) => conflict.column('email').doNothing())
			.returning('id')
			.executeTakeFirst();
		if (!row) throw new Conflict('email_taken');
		await giveRole(trx, row.id, member);
		await record(trx, context, 'member.created', { memberId: row.id, role: member.role }, member.isDemo);
		return row;
	});
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

async function giveRole(
	trx: Trx,
	memberId: string,
	{ role, organisationId, isDemo = false }: NewMember
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

export function isMembershipRole(role: string): role is MembershipRole {
	return (membershipRoles as readonly string[]).includes(role);
}
export function isAppointmentRole(role: string): role is AppointmentRole {
	return (appointmentRoles as readonly string[]).includes(role);
}
