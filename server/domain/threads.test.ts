import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { catchUpLimit } from '#lib/contract/live.ts';
import { createCompleteCase, seedReference } from '../../tests/support/cases.ts';
import { createCast } from '../../tests/support/cast.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import type { BusEvents } from '../bus/bus.ts';
import type { Context, Member } from '../context.ts';
import * as cases from './cases.ts';
import * as reviews from './reviews.ts';
import * as threads from './threads.ts';

const { db, close } = await testDatabase();
afterAll(close);
const cast = await createCast(db);
await seedReference(db);
const { alpha, beta } = cast;
const asChloe = cast.context(cast.chloe);
const asDiego = cast.context(cast.diego);
const asEfua = cast.context(cast.efua);
const asBoris = cast.context(cast.boris);
const asFarid = cast.context(cast.farid);

// Each test begins a new day, as far as limits are concerned.
beforeEach(async () => void (await db.deleteFrom('rate_limits').execute()));

const words = (body: string) => ({ body, clientKey: randomUUID() });
async function openThread(context: Context = asChloe, visibility: 'public' | 'members' = 'members') {
	const { id } = await threads.open(context, {
		title: 'Qui a déjà fait ça ?',
		visibility,
		...words('Bonjour')
	});
	return id;
}
async function newcomers(count: number): Promise<Context[]> {
	return Promise.all(
		Array.from({ length: count }, async () => {
			const { id } = await db
				.insertInto('members')
				.values({ email: `${randomUUID()}@example.invalid`, name: 'Membre', password_hash: 'unusable' })
				.returning('id')
				.executeTakeFirstOrThrow();
			return cast.context({ ...cast.efua.who, id });
		})
	);
}
const postsIn = async (id: string) =>
	db.selectFrom('posts').select(['number', 'body']).where('thread_id', '=', id).orderBy('number').execute();

test('Diego answers Chloé: the post is numbered, counted, announced, and brings the thread up', async () => {
	const id = await openThread();
	const older = await openThread();
	const heard: BusEvents['post.created'][] = [];
	const stop = cast.bus.subscribe('post.created', (data) => heard.push(data));
	const post = await threads.reply(asDiego, id, words('  **Oui**, à Thiès.\r\nJe raconte.  '));
	stop();
	expect(post).toMatchObject({
		threadId: id,
		number: 2,
		authorName: 'Diego',
		organisationName: beta.name,
		html: '<p><strong>Oui</strong>, à Thiès.<br>\nJe raconte.</p>\n'
	});
	expect(new Date(post.createdAt).toISOString()).toBe(post.createdAt);
	expect(heard).toEqual([{ threadId: id, number: 2 }]);

	const { items } = await threads.list(asChloe);
	expect(items.slice(0, 2).map((item) => item.id)).toEqual([id, older]);
	expect(items[0]).toMatchObject({
		title: 'Qui a déjà fait ça ?',
		replyCount: 1,
		authorName: 'Chloé',
		organisationName: alpha.name,
		lastAuthorName: 'Diego',
		lastOrganisationName: beta.name
	});
	const page = await threads.get(asEfua, id);
	expect(page.posts.map(({ number }) => number)).toEqual([1, 2]);
	expect(page).toMatchObject({ lastNumber: 2, may: { reply: true } });
	const authorAddress = `/membres/${cast.diego.who.id}`;
	expect(await threads.post(asEfua, id, 2)).toEqual({ ...post, authorAddress });
	await failing(threads.post(asEfua, id, 3), 'not_found');
});

test('a name leads to the page of its author for members of their world only', async () => {
	const id = await openThread(asChloe, 'public');
	const address = async (context: Context) => (await threads.post(context, id, 1)).authorAddress;
	expect(await address(asDiego)).toBe(`/membres/${cast.chloe.who.id}`);
	expect(await address(asFarid)).toBeNull();
	expect(await address(cast.context({ ...cast.diego.who, isDemo: true } as Member))).toBeNull();
	expect((await threads.committedPost(db, id, 1))!.authorAddress).toBeNull();
});

