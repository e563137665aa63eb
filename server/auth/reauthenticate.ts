import type { Context, Member } from '../context.ts';
import { Forbidden, Invalid } from '../errors.ts';
import { consume, forgive, type Limit } from '../rate-limits.ts';
import { verifyPassword } from './passwords.ts';

const tries: Limit = { points: 10, duration_s: 15 * 60 };

/**
 * Asks again for the password, before what only the owner of the account may do.
 * @throws Forbidden to visitors, Invalid current_wrong, TooMany
 */
export async function reauthenticate({ who, db }: Context, current: string): Promise<Member> {
	if (who.kind !== 'member') throw new Forbidden();
	await consume(db, 'reauthentication', who.id, tries);
	const member = await db
		.selectFrom('members')
		.select('password_hash')
		.where('id', '=', who.id)
		.executeTakeFirst();
	if (!(await verifyPassword(member?.password_hash ?? '', current))) throw new Invalid('current_wrong');
	await forgive(db, 'reauthentication', who.id, tries);
	return who;
}
