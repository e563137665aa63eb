import type { Member } from '../context.ts';
import type { Trx } from '../events.ts';

/**
 * What one member makes is made one after the other: a form sent twice at once finds, the second time, what the first
 * made, and parallel requests cannot pass a limit together. Take it first in the transaction, before any other lock.
 */
export async function takeTurn(trx: Trx, who: Member): Promise<void> {
	await trx.selectFrom('members').select('id').where('id', '=', who.id).forNoKeyUpdate().executeTakeFirst();
}
