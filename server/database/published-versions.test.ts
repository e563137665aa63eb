import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCast } from '../../tests/support/cast.ts';
import { testDatabase } from '../../tests/support/database.ts';

const { db, close } = await testDatabase();
afterAll(close);

const refusal = { code: '23001', message: expect.stringContaining('a published version is immutable') };

beforeAll(async () => {
	const { chloe } = await createCast(db);
	for (const [reference, is_demo] of [
		['DEI-2026-0001', false],
		['DEMO-2026-0001', true]
	] as const) {
		const document = await db
			.insertInto('live_documents')
			.values({ kind: 'case', is_demo })
			.returning('id')
			.executeTakeFirstOrThrow();
		const row = await db
			.insertInto('cases')
			.values({
				reference,
				document_id: document.id,
				created_by: chloe.id,
				client_key: document.id,
				is_demo
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		const hash = 'a'.repeat(64);
		const submission = await db
			.insertInto('submissions')
			.values({ case_id: row.id, round: 1, content: '{}', hash })
			.returning('id')
			.executeTakeFirstOrThrow();
		await db
			.insertInto('case_versions')
			.values({
				case_id: row.id,
				number: 1,
				submission_id: submission.id,
				hash,
				title: 'Marché commun',
				summary: '',
				content: '{}',
				html: '',
				plain_text: '',
				search_text: '',
				language: 'fr',
				organisations: '[]',
				is_demo
			})
			.execute();
	}
});

const titles = async () =>
	(await db.selectFrom('case_versions').select(['title', 'is_demo']).orderBy('is_demo').execute()).map(
		(row) => `${row.title}${row.is_demo ? ' (demo)' : ''}`
	);

test('nobody changes a published version, not even by writing the same words', async () => {
	await expect(db.updateTable('case_versions').set({ title: 'Autre' }).execute()).rejects.toMatchObject(
		refusal
	);
	await expect(
		db
			.updateTable('case_versions')
			.set((eb) => ({ title: eb.ref('title') }))
			.where('is_demo', '=', true)
			.execute()
	).rejects.toMatchObject(refusal);
	expect(await titles()).toEqual(['Marché commun', 'Marché commun (demo)']);
});

test('nobody deletes one, directly, with its case, or by emptying the table', async () => {
	await expect(db.deleteFrom('case_versions').where('is_demo', '=', false).execute()).rejects.toMatchObject(
		refusal
	);
	await expect(db.deleteFrom('cases').where('is_demo', '=', false).execute()).rejects.toMatchObject(refusal);
	await expect(sql`truncate case_versions`.execute(db)).rejects.toMatchObject(refusal);
	await expect(sql`truncate cases cascade`.execute(db)).rejects.toMatchObject(refusal);
	expect(await titles()).toEqual(['Marché commun', 'Marché commun (demo)']);
});

test('a demonstration version goes with the demonstration, and alone', async () => {
	await db.deleteFrom('cases').where('is_demo', '=', true).execute();
	expect(await titles()).toEqual(['Marché commun']);
});