test('the same reply sent fifty times at once is one post, and fifty same answers', async () => {
	const id = await openThread();
	const input = words('Une seule fois');
	const answers = await Promise.all(Array.from({ length: 50 }, () => threads.reply(asDiego, id, input)));
	expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
	expect(await postsIn(id)).toHaveLength(2);
	// Much later, and after the limit is reached, it is still the same post.
	for (let index = 0; index < 9; index++) await threads.reply(asDiego, id, words(`${index}`));
	await failing(threads.reply(asDiego, id, words('Trop')), 'too_many');
	expect(await threads.reply(asDiego, id, input)).toEqual(answers[0]);
});

test('a key already used for other words, or elsewhere, is refused', async () => {
	const [id, other] = [await openThread(), await openThread()];
	const input = words('Bonjour');
	await threads.reply(asDiego, id, input);
	await failing(threads.reply(asDiego, id, { ...input, body: 'Autre' }), 'conflict', 'key_reused');
	await failing(threads.reply(asDiego, other, input), 'conflict', 'key_reused');
	const again = { title: 'Nouvelle', visibility: 'members' as const, ...input };
	await failing(threads.open(asDiego, again), 'conflict', 'key_reused');
	expect((await threads.reply(asEfua, id, input)).number).toBe(3);
});

test('the same new thread sent ten times at once is one thread', async () => {
	const input = { title: 'Une question', visibility: 'public' as const, ...words('Laquelle ?') };
	const opened = await Promise.all(Array.from({ length: 10 }, () => threads.open(asChloe, input)));
	expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
	expect(await postsIn(opened[0]!.id)).toEqual([{ number: 1, body: 'Laquelle ?' }]);
	await failing(threads.open(asChloe, { ...input, body: 'Autre' }), 'conflict', 'key_reused');
});

test('ten people writing ten posts each leave no gap, and a reader following numbers misses none', async () => {
	const id = await openThread();
	const writers = await newcomers(10);
	let writing = true;
	const followed: number[] = [1];
	const follow = async () => {
		while (writing || followed.length < 101) {
			for (const { number } of await threads.postsAfter(asEfua, id, followed.at(-1)!)) followed.push(number);
		}
	};
	const reader = follow();
	await Promise.all(
		writers.map(async (writer) => {
			for (let index = 0; index < 10; index++) await threads.reply(writer, id, words(`${index}`));
		})
	);
	writing = false;
	await reader;
	const dense = Array.from({ length: 101 }, (_, index) => index + 1);
	expect((await postsIn(id)).map(({ number }) => number)).toEqual(dense);
	expect(followed).toEqual(dense);
});

test('nobody writes more than ten replies a minute, even all at once', async () => {
	const id = await openThread();
	const outcomes = await Promise.allSettled(
		Array.from({ length: 25 }, (_, index) => threads.reply(asDiego, id, words(`${index}`)))
	);
	expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
	const failure = await failing(threads.reply(asDiego, id, words('Encore')), 'too_many');
	expect(failure.details.retryAfter_s).toBeGreaterThan(0);
	expect(failure.details.retryAfter_s).toBeLessThanOrEqual(60);
	await threads.reply(asEfua, id, words('Moi je peux'));
	expect((await postsIn(id)).map(({ number }) => number)).toEqual(
		Array.from({ length: 12 }, (_, i) => i + 1)
	);

	for (let index = 1; index < 5; index++) await openThread();
	await failing(openThread(), 'too_many');
});

test('Farid reads public threads and writes in none; a thread he may not read looks like a missing one', async () => {
	const [open, closed] = [await openThread(asChloe, 'public'), await openThread(asChloe, 'members')];
	const page = await threads.get(asFarid, open);
	expect(page.may).toEqual({ reply: false });
	expect(page.posts).toHaveLength(1);
	await failing(threads.reply(asFarid, open, words('Bonjour')), 'forbidden');
	await failing(
		threads.open(asFarid, { title: 'Bonjour', visibility: 'public', ...words('Bonjour') }),
		'forbidden'
	);
	const { items } = await threads.list(asFarid);
	expect(items.some(({ id }) => id === open)).toBe(true);
	expect(items.some(({ id }) => id === closed)).toBe(false);

	for (const id of [closed, randomUUID(), 'x', '', "'; drop table posts --", '\0']) {
		await failing(threads.get(asFarid, id), 'not_found');
		await failing(threads.postsAfter(asFarid, id, 0), 'not_found');
		await failing(threads.post(asFarid, id, 1), 'not_found');
		await failing(threads.lastNumber(asFarid, id), 'not_found');
		await failing(threads.reply(asFarid, id, words('Bonjour')), 'not_found');
	}
});

