import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { themeNameCharacters } from '#lib/contract/taxonomy.ts';
import { createCast } from '../../tests/support/cast.ts';
import { engine, testDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import type { App } from '../app.ts';
import type { Who } from '../context.ts';
import { verbs } from '../verbs.ts';
import * as cases from './cases.ts';
import * as members from './members.ts';
import * as themes from './themes.ts';

const { db, close } = await testDatabase();
afterAll(close);
const cast = await createCast(db);
const asAwa = cast.context(cast.awa);

beforeEach(async () => {
	await db.deleteFrom('appointments').where('theme_slug', 'is not', null).execute();
	await db.updateTable('themes').set({ merged_into: null }).execute();
	await db.deleteFrom('themes').execute();
});

const named = (nameFr: string, nameEn = '', nameEs = '') => ({ nameFr, nameEn, nameEs });
const add = async (name: string) => (await themes.add(asAwa, named(name))).slug;
const listed = async () => (await themes.desk(asAwa)).themes;
const slugs = async () => (await listed()).map(({ slug }) => slug);
const newCase = async () => {
	const { reference } = await cases.create(cast.context(cast.chloe), {
		organisationId: cast.alpha.id,
		clientKey: randomUUID()
	});
	return reference;
};
const themeOf = async (reference: string) =>
	(
		await db
			.selectFrom('cases')
			.select('theme_slug')
			.where('reference', '=', reference)
			.executeTakeFirstOrThrow()
	).theme_slug;
const acts = async () =>
	(
		await db
			.selectFrom('events')
			.select(['name', 'data'])
			.where('name', 'like', 'theme.%')
			.where('actor_id', '=', cast.awa.id)
			.orderBy('id')
			.execute()
	).map(({ name, data }) => [name, data]);
const scopesOf = (memberId: string) =>
	db
		.selectFrom('appointments')
		.select(['role', 'theme_slug'])
		.where('member_id', '=', memberId)
		.where('theme_slug', 'is not', null)
		.where('ended_at', 'is', null)
		.orderBy('role')
		.execute();

test('Awa adds two themes of her own; the first is on the public page, in French where nobody translated it', async () => {
	expect(await themes.theme(db, 'en')).toBeNull();
	expect((await themes.add(asAwa, named('  Eau &\n climat ', 'Water', ''))).slug).toBe('eau-climat');
	await add('Économie');
	expect(await listed()).toMatchObject([
		{ slug: 'eau-climat', ...named('Eau & climat', 'Water'), state: 'used', cases: 0, appointments: 0 },
		{ slug: 'economie', ...named('Économie'), state: 'used' }
	]);
	expect(await themes.theme(db, 'en')).toMatchObject({ name: 'Water', nameLanguage: 'en', launchYear: null });
	expect(await themes.theme(db, 'es')).toMatchObject({ name: 'Eau & climat', nameLanguage: 'fr' });
});

test('A name is needed, is not too long, and is that of one theme; a slug is of one theme for ever', async () => {
	await add('Eau');
	await failing(themes.add(asAwa, named('  ')), 'invalid', 'nameFr_empty');
	await failing(themes.add(asAwa, named('EAU')), 'invalid', 'nameFr_taken');
	const long = 'é'.repeat(themeNameCharacters + 1);
	await failing(themes.add(asAwa, named(long)), 'invalid', 'nameFr_too_long');
	await failing(themes.add(asAwa, named('Air', long)), 'invalid', 'nameEn_too_long');
	await failing(themes.add(asAwa, named('Air', '', long)), 'invalid', 'nameEs_too_long');
	await failing(themes.rename(asAwa, 'eau', named(long)), 'invalid', 'nameFr_too_long');
	await failing(themes.add(asAwa, named('Air\0')), 'invalid', 'invalid_input');

	await themes.rename(asAwa, 'eau', named('Océans'));
	expect(await add('Eau')).toBe('eau-2');
	expect(await add('水')).toBe('theme');
	await failing(themes.rename(asAwa, 'eau-2', named('océans')), 'invalid', 'nameFr_taken');
	await themes.rename(asAwa, 'eau', named('Océans', 'Oceans', 'Océanos'));
	expect((await listed())[0]).toMatchObject({ slug: 'eau', nameEs: 'Océanos' });
});

test('New cases take the first theme in use, whatever the order becomes; those there are keep theirs', async () => {
	for (const name of ['Air', 'Eau', 'Terre']) await add(name);
	const first = await newCase();
	expect(await themeOf(first)).toBe('air');
	await themes.move(asAwa, 'terre', 'up');
	await themes.move(asAwa, 'terre', 'up');
	await themes.move(asAwa, 'terre', 'up');
	expect(await slugs()).toEqual(['terre', 'air', 'eau']);
	expect(await themeOf(await newCase())).toBe('terre');
	await themes.move(asAwa, 'terre', 'down');
	expect(await slugs()).toEqual(['air', 'terre', 'eau']);

	await themes.retire(asAwa, 'air');
	await themes.retire(asAwa, 'air');
	expect(await themeOf(await newCase())).toBe('terre');
	expect(await themeOf(first)).toBe('air');
	expect((await themes.theme(db, 'fr'))?.name).toBe('Terre');
	expect((await listed())[0]).toMatchObject({ slug: 'air', state: 'retired', cases: 1 });
	await themes.restore(asAwa, 'air');
	expect(await themeOf(await newCase())).toBe('air');

	for (const slug of ['air', 'eau']) await themes.retire(asAwa, slug);
	expect((await themes.page(asAwa, 'terre')).isLastUsed).toBe(true);
	await themes.retire(asAwa, 'terre');
	expect(await themeOf(await newCase())).toBeNull();
	expect(await themes.theme(db, 'fr')).toBeNull();
});

test('Two themes that were one are merged: cases, rights and history follow, whoever had both rights has one', async () => {
	await db
		.insertInto('themes')
		.values({ slug: 'eau', name: 'Eau', launch_year: 2023, introduction: 'Pourquoi.', president: 'P.' })
		.execute();
	await db.insertInto('theme_subjects').values({ theme_slug: 'eau', position: 1, text: 'Puits' }).execute();
	await db
		.insertInto('milestones')
		.values({ theme_slug: 'eau', happened_on: '2023-09-19', precision: 'day', title: 'Atelier' })
		.execute();
	const reference = await newCase();
	await add('Océans');
	await db
		.insertInto('theme_subjects')
		.values({ theme_slug: 'oceans', position: 1, text: 'Côtes' })
		.execute();
	const appoint = (memberId: string, role: 'moderator' | 'lead', theme: string) =>
		members.appoint(asAwa, { memberId, role, theme });
	await appoint(cast.diego.id, 'moderator', 'eau');
	await appoint(cast.diego.id, 'moderator', 'oceans');
	await appoint(cast.efua.id, 'lead', 'eau');
	const heard: string[] = [];
	const stop = cast.bus.subscribe('member.access', ({ memberId }) => heard.push(memberId));

	expect(await themes.merge(asAwa, 'eau', 'oceans')).toEqual({ cases: 1, appointments: 2 });
	stop();
	expect(heard.sort()).toEqual([cast.diego.id, cast.efua.id].sort());
	expect(await themeOf(reference)).toBe('oceans');
	expect(await scopesOf(cast.diego.id)).toEqual([{ role: 'moderator', theme_slug: 'oceans' }]);
	expect(await scopesOf(cast.efua.id)).toEqual([{ role: 'lead', theme_slug: 'oceans' }]);
	expect(await themes.theme(db, 'fr')).toMatchObject({
		name: 'Océans',
		launchYear: 2023,
		introduction: 'Pourquoi.',
		subjects: ['Côtes', 'Puits'],
		milestones: [{ date: '2023-09-19', title: 'Atelier', text: '' }]
	});
	expect((await themes.page(asAwa, 'eau')).successor?.slug).toBe('oceans');
	expect((await acts()).at(-1)).toEqual([
		'theme.merged',
		{ theme: 'eau', into: 'oceans', cases: 1, appointments: 2 }
	]);

	// What it was called leads on, even through another merge, and nothing of it comes back.
	await add('Mers');
	await themes.merge(asAwa, 'oceans', 'mers');
	await appoint(cast.chloe.id, 'lead', 'eau');
	expect(await scopesOf(cast.chloe.id)).toEqual([{ role: 'lead', theme_slug: 'mers' }]);
	for (const act of [
		() => themes.restore(asAwa, 'eau'),
		() => themes.retire(asAwa, 'eau'),
		() => themes.move(asAwa, 'eau', 'up'),
		() => themes.rename(asAwa, 'eau', named('Eau')),
		() => themes.merge(asAwa, 'eau', 'mers')
	])
		await failing(act(), 'conflict', 'theme_merged');
	expect(await add('Eau')).toBe('eau-2');
});

test('A theme merges into none that is unknown, itself, retired, or of the demonstration', async () => {
	await add('Air');
	await add('Eau');
	await db
		.insertInto('themes')
		.values({ slug: 'demo', name: 'Démonstration', launch_year: 2023, is_demo: true })
		.execute();
	await failing(themes.merge(asAwa, 'air', 'air'), 'invalid', 'into_same');
	await failing(themes.merge(asAwa, 'air', 'inconnue'), 'invalid', 'into_unknown');
	await failing(themes.merge(asAwa, 'air', 'demo'), 'invalid', 'into_unknown');
	await failing(themes.merge(asAwa, 'demo', 'air'), 'invalid', 'into_unknown');
	await failing(themes.merge(asAwa, 'inconnue', 'air'), 'not_found');
	await themes.retire(asAwa, 'eau');
	await failing(themes.merge(asAwa, 'air', 'eau'), 'invalid', 'into_retired');
	// The other way round is how a retired one goes for good.
	await themes.merge(asAwa, 'eau', 'air');
	for (const act of [
		() => themes.page(asAwa, 'inconnue'),
		() => themes.rename(asAwa, 'inconnue', named('Air pur')),
		() => themes.retire(asAwa, 'inconnue'),
		() => themes.restore(asAwa, 'inconnue'),
		() => themes.move(asAwa, 'inconnue', 'up')
	])
		await failing(act(), 'not_found');
});

test('Of two who merge each into the other at once, one succeeds', async () => {
	await add('Air');
	await add('Eau');
	const outcomes = await Promise.allSettled([
		themes.merge(asAwa, 'air', 'eau'),
		themes.merge(asAwa, 'eau', 'air')
	]);
	expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
	expect((await listed()).map(({ state }) => state)).toEqual(['used', 'merged']);
});

test('Chloé creates cases while their theme is merged away: none stays behind', async () => {
	await add('Air');
	await add('Eau');
	const [references] = await Promise.all([
		Promise.all(Array.from({ length: 6 }, newCase)),
		themes.merge(asAwa, 'air', 'eau')
	]);
	for (const reference of references) expect(await themeOf(reference)).toBe('eau');
	expect((await themes.page(asAwa, 'air')).theme.cases).toBe(0);
});

// The embedded engine has one connection: nothing there happens at once.
test.skipIf(engine === 'embedded')(
	'a case that chose its theme holds it until it is created, and one that comes during a merge takes what is left',
	async () => {
		await add('Air');
		await add('Eau');
		let release = () => {};
		const held = new Promise<void>((resolve) => (release = resolve));
		const creating = db.transaction().execute(async (trx) => {
			expect(await themes.themeSlug(trx, false)).toBe('air');
			await held;
		});
		let merging: Promise<unknown> | undefined;
		try {
			await expect.poll(() => waiting('idle in transaction')).toBe(1);
			merging = themes.merge(asAwa, 'air', 'eau');
			await expect.poll(() => waiting('active')).toBe(1);
		} finally {
			release();
			await Promise.all([creating, merging]);
		}

		await add('Terre');
		const choosing = db.transaction().execute(async (trx) => {
			await trx.selectFrom('themes').select('slug').where('slug', '=', 'eau').forUpdate().execute();
			const chosen = db.transaction().execute((other) => themes.themeSlug(other, false));
			await expect.poll(() => waiting('active')).toBe(1);
			await trx.updateTable('themes').set({ retired_at: new Date() }).where('slug', '=', 'eau').execute();
			return { chosen };
		});
		expect(await (await choosing).chosen).toBe('terre');
	}
);

/** Other sessions of this database: those that wait for a lock, or that hold a transaction open. */
async function waiting(state: 'active' | 'idle in transaction'): Promise<number> {
	const { rows } = await sql<{ count: number }>`
		select count(*)::int as count from pg_stat_activity
		where datname = current_database() and pid <> pg_backend_pid() and state = ${state}
			and (state <> 'active' or wait_event_type = 'Lock')`.execute(db);
	return rows[0]!.count;
}

test('Boris and Farid find no such list; an administrator of the demonstration reads its own and changes nothing', async () => {
	await add('Air');
	await db
		.insertInto('themes')
		.values({ slug: 'demo', name: 'Démonstration', launch_year: 2023, is_demo: true })
		.execute();
	for (const person of [cast.boris, cast.farid]) {
		const context = cast.context(person);
		for (const act of [
			() => themes.desk(context),
			() => themes.page(context, 'air'),
			() => themes.add(context, named('Eau')),
			() => themes.merge(context, 'air', 'demo')
		])
			await failing(act(), 'not_found');
	}
	const demo = cast.context({ ...asAwa.who, isDemo: true } as Who);
	expect(await themes.desk(demo)).toMatchObject({ themes: [{ slug: 'demo' }], mayChange: false });
	await failing(themes.page(demo, 'air'), 'not_found');
	await failing(themes.rename(demo, 'demo', named('Autre')), 'forbidden');
	await failing(themes.add(demo, named('Eau')), 'forbidden');
});

test('From a terminal, in Awa’s name: themes are added, named, moved, retired, brought back and merged', async () => {
	const run = async (verb: string, ...args: string[]): Promise<string[]> => {
		const lines: string[] = [];
		const app = { db, contextFor: (who: Who) => cast.context(who) } as App;
		await verbs[verb]!.run(app, args, (line) => lines.push(line));
		return lines;
	};
	const as = ['--as', cast.awa.email];
	expect(await run('theme:add', '--fr', 'Eau', '--en', 'Water', ...as)).toEqual(['eau']);
	expect(await run('theme:add', '--fr', 'Océans', ...as)).toEqual(['oceans']);
	await run('theme:rename', '--theme', 'eau', '--es', 'Agua', ...as);
	await run('theme:move', '--theme', 'oceans', '--to', 'up', ...as);
	await run('theme:retire', '--theme', 'eau', ...as);
	expect(await run('themes')).toEqual(['oceans\tused\t0\tOcéans\t\t', 'eau\tretired\t0\tEau\tWater\tAgua']);
	await run('theme:restore', '--theme', 'eau', ...as);
	expect(await run('theme:merge', '--theme', 'eau', '--into', 'oceans', ...as)).toEqual([
		'Merged: 0 cases, 0 appointments.'
	]);
	expect((await run('themes'))[1]).toContain('merged into oceans');
	expect((await acts()).slice(-7).map(([name]) => name)).toEqual([
		'theme.added',
		'theme.added',
		'theme.renamed',
		'theme.moved',
		'theme.retired',
		'theme.restored',
		'theme.merged'
	]);
	await failing(run('theme:retire', '--theme', 'inconnue', ...as), 'not_found');
	await expect(run('theme:retire', '--theme', 'oceans')).rejects.toThrow('Usage: theme:retire');
	await expect(run('theme:retire', '--theme', 'oceans', '--as', cast.boris.email)).rejects.toThrow(
		'no administrator'
	);
});
