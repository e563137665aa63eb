import * as Y from 'yjs';
import { afterAll, expect, test } from 'vitest';
import { createCast } from '../../tests/support/cast.ts';
import { cookieOf, startHost, until, write, type Host } from '../../tests/support/collaboration.ts';
import { testDatabase } from '../../tests/support/database.ts';
import * as documents from '../domain/documents.ts';
import { toEvict } from './eviction.ts';

const { db, close } = await testDatabase();
const cast = await createCast(db);
afterAll(close);

test('the documents left longest ago go first, and only until the rest fits', () => {
	const room = (size_bytes: number, idleSince: number | null) => ({ size_bytes, idleSince });
	const [old, recent, open, older] = [room(40, 20), room(40, 30), room(500, null), room(40, 10)];
	expect(toEvict([old, recent, open, older], 620)).toEqual([]);
	expect(toEvict([old, recent, open, older], 600)).toEqual([older]);
	expect(toEvict([old, recent, open, older], 560)).toEqual([older, old]);
	// What people have open stays, however large.
	expect(toEvict([old, recent, open, older], 0)).toEqual([older, old, recent]);
});

test('a document nobody has open leaves memory when others need the room, and opens again whole', async () => {
	const documentIds = await Promise.all(
		Array.from({ length: 4 }, () => documents.create(db, 'bench', { isDemo: false, state: long() }))
	);
	const cookie = await cookieOf(db, cast.chloe.id);
	// Room for two and a half; nothing would leave by itself for a minute.
	const host = await startHost(db, { limits: { openDocuments_bytes: 50_000, linger_ms: 60_000 } });
	const writers = documentIds.slice(0, 2).map((id) => write(host, id, { cookie }));
	await until(() => writers.every(({ provider }) => provider.synced), 'two open');
	for (const [index, writer] of writers.entries()) {
		writer.doc.getText('bench').insert(0, `Mot ${index}. `);
		await until(() => writer.isSaved(), 'saved');
		writer.leave();
		await until(async () => (await loaded(host, documentIds[index]!)) === 'idle', 'left');
	}
	expect(await Promise.all(documentIds.map((id) => loaded(host, id)))).toEqual([
		'idle',
		'idle',
		'absent',
		'absent'
	]);

	const third = write(host, documentIds[2]!, { cookie });
	await until(async () => (await loaded(host, documentIds[0]!)) === 'absent', 'the one left first has gone');
	expect(await loaded(host, documentIds[1]!)).toBe('idle');

	const again = write(host, documentIds[0]!, { cookie });
	await until(() => again.provider.synced, 'open again');
	expect(again.doc.getText('bench').toJSON().slice(0, 7)).toBe('Mot 0. ');
	await until(async () => (await loaded(host, documentIds[1]!)) === 'absent', 'the other one has gone now');
	third.leave();
	again.leave();
	await host.stop();
});

async function loaded(host: Host, documentId: string): Promise<'open' | 'idle' | 'absent'> {
	const room = host.rooms().find((one) => one.documentId === documentId);
	if (!room) return 'absent';
	return room.idleSince === null ? 'open' : 'idle';
}

/** Some 20 kB that compression or folding does not shrink. */
function long(): Uint8Array {
	const doc = new Y.Doc();
	doc.getText('bench').insert(0, 'abcdefghij'.repeat(2_000));
	return Y.encodeStateAsUpdate(doc);
}
