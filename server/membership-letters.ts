/** What a person is told by mail when what they may do here changed, with the reason somebody gave. */
import { randomUUID } from 'node:crypto';
import type { Locale } from '#lib/contract/locales.ts';
import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import type { Announce, Trx } from './events.ts';
import { enqueue } from './outbox.ts';

export type MembershipNotice =
	| 'join_approved'
	| 'join_refused'
	| 'role_changed'
	| 'membership_ended'
	| 'membership_suspended'
	| 'membership_restored'
	| 'account_suspended'
	| 'account_restored'
	| 'appointed'
	| 'appointment_ended';

interface Details {
	reason?: string;
	role?: MembershipRole | AppointmentRole;
}

/** In their language, as it is when the mail leaves. */
export function tellMember(
	trx: Trx,
	announce: Announce,
	{ memberId, organisationId, isDemo }: { memberId: string; organisationId?: string; isDemo: boolean },
	notice: MembershipNotice,
	details: Details = {}
): Promise<boolean> {
	return send(trx, announce, { memberId, organisationId, notice, ...details }, isDemo);
}

/** Somebody without an account. */
export function tellAddress(
	trx: Trx,
	announce: Announce,
	person: { email: string; name: string; locale: Locale; organisationId: string; isDemo: boolean },
	notice: MembershipNotice,
	details: Details = {}
): Promise<boolean> {
	const { email, name, locale, organisationId, isDemo } = person;
	return send(trx, announce, { email, name, locale, organisationId, notice, ...details }, isDemo);
}

function send(
	trx: Trx,
	announce: Announce,
	payload: Record<string, unknown>,
	isDemo: boolean
): Promise<boolean> {
	return enqueue(trx, announce, {
		kind: 'mail.membership',
		payload,
		dedupeKey: `membership:${randomUUID()}`,
		isDemo
	});
}
