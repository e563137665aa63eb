import { sql } from 'kysely';
import { afterAll, expect, test } from 'vitest';
import { createCast } from '../../tests/support/cast.ts';
import { engine, testDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import { standing } from '../database/migrate.ts';
import { inWords } from '../health-words.ts';
import * as health from './health.ts';
import * as jobRuns from './job-runs.ts';
import * as settings from './settings.ts';

const { db, close } = await testDatabase();
afterAll(close);
const cast = await createCast(db);
const asAwa = cast.context(cast.awa);

const well: health.Vitals = {
	version: '1.2.3',
	node: '24.0.0',
	databaseKind: engine,
	migrations: await standing(db),
	free_bytes: 50e9,
	bus: { kind: 'memory', isWell: true },
	serving: { rooms: 2, bytes: 1000, people: 3, since: new Date() },
	isProduction: true,
	origin: 'https://passerelle.example.org',
	sendsMail: true,
	requiresSecondFactor: true
};

/** 'name' or 'name thing' → state, of what is not in order. */
async function troubles(change: Partial<health.Vitals> = {}): Promise<Record<string, health.State>> {
	const lines = await health.read(asAwa, () =>
		Promise.resolve({ ...well, databaseKind: 'postgres', ...change })
	);
	return Object.fromEntries(
		lines
			.filter(({ state }) => state !== 'ok')
			.map((line) => {
				const thing = 'setting' in line ? ` ${line.setting}` : 'job' in line ? ` ${line.job}` : '';
				return [`${line.name}${thing}`, line.state];
			})
	);
}
const age = (job: string, hours: number) =>
	db
		.updateTable('job_runs')
		.set({ ran_at: sql`now() - ${hours} * interval '1 hour'` })
		.where('job', '=', job)
		.execute();

test('On an installation that no server ever served, what servers do is late, and nobody can be written to', async () => {
	expect(await troubles()).toEqual({
		'job outbox': 'broken',
		'job seals': 'broken',
		'job versions': 'broken',
		'job short_lived': 'broken',
		'job long_lived': 'broken',
		journal: 'broken',
		'setting contact': 'attention'
	});
});

test('Once a server started and the contact is said, everything is in order, and Awa reads what runs here', async () => {
	await jobRuns.started(db);
	await settings.change(asAwa, {
		...(await settings.get(db)),
		contactName: 'Gisèle',
		contactEmail: 'contact@example.org'
	});
	expect(await troubles()).toEqual({});
	const lines = await health.read(asAwa, () => Promise.resolve(well));
	expect(lines).toContainEqual({ name: 'application', version: '1.2.3', node: '24.0.0', state: 'ok' });
	expect(lines).toContainEqual({ name: 'rooms', rooms: 2, bytes: 1000, people: 3, state: 'ok' });
	const database = lines.find(({ name }) => name === 'database') as { version: string; bytes: number };
	expect(database.version).toMatch(/^\d+/);
	expect(database.bytes).toBeGreaterThan(1e6);
	expect(lines).toContainEqual({ name: 'migrations', last: well.migrations.last, pending: 0, state: 'ok' });
	expect(well.migrations.last).toMatch(/^20/);
	// What the command line prints is the same, and names nobody.
	expect(lines.map(inWords).join('\n')).not.toMatch(/@|undefined|\[object/);
});

test('Every setting that should be mended is named', async () => {
	await db.updateTable('members').set({ is_demo: true }).where('id', '=', cast.efua.id).execute();
	const change = {
		sendsMail: false,
		origin: 'http://passerelle.example.org',
		requiresSecondFactor: false,
		databaseKind: 'embedded' as const
	};
	expect(await troubles(change)).toEqual({
		'setting mail': 'attention',
		'setting origin': 'attention',
		'setting second_factor': 'attention',
		'setting demo': 'attention',
		'setting embedded': 'attention'
	});
	expect(await troubles({ ...change, isProduction: false })).not.toHaveProperty(['setting embedded']);
	expect(await troubles({ origin: 'http://127.0.0.1:3000' })).not.toHaveProperty(['setting origin']);
	await db.updateTable('members').set({ is_demo: false }).where('id', '=', cast.efua.id).execute();
});

test('A bus that is away, a full disk and mail that was given up are told', async () => {
	expect(await troubles({ bus: { kind: 'redis', isWell: false } })).toEqual({ bus: 'attention' });
	expect(await troubles({ free_bytes: 500e6 })).toEqual({ disk: 'attention' });
	expect(await troubles({ free_bytes: 5e6 })).toEqual({ disk: 'broken' });
	await db
		.insertInto('outbox')
		.values({ kind: 'mail.test', payload: '{}', dedupe_key: 'dead', failed_at: new Date() })
		.execute();
	expect(await troubles()).toEqual({ mail: 'attention' });
	await db.deleteFrom('outbox').execute();
});

test('A job whose last try failed asks for attention, one that no server does is broken', async () => {
	await jobRuns.ran(db, 'versions');
	await jobRuns.failed(db, 'versions');
	expect(await troubles()).toEqual({ 'job versions': 'attention' });
	await jobRuns.ran(db, 'versions');
	expect(await troubles()).toEqual({});

	await age('versions', 5);
	// Not yet: the server started a moment ago.
	expect(await troubles()).toEqual({});
	await age('start', 1);
	expect(await troubles()).toMatchObject({ 'job versions': 'broken', 'job outbox': 'broken' });
	expect(await troubles()).not.toHaveProperty(['job long_lived']);
	await jobRuns.started(db);
});

test('A journal that was found changed stays out of order until it is read again and whole', async () => {
	await jobRuns.ran(db, 'journal_check', { problems: 2 });
	expect(await troubles()).toEqual({ journal: 'broken' });
	await jobRuns.ran(db, 'journal_check', { problems: 0 });
	expect(await troubles()).toEqual({});
});

test('One server a day reads the journal again', async () => {
	const day_ms = 24 * 3_600_000;
	await db.deleteFrom('job_runs').where('job', '=', 'journal_check').execute();
	const both = await Promise.all([
		jobRuns.begin(db, 'journal_check', day_ms),
		jobRuns.begin(db, 'journal_check', day_ms)
	]);
	expect(both.toSorted()).toEqual([false, true]);
	await db
		.updateTable('job_runs')
		.set({ begun_at: new Date(Date.now() - 2 * day_ms) })
		.where('job', '=', 'journal_check')
		.execute();
	expect(await jobRuns.begin(db, 'journal_check', day_ms)).toBe(true);
});

test('Tables that are not up to date are told, and what needs them is not asked', async () => {
	const lines = await health.examine(db, { ...well, migrations: { last: 'a', pending: ['b'] } });
	expect(health.worst(lines)).toBe('broken');
	expect(lines.some(({ name }) => name === 'job')).toBe(false);
});

test('Boris, Chloé and Farid find no such page', async () => {
	for (const person of [cast.boris, cast.chloe, cast.farid])
		await failing(
			health.read(cast.context(person), () => Promise.reject(new Error('asked all the same'))),
			'not_found'
		);
});
