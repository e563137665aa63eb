import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import { testDatabase, type TestDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import { newLetters } from '../../tests/support/letters.ts';
import * as bulk from './bulk-invitations.ts';
import * as invitations from './invitations.ts';
import { searchText } from './search-text.ts';

let database: TestDatabase;
let cast: Cast;

beforeAll(async () => {
	database = await testDatabase();
	cast = await createCast(database.db);
	await database.db
		.insertInto('organisations')
		.values(
			[
				{ kind: 'commune' as const, code: '01004', name: 'Ambérieu (fictive)', siren: '210100046' },
				{ kind: 'commune' as const, code: '60001', name: 'Homonyme (fictive)' },
				{ kind: 'commune' as const, code: '80001', name: 'Homonyme (fictive)' },
				{ kind: 'commune' as const, code: '60002', name: 'Ancienne (fictive)', ended_on: '2020-01-01' }
			].map((one) => ({ siren: null, ended_on: null, ...one, search_text: searchText(one.name) }))
		)
		.execute();
});
beforeEach(async () => {
	for (const table of ['rate_limits', 'outbox', 'invitations'] as const)
		await database.db.deleteFrom(table).execute();
});
afterAll(() => database.close());

const asAwa = () => cast.context(cast.awa);
const letters = () => newLetters(database.db, cast.bus);
const statesOf = ({ lines }: bulk.Batch) => lines.map(({ number, state }) => `${number} ${state}`);
const head = 'Adresse électronique;Organisation;Rôle;Langue';
const table = (...lines: string[]) => [head, ...lines].join('\r\n');

it('Awa sees what each line would do, and nothing has left', async () => {
	await invitations.invite(cast.context(cast.chloe), {
		email: 'deja@example.org',
		organisationId: cast.alpha.id,
		role: 'member',
		locale: 'fr'
	});
	await letters();
	const batch = await bulk.preview(
		asAwa(),
		table(
			'Gisele@Example.org;Région Alpha (fictive);Contributrice;français',
			`${cast.diego.email};Département Bêta (fictif);;`,
			'deja@example.org;region alpha fictive;membre;fr',
			'gisele@example.org;Région Alpha (fictive);membre;fr',
			'sans-arobase;Région Alpha (fictive);membre;fr',
			`${cast.awa.email};Région Alpha (fictive);membre;fr`,
			'hugo@example.org;;membre;fr',
			'hugo@example.org;Atlantide;membre;fr',
			'hugo@example.org;Homonyme (fictive);membre;fr',
			'hugo@example.org;Ancienne (fictive);membre;fr',
			'hugo@example.org;1004;empereur;fr',
			'hugo@example.org;1004;membre;klingon',
			'hugo@example.org;210 100 046;Référent;es'
		)
	);
	expect(statesOf(batch)).toEqual([
		'2 invite',
		'3 member',
		'4 invited',
		'5 repeated',
		'6 email_invalid',
		'7 email_own',
		'8 organisation_empty',
		'9 organisation_unknown',
		'10 organisation_ambiguous',
		'11 organisation_ended',
		'12 role_unknown',
		'13 language_unknown',
		'14 invite'
	]);
	expect(batch.counts).toMatchObject({ invite: 2, member: 1 });
	expect(batch.lines[8]!.choices.map(({ label }) => label)).toEqual([
		'Homonyme (fictive), commune:60001',
		'Homonyme (fictive), commune:80001'
	]);
	expect(batch.lines[12]!.found).toMatchObject({ role: 'referent', locale: 'es' });
	expect(bulk.toCorrect(batch).map(({ number }) => number)).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
	expect(await letters()).toEqual([]);
});

it('Awa sends: a letter each, in its language; sent again, and twice at once, nobody gets a second', async () => {
	const csv = table(
		'gisele@example.org;Région Alpha (fictive);contributeur;fr',
		'hugo@example.org;commune:01004;membre;en',
		'ines@example.org;Atlantide;membre;fr'
	);
	const [first, second] = await Promise.all([bulk.send(asAwa(), csv), bulk.send(asAwa(), csv)]);
	expect([first.counts.invite ?? 0, second.counts.invite ?? 0].sort()).toEqual([0, 2]);
	expect((await bulk.send(asAwa(), csv)).counts).toEqual({ invited: 2, organisation_unknown: 1 });
	const sent = await letters();
	expect(sent.map(({ to }) => to).sort()).toEqual(['gisele@example.org', 'hugo@example.org']);
	expect(sent.find(({ to }) => to.startsWith('hugo'))!.text).toContain('invites you');
	const acts = await database.db
		.selectFrom('events')
		.select('data')
		.where('name', '=', 'invitation.bulk_sent')
		.execute();
	expect(acts.map(({ data }) => data)).toEqual([{ count: 2 }]);
});

it('of two organisations called the same, the one chosen is invited for, and no other can be slipped in', async () => {
	const csv = table('gisele@example.org;Homonyme (fictive);membre;fr');
	const { lines } = await bulk.preview(asAwa(), csv);
	const [one] = lines[0]!.choices;
	expect((await bulk.send(asAwa(), csv, new Map([[2, cast.alpha.id]]))).counts).toEqual({
		organisation_ambiguous: 1
	});
	expect((await bulk.send(asAwa(), csv, new Map([[2, one!.id]]))).counts).toEqual({ invite: 1 });
});

it('reads what Excel writes in French, commas, tabs and quotation marks', async () => {
	const french = bulk.decoded(
		Buffer.from('E-mail;Collectivité;Rôle\r\ng@example.org;Région Alpha (fictive);Référent', 'latin1')
	);
	expect(statesOf(await bulk.preview(asAwa(), french))).toEqual(['2 invite']);
	const marked = bulk.decoded(
		Buffer.from('\uFEFFemail,organization,role\ng@example.org,"Région Alpha (fictive)",member\n\n')
	);
	expect(statesOf(await bulk.preview(asAwa(), marked))).toEqual(['2 invite']);
	const tabbed = 'correo\torganización\nh@example.org\tRégion Alpha (fictive)';
	expect(statesOf(await bulk.preview(asAwa(), tabbed))).toEqual(['2 invite']);
});

it('says what is wrong with a table that is none', async () => {
	const refused = (csv: string, code: string) => failing(bulk.preview(asAwa(), csv), 'invalid', code);
	await refused(' ', 'csv_empty');
	await refused(head, 'csv_empty');
	await refused('nom;prénom\nA;B', 'csv_columns');
	await refused(`${head}\na@example.org;"Région`, 'csv_unreadable');
	await refused('PK\0\0', 'csv_unreadable');
	await refused(table('a'.repeat(bulk.mostBytes)), 'csv_too_large');
	await refused(
		table(...Array.from({ length: 1001 }, (_, n) => `a${n}@example.org;x`)),
		'csv_too_many_lines'
	);
});

it('a thousand lines leave in one go; the fourth thousand of the day does not, not even in part', async () => {
	const thousand = (name: string) =>
		table(
			...Array.from({ length: 1000 }, (_, n) => `${name}${n}@example.org;Région Alpha (fictive);membre;fr`)
		);
	for (const name of ['a', 'b', 'c'])
		expect((await bulk.send(asAwa(), thousand(name))).counts).toEqual({ invite: 1000 });
	await failing(bulk.send(asAwa(), thousand('d')), 'too_many', 'too_many');
	const { count } = await database.db
		.selectFrom('invitations')
		.select((eb) => eb.fn.countAll<string>().as('count'))
		.executeTakeFirstOrThrow();
	expect(Number(count)).toBe(3000);
}, 120_000);

it('nobody but an administrator knows of it', async () => {
	for (const person of [cast.farid, cast.chloe, cast.boris])
		await failing(bulk.preview(cast.context(person), table('a@example.org;x')), 'not_found', 'not_found');
});

it('a table to correct is no formula for the spreadsheet that opens it', () => {
	expect(bulk.csvOf([['=1+1', '@a', '-2', 'a;b', 'dit « "oui" »']])).toBe(
		'\uFEFF\'=1+1;\'@a;\'-2;"a;b";"dit « ""oui"" »"\r\n'
	);
});