test('the thread of a case follows the rights on the case', async () => {
	const { reference } = await createCompleteCase(asChloe);
	const id = await threads.forCase(asChloe, reference);
	await threads.reply(asChloe, id, words('Qui relit ?'));
	const readers = async () => {
		const may: string[] = [];
		for (const person of [cast.awa, cast.boris, cast.chloe, cast.diego, cast.efua, cast.farid]) {
			const context = cast.context(person);
			const read = await threads.get(context, id).then(
				() => true,
				() => false
			);
			if (read) may.push(person.name);
			else {
				await failing(threads.forCase(context, reference), 'not_found');
				await failing(threads.reply(context, id, words('Bonjour')), 'not_found');
				await failing(threads.postsAfter(context, id, 0), 'not_found');
			}
		}
		return may;
	};
	expect(await readers()).toEqual(['Chloé']);
	await cases.invite(asChloe, reference, beta.id);
	expect(await readers()).toEqual(['Chloé', 'Diego', 'Efua']);
	const { hash } = await cases.submit(asChloe, reference);
	expect(await readers()).toEqual(['Boris', 'Chloé', 'Diego', 'Efua']);
	await threads.reply(asBoris, id, words('Je relis demain.'));
	await reviews.publish(asBoris, reference, { hash });
	expect(await readers()).toEqual(['Awa', 'Boris', 'Chloé', 'Diego', 'Efua']);
	// It is not among the general ones.
	const { items } = await threads.list(asChloe);
	expect(items.some((item) => item.id === id)).toBe(false);
});

test('words are checked: neither empty, nor too long, nor what no keyboard types', async () => {
	const id = await openThread();
	await failing(threads.reply(asDiego, id, words(' \n\t ')), 'invalid', 'body_empty');
	await failing(threads.reply(asDiego, id, words('x'.repeat(10_001))), 'invalid', 'body_too_long');
	await failing(threads.reply(asDiego, id, words('x'.repeat(5_000_000))), 'invalid', 'body_too_long');
	await failing(threads.reply(asDiego, id, words('a\0b')), 'invalid', 'invalid_input');
	await failing(threads.reply(asDiego, id, { body: 'Bonjour', clientKey: '1' }), 'invalid', 'invalid_input');
	await failing(
		threads.reply(asDiego, id, { ...words('x'), body: { $ne: '' } as unknown as string }),
		'invalid',
		'invalid_input'
	);
	const opening = { visibility: 'members' as const, ...words('Bonjour') };
	await failing(threads.open(asDiego, { ...opening, title: 'ab' }), 'invalid', 'title_too_short');
	await failing(threads.open(asDiego, { ...opening, title: 'x'.repeat(201) }), 'invalid', 'title_too_long');
	await failing(
		threads.open(asDiego, { ...opening, title: 'Bonjour', visibility: 'case' as 'public' }),
		'invalid',
		'invalid_input'
	);
	const kept = await threads.reply(asDiego, id, words('مرحبا 👩🏽‍🌾\uD800 <script>'));
	expect(kept.html).toBe('<p>مرحبا 👩🏽‍🌾\uFFFD &lt;script&gt;</p>\n');
	await threads.reply(asDiego, id, words('👩🏽‍🌾'.repeat(1_000)));
});

