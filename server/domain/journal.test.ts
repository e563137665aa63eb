import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kindOf } from '#lib/contract/journal.ts';
import { createCast, type Cast, type CastMember } from '../../tests/support/cast.ts';
import { engine, testDatabase } from '../../tests/support/database.ts';
import { can } from '../access.ts';
import { createSession } from '../auth/sessions.ts';
import { signIn } from '../auth/sign-in.ts';
import { removeDemoRows } from '../demo/purge.ts';
import { record } from '../events.ts';
import * as invitations from './invitations.ts';
import * as journal from './journal.ts';
import * as threads from './threads.ts';
import { createCompleteCase } from '../../tests/support/cases.ts';

const { db, close, connect } = await testDatabase();
afterAll(close);
let cast: Cast;
const refusal = { code: '23001', message: expect.stringContaining('append-only') };
const visitor = { who: { kind: 'visitor' } } as const;

beforeAll(async () => {
	cast = await createCast(db);
	const { alpha, chloe, diego, boris, context } = cast;
	await createCompleteCase(context(chloe));
	await invitations.invite(context(chloe), {
		email: 'gisele@example.invalid',
		organisationId: alpha.id,
		role: 'member',
		locale: 'fr'
	});
	await threads.open(context(diego), {
		title: 'Une question',
		body: 'Qui a déjà fait cela ?',
		visibility: 'public',
		clientKey: randomUUID()
	});
	await createSession(db, boris.id);
	await expect(
		signIn(context({ kind: 'visitor' }), { email: diego.email, password: 'essai', address: '192.0.2.7' })
	).rejects.toMatchObject({ code: 'wrong_credentials' });
	await record(db, visitor, 'settings.changed', {});
	await record(db, context(diego), 'post.created', { number: 1 }, true);
});

/** As somebody would who has the database to themselves. */
async function behindTheTriggers(work: () => Promise<unknown>): Promise<void> {
	for (const table of ['events', 'event_seals'])
		await sql`alter table ${sql.table(table)} disable trigger user`.execute(db);
	await work();
	for (const table of ['events', 'event_seals'])
		await sql`alter table ${sql.table(table)} enable trigger user`.execute(db);
}

test('nobody changes the journal, nor takes a row away, nor empties it', async () => {
	await journal.seal(db);
	await expect(db.updateTable('events').set({ name: 'case.published' }).execute()).rejects.toMatchObject(
		refusal
	);
	await expect(db.deleteFrom('events').where('is_demo', '=', false).execute()).rejects.toMatchObject(refusal);
	await expect(sql`truncate events cascade`.execute(db)).rejects.toMatchObject(refusal);
	await expect(db.updateTable('event_seals').set({ of_demo: true }).execute()).rejects.toMatchObject(refusal);
	await expect(db.deleteFrom('event_seals').execute()).rejects.toMatchObject(refusal);
	await expect(sql`truncate event_seals`.execute(db)).rejects.toMatchObject(refusal);
});

test('what was committed is sealed, once, and what comes next follows from it', async () => {
	await journal.seal(db);
	const before = await journal.verify(db);
	expect(before).toMatchObject({ waiting: 0, gone: 0, problems: [] });
	expect(before.sealed).toBeGreaterThan(6);

	await record(db, cast.context(cast.awa), 'settings.changed', {});
	expect(await journal.verify(db)).toMatchObject({ waiting: 1, head: before.head, problems: [] });
	expect(await journal.seal(db)).toBe(1);
	expect(await journal.seal(db)).toBe(0);
	const after = await journal.verify(db, [before.head!]);
	expect(after).toMatchObject({ sealed: before.sealed + 1, waiting: 0, problems: [] });
});

test('a row that commits late is sealed late, and none is forgotten', async () => {
	let release = () => {};
	const held = new Promise<void>((resolve) => (release = resolve));
	if (engine === 'postgres') {
		const other = await connect();
		const slow = other.transaction().execute(async (trx) => {
			await record(trx, visitor, 'settings.changed', { which: 1 });
			await held;
		});
		await new Promise((soon) => setTimeout(soon, 100));
		await record(db, visitor, 'settings.changed', { which: 2 });
		expect(await journal.seal(db)).toBe(1);
		release();
		await slow;
		// Sealers of two processes at once.
		const counts = await Promise.all([journal.seal(db), journal.seal(other)]);
		expect(counts.sort()).toEqual([0, 1]);
	}
	expect(await journal.verify(db)).toMatchObject({ waiting: 0, problems: [] });
});

