import { afterAll, beforeAll, expect, test } from 'vitest';
import { locales } from '#lib/contract/locales.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { createCast } from '../../tests/support/cast.ts';
import * as organisations from '../domain/organisations.ts';
import { countries, modalities, targets } from '../domain/reference-data.ts';
import { compileRegistry } from './compile-registry.ts';
import { importReference, upsertOrganisations } from './import.ts';
import { formatRegistry, parseRegistry, readRegistry } from './registry.ts';

const { db, connect, close } = await testDatabase();
const heard: string[] = [];
const log = { info: (details: object) => void heard.push((details as { name: string }).name) };

beforeAll(async () => {
	await compileRegistry();
	await importReference(db, log);
}, 60_000);
afterAll(close);

test('the registry holds the regions, departments, intercommunalities and current communes of France', async () => {
	const counts = await db
		.selectFrom('organisations')
		.select(['kind', (eb) => eb.fn.countAll().as('count')])
		.groupBy('kind')
		.execute();
	expect(Object.fromEntries(counts.map(({ kind, count }) => [kind, Number(count)]))).toEqual({
		region: 18,
		department: 101,
		intercommunality: 1_265,
		commune: 34_969,
		// The Métropole de Lyon and the overseas territories that are neither region nor department.
		special: 9
	});
});

test('a region counts the inhabitants of its communes', async () => {
	const occitanie = await db
		.selectFrom('organisations')
		.select(['name', 'population'])
		.where('kind', '=', 'region')
		.where('code', '=', '76')
		.executeTakeFirstOrThrow();
	expect(occitanie).toEqual({ name: 'Occitanie', population: 6_124_653 });
	const [sum] = await db
		.selectFrom('organisations')
		.select((eb) => eb.fn.sum('population').as('total'))
		.where('kind', '=', 'commune')
		.where('region_name', '=', 'Occitanie')
		.execute();
	expect(Number(sum?.total)).toBe(6_124_653);
});

test('four communes are called Saint-Denis, and their departments tell them apart', async () => {
	const named = await db
		.selectFrom('organisations')
		.select(['code', 'department_name', 'department_code', 'region_name', 'siren', 'population'])
		.where('kind', '=', 'commune')
		.where('name', '=', 'Saint-Denis')
		.orderBy('population', 'desc')
		.execute();
	expect(named.map((commune) => commune.department_name)).toEqual([
		'La Réunion',
		'Seine-Saint-Denis',
		'Aude',
		'Gard'
	]);
	expect(named[1]).toEqual({
		code: '93066',
		department_name: 'Seine-Saint-Denis',
		department_code: '93',
		region_name: 'Île-de-France',
		siren: '929939411',
		population: 149_077
	});
});

test('Chloé finds a collectivité by its name, with or without its department', async () => {
	const { chloe, context } = await createCast(db);
	const found = await organisations.search(context(chloe), 'saint-denis');
	expect(found.slice(0, 2).map((organisation) => organisation.name)).toEqual(['Saint-Denis', 'Saint-Denis']);
	const [first] = await organisations.search(context(chloe), 'Saint Denis 93');
	expect(first).toMatchObject({ name: 'Saint-Denis', kind: 'commune', population: 149_077 });
});

test('an intercommunality spells out its initials and stands in the department of most of its members', async () => {
	const registry = await readRegistry();
	const names = registry.rows.filter((row) => row.kind === 'intercommunality').map((row) => row.name);
	expect(names.filter((name) => /^C[ACU] /.test(name))).toEqual([]);
	expect(registry.rows.find((row) => row.code === '200000172')).toEqual({
		kind: 'intercommunality',
		code: '200000172',
		name: 'Communauté de communes Faucigny - Glières',
		siren: '200000172',
		departmentCode: '74',
		departmentName: 'Haute-Savoie',
		regionName: 'Auvergne-Rhône-Alpes',
		population: 28_363
	});
	expect(registry.rows.filter((row) => row.kind === 'intercommunality' && !row.departmentName)).toEqual([]);
});

test('a second import changes nothing and asks once', async () => {
	const before = await everyId();
	expect(heard).toEqual(['registry', 'targets', 'modalities', 'countries']);
	heard.length = 0;
	await importReference(db, log);
	expect(heard).toEqual([]);

	// As if every file were new.
	await db.deleteFrom('reference_imports').execute();
	await importReference(db, log);
	expect(heard).toEqual(['registry', 'targets', 'modalities', 'countries']);
	expect(await everyId()).toEqual(before);
}, 60_000);

