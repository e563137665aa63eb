/** The same expectations on both engines: run once embedded, once with TEST_DATABASE_URL, they make the two interchangeable. */
import { type Kysely, sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { createCast } from '../../tests/support/cast.ts';
import { testDatabase } from '../../tests/support/database.ts';
import type { Database } from './tables.ts';

const { db, connect, close } = await testDatabase();
afterAll(close);

const cast = await createCast(db);
const one = async (query: ReturnType<typeof sql<{ value: unknown }>>, on: Kysely<Database> = db) =>
	(await query.execute(on)).rows[0]!.value;

const newDocument = async () =>
	(await db.insertInto('live_documents').values({ kind: 'bench' }).returning('id').executeTakeFirstOrThrow())
		.id;

describe('values', () => {
	test('a bigint is a number, exact up to 2⁵³', async () => {
		expect(typeof (await one(sql`select 9223372036854775807 as value`))).toBe('number');
		expect(await one(sql`select 9007199254740991::bigint as value`)).toBe(9007199254740991);
		expect(await one(sql`select count(*) as value from members`)).toBe(5);
		expect(await one(sql`select sum(x) as value from (values (1), (2)) t(x)`)).toBe(3);
		const document_id = await newDocument();
		await db
			.insertInto('live_clients')
			.values({ document_id, client_id: 4294967295, member_id: cast.chloe.id })
			.execute();
		const row = await db.selectFrom('live_clients').select('client_id').executeTakeFirstOrThrow();
		expect(row.client_id).toBe(4294967295);
	});

	test('bytes come back as they went, every value, empty, large, and from a view on somebody else’s memory', async () => {
		const every = Uint8Array.from({ length: 256 }, (_, index) => index);
		const large = new Uint8Array(2_000_000).fill(0xa5);
		const view = new Uint8Array(every.buffer, 10, 20);
		const small = Buffer.from('Chloé');
		for (const bytes of [every, new Uint8Array(0), large, view, small]) {
			const id = await newDocument();
			await db.updateTable('live_documents').set({ snapshot: bytes }).where('id', '=', id).execute();
			const row = await db
				.selectFrom('live_documents')
				.select('snapshot')
				.where('id', '=', id)
				.executeTakeFirstOrThrow();
			expect(row.snapshot).toBeInstanceOf(Uint8Array);
			expect(Buffer.compare(row.snapshot!, bytes)).toBe(0);
		}
		expect(every[255], 'what was sent stays the sender’s').toBe(255);
	});

	test('bytes travel in arrays and come back in several rows', async () => {
		const sent = [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(255)];
		const { rows } = await sql<{ data: Uint8Array }>`
			select data from unnest(${sent}::bytea[]) with ordinality as t(data, position) order by position`.execute(db);
		expect(rows.map(({ data }) => [...data])).toEqual([[1, 2], [], [255]]);
	});

	test('a date is a day, whatever the time zone of the process', async () => {
		await db
			.insertInto('themes')
			.values({ slug: 'essai', name: 'Essai', launch_year: 2023, introduction: '', president: '' })
			.execute();
		await db
			.insertInto('milestones')
			.values({ theme_slug: 'essai', happened_on: '2023-09-19', precision: 'day', title: 'Lancement' })
			.execute();
		const { happened_on } = await db.selectFrom('milestones').select('happened_on').executeTakeFirstOrThrow();
		expect(happened_on).toBe('2023-09-19');
		expect(await one(sql`select null::date as value`)).toBeNull();
	});

	test('a timestamptz is a Date, shown in UTC, and keeps its microseconds as text', async () => {
		const moment = new Date('2026-11-23T14:30:15.123Z');
		expect(await one(sql`select ${moment}::timestamptz as value`)).toEqual(moment);
		expect(await one(sql`select '2026-11-23 15:30:15.123456+01'::timestamptz::text as value`)).toBe(
			'2026-11-23 14:30:15.123456+00'
		);
	});

	test('jsonb is written as text and read parsed, quotes, emoji and backslashes included', async () => {
		const data = { text: 'l’« été » "\\" 🌍 مرحبا', list: [1, null, { deep: true }], empty: {} };
		const { id } = await db
			.insertInto('events')
			.values({ name: 'essai', data: JSON.stringify(data) })
			.returning('id')
			.executeTakeFirstOrThrow();
		const row = await db.selectFrom('events').select('data').where('id', '=', id).executeTakeFirstOrThrow();
		expect(row.data).toEqual(data);
		expect(await one(sql`select jsonb_typeof(data) as value from events where id = ${id}`)).toBe('object');
	});

	test('null, booleans, text arrays, uuids and numerics are the same', async () => {
		expect(await one(sql`select ${null}::text as value`)).toBeNull();
		expect(await one(sql`select ${true}::boolean as value`)).toBe(true);
		expect(await one(sql`select ${['8.1', 'l’été, "oui"']}::text[] as value`)).toEqual([
			'8.1',
			'l’été, "oui"'
		]);
		expect(await one(sql`select ${cast.awa.id}::uuid as value`)).toBe(cast.awa.id);
		expect(await one(sql`select 1.50::numeric as value`)).toBe('1.50');
		expect(await one(sql`select avg(x) > 1 as value from (values (1), (2)) t(x)`)).toBe(true);
	});

	test('how many rows were changed is told', async () => {
		const { numUpdatedRows } = await db
			.updateTable('members')
			.set({ locale: 'en' })
			.where('name', 'in', ['Chloé', 'Diego'])
			.executeTakeFirstOrThrow();
		expect(numUpdatedRows).toBe(2n);
	});
});

test('names sort as a French reader expects', async () => {
	const names = [
		'Zola',
		'Évreux',
		'Etampes',
		'étang',
		'Ève',
		'œuvre',
		'Orne',
		'Ouest',
		'Île',
		'Ille',
		'côte',
		'Coté'
	];
	for (const name of names)
		await db
			.insertInto('countries')
			.values({ code: codeOf(names.indexOf(name)), name_fr: name, name_en: name, name_es: name })
			.execute();
	const rows = await db.selectFrom('countries').select('name_fr').orderBy('name_fr').execute();
	expect(rows.map((row) => row.name_fr)).toEqual([
		'Coté',
		'côte',
		'Etampes',
		'étang',
		'Ève',
		'Évreux',
		'Île',
		'Ille',
		'œuvre',
		'Orne',
		'Ouest',
		'Zola'
	]);
});

test('words are found by what they contain, through the trigram index', async () => {
	const rows = await db
		.selectFrom('organisations')
		.select('name')
		.where('search_text', 'like', '%alpha%')
		.execute();
	expect(rows).toEqual([{ name: 'Région Alpha (fictive)' }]);
	expect(await one(sql`select similarity('alpha', 'alphe') > 0.3 as value`)).toBe(true);
});

describe('failures', () => {
	test('a duplicate says which constraint, with the code of PostgreSQL', async () => {
		const again = db
			.insertInto('members')
			.values({ email: cast.chloe.email, name: 'Chloé bis', password_hash: 'unusable' })
			.execute();
		await expect(again).rejects.toMatchObject({
			code: '23505',
			constraint: 'members_email_key',
			table: 'members',
			detail: expect.stringContaining('already exists')
		});
	});

	test('a check, a missing reference and a syntax error keep their codes', async () => {
		await expect(
			db.insertInto('members').values({ email: 'A@B.C', name: 'x', password_hash: '' }).execute()
		).rejects.toMatchObject({ code: '23514', constraint: 'members_email_check' });
		await expect(
			db
				.insertInto('memberships')
				.values({ member_id: cast.awa.id, organisation_id: cast.awa.id, role: 'member' })
				.execute()
		).rejects.toMatchObject({ code: '23503', constraint: 'memberships_organisation_id_fkey' });
		await expect(sql`selec 1`.execute(db)).rejects.toMatchObject({ code: '42601' });
		await expect(sql`select ${'not a uuid'}::uuid`.execute(db)).rejects.toMatchObject({ code: '22P02' });
	});

	test('a text with a NUL is refused, and the next query works', async () => {
		const refused = db.insertInto('counters').values({ key: 'a\u0000b', value: 1 }).execute();
		await expect(refused).rejects.toThrow();
		expect(await one(sql`select 1 as value`)).toBe(1);
	});

	test('an error carries no parameter, which may be somebody’s words', async () => {
		const secret = 'des mots personnels';
		const error: unknown = await sql`select ${secret}::text, 1/0`.execute(db).catch((e: unknown) => e);
		expect(error).toMatchObject({ code: '22012' });
		expect(JSON.stringify({ ...(error as object), stack: (error as Error).stack })).not.toContain(secret);
	});
});

describe('transactions', () => {
	test('a failed transaction leaves nothing, and the next one is clean', async () => {
		const failing = db.transaction().execute(async (trx) => {
			await trx.insertInto('counters').values({ key: 'lost', value: 1 }).execute();
			throw new Error('changed my mind');
		});
		await expect(failing).rejects.toThrow('changed my mind');
		await db
			.transaction()
			.execute((trx) => trx.insertInto('counters').values({ key: 'kept', value: 1 }).execute());
		const rows = await db.selectFrom('counters').select('key').where('key', 'in', ['lost', 'kept']).execute();
		expect(rows).toEqual([{ key: 'kept' }]);
	});

	test('swallowing an error inside a transaction does not pass for a commit', async () => {
		const swallowed = db.transaction().execute(async (trx) => {
			await trx.insertInto('counters').values({ key: 'swallowed', value: 1 }).execute();
			await sql`select 1/0`.execute(trx).catch(() => {});
		});
		await expect(swallowed).rejects.toThrow(/rolled back instead of committed/);
		expect(await one(sql`select count(*) as value from counters where key = 'swallowed'`)).toBe(0);
	});

	test('a savepoint undoes its part only', async () => {
		const trx = await db.startTransaction().execute();
		await trx.insertInto('counters').values({ key: 'before', value: 1 }).execute();
		const after = await trx.savepoint('here').execute();
		await after.insertInto('counters').values({ key: 'after', value: 1 }).execute();
		await (await after.rollbackToSavepoint('here').execute()).commit().execute();
		const rows = await db
			.selectFrom('counters')
			.select('key')
			.where('key', 'in', ['before', 'after'])
			.execute();
		expect(rows).toEqual([{ key: 'before' }]);
	});

	test('forty writers from two clients count without losing one', async () => {
		await db.insertInto('counters').values({ key: 'posts', value: 0 }).execute();
		const other = await connect();
		const seen = await Promise.all(
			Array.from({ length: 40 }, (_, index) =>
				(index % 2 ? db : other).transaction().execute(async (trx) => {
					const { value } = await trx
						.selectFrom('counters')
						.select('value')
						.where('key', '=', 'posts')
						.forUpdate()
						.executeTakeFirstOrThrow();
					await trx
						.updateTable('counters')
						.set({ value: value + 1 })
						.where('key', '=', 'posts')
						.execute();
					return value + 1;
				})
			)
		);
		expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
	});

	test('of ten who insert the same key at once, one succeeds and nine are told', async () => {
		const other = await connect();
		const results = await Promise.allSettled(
			Array.from({ length: 10 }, (_, index) =>
				(index % 2 ? db : other).insertInto('counters').values({ key: 'once', value: index }).execute()
			)
		);
		const refused = results.filter((result) => result.status === 'rejected');
		expect(refused).toHaveLength(9);
		expect(refused.every((result) => result.reason.code === '23505')).toBe(true);
	});
});

function codeOf(index: number): string {
	return `Z${String.fromCharCode(65 + index)}`;
}
