import type { Transaction } from 'kysely';
import type { BusEventName, BusEvents } from './bus/bus.ts';
import type { Context } from './context.ts';
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

/** Writes down what happened, in the transaction of what changed. data holds ids and numbers, never personal words. */
export async function record(
	trx: Trx,
	context: Context,
	name: string,
	data: Record<string, unknown>,
	isDemo = false
): Promise<void> {
	await trx
		.insertInto('events')
		.values({
			name,
			actor_id: context.who.kind === 'member' ? context.who.id : null,
			data: JSON.stringify(data),
			is_demo: isDemo
		})
		.execute();
}
