/** What a guesser gets: nothing faster by hurrying, nothing by counting time, and never the door shut on the owner. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import { testDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { isFailure } from '../errors.ts';
import { hashPassword } from './passwords.ts';
import { signIn } from './sign-in.ts';

let database: TestDatabase;
let cast: Cast;
const password = 'trois vélos sous la pluie';

beforeAll(async () => {
	database = await testDatabase();
	cast = await createCast(database.db);
	const passwordHash = await hashPassword(password);
	await database.db.updateTable('members').set({ password_hash: passwordHash }).execute();
});
beforeEach(() => database.db.deleteFrom('rate_limits').execute());
afterAll(() => database.close());

const attempt = (email: string, words: string, address = '192.0.2.9') =>
	signIn(cast.context(cast.farid), { email, password: words, address }).then(
		() => 'in',
		(thrown: unknown) => (isFailure(thrown) ? thrown.code : String(thrown))
	);

it('of fifty tries at once ten are looked at, from one address or from fifty', async () => {
	for (const from of [() => '192.0.2.1', (at: number) => `198.51.100.${at}`]) {
		await database.db.deleteFrom('rate_limits').execute();
		const answers = await Promise.all(
			Array.from({ length: 50 }, (_, at) => attempt(cast.chloe.email, `pas le bon ${at}`, from(at)))
		);
		expect(answers.filter((answer) => answer === 'wrong_credentials')).toHaveLength(10);
		expect(answers.filter((answer) => answer === 'too_many')).toHaveLength(40);
	}
});

it('one address that tries many accounts is stopped too, and Chloé is let in once the quarter of an hour is over', async () => {
	for (let at = 0; at < 10; at++) await attempt(cast.chloe.email, `pas le bon ${at}`);
	expect(await attempt(cast.chloe.email, password)).toBe('too_many');
	// The counters are rows with an end, which a restart does not forget and which nothing prolongs.
	const { expire } = await database.db
		.selectFrom('rate_limits')
		.select('expire')
		.where('key', 'like', 'sign-in-account%')
		.executeTakeFirstOrThrow();
	expect(Number(expire) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
	await attempt(cast.chloe.email, 'encore');
	const after = await database.db
		.selectFrom('rate_limits')
		.select('expire')
		.where('key', 'like', 'sign-in-account%')
		.executeTakeFirstOrThrow();
	expect(Number(after.expire)).toBe(Number(expire));
	await database.db
		.updateTable('rate_limits')
		.set({ expire: Date.now() - 1 })
		.execute();
	expect(await attempt(cast.chloe.email, password)).toBe('in');
});

it('an account that is not there takes as long as one that is', async () => {
	const times: Record<string, number[]> = { known: [], unknown: [] };
	for (let round = 0; round < 12; round++) {
		// In turn, so that what else the machine does falls on both.
		for (const kind of round % 2 ? ['known', 'unknown'] : ['unknown', 'known']) {
			await database.db.deleteFrom('rate_limits').execute();
			const email = kind === 'known' ? cast.chloe.email : 'personne@example.invalid';
			const started = performance.now();
			expect(await attempt(email, 'pas le bon mot')).toBe('wrong_credentials');
			times[kind]!.push(performance.now() - started);
		}
	}
	const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
	const [known, unknown] = [median(times.known!), median(times.unknown!)];
	// Without the work done for nobody, it would be a tenth.
	expect(unknown / known).toBeGreaterThan(0.6);
	expect(unknown / known).toBeLessThan(1.7);
}, 60_000);
