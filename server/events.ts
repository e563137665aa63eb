import { type Kysely, sql, type Transaction } from 'kysely';
import { isOfAccount } from '#lib/contract/journal.ts';
import type { BusEventName, BusEvents } from './bus/bus.ts';
import type { Context, Who } from './context.ts';
import type { Database } from './database/tables.ts';

export type Trx = Transaction<Database>;
export type Announce = <N extends BusEventName>(name: N, data: BusEvents[N]) => void;

/**
 * Runs one transaction; what `announce` was given goes on the bus after the commit, and not at all after a rollback.
 * Inside `work` use only trx: asking `context.db` there waits for ever on the embedded engine.
 */
export async function transact<T>(
	context: Context,
	work: (trx: Trx, announce: Announce) => Promise<T>
): Promise<T> {
	const announced: (() => void)[] = [];
	const result = await context.db
		.transaction()
		.execute((trx) => work(trx, (name, data) => announced.push(() => context.bus.publish(name, data))));
	for (const tell of announced) tell();
	return result;
}

/**
 * Writes down what happened, in the transaction of what changed: a row of the journal, which nobody changes afterwards.
 * data holds ids and numbers, never personal words; `memberId` is whom it happened to, when not the one who acts.
 */
export async function record(
	trx: Kysely<Database>,
	{ who }: Pick<Context, 'who'>,
	name: string,
	data: Record<string, unknown>,
	isDemo = false
): Promise<void> {
	const actorId = who.kind === 'member' ? who.id : null;
	const people = [actorId, data.memberId].filter((id) => typeof id === 'string');
	await trx
		.insertInto('events')
		.values({
			name,
			actor_id: actorId,
			organisation_id: isOfAccount(name) ? null : organisationOf(who, data),
			data: JSON.stringify(data),
			// What happens to an account of the demonstration goes with it.
			is_demo: sql<boolean>`${isDemo}::boolean or exists
				(select from members where is_demo and id = any(${people}::uuid[]))`
		})
		.execute();
}

/** The one that is acted upon, else the one that the person speaks for. */
function organisationOf(who: Who, { organisationId }: Record<string, unknown>): string | null {
	if (typeof organisationId === 'string') return organisationId;
	return who.kind === 'member' ? (who.memberships[0]?.organisationId ?? null) : null;
}
