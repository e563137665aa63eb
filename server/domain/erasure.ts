/**
 * Somebody leaves for good. Their row goes, and with it, by the foreign keys of the tables, all that was theirs alone; what
 * they wrote stays, with the organisation they spoke for and without them. The journal keeps their id, which then stands for
 * nobody. What no foreign key leads to is looked for here.
 */
import { sql } from 'kysely';
import { reauthenticate } from '../auth/reauthenticate.ts';
import { endSessionsOf } from '../auth/sessions.ts';
import { hashed } from '../auth/sign-in.ts';
import type { Context } from '../context.ts';
import { Conflict, Forbidden, NotFound } from '../errors.ts';
import { record, transact, type Announce, type Trx } from '../events.ts';
import { isUuid } from './input.ts';

/** What stands where a name or an address was written. */
const gone = '[…]';

/** @throws Forbidden; Invalid current_wrong; Conflict last_admin; TooMany */
export async function eraseOwn(context: Context, { current }: { current: string }): Promise<void> {
	if (context.who.kind !== 'member') throw new Forbidden();
	// Its password is shown to everybody who starts the demonstration.
	if (context.who.isDemo) throw new Forbidden('demo_account');
	const who = await reauthenticate(context, current);
	await transact(context, (trx, announce) => erase(trx, announce, context, who.id));
}

/** For who asked in writing; called by the operator. @throws NotFound; Conflict last_admin */
export async function eraseMember(context: Context, by: { email: string } | { id: string }): Promise<void> {
	if ('id' in by && !isUuid(by.id)) throw new NotFound();
	await transact(context, async (trx, announce) => {
		const member = await trx
			.selectFrom('members')
			.select('id')
			.where('id' in by ? 'id' : 'email', '=', 'id' in by ? by.id : by.email.trim().toLowerCase())
			.executeTakeFirst();
		if (!member) throw new NotFound();
		await erase(trx, announce, context, member.id);
	});
}

/** Nobody could appoint another. */
export async function isLastAdmin(db: Trx | Context['db'], memberId: string): Promise<boolean> {
	// Locked, so that the last two do not leave at the same moment.
	const admins = await db
		.selectFrom('appointments')
		.innerJoin('members', 'members.id', 'appointments.member_id')
		.select('appointments.member_id')
		.where('role', '=', 'admin')
		.where('appointments.ended_at', 'is', null)
		.where('members.suspended_at', 'is', null)
		.where('members.is_demo', '=', false)
		.forUpdate('appointments')
		.execute();
	return admins.length > 0 && admins.every((row) => row.member_id === memberId);
}

async function erase(trx: Trx, announce: Announce, context: Context, id: string): Promise<void> {
	if (await isLastAdmin(trx, id)) throw new Conflict('last_admin');
	const member = await trx
		.selectFrom('members')
		.leftJoin('profiles', 'profiles.member_id', 'members.id')
		.select(['name', 'email', 'phone', 'is_demo'])
		.where('members.id', '=', id)
		.forUpdate('members')
		.executeTakeFirst();
	if (!member) throw new NotFound();
	const { name, email, phone } = member;

	await endSessionsOf(trx, announce, id);
	announce('member.access', { memberId: id });
	await record(trx, context, 'member.erased', { memberId: id }, member.is_demo);

	// An address is theirs wherever it is written; a name may be somebody else's, but not in their own words.
	await trx
		.updateTable('posts')
		.set({ body: without('body', [email]) })
		.where('body', 'ilike', containing(email))
		.execute();
	await trx
		.updateTable('posts')
		.set({ body: without('body', [name, email, ...(phone ? [phone] : [])]) })
		.where('author_id', '=', id)
		.execute();
	await trx
		.updateTable('threads')
		.set({ title: without('title', [name, email, ...(phone ? [phone] : [])]) })
		.where('author_id', '=', id)
		.execute();

	await trx
		.deleteFrom('invitations')
		.where((eb) => eb.or([eb('email', '=', email), eb('accepted_by', '=', id)]))
		.execute();
	await trx.deleteFrom('join_requests').where('email', '=', email).execute();
	await trx.deleteFrom('case_guests').where('email', '=', email).execute();
	await trx
		.deleteFrom('sign_ons')
		.where(sql<boolean>`claims ->> 'email' = ${email}`)
		.execute();
	await trx.deleteFrom('one_time_tokens').where('email', '=', email).execute();
	// Mail that waits for them, was shown instead of being sent, or is remembered by who it was for.
	await trx
		.deleteFrom('outbox')
		.where(
			sql<boolean>`member_id = ${id} or payload ->> 'memberId' = ${id} or payload ->> 'to' = ${id} or payload ->> 'email' = ${email}
				or dedupe_key like ${containing(id)} or dedupe_key like ${containing(hashed(email))}
				or kept::text ilike ${containing(email)} or kept::text like ${containing(name)}`
		)
		.execute();
	await trx
		.deleteFrom('rate_limits')
		.where((eb) => eb.or([eb('key', 'like', containing(id)), eb('key', 'like', containing(hashed(email)))]))
		.execute();
	await trx.deleteFrom('members').where('id', '=', id).execute();
}

const containing = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** The column with these words taken out, however they are written. */
function without(column: 'body' | 'title', words: string[]) {
	// Whole words: « Ana » is not in « analyse ».
	const pattern = words
		.map((word) => word.replace(/[^\p{L}\p{N}\s]/gu, '\\$&'))
		.map((word) => `(?<![[:alnum:]])${word}(?![[:alnum:]])`)
		.join('|');
	return sql<string>`regexp_replace(${sql.ref(column)}, ${pattern}, ${gone}, 'gi')`;
}
