import type { Worker } from 'node:worker_threads';
import { Kysely, PGliteDialect, sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from './embedded.ts';

let engine: Engine;
let thread: Worker;
const deaths: Error[] = [];

async function open(): Promise<Kysely<{ words: { word: string } }>> {
	deaths.length = 0;
	process.once('worker', (worker) => (thread = worker));
	engine = await openEngine({ folder: null }, (error) => deaths.push(error));
	return new Kysely({ dialect: new PGliteDialect({ pglite: engine }) });
}
afterEach(() => engine.close());

describe('when the thread of the engine dies', () => {
	test('whoever waits is told, whoever asks later too, and nobody waits for ever', async () => {
		const db = await open();
		const waiting = Promise.allSettled([
			sql`select pg_sleep(30)`.execute(db),
			sql`select 1`.execute(db),
			db.transaction().execute((trx) => sql`select 1`.execute(trx))
		]);
		// The first question has to be on its way.
		await new Promise((resolve) => setTimeout(resolve, 50));
		await thread.terminate();
		for (const result of await waiting)
			expect(result).toMatchObject({ status: 'rejected', reason: { message: /embedded database stopped/ } });
		await expect(sql`select 1`.execute(db)).rejects.toThrow('embedded database stopped');
		await expect(db.transaction().execute((trx) => sql`select 1`.execute(trx))).rejects.toThrow(
			'embedded database stopped'
		);
		expect(deaths).toHaveLength(1);
		await db.destroy();
	});

	test('a transaction under way fails', async () => {
		const db = await open();
		const failing = db.transaction().execute(async (trx) => {
			await sql`select 1`.execute(trx);
			await thread.terminate();
			await sql`select 1`.execute(trx);
		});
		await expect(failing).rejects.toThrow('embedded database stopped');
	});
});

test('after close, a query is refused, and closing again is harmless', async () => {
	const db = await open();
	await sql`select 1`.execute(db);
	await db.destroy();
	await engine.close();
	await expect(engine.query('select 1')).rejects.toThrow('is closed');
	expect(deaths).toEqual([]);
});

test('a dump begins another database', async () => {
	const db = await open();
	await sql`create table words (word text)`.execute(db);
	await sql`insert into words values ('été')`.execute(db);
	const dump = await engine.dump();
	await db.destroy();
	engine = await openEngine({ folder: null, dump });
	expect((await engine.query('select word from words')).rows).toEqual([{ word: 'été' }]);
});

test('what cannot be sent to the engine is an error of that query alone', async () => {
	const db = await open();
	await expect(engine.query('select $1', [() => 1])).rejects.toThrow('could not be cloned');
	expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
});
