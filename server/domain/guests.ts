/** Somebody asked by name to write in some parts of a case, whatever organisation they speak for. */
import { sql } from 'kysely';
import { partKeys, type PartKey } from '#lib/document/template.ts';
import { can } from '../access.ts';
import { hashed } from '../auth/sign-in.ts';
import type { Context } from '../context.ts';
import { Invalid, NotFound } from '../errors.ts';
import { record, transact } from '../events.ts';
import { enqueue } from '../outbox.ts';
import { consume, type Limit } from '../rate-limits.ts';
import { authorizeInState, findReadableCase, moveCase } from './case-rows.ts';
import { isUuid } from './input.ts';

export interface Guest {
	id: string;
	/** As it was invited; whoever has an account is shown by name. */
	email: string;
	name: string | null;
	parts: PartKey[];
	invitedAt: Date;
}

const perInviter: Limit = { points: 60, duration_s: 24 * 3600 };
/** Whoever invites them: an address is not written to more often than that. */
const perInvited: Limit = { points: 6, duration_s: 24 * 3600 };
const guestsMost = 50;

/** Oldest first; nobody for whoever may not invite. @throws NotFound */
export async function list({ who, db }: Context, reference: string): Promise<Guest[]> {
	const found = await findReadableCase(db, who, reference);
	if (!can(who, 'case.invite', found.thing)) return [];
	const rows = await db
		.selectFrom('case_guests as guest')
		.leftJoin('members', 'members.id', 'guest.member_id')
		.select(['guest.id', 'guest.email', 'members.name', 'guest.parts', 'guest.invited_at'])
		.where('guest.case_id', '=', found.id)
		.where('guest.ended_at', 'is', null)
		.orderBy('guest.invited_at')
		.orderBy('guest.id')
		.execute();
	return rows.map(({ id, email, name, parts, invited_at }) => ({
		id,
		email,
		name,
		parts: partKeys.filter((part) => parts.includes(part)),
		invitedAt: invited_at
	}));
}

/**
 * They may read the draft and its discussion, and write in these parts. Invited again, the newest parts count.
 * The answer is the same whether the address has an account or not.
 * @throws NotFound, Forbidden, TooMany; Conflict state_changed; Invalid email_invalid, parts_empty, guests_full
 */
export async function invite(
	context: Context,
	reference: string,
	input: { email: string; parts: string[] }
): Promise<void> {
	const { who, db } = context;
	const email = input.email.trim().toLowerCase();
	const parts = partKeys.filter((part) => input.parts.includes(part));
	const seen = await findReadableCase(db, who, reference);
	authorizeInState(who, 'case.invite', seen.thing);
	if (!/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(email) || email.length > 254) throw new Invalid('email_invalid');
	if (parts.length === 0) throw new Invalid('parts_empty');
	await consume(db, 'invite', who.id, perInviter);
	await consume(db, 'invited', hashed(email), perInvited);

	await transact(context, async (trx, announce) => {
		const found = await findReadableCase(trx, who, reference, { lock: true });
		authorizeInState(who, 'case.invite', found.thing);
		if (found.thing.guests.length >= guestsMost) throw new Invalid('guests_full', { most: guestsMost });
		const member = await trx.selectFrom('members').select('id').where('email', '=', email).executeTakeFirst();
		const { id } = await trx
			.insertInto('case_guests')
			.values({ case_id: found.id, email, member_id: member?.id ?? null, parts, invited_by: who.id })
			.onConflict((conflict) =>
				conflict
					.columns(['case_id', 'email'])
					.where('ended_at', 'is', null)
					.doUpdateSet((eb) => ({
						parts: eb.ref('excluded.parts'),
						member_id: eb.ref('excluded.member_id'),
						invited_by: eb.ref('excluded.invited_by'),
						invited_at: sql<Date>`now()`
					}))
			)
			.returning('id')
			.executeTakeFirstOrThrow();
		if (found.thing.state === 'draft') await moveCase(trx, context, found, 'co_writing');
		await enqueue(trx, announce, {
			kind: 'mail.case_guest',
			payload: { guestId: id },
			dedupeKey: `guest:${id}:${Math.floor(Date.now() / 60_000)}`,
			isDemo: found.thing.isDemo
		});
		await record(
			trx,
			context,
			'case.guest_invited',
			{ caseId: found.id, guestId: id, parts },
			found.thing.isDemo
		);
		announce('document.access', { documentId: found.documentId });
	});
}

/** They write there no more, from this moment. What they wrote stays. @throws NotFound, Forbidden, Conflict state_changed */
export async function end(context: Context, reference: string, id: string): Promise<void> {
	const { who } = context;
	await transact(context, async (trx, announce) => {
		const found = await findReadableCase(trx, who, reference, { lock: true });
		authorizeInState(who, 'case.invite', found.thing);
		const ended = isUuid(id)
			? await trx
					.updateTable('case_guests')
					.set({ ended_at: sql<Date>`now()`, ended_by: who.id })
					.where('id', '=', id)
					.where('case_id', '=', found.id)
					.where('ended_at', 'is', null)
					.returning('id')
					.executeTakeFirst()
			: undefined;
		if (!ended) throw new NotFound();
		await record(trx, context, 'case.guest_ended', { caseId: found.id, guestId: id }, found.thing.isDemo);
		announce('document.access', { documentId: found.documentId });
	});
}