test('a change made behind the application is found, where it was made', async () => {
	await journal.seal(db);
	const { head } = await journal.verify(db);
	const victim = await db
		.selectFrom('events')
		.innerJoin('event_seals', 'event_seals.event_id', 'events.id')
		.select(['events.id', 'events.data', 'sequence', 'hash'])
		.where('name', '=', 'member.invited')
		.executeTakeFirstOrThrow();
	const at = `link ${victim.sequence} (event ${victim.id})`;

	await behindTheTriggers(() =>
		db
			.updateTable('events')
			.set({ data: JSON.stringify({ ...victim.data, role: 'referent' }) })
			.where('id', '=', victim.id)
			.execute()
	);
	expect((await journal.verify(db)).problems).toEqual([`${at}: the event was changed`]);
	await behindTheTriggers(() =>
		db
			.updateTable('events')
			.set({ data: JSON.stringify(victim.data) })
			.where('id', '=', victim.id)
			.execute()
	);
	expect((await journal.verify(db)).problems).toEqual([]);

	// The seal made anew to fit: the next link no longer follows.
	await behindTheTriggers(() =>
		db
			.updateTable('event_seals')
			.set({ hash: 'f'.repeat(64) })
			.where('sequence', '=', victim.sequence)
			.execute()
	);
	expect((await journal.verify(db)).problems).toEqual([
		`${at}: the link was changed`,
		expect.stringContaining('does not follow from the link before')
	]);
	await behindTheTriggers(() =>
		db.updateTable('event_seals').set({ hash: victim.hash }).where('sequence', '=', victim.sequence).execute()
	);

	// An end cut off is seen by whoever kept the head.
	const last = await db
		.selectFrom('event_seals')
		.selectAll()
		.where('sequence', '=', head!.sequence)
		.executeTakeFirstOrThrow();
	await behindTheTriggers(() =>
		db.deleteFrom('event_seals').where('sequence', '=', head!.sequence).execute()
	);
	expect((await journal.verify(db, [head!])).problems).toEqual([
		`link ${head!.sequence}: was written down, and is missing`,
		`event ${last.event_id}: has no seal, and none is due`
	]);
	await db
		.insertInto('event_seals')
		.values({
			...last,
			happened_at: sql<string>`(select happened_at from events where id = ${last.event_id})`
		})
		.execute();
	expect((await journal.verify(db, [head!])).problems).toEqual([]);
});

test('the demonstration and what is a year old may go; the chain still holds, and says when anything else went', async () => {
	const before = await journal.verify(db);
	await db.transaction().execute(removeDemoRows);
	expect(await journal.verify(db)).toMatchObject({ gone: before.gone + 1, head: before.head, problems: [] });

	await db
		.insertInto('events')
		.values({ name: 'settings.changed', happened_at: sql<Date>`now() - interval '366 days'` })
		.execute();
	expect(await journal.forgetOld(db), 'nothing goes before it is sealed').toBe(0);
	await journal.seal(db);
	expect(await journal.forgetOld(db)).toBe(1);
	expect(await journal.verify(db)).toMatchObject({ gone: before.gone + 2, problems: [] });

	const victim = await db
		.selectFrom('events')
		.select('id')
		.where('name', '=', 'sign_in.failed')
		.executeTakeFirstOrThrow();
	const row = await db.selectFrom('events').selectAll().where('id', '=', victim.id).executeTakeFirstOrThrow();
	await behindTheTriggers(() => db.deleteFrom('events').where('id', '=', victim.id).execute());
	expect((await journal.verify(db)).problems).toEqual([
		expect.stringContaining(`(event ${victim.id}): the event was removed`)
	]);
	await sql`insert into events (id, name, actor_id, data, is_demo, happened_at, organisation_id) overriding system value
		select ${row.id}, ${row.name}, ${row.actor_id}, ${JSON.stringify(row.data)}::jsonb, false, happened_at, null
		from event_seals where event_id = ${row.id}`.execute(db);
	await db.deleteFrom('unsealed_events').execute();
	expect((await journal.verify(db)).problems).toEqual([]);
});

test('the export carries all that it takes to verify it elsewhere', async () => {
	await journal.seal(db);
	const { sealed, head } = await journal.verify(db);
	const lines: Record<string, unknown>[] = [];
	for await (const line of journal.exported(db)) lines.push(JSON.parse(line) as Record<string, unknown>);
	expect(lines).toHaveLength(sealed);
	expect(lines.at(-1)).toMatchObject({ sequence: head!.sequence, hash: head!.hash });
	expect(JSON.stringify(lines)).not.toMatch(/Chloé|gisele|@example|192\.0\.2/);
});

