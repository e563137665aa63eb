import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import { engine, testDatabase, testEnv } from '../../tests/support/database.ts';
import type { App } from '../app.ts';
import { verifyPassword } from '../auth/passwords.ts';
import { requestMail } from '../auth/recovery.ts';
import { createSession, validateToken } from '../auth/sessions.ts';
import { memoryBus } from '../bus/memory.ts';
import { seedBench } from '../bench-seed.ts';
import * as cases from '../domain/cases.ts';
import * as invitations from '../domain/invitations.ts';
import * as reviews from '../domain/reviews.ts';
import { theme } from '../domain/themes.ts';
import * as threads from '../domain/threads.ts';
import { compileRegistry } from '../reference/compile-registry.ts';
import { importReference } from '../reference/import.ts';
import { demoAccounts } from './accounts.ts';
import { demoIsDue, loadDemo } from './load.ts';
import { purgeDemo } from './purge.ts';

const { db, close } = await testDatabase();
const dataDir = mkdtempSync(join(tmpdir(), 'passerelle-demo-'));
const bus = memoryBus((error) => {
	throw error;
});
const log = pino({ level: 'silent' });
const app: Pick<App, 'db' | 'bus' | 'env' | 'log' | 'databaseKind' | 'secure' | 'contextFor'> = {
	db,
	bus,
	env: testEnv({ dataDir }),
	log,
	databaseKind: engine,
	secure: false,
	contextFor: (who) => ({ who, db, bus })
};
const visitor = app.contextFor({ kind: 'visitor' });
let cast: Cast;

beforeAll(async () => {
	await compileRegistry();
	await importReference(db, log);
	expect(await demoIsDue(db)).toBe(true);
	await loadDemo(app);
	cast = await createCast(db);
}, 60_000);
afterAll(async () => {
	await close();
	rmSync(dataDir, { recursive: true, force: true });
});

test('a new database is given the demonstration once', async () => {
	expect(await demoIsDue(db)).toBe(false);
	expect(await loadDemo(app)).toEqual([]);
	expect(await count('cases')).toBe(4);
});

test('its accounts are parts, not people, and their passwords open them', async () => {
	const accounts = demoAccounts(app.env);
	expect(accounts.map((account) => account.role).sort()).toEqual(
		['admin', 'contributor', 'contributor', 'lead', 'member', 'moderator', 'referent'].sort()
	);
	expect(new Set(accounts.map((account) => account.password)).size).toBe(accounts.length);
	for (const { email, name, organisation, password } of accounts) {
		expect(email).toMatch(/@demo\.invalid$/);
		expect(name).toMatch(/\(démonstration\)$/);
		if (organisation) expect(organisation).toMatch(/\((fictif|fictive)\)$/);
		const member = await db
			.selectFrom('members')
			.select(['password_hash', 'is_demo'])
			.where('email', '=', email)
			.executeTakeFirstOrThrow();
		expect(member.is_demo).toBe(true);
		expect(await verifyPassword(member.password_hash!, password)).toBe(true);
	}
});

test.skipIf(process.platform === 'win32')('only the operator can read the file of passwords', () => {
	expect(statSync(join(dataDir, 'demo-accounts.json')).mode & 0o777).toBe(0o600);
});

test('the theme says what the presentation says, and dates are no more precise than it is', async () => {
	const shown = await theme(db, 'fr');
	expect(shown).toMatchObject({
		name: 'Développement économique international',
		launchYear: 2023,
		isDemo: true
	});
	expect(shown?.subjects).toHaveLength(3);
	expect(shown?.milestones.map((milestone) => milestone.date)).toEqual([
		'2023',
		'2023-09-19',
		'2024',
		'2024',
		'2024'
	]);
});

test('four cases stand in four states, and a visitor reads the published one', async () => {
	const states = await db.selectFrom('cases').select(['state', 'title']).orderBy('reference').execute();
	expect(states.map((row) => row.state)).toEqual([
		'published',
		'in_review',
		'changes_requested',
		'co_writing'
	]);
	const { items } = await cases.listPublished(visitor);
	expect(items).toHaveLength(1);
	const [published] = items;
	expect(published).toMatchObject({ isDemo: true, modality: 'acteurs-economiques-du-territoire' });
	const { html, content } = await cases.version(visitor, published!.reference, 'latest');
	expect(html).toContain('À compléter');
	expect(content.facts.lead?.name).toBe('Espace de démonstration (fictif)');
	// The presentation names no partner: the case says so rather than showing a country.
	expect(content.facts.partner?.kind).toBe('none');
});

