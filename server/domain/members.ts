import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import { appointmentRoles, membershipRoles } from '#lib/contract/roles.ts';
import { hashPassword } from '../auth/passwords.ts';
import type { Context } from '../context.ts';
import { Conflict, Invalid } from '../errors.ts';
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
 * Called by the operator (cli) and the demonstration; people cannot sign up by themselves yet.
 * @throws Invalid invalid_email, invalid_name, organisation_needed, password_too_short; Conflict email_taken
 */
export async function create(context: Context, member: NewMember): Promise<{ id: string }> {
	const email = member.email.trim().toLowerCase();
	const name = member.name.trim();
	if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 254) throw new Invalid('invalid_email');
	if (name.length < 1 || name.length > 120) throw new Invalid('invalid_name');
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
