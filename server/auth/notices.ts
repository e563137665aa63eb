/** What its owner is told by mail when an account changed, so that a change made by somebody else does not go unseen. */
import { randomUUID } from 'node:crypto';
import type { Announce, Trx } from '../events.ts';
import { enqueue } from '../outbox.ts';

export type Notice =
	| 'password_changed'
	| 'email_changed'
	| 'second_factor_on'
	| 'second_factor_off'
	| 'passkey_added'
	| 'passkey_removed'
	| 'identity_linked'
	| 'identity_unlinked';

/** @param to another address than the member's own: the one they had before */
export async function noticeOf(
	trx: Trx,
	announce: Announce,
	member: { id: string; isDemo: boolean },
	notice: Notice,
	to?: string
): Promise<void> {
	await enqueue(trx, announce, {
		kind: 'mail.notice',
		payload: { memberId: member.id, notice, ...(to ? { to } : {}) },
		dedupeKey: `notice:${randomUUID()}`,
		isDemo: member.isDemo
	});
}