test('a moderator of the demonstration can publish the case that waits, as it was submitted', async () => {
	const queue = await reviews.queue(await signedIn('moderation@demo.invalid'));
	expect(queue).toHaveLength(1);
	expect(queue[0]).toMatchObject({ state: 'in_review', isDemo: true, may: { decide: true } });
	const boris = await reviews.candidate(cast.context(cast.boris), queue[0]!.reference);
	expect(boris.submission.content.title).toContain('« A table ! »');
});

test('six threads ask questions, and state nothing', async () => {
	const { items } = await threads.list(await signedIn('membre@demo.invalid'));
	expect(items).toHaveLength(6);
	for (const { id, title } of items) {
		const { posts } = await threads.get(await signedIn('membre@demo.invalid'), id);
		expect(`${title}${posts.map((post) => post.html).join('')}`).toContain('?');
		for (const post of posts) expect(post.html.trim()).toMatch(/\?<\/p>$/);
	}
	// Two of the six are between members.
	expect((await threads.list(visitor)).items).toHaveLength(4);
});

test('nothing in the demonstration names a real collectivité as one of its own', async () => {
	const owners = await db
		.selectFrom('case_organisations')
		.innerJoin('cases', 'cases.id', 'case_organisations.case_id')
		.innerJoin('organisations', 'organisations.id', 'case_organisations.organisation_id')
		.select('organisations.is_demo')
		.where('cases.is_demo', '=', true)
		.execute();
	expect(owners.length).toBeGreaterThan(4);
	expect(owners.every((owner) => owner.is_demo)).toBe(true);
});

test('purging takes every demonstration row and leaves everything else as it was', async () => {
	// Real life beside the demonstration: Chloé writes a case, Diego opens a thread and Awa follows both.
	const chloe = cast.context(cast.chloe);
	const { reference } = await cases.create(chloe, {
		organisationId: cast.alpha.id,
		clientKey: randomUUID()
	});
	const opened = await threads.open(cast.context(cast.diego), {
		title: 'Une vraie question',
		body: 'Qui a déjà fait cela ?',
		visibility: 'public',
		clientKey: randomUUID()
	});
	// Awa also speaks for the demonstration, and asked a real question in its name.
	const space = await db
		.selectFrom('organisations')
		.select('id')
		.where('is_demo', '=', true)
		.orderBy('name')
		.executeTakeFirstOrThrow();
	await db
		.insertInto('memberships')
		.values({ member_id: cast.awa.id, organisation_id: space.id, role: 'contributor' })
		.execute();
	await threads.reply(cast.context(cast.awa), opened.id, { body: 'Moi aussi', clientKey: randomUUID() });
	await db
		.updateTable('posts')
		.set({ organisation_id: space.id })
		.where('author_id', '=', cast.awa.id)
		.execute();
	const { token } = await createSession(db, cast.chloe.id);

	// And real people in the demonstration: what they say there belongs to it.
	const [shown] = (await threads.list(chloe)).items.filter((thread) => thread.isDemo);
	await threads.reply(chloe, shown!.id, { body: 'Chez nous aussi ?', clientKey: randomUUID() });
	const guest = await signedIn('partenaire@demo.invalid');
	await expect(
		threads.reply(guest, opened.id, { body: 'Je ne devrais pas', clientKey: randomUUID() })
	).rejects.toMatchObject({ kind: 'forbidden' });
	await seedBench(app, { members: 2, documents: 2 });

	// Its members asked for mail, as real ones did.
	for (const email of ['membre@demo.invalid', cast.diego.email])
		await requestMail(visitor, 'sign_in', { email, address: '192.0.2.1' });
	const referent = await signedIn('referent@demo.invalid');
	const { organisations: own } = await invitations.desk(referent);
	await invitations.invite(referent, {
		email: 'essai@example.org',
		organisationId: own[0]!.id,
		role: 'member',
		locale: 'fr'
	});

	const before = await realRows();
	const heard = new Set<string>();
	bus.subscribe('member.access', ({ memberId }) => heard.add(memberId));
	const removed = await purgeDemo(app);

	expect(removed).toMatchObject({
		members: 9,
		cases: 4,
		case_versions: 1,
		organisations: 2,
		live_documents: 6,
		invitations: 1,
		outbox: 2,
		// Those of the four members with an organisation, and Awa's.
		memberships: 5
	});
	expect(heard.size).toBe(9);
	for (const table of await tablesWith('is_demo'))
		expect([table, await countDemo(table)]).toEqual([table, 0]);
	expect(await realRows()).toEqual(before);
	expect(demoAccounts(app.env)).toEqual([]);
	expect(existsSync(join(dataDir, 'demo-accounts.json'))).toBe(false);

	// Nothing hangs on what has gone.
	expect((await db.selectFrom('case_transitions').select('case_id').execute()).length).toBe(1);
	expect(await count('submissions')).toBe(0);
	expect(await count('live_updates')).toBe(0);
	expect(await count('sessions')).toBe(1);
	expect((await validateToken(db, token)).kind).toBe('member');
	expect((await cases.get(chloe, reference)).state).toBe('draft');
	const page = await threads.get(cast.context(cast.awa), opened.id);
	expect(page.posts.map((post) => post.authorName)).toEqual(['Diego', 'Awa']);
	expect(await count('targets')).toBe(12);
	expect(await count('modalities')).toBe(17);
	expect(await theme(db, 'fr')).toBeNull();
});

