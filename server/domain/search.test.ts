import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createCast } from '../../tests/support/cast.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import type { Context } from '../context.ts';
import * as account from './account.ts';
import { search } from './search.ts';
import * as threads from './threads.ts';

const { db, close } = await testDatabase();
afterAll(close);
const cast = await createCast(db);
const asChloe = cast.context(cast.chloe);
const asDiego = cast.context(cast.diego);
const asFarid = cast.context(cast.farid);
beforeEach(async () => void (await db.deleteFrom('rate_limits').execute()));

async function say(title: string, body: string, visibility: 'public' | 'members' = 'public') {
	return (await threads.open(asChloe, { title, body, visibility, clientKey: randomUUID() })).id;
}
const found = async (context: Context, query: string) =>
	(await search(context, query, '192.0.2.1'))?.threads.map(({ id }) => id);

test('words are found in a title or in any post, accents, ligatures and capitals aside', async () => {
	const id = await say('Former des artisans à Thiès', 'Avec quels moyens ?');
	await threads.reply(asDiego, id, { body: 'Un CŒUR de métier', clientKey: randomUUID() });
	await say('Autre chose', 'Rien à voir');
	for (const query of ['THIES', 'artisans former', 'moyens', 'coeur', 'cœur artisans', 'metier thies'])
		expect(await found(asFarid, query), query).toEqual([id]);
	expect(await found(asFarid, 'artisans dakar')).toEqual([]);
});

test('what members say among themselves is found by members only', async () => {
	const id = await say('Entre nous, la confiserie', 'Dites-le franchement', 'members');
	expect(await found(asDiego, 'confiserie')).toEqual([id]);
	expect(await found(asFarid, 'confiserie')).toEqual([]);
	expect(await found(asFarid, 'franchement')).toEqual([]);
});

test('organisations of that name are found by anybody, with the way to their page', async () => {
	const [first] = (await search(asFarid, cast.alpha.name, '192.0.2.1'))!.organisations;
	expect(first).toMatchObject({ id: cast.alpha.id, name: cast.alpha.name });
	expect(first!.address).toMatch(/^\/organisations\//);
	expect((await search(asFarid, 'zzzz', '192.0.2.1'))!.organisations).toEqual([]);
});

test('too little asks nothing, and a pattern is only letters', async () => {
	await say('Cent pour cent', 'Un_deux %');
	expect(await search(asFarid, '', '192.0.2.1')).toBeNull();
	expect(await search(asFarid, ' é ', '192.0.2.1')).toBeNull();
	expect(await search(asFarid, '%%%', '192.0.2.1')).toBeNull();
	expect(await found(asFarid, "x' or 1=1 --")).toEqual([]);
	expect(await found(asFarid, 'zzz%')).toEqual([]);
});

test('who asks without end waits; others do not wait with them', async () => {
	const asking = () => search(asFarid, 'encore', '192.0.2.7');
	await Promise.all(Array.from({ length: 60 }, asking));
	await failing(asking(), 'too_many');
	expect(await search(asFarid, 'encore', '192.0.2.8')).not.toBeNull();
	expect(await search(asDiego, 'encore', '192.0.2.7')).not.toBeNull();
});

test('a need is told from a question, and words keep the language of who wrote them', async () => {
	const { id } = await threads.open(asDiego, {
		title: 'Un partenaire au Sénégal',
		body: 'Nous cherchons.',
		visibility: 'members',
		kind: 'need',
		clientKey: randomUUID()
	});
	await account.chooseLocale(asChloe, 'es');
	const { locale } = await db
		.selectFrom('members')
		.select('locale')
		.where('id', '=', cast.chloe.who.id)
		.executeTakeFirstOrThrow();
	const inSpanish = cast.context({ ...cast.chloe.who, locale });
	await threads.reply(inSpanish, id, { body: '¡Aquí estamos!', clientKey: randomUUID() });

	const { thread, posts } = await threads.get(asDiego, id);
	expect(thread).toMatchObject({ kind: 'need', language: 'fr' });
	expect(posts.map(({ language }) => language)).toEqual(['fr', 'es']);
	const [listed] = (await threads.list(asDiego, { query: 'senegal' })).items;
	expect(listed).toMatchObject({ kind: 'need', language: 'fr' });
	await failing(account.chooseLocale(asFarid, 'en'), 'forbidden');
});
