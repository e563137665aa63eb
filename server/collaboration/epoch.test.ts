import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import {
	cookieOf,
	countRows,
	draftCase,
	openRaw,
	startHost,
	until,
	write,
	type Host
} from '../../tests/support/collaboration.ts';
import { testDatabase } from '../../tests/support/database.ts';
import * as repair from '../domain/document-repair.ts';
import * as documents from '../domain/documents.ts';
import * as history from '../domain/history.ts';
import { textHash } from '../domain/live-versions.ts';

const { db, close } = await testDatabase();
let cast: Cast;
let host: Host;
let chloe: string;
let diego: string;

beforeAll(async () => {
	cast = await createCast(db);
	host = await startHost(db, { bus: cast.bus });
	chloe = await cookieOf(db, cast.chloe.id);
	diego = await cookieOf(db, cast.diego.id);
});
afterAll(async () => {
	await host.stop();
	await close();
});

test('a text made anew says the same, and no old tab, open or offline, can merge into it', async () => {
	const { caseId, documentId } = await draftCase(db, [cast.alpha.id, cast.beta.id]);
	const { reference } = await db
		.selectFrom('cases')
		.select('reference')
		.where('id', '=', caseId)
		.executeTakeFirstOrThrow();
	const asChloe = cast.context(cast.chloe);
	const tools = { db, bus: cast.bus };
	const open = write(host, documentId, { cookie: chloe });
	const away = write(host, documentId, { cookie: diego });
	await until(() => open.provider.synced && away.provider.synced, 'both in');
	const heading = new Y.XmlElement('heading');
	heading.setAttribute('level', 3 as unknown as string);
	heading.insert(0, [new Y.XmlText('Un marché')]);
	open.doc.getXmlFragment('section:actions').insert(0, [heading]);
	open.doc.getText('title').insert(0, 'Avant');
	open.doc.getMap('facts').set('modality', 'export');
	await until(() => open.isSaved() && away.doc.getText('title').length === 5, 'written');
	const named = await history.nameVersion(asChloe, reference, { label: 'Premier jet' });
	away.provider.disconnect();
	away.doc.getText('title').insert(5, ', dans le train');

	await expect(repair.replace(tools, documentId)).rejects.toMatchObject({ code: 'not_frozen' });
	await repair.hold(tools, documentId);
	const newId = await repair.replace(tools, documentId);
	await until(() => open.counter.closes.includes(4410), 'the open tab is told');
	await repair.release(tools, await repair.find(db, reference));

	// The one that was away is told at its first try, and does not try again.
	away.provider.connect();
	await until(() => away.counter.closes.includes(4410), 'the tab that was away is told');
	const { attempts } = away.counter;
	await new Promise((resolve) => setTimeout(resolve, 500));
	expect(away.counter.attempts).toBe(attempts);
	expect(away.doc.getText('title').toJSON()).toBe('Avant, dans le train');
	const [old, fresh] = await Promise.all([documents.load(db, documentId), documents.load(db, newId)]);
	expect(textHash(fresh, 'case')).toBe(textHash(old, 'case'));
	expect(fresh.getText('title').toJSON()).toBe('Avant');
	expect([...fresh.store.clients.keys()].some((client) => old.store.clients.has(client))).toBe(false);

	// People go on in the new one, and reach its past.
	const again = write(host, newId, { cookie: diego });
	await until(() => again.provider.synced, 'Diego is in again');
	again.doc.getText('title').insert(5, ' puis après');
	await until(() => again.isSaved(), 'saved');
	expect((await history.versions(asChloe, reference)).map(({ kind }) => kind)).toEqual([
		'before_restore',
		'named'
	]);
	expect(await history.restore(asChloe, reference, { versionId: named.id, part: 'title' })).toEqual({
		isChanged: true
	});
	await until(() => again.doc.getText('title').toJSON() === 'Avant', 'restored in the open tab');
	for (const id of [documentId, newId]) expect((await repair.verify(db, id)).problems).toEqual([]);

	// Nothing enters the old one any more, by any door.
	await expect(repair.release(tools, documentId)).rejects.toMatchObject({ code: 'document_replaced' });
	await expect(repair.replace(tools, documentId)).rejects.toMatchObject({ code: 'document_replaced' });
	const rows = await countRows(db, documentId);
	const raw = await openRaw(host, documentId, diego);
	expect(await raw.closed).toBe(4410);
	expect(await countRows(db, documentId)).toBe(rows);
	// For whoever may not read the case, neither of them exists.
	const boris = await cookieOf(db, cast.boris.id);
	for (const id of [documentId, newId]) expect(await (await openRaw(host, id, boris)).closed).toBe(4404);
	for (const writer of [open, away, again]) writer.leave();
}, 60_000);

test('a text made anew twice remembers both its pasts', async () => {
	const tools = { db, bus: cast.bus };
	const first = await documents.create(db, 'bench', { isDemo: false });
	await repair.hold(tools, first);
	const second = await repair.replace(tools, first);
	const third = await repair.replace(tools, second);
	expect(await documents.lineage(db, third)).toEqual([third, second, first]);
	const raw = await openRaw(host, first, chloe);
	expect(await raw.closed).toBe(4410);
});