test('a purged demonstration does not come back, and purging again removes nothing', async () => {
	expect(await demoIsDue(db)).toBe(false);
	expect(Object.values(await purgeDemo(app)).every((rows) => rows === 0)).toBe(true);
});

test('a load that was cut short begins again', async () => {
	await db.updateTable('reference_imports').set({ digest: 'loading' }).where('name', '=', 'demo').execute();
	await db
		.insertInto('organisations')
		.values({ kind: 'other', name: 'Reste', search_text: 'reste', is_demo: true })
		.execute();
	expect(await demoIsDue(db)).toBe(true);
	if (engine === 'postgres') {
		// Another process may be at it: only an old one is given up.
		expect(await loadDemo(app)).toEqual([]);
		await sql`update reference_imports set imported_at = now() - interval '3 minutes' where name = 'demo'`.execute(
			db
		);
	}
	expect(await loadDemo(app)).toHaveLength(7);
	expect(await count('organisations', true)).toBe(2);
	expect(await count('cases')).toBe(5);
	await purgeDemo(app);
});

test('when the passwords cannot be kept, the operator is told what to do', async () => {
	await db.deleteFrom('reference_imports').where('name', '=', 'demo').execute();
	const file = join(dataDir, 'not-a-folder');
	writeFileSync(file, '');
	await expect(loadDemo({ ...app, env: testEnv({ dataDir: join(file, 'data') }) })).rejects.toMatchObject({
		isStartError: true,
		message: expect.stringContaining('DEMO=0')
	});
	expect(await count('members', true)).toBe(0);
});

async function signedIn(email: string) {
	const { id } = await db
		.selectFrom('members')
		.select('id')
		.where('email', '=', email)
		.executeTakeFirstOrThrow();
	const { token } = await createSession(db, id);
	const who = await validateToken(db, token);
	expect(who.kind).toBe('member');
	return app.contextFor(who);
}

async function tablesWith(column: string): Promise<string[]> {
	const { rows } = await sql<{ table_name: string }>`
		select table_name from information_schema.columns
		where table_schema = 'public' and column_name = ${column} order by table_name`.execute(db);
	expect(rows.length).toBeGreaterThan(10);
	return rows.map((row) => row.table_name);
}

async function countDemo(table: string): Promise<number> {
	const { rows } = await sql<{ count: number }>`
		select count(*)::int as count from ${sql.table(table)} where is_demo`.execute(db);
	return rows[0]!.count;
}

async function count(table: string, demoOnly = false): Promise<number> {
	if (demoOnly) return countDemo(table);
	const { rows } = await sql<{
		count: number;
	}>`select count(*)::int as count from ${sql.table(table)}`.execute(db);
	return rows[0]!.count;
}

/** Every row that is not of the demonstration, as one digest per table. */
async function realRows(): Promise<Record<string, string>> {
	const digests: Record<string, string> = {};
	for (const table of await tablesWith('is_demo')) {
		// What a row says of the organisation that left is the one thing that may change; who left it has no membership.
		const { rows } = await sql<{ digest: string }>`
			select md5(coalesce(string_agg(words, '' order by words), '')) as digest from (
				select (to_jsonb(t) - 'organisation_id')::text as words from ${sql.table(table)} as t
				where not is_demo and not coalesce(to_jsonb(t) ->> 'organisation_id' in
					(select id::text from organisations where is_demo) and ${table} = 'memberships', false)
			) as rows`.execute(db);
		digests[table] = rows[0]!.digest;
	}
	return digests;
}