test('two processes that start at once load it once', async () => {
	const other = await connect();
	await db.deleteFrom('reference_imports').execute();
	heard.length = 0;
	await Promise.all([importReference(db, log), importReference(other, log)]);
	expect(heard).toEqual(['registry', 'targets', 'modalities', 'countries']);
}, 60_000);

test('a commune that is renamed keeps its id; one that leaves the registry stays', async () => {
	const bobigny = { kind: 'commune' as const, code: '93008' };
	const row = (await readRegistry()).rows.find((r) => r.kind === bobigny.kind && r.code === bobigny.code)!;
	const before = await everyId();

	await db
		.transaction()
		.execute((trx) => upsertOrganisations(trx, [{ ...row, name: 'Bobigny-la-Neuve', population: 1 }]));
	const renamed = await db
		.selectFrom('organisations')
		.select(['id', 'name', 'population', 'search_text'])
		.where('kind', '=', bobigny.kind)
		.where('code', '=', bobigny.code)
		.executeTakeFirstOrThrow();
	expect(renamed).toEqual({
		id: before.get('commune:93008'),
		name: 'Bobigny-la-Neuve',
		population: 1,
		search_text: 'bobigny la neuve 93 seine saint denis'
	});
	expect(await everyId()).toEqual(before);
	await db.transaction().execute((trx) => upsertOrganisations(trx, [row]));
});

test('the registry file reads back as it was written', async () => {
	const registry = await readRegistry();
	expect(registry.stamp).toMatch(/^@etalab\/decoupage-administratif \d+\.\d+\.\d+, layout \d+$/);
	expect(parseRegistry(formatRegistry(registry.stamp, registry.rows))).toEqual(registry);
	expect(() => parseRegistry('stamp\ncommune\t\t')).toThrow('cannot be read');
});

test('Goal 8 has its twelve targets, in order, in three languages', async () => {
	const list = await targets(db, 'fr');
	expect(list.map((target) => target.code)).toEqual(
		'8.1 8.2 8.3 8.4 8.5 8.6 8.7 8.8 8.9 8.10 8.a 8.b'.split(' ')
	);
	expect(list.flatMap(({ code, deadline }) => (deadline ? [[code, deadline]] : []))).toEqual([
		['8.4', 2030],
		['8.5', 2030],
		['8.6', 2020],
		['8.7', 2025],
		['8.9', 2030],
		['8.b', 2020]
	]);
	for (const locale of locales) {
		const texts = await targets(db, locale);
		expect(new Set(texts.map((target) => target.text)).size).toBe(12);
		// A text names the year it names in every language.
		for (const { text, deadline } of texts) if (deadline) expect(text).toContain(String(deadline));
	}
});

test('the seventeen modalities suggest targets that exist', async () => {
	const codes = (await targets(db, 'en')).map((target) => target.code);
	for (const locale of locales) {
		const list = await modalities(db, locale);
		expect(list).toHaveLength(17);
		expect(new Set(list.map((modality) => modality.name)).size).toBe(17);
		for (const { targets: suggested } of list) expect(codes).toEqual(expect.arrayContaining(suggested));
	}
	expect((await modalities(db, 'fr'))[0]).toEqual({
		slug: 'gastronomie-et-terroir',
		name: 'Gastronomie et terroir (filières agroalimentaires)',
		targets: ['8.9', '8.3']
	});
});

test('every country has a name in each language, in the order of that language', async () => {
	const french = await countries(db, 'fr');
	expect(french).toHaveLength(250);
	for (const locale of locales) {
		const list = await countries(db, locale);
		for (const { code, name } of list) expect(name).not.toBe(code);
		expect(new Set(list.map((country) => country.name)).size).toBe(250);
	}
	const names = french.map((country) => country.name);
	expect(names.indexOf('Égypte')).toBeLessThan(names.indexOf('Équateur'));
	expect(names.indexOf('Équateur')).toBeLessThan(names.indexOf('Finlande'));
	expect(french.find((country) => country.code === 'CD')?.name).toBe('République démocratique du Congo');
});

async function everyId(): Promise<Map<string, string>> {
	const rows = await db
		.selectFrom('organisations')
		.select(['kind', 'code', 'id'])
		.where('code', 'is not', null)
		.execute();
	return new Map(rows.map(({ kind, code, id }) => [`${kind}:${code}`, id]));
}
