import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import { createCompleteCase } from '../../tests/support/cases.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { hashPassword } from '../auth/passwords.ts';
import { createSession } from '../auth/sessions.ts';
import * as personalData from './personal-data.ts';
import * as profiles from './profiles.ts';
import * as threads from './threads.ts';

const { db, close } = await testDatabase();
afterAll(close);
let cast: Cast;
const password = 'trois vélos sous la pluie';
beforeAll(async () => {
	cast = await createCast(db);
	await db
		.updateTable('members')
		.set({ password_hash: await hashPassword(password) })
		.execute();
});

test('every table and every column of the live schema is either given or has its reason', async () => {
	const { rows } = await sql<{ table: string; column: string }>`
		select table_name as table, column_name as column from information_schema.columns
		where table_schema = 'public' and table_name not like 'kysely_%'`.execute(db);
	const live = new Set(rows.map(({ table }) => table));
	expect([...live].sort()).toEqual(Object.keys(personalData.tables).sort());
	const declared = Object.entries(personalData.tables).flatMap(([table, rule]) =>
		'because' in rule
			? rows.filter((row) => row.table === table).map(({ column }) => `${table}.${column}`)
			: [...rule.given, ...Object.keys(rule.kept)].map((column) => `${table}.${column}`)
	);
	expect(declared.sort()).toEqual(rows.map(({ table, column }) => `${table}.${column}`).sort());
});

test('a table that names members is never called impersonal', async () => {
	const { rows } = await sql<{ table: string }>`
		select conrelid::regclass::text as table from pg_constraint
		where contype = 'f' and confrelid = 'members'::regclass`.execute(db);
	expect(rows.length).toBeGreaterThan(10);
	for (const { table } of rows) {
		const rule = personalData.tables[table as keyof typeof personalData.tables];
		expect(rule, table).not.toHaveProperty('because');
	}
});

test('Chloé is given what is hers, and nothing of anybody else', async () => {
	const chloe = cast.context(cast.chloe);
	await createSession(db, cast.chloe.id, { device: 'Firefox, Linux' });
	await createSession(db, cast.diego.id, { device: 'Edge, Windows' });
	await profiles.consent(chloe, { subject: 'digest', agrees: true });
	const thread = await threads.open(chloe, {
		title: 'Une question',
		body: 'Mes propres mots',
		visibility: 'public',
		clientKey: randomUUID()
	});
	await threads.reply(cast.context(cast.diego), thread.id, {
		body: 'Les mots de Diego',
		clientKey: randomUUID()
	});
	const { documentId } = await createCompleteCase(chloe);
	await db.updateTable('live_updates').set({ member_id: cast.chloe.id }).execute();

	const { tables } = await personalData.exportOwn(chloe, { current: password });
	expect(tables.members).toMatchObject([{ name: 'Chloé', email: cast.chloe.email }]);
	expect(tables.posts).toMatchObject([{ body: 'Mes propres mots', number: 1 }]);
	expect(tables.sessions).toMatchObject([{ device: 'Firefox, Linux' }]);
	expect(tables.consents).toMatchObject([{ subject: 'digest', withdrawn_at: null }]);
	expect(tables.live_updates).toMatchObject([{ document_id: documentId, updates: 1 }]);
	expect(tables.cases).toHaveLength(1);
	expect(tables.events!.map(({ name }) => name)).toEqual(
		expect.arrayContaining([
			'session.opened',
			'consent.given',
			'thread.opened',
			'case.created',
			'data.exported'
		])
	);
	const json = JSON.stringify(tables);
	for (const foreign of ['Diego', 'Edge, Windows', cast.diego.id, 'argon2', 'unusable'])
		expect(json).not.toContain(foreign);
});

test('the password is asked for again', async () => {
	await expect(personalData.exportOwn(cast.context(cast.chloe), { current: 'essai' })).rejects.toMatchObject({
		code: 'current_wrong'
	});
	await expect(personalData.exportOwn(cast.context(cast.farid), { current: password })).rejects.toMatchObject(
		{ kind: 'forbidden' }
	);
});
