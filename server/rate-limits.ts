/** Limits that survive a restart and that parallel requests cannot slip through: one atomic upsert per try. */
import { CompiledQuery, type Kysely } from 'kysely';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database } from './database/tables.ts';
import { TooMany } from './errors.ts';

export interface Limit {
	/** How many tries … */
	points: number;
	/** … in how many seconds. */
	duration_s: number;
}

/**
 * Counts one try of `key`, or `count` of them, (an opaque id or a hash, never an address in clear) against the limit called `name`.
 * @throws TooMany with the seconds to wait
 */
export async function consume(
	db: Kysely<Database>,
	name: string,
	key: string,
	limit: Limit,
	count = 1
): Promise<void> {
	try {
		await limiter(db, name, limit).consume(key, count);
	} catch (refusal) {
		if (refusal instanceof RateLimiterRes)
			throw new TooMany(Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)));
		throw refusal;
	}
}

/** Forgets the tries of `key`, for instance after the right password. */
export async function forgive(db: Kysely<Database>, name: string, key: string, limit: Limit): Promise<void> {
	await limiter(db, name, limit).delete(key);
}

/** Drops counters whose time has passed; called from time to time by the process that owns the database. */
export async function forgetExpiredLimits(db: Kysely<Database>, now = Date.now()): Promise<void> {
	await db.deleteFrom('rate_limits').where('expire', '<', now).execute();
}

function limiter(db: Kysely<Database>, name: string, limit: Limit): RateLimiterPostgres {
	return new RateLimiterPostgres({
		// The library only ever calls query({text, values}), which Kysely answers on both engines.
		storeClient: {
			query: async ({ text, values }: { text: string; values: unknown[] }) => {
				const result = await db.executeQuery(CompiledQuery.raw(text, values));
				return { rows: result.rows, rowCount: result.rows.length };
			}
		},
		storeType: 'client',
		tableName: 'rate_limits',
		tableCreated: true,
		clearExpiredByTimeout: false,
		keyPrefix: name,
		points: limit.points,
		duration: limit.duration_s
	});
}