test('Chloé speaks for the organisation she chooses among hers, and for no other', async () => {
	const both: Member = {
		...cast.chloe.who,
		memberships: [
			...cast.chloe.who.memberships,
			{ organisationId: beta.id, organisationName: beta.name, role: 'member' }
		]
	};
	const id = await openThread();
	expect((await threads.reply(cast.context(both), id, words('1'))).organisationName).toBe(alpha.name);
	const chosen = { ...words('2'), organisationId: beta.id };
	expect((await threads.reply(cast.context(both), id, chosen)).organisationName).toBe(beta.name);
	const foreign = { ...words('3'), organisationId: beta.id };
	await failing(threads.reply(asChloe, id, foreign), 'invalid', 'not_your_organisation');
});

test('the demonstration answers only itself, and what is said in it belongs to it', async () => {
	const [guest] = await newcomers(1);
	const asGuest = cast.context({ ...(guest!.who as Member), isDemo: true });
	const real = await openThread();
	await failing(threads.reply(asGuest, real, words('Bonjour')), 'not_found');
	// What members say among themselves is neither listed nor read by an account that anyone may open.
	await failing(threads.get(asGuest, real), 'not_found');
	expect((await threads.list(asDiego)).items.map((thread) => thread.id)).toContain(real);
	const listed = (await threads.list(asGuest)).items;
	expect(listed.filter(({ visibility, isDemo }) => visibility === 'members' && !isDemo)).toEqual([]);

	const { id } = await threads.open(asGuest, { title: 'Essai', visibility: 'members', ...words('Bonjour') });
	await threads.reply(asDiego, id, words('Bonjour'));
	const rows = await db.selectFrom('posts').select('is_demo').where('thread_id', '=', id).execute();
	expect(rows).toEqual([{ is_demo: true }, { is_demo: true }]);
	expect((await threads.list(asDiego)).items[0]).toMatchObject({ id, isDemo: true });
});

test('a long thread is read from its end, around a post, after a post, and caught up by the hundred', async () => {
	const id = await openThread();
	for (const writer of await newcomers(13)) {
		for (let index = 0; index < 10; index++) await threads.reply(writer, id, words(`${index}`));
	}
	const span = async (where?: { around?: number; after?: number }) => {
		const { posts, lastNumber } = await threads.get(asChloe, id, where);
		expect(lastNumber).toBe(131);
		const numbers = posts.map(({ number }) => number);
		expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
		return [numbers[0], numbers.at(-1)];
	};
	expect(await span()).toEqual([82, 131]);
	expect(await span({ around: 60 })).toEqual([35, 84]);
	expect(await span({ around: 1 })).toEqual([1, 50]);
	expect(await span({ around: 130 })).toEqual([82, 131]);
	expect(await span({ after: 0 })).toEqual([1, 50]);
	expect(await span({ after: 100 })).toEqual([101, 131]);
	expect(await span({ after: 131 })).toEqual([undefined, undefined]);
	expect(await span({ around: NaN, after: -1 })).toEqual([82, 131]);

	const caught = await threads.postsAfter(asChloe, id, 5);
	expect([caught.length, caught[0]!.number]).toEqual([catchUpLimit, 6]);
	await failing(threads.postsAfter(asChloe, id, 2 ** 40), 'invalid', 'invalid_input');
	await failing(threads.postsAfter(asChloe, id, NaN), 'invalid', 'invalid_input');
});

test('the list goes on page after page while people write', async () => {
	await db.deleteFrom('threads').where('case_id', 'is', null).execute();
	const authors = await newcomers(9);
	const ids: string[] = [];
	for (const author of authors) for (let index = 0; index < 5; index++) ids.unshift(await openThread(author));
	const first = await threads.list(asChloe);
	expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 20));
	// One that comes up meanwhile does not shift the pages that follow.
	await threads.reply(asDiego, ids[40]!, words('Je remonte'));
	const second = await threads.list(asChloe, { cursor: first.nextCursor });
	expect(second.items.map(({ id }) => id)).toEqual(ids.slice(20, 40));
	const third = await threads.list(asChloe, { cursor: second.nextCursor });
	expect(third.items.map(({ id }) => id)).toEqual(ids.slice(41));
	expect(third.nextCursor).toBeNull();
	await failing(threads.list(asChloe, { cursor: '...' }), 'invalid', 'invalid_cursor');
});