test('a list shows exactly the rows that the permission table opens', async () => {
	const { awa, boris, chloe, diego, efua } = cast;
	const events = await db.selectFrom('events').selectAll().orderBy('id', 'desc').execute();
	const seen: Record<string, number> = {};
	for (const person of [awa, boris, chloe, diego, efua]) {
		for (const isDemo of [false, true]) {
			const who = { ...person.who, isDemo };
			const { items } = await journal.list(cast.context(who));
			const readable = events.filter((event) =>
				can(who, 'journal.read', {
					actorId: event.actor_id,
					memberId: (event.data.memberId as string | undefined) ?? null,
					organisationId: event.organisation_id,
					kind: kindOf(event.name),
					isDemo: event.is_demo
				})
			);
			expect(items.map(({ id }) => id)).toEqual(readable.map(({ id }) => id));
			seen[`${person.name}${isDemo ? ', demo' : ''}`] = items.length;
		}
	}
	expect(seen).toMatchObject({ Awa: events.length, 'Awa, demo': 0 });
	expect(seen.Boris).toBeGreaterThan(seen.Efua!);
	await expect(journal.list(cast.context(cast.farid))).rejects.toMatchObject({ kind: 'not_found' });
});

test('a moderator of one theme reads what concerns its cases', async () => {
	const { boris } = cast;
	for (const slug of ['eau', 'terroir'])
		await db
			.insertInto('themes')
			.values({ slug, name: slug, launch_year: 2023, introduction: '', president: '' })
			.execute();
	await db.updateTable('cases').set({ theme_slug: 'eau' }).execute();
	const kindsFor = async (theme: string) => {
		const who = { ...boris.who, scopes: { moderator: [theme] } };
		const { items } = await journal.list(cast.context(who));
		return new Set(items.filter(({ isMine }) => !isMine).map(({ kind }) => kind));
	};
	expect(await kindsFor('eau')).toContain('editorial');
	expect(await kindsFor('eau')).not.toContain('discussion');
	expect(await kindsFor('terroir')).not.toContain('editorial');
});

test('each sees what is theirs, and no more', async () => {
	const acts = async (person: CastMember) =>
		(await journal.list(cast.context(person))).items.map(({ name }) => name);
	expect(await acts(cast.diego)).toEqual(expect.arrayContaining(['thread.opened', 'sign_in.failed']));
	expect(await acts(cast.efua)).toEqual([]);
	expect(await acts(cast.chloe)).toEqual(expect.arrayContaining(['case.created', 'member.invited']));
	const boris = await acts(cast.boris);
	expect(boris).toEqual(expect.arrayContaining(['case.created', 'thread.opened', 'session.opened']));
	expect(boris).not.toContain('sign_in.failed');
	expect(boris).not.toContain('member.invited');
});

test('the journal is looked through by kind, day and person', async () => {
	const awa = cast.context(cast.awa);
	const kinds = (items: journal.ActView[]) => [...new Set(items.map(({ kind }) => kind))];
	expect(kinds((await journal.list(awa, { kind: 'editorial' })).items)).toEqual(['editorial']);
	expect(kinds((await journal.list(awa, { kind: 'platform' })).items)).toEqual(['platform']);
	const today = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Paris' }).format(new Date());
	expect((await journal.list(awa, { from: today, to: today })).items.length).toBeGreaterThan(5);
	expect((await journal.list(awa, { to: '2020-01-01' })).items).toEqual([]);
	const diego = (await journal.list(awa, { person: 'dieg' })).items;
	expect(diego.map(({ name }) => name)).toEqual(expect.arrayContaining(['thread.opened', 'sign_in.failed']));
	expect((await journal.list(awa, { person: '%' })).items).toEqual([]);
	for (const filter of [{ kind: 'x' }, { from: '2026-02-30' }, { to: 'hier' }, { cursor: '1 or true' }])
		await expect(journal.list(awa, filter)).rejects.toMatchObject({ kind: 'invalid' });
});

test('a long journal is read page by page, without a gap', async () => {
	for (let number = 0; number < 60; number++) await record(db, visitor, 'settings.changed', { number });
	const awa = cast.context(cast.awa);
	const ids: number[] = [];
	let cursor: string | undefined;
	do {
		const page = await journal.list(awa, { cursor });
		ids.push(...page.items.map(({ id }) => id));
		cursor = page.nextCursor ?? undefined;
	} while (cursor);
	const all = await db.selectFrom('events').select('id').orderBy('id', 'desc').execute();
	expect(ids).toEqual(all.map(({ id }) => id));
});
