import { randomUUID } from 'node:crypto';
import { afterAll, expect, test } from 'vitest';
import { GET as searchOrganisations } from '../../src/routes/api/organisations/+server.ts';
import { GET as readPosts } from '../../src/routes/api/threads/[id]/posts/+server.ts';
import type { Context } from '../../server/context.ts';
import * as threads from '../../server/domain/threads.ts';
import { createCast } from '../support/cast.ts';
import { testDatabase } from '../support/database.ts';

const { db, close } = await testDatabase();
afterAll(close);
const cast = await createCast(db);
const asChloe = cast.context(cast.chloe);
const asFarid = cast.context(cast.farid);

type Door = (event: never) => Response | Promise<Response>;
async function ask(door: unknown, context: Context, address: string, params: Record<string, string> = {}) {
	const url = new URL(address, 'http://localhost');
	const response = await (door as Door)({ locals: { context }, params, url } as never);
	expect(response.headers.get('cache-control')).toBe('no-store');
	return { status: response.status, body: await response.json(), headers: response.headers };
}
const { id } = await threads.open(asChloe, {
	title: 'Une question',
	visibility: 'members',
	body: 'Bonjour',
	clientKey: randomUUID()
});
const posts = (context: Context, thread: string, after = '0') =>
	ask(readPosts, context, `/api/threads/x/posts?after=${after}`, { id: thread });

test('Chloé catches up with what she missed', async () => {
	const second = await threads.reply(asChloe, id, { body: 'Encore', clientKey: randomUUID() });
	const read = { ...second, authorAddress: `/membres/${cast.chloe.who.id}` };
	expect(await posts(asChloe, id, '1')).toMatchObject({ status: 200, body: { posts: [read] } });
	expect((await posts(asChloe, id)).body.posts).toHaveLength(2);
	for (const after of ['x', '-1', '1e3', '99999999999', '%00']) {
		expect(await posts(asChloe, id, after)).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
	}
});

test('a thread Farid may not read answers exactly like one that does not exist', async () => {
	const closed = await posts(asFarid, id);
	expect(closed).toMatchObject({ status: 404, body: { code: 'not_found' } });
	for (const other of [randomUUID(), 'x', '../../etc']) {
		const missing = await posts(asFarid, other);
		expect(missing.body).toEqual(closed.body);
		expect([...missing.headers]).toEqual([...closed.headers]);
	}
});

test('members search organisations; visitors do not; haste is told how long to wait', async () => {
	const search = (context: Context) => ask(searchOrganisations, context, '/api/organisations?q=region alpha');
	const { status, body } = await search(asChloe);
	expect([status, body[0].id]).toEqual([200, cast.alpha.id]);
	expect(await search(asFarid)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
	const answers = await Promise.all(Array.from({ length: 125 }, () => search(asChloe)));
	const late = answers.find((answer) => answer.status === 429)!;
	expect(late.body).toEqual({ code: 'too_many' });
	expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a database that is away is said so, and anything else is thrown as the bug it is', async () => {
	const failing = (error: Error) => ({
		...asChloe,
		get db(): never {
			throw error;
		}
	});
	const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
	expect(await posts(failing(away), id)).toMatchObject({ status: 503, body: { code: 'unavailable' } });
	await expect(posts(failing(new TypeError('bug')), id)).rejects.toThrow('bug');
});
