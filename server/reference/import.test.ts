import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locales } from '#lib/contract/locales.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { createCast } from '../../tests/support/cast.ts';
import { createSession, validateToken } from '../auth/sessions.ts';
import * as cases from '../domain/cases.ts';
import * as organisations from '../domain/organisations.ts';
import { countries, modalities, targets } from '../domain/reference-data.ts';
import { compileRegistry } from './compile-registry.ts';
import { importReference, updateRegistry } from './import.ts';
import { formatRegistry, parseRegistry, readRegistry, type RegistryRow } from './registry.ts';

const { db, connect, close } = await testDatabase();
const cast = await createCast(db);
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
		.where('code', 'is not', null)
		.groupBy('kind')
		.execute();
	expect(Object.fromEntries(counts.map(({ kind, count }) => [kind, Number(count)]))).toEqual({
		region: 18,
		department: 101,
		intercommunality: 1_265,
		commune: 34_969,
		// The Métropole de Lyon, eight overseas territories, and the six authorities of special-status.ts.
		special: 15
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
	const { chloe, context } = cast;
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
		population: 28_363,
		alias: null
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

test('what the geographic code shows as a region or a department is the authority it is', async () => {
	const { chloe, context } = cast;
	const first = async (query: string) => (await organisations.search(context(chloe), query))[0]?.name;
	for (const [query, name] of [
		['haut-rhin', 'Collectivité européenne d’Alsace'],
		['corse du sud', 'Collectivité de Corse'],
		['paris', 'Ville de Paris'],
		['ville de paris', 'Ville de Paris'],
		['mayotte', 'Département-Région de Mayotte'],
		['collectivite territoriale de guyane', 'Collectivité territoriale de Guyane'],
		['metropole de lyon', 'Métropole de Lyon']
	] as const)
		expect(await first(query), query).toBe(name);

	const alsace = await organisations.page(context({ kind: 'visitor' }), 'statut-particulier-6AE');
	expect(alsace).toMatchObject({ siren: '200094332', regionName: 'Grand Est', endedOn: null });
	expect(alsace.predecessors.map(({ name }) => name)).toEqual(['Bas-Rhin', 'Haut-Rhin']);
	const haut = await organisations.page(context({ kind: 'visitor' }), 'departement-68');
	expect(haut).toMatchObject({
		name: 'Haut-Rhin',
		endedOn: '2021-01-01',
		successor: { name: 'Collectivité européenne d’Alsace', address: '/organisations/statut-particulier-6AE' }
	});
	// Without the inhabitants of the Métropole de Lyon, which is another authority.
	const rhone = await organisations.page(context({ kind: 'visitor' }), 'departement-69');
	expect(rhone.population).toBeLessThan(600_000);
});

const fixture = (code: string, name: string, population: number): RegistryRow => ({
	kind: 'commune',
	code,
	name,
	siren: null,
	departmentCode: '99',
	departmentName: 'Nulle-Part',
	regionName: null,
	population
});

test('communes that merge keep their id, name, members and cases, and point to what they became', async () => {
	const small = await testDatabase();
	try {
		const load = (edition: number, rows: RegistryRow[], gone: [string, string][] = []) =>
			small.db.transaction().execute((trx) =>
				updateRegistry(trx, {
					edition,
					rows,
					successions: gone.map(([code, byCode]) => ({
						kind: 'commune',
						code,
						byKind: 'commune',
						byCode,
						since: null
					}))
				})
			);
		const stored = async () =>
			new Map(
				(
					await small.db
						.selectFrom('organisations')
						.select([
							'code',
							'id',
							'name',
							'succeeded_by',
							'edition',
							'ended_on',
							'stratum_from',
							'stratum_to'
						])
						.where('code', 'is not', null)
						.execute()
				).map((row) => [row.code!, row])
			);
		const cast = await createCast(small.db);
		const asFarid = cast.context(cast.farid);
		await load(2026, [
			fixture('99001', 'Aville', 1_500),
			fixture('99002', 'Bourg', 900),
			fixture('99003', 'Dehors', 7_000),
			fixture('99004', 'Loin', 1_200)
		]);
		const before = await stored();
		expect(before.get('99003')).toMatchObject({ stratum_from: 5_000, stratum_to: 10_000 });
		const bourg = before.get('99002')!;
		await small.db
			.insertInto('memberships')
			.values({ member_id: cast.efua.id, organisation_id: bourg.id, role: 'referent' })
			.execute();
		const asEfua = async () => {
			const { token } = await createSession(small.db, cast.efua.id);
			return cast.context(await validateToken(small.db, token));
		};
		const { reference } = await cases.create(await asEfua(), {
			organisationId: bourg.id,
			clientKey: randomUUID()
		});

		// Aville and Bourg become Ceville, which takes the code of Aville; Loin is gone without a word.
		const merged: Parameters<typeof load> = [
			2027,
			[fixture('99001', 'Ceville', 2_400), fixture('99003', 'Dehors', 7_100)],
			[['99002', '99001']]
		];
		await load(...merged);
		const after = await stored();
		await load(...merged);
		expect(await stored()).toEqual(after);
		for (const [code, { id }] of before) expect(after.get(code)?.id).toBe(id);
		const ceville = after.get('99001')!;
		expect(ceville).toMatchObject({ name: 'Ceville', stratum_from: 2_000, ended_on: null });
		expect(after.get('99002')).toMatchObject({ name: 'Bourg', succeeded_by: ceville.id });
		expect(after.get('99004')).toMatchObject({ name: 'Loin', succeeded_by: null });
		expect(after.get('99004')!.ended_on).not.toBeNull();

		// Who spoke for Bourg still does, and its case is still its own.
		expect((await asEfua()).who).toMatchObject({
			memberships: [{ organisationName: cast.beta.name }, { organisationName: 'Bourg', role: 'referent' }]
		});
		expect((await cases.get(await asEfua(), reference)).organisations.map(({ name }) => name)).toEqual([
			'Bourg'
		]);
		expect(await organisations.page(asFarid, 'commune-99002')).toMatchObject({
			name: 'Bourg',
			people: 1,
			successor: { name: 'Ceville', address: '/organisations/commune-99001' },
			may: { join: false }
		});
		expect(await organisations.page(asFarid, 'commune-99001')).toMatchObject({
			formerNames: ['Aville'],
			predecessors: [{ id: bourg.id, name: 'Bourg', address: '/organisations/commune-99002' }]
		});
		// Nobody chooses it any more.
		const names = async (query: string) =>
			(await organisations.search(cast.context(cast.chloe), query)).map(({ name }) => name);
		expect(await names('bourg')).toEqual([]);
		expect(await names('dehors')).toEqual(['Dehors']);

		// The year after they part again.
		await load(2028, [
			fixture('99001', 'Aville', 1_500),
			fixture('99002', 'Bourg', 900),
			fixture('99003', 'Dehors', 7_000)
		]);
		expect((await stored()).get('99002')).toMatchObject({ succeeded_by: null, ended_on: null });
		expect(await names('bourg')).toEqual(['Bourg']);
	} finally {
		await small.close();
	}
});

test('the registry file reads back as it was written', async () => {
	const registry = await readRegistry();
	expect(registry.stamp).toMatch(
		/^@etalab\/decoupage-administratif \d+\.\d+\.\d+, edition \d{4}, layout \d+$/
	);
	expect(parseRegistry(formatRegistry(registry.stamp, registry.rows, registry.successions))).toEqual(
		registry
	);
	expect(() => parseRegistry('stamp, edition 2026\ncommune\t\t')).toThrow('cannot be read');
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
