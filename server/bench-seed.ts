/** Accounts and live documents for load tests. */
import { randomBytes } from 'node:crypto';
import type { App } from './app.ts';
import { createSession, sessionCookieName } from './auth/sessions.ts';
import { StartError } from './database/start-error.ts';
import * as documents from './domain/documents.ts';

export interface BenchSeed {
	/** `cookie` is the whole value of a Cookie header. */
	members: { id: string; email: string; cookie: string }[];
	documents: { id: string }[];
}

/** No password has this hash: these members come in with their cookie, or not at all. */
const noPassword = '!';
const chunk = 500;

/**
 * Every member may write in every document. All of it is marked as demonstration: a cookie that leaks from a bench opens
 * nothing real, and demo:purge takes it away.
 * @throws StartError in production, unless ALLOW_BENCH=1
 */
export async function seedBench(
	{ db, env, secure }: Pick<App, 'db' | 'env' | 'secure'>,
	wanted: { members: number; documents: number }
): Promise<BenchSeed> {
	if (env.production && !env.allowBench) {
		throw new StartError(
			'bench:seed makes accounts that sign in without a password, so it is refused in production.\n' +
				'On a database made for load tests, allow it with ALLOW_BENCH=1.'
		);
	}
	const run = randomBytes(4).toString('hex');
	const cookieName = sessionCookieName(secure);
	const seed: BenchSeed = { members: [], documents: [] };

	for (let start = 0; start < wanted.members; start += chunk) {
		const count = Math.min(chunk, wanted.members - start);
		const made = await db
			.insertInto('members')
			.values(
				Array.from({ length: count }, (_, index) => ({
					email: `bench-${run}-${start + index + 1}@bench.invalid`,
					name: `Bench ${start + index + 1}`,
					password_hash: noPassword,
					is_demo: true
				}))
			)
			.returning(['id', 'email'])
			.execute();
		for (const { id, email } of made) {
			const { token } = await createSession(db, id);
			seed.members.push({ id, email, cookie: `${cookieName}=${token}` });
		}
	}
	await db.transaction().execute(async (trx) => {
		for (let made = 0; made < wanted.documents; made++) {
			seed.documents.push({ id: await documents.create(trx, 'bench', { isDemo: true }) });
		}
	});
	return seed;
}
