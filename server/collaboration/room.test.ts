import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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
	type Host,
	type Writer
} from '../../tests/support/collaboration.ts';
import { testDatabase } from '../../tests/support/database.ts';
import * as documents from '../domain/documents.ts';

const place = await testDatabase();
const { db } = place;
let cast: Cast;
let host: Host;
let chloe: string;
let diego: string;
const writers: Writer[] = [];

beforeAll(async () => {
	cast = await createCast(db);
	host = await startHost(db, { bus: cast.bus });
	chloe = await cookieOf(db, cast.chloe.id);
	diego = await cookieOf(db, cast.diego.id);
});
afterEach(() => {
	for (const writer of writers.splice(0)) writer.leave();
});
afterAll(async () => {
	await host.stop();
	await place.close();
});

const open = (cookie: string, documentId: string, options: Partial<Parameters<typeof write>[2]> = {}) => {
	const writer = write(host, documentId, { cookie, ...options });
	writers.push(writer);
	return writer;
};
const bench = () => documents.create(db, 'bench', { isDemo: false });
const stored = async (documentId: string) => (await documents.load(db, documentId)).getText('bench').toJSON();

/** Types word by word, so that several frames are sent. */
function type(writer: Writer, words: string) {
	for (const word of words.split(/(?<= )/)) {
		const text = writer.doc.getText('bench');
		text.insert(text.length, word);
	}
}

describe('a large document', () => {
	const large = async () => {
		const doc = new Y.Doc();
		doc.getText('bench').insert(0, 'w'.repeat(200_000));
		const state = Y.encodeStateAsUpdate(doc);
		return { state, id: await documents.create(db, 'bench', { isDemo: false, state }) };
	};

	test('is received as it is stored, and written in like any other', async () => {
		const { id, state } = await large();
		const raw = await openRaw(host, id, chloe);
		raw.ask();
		const isAnswer = (frame: Uint8Array) => frame[0] === 0 && frame[1] === 1;
		await until(() => raw.frames.some(isAnswer), 'the document');
		// Before the greeting: the document was not built yet.
		expect(raw.frames.filter((frame) => frame[0] === 0).findIndex(isAnswer)).toBe(0);
		expect(Buffer.from(raw.frames.find(isAnswer)!).subarray(-state.length)).toEqual(Buffer.from(state));
		await until(() => raw.frames.some((frame) => frame[0] === 0 && frame[1] === 0), 'the greeting');
		raw.socket.close();

		const [one, other] = [open(chloe, id), open(diego, id)];
		await until(() => one.provider.synced && other.provider.synced, 'both synced');
		type(one, 'and more ');
		await until(() => one.isSaved() && other.doc.getText('bench').length === 200_009, 'read by the other');
		expect(await stored(id)).toBe(other.doc.getText('bench').toJSON());
	});

	test('is there for who types before asking, and greets who asks nothing', async () => {
		const { id, state } = await large();
		const doc = new Y.Doc();
		Y.applyUpdate(doc, state);
		const writer = await openRaw(host, id, chloe);
		doc.on('update', (update: Uint8Array) => writer.sendUpdate(update));
		doc.getText('bench').insert(0, 'at once ');
		await until(() => writer.acknowledged() === 1, 'saved');
		expect(await stored(id)).toBe(doc.getText('bench').toJSON());
		writer.socket.close();

		const silent = await openRaw(host, (await large()).id, diego);
		await until(() => silent.frames.some((frame) => frame[0] === 0 && frame[1] === 0), 'greeted');
		silent.socket.close();
	});
});

describe('two people', () => {
	test('write in one case with the stock client, and the database holds what both see', async () => {
		const { documentId } = await draftCase(db, [cast.alpha.id, cast.beta.id]);
		const one = open(chloe, documentId);
		const other = open(diego, documentId);
		await until(() => one.provider.synced && other.provider.synced, 'both synced');

		one.doc.getText('title').insert(0, 'Un marché ');
		other.doc.getMap('facts').set('modality', 'export');
		const paragraph = new Y.XmlElement('paragraph');
		paragraph.insert(0, [new Y.XmlText('Le miel 🐝 مرحبا')]);
		other.doc.getXmlFragment('section:actions').insert(0, [paragraph]);
		await until(() => one.doc.getXmlFragment('section:actions').length === 1, 'Chloé sees the paragraph');
		(paragraph.get(0) as Y.XmlText).format(0, 2, { bold: true });
		one.doc.getText('title').insert(10, 'à deux');
		await until(
			() => one.isSaved() && other.isSaved() && other.doc.getText('title').length === 16,
			'both saved and the same'
		);

		const kept = await documents.load(db, documentId);
		const read = (doc: Y.Doc) => [
			doc.getText('title').toJSON(),
			doc.getMap('facts').toJSON(),
			doc.getXmlFragment('section:actions').toJSON()
		];
		expect(read(kept)).toEqual([
			'Un marché à deux',
			{ modality: 'export' },
			'<paragraph><bold>Le</bold> miel 🐝 مرحبا</paragraph>'
		]);
		expect(read(one.doc)).toEqual(read(kept));
		expect(read(other.doc)).toEqual(read(kept));
		const authors = await db
			.selectFrom('live_updates')
			.select('member_id')
			.distinct()
			.where('document_id', '=', documentId)
			.execute();
		expect(authors.map((row) => row.member_id).sort()).toEqual([cast.chloe.id, cast.diego.id].sort());
	});

	test('find each other again after the server restarted, with what they wrote meanwhile', async () => {
		const documentId = await bench();
		const own = await startHost(db);
		const one = write(own, documentId, { cookie: chloe });
		const other = write(own, documentId, { cookie: diego });
		writers.push(one, other);
		await until(() => one.provider.synced && other.provider.synced, 'both synced');
		type(one, 'before ');
		await until(() => one.isSaved() && other.doc.getText('bench').length === 7, 'first words');
		await own.stop();
		await until(() => !one.provider.wsconnected && !other.provider.wsconnected, 'both cut off');
		expect(one.counter.closes).toEqual([1012]);
		type(one, 'meanwhile one ');
		type(other, 'meanwhile other ');
		const again = await startHost(db, { port: own.port });
		try {
			await until(() => one.isSaved() && other.isSaved(), 'both saved again');
			await until(
				() => one.doc.getText('bench').toJSON() === other.doc.getText('bench').toJSON(),
				'both the same'
			);
			expect(await stored(documentId)).toBe(one.doc.getText('bench').toJSON());
			expect(one.doc.getText('bench').length).toBe('before meanwhile one meanwhile other '.length);
		} finally {
			await again.stop();
		}
	});

	test('hear one merged frame for what was committed together', async () => {
		const documentId = await bench();
		const one = await openRaw(host, documentId, chloe);
		const other = await openRaw(host, documentId, diego);
		other.ask();
		await until(() => other.frames.length >= 3, 'access, question and state');
		const before = other.frames.length;
		const doc = new Y.Doc();
		doc.on('update', (update: Uint8Array) => one.sendUpdate(update));
		for (let index = 0; index < 200; index++) doc.getText('bench').insert(index, 'x');
		await until(() => one.acknowledged() === 200, 'all acknowledged');
		await until(async () => (await stored(documentId)).length === 200, 'all stored');
		const heard = other.frames.length - before;
		expect(heard).toBeGreaterThan(0);
		expect(heard).toBeLessThan(100);
		expect(await countRows(db, documentId)).toBe(heard);
		one.socket.close();
		other.socket.close();
	});
});

describe('saved', () => {
	test('is said only after the commit: not while another transaction keeps it waiting', async () => {
		const documentId = await bench();
		const one = open(chloe, documentId);
		const other = open(diego, documentId);
		await until(() => one.provider.synced && other.provider.synced, 'both synced');
		type(one, 'first');
		await until(() => one.isSaved(), 'saved');

		const second = await place.connect();
		const locked = Promise.withResolvers<void>();
		const released = Promise.withResolvers<void>();
		const holding = second.transaction().execute(async (trx) => {
			await sql`select 1 from live_documents where id = ${documentId}::uuid for update`.execute(trx);
			locked.resolve();
			await released.promise;
		});
		await locked.promise;
		type(one, ' second');
		await until(() => one.counter.waiting.includes(1), 'told that saving waits', 2_000);
		expect(one.isSaved()).toBe(false);
		expect(other.doc.getText('bench').toJSON()).toBe('first');
		released.resolve();
		await holding;
		await until(() => one.isSaved(), 'saved at last');
		expect(one.counter.waiting).toEqual([1, 0]);
		expect(await stored(documentId)).toBe('first second');
		await until(() => other.doc.getText('bench').toJSON() === 'first second', 'Diego sees it');
	});

	test('is not said while the database refuses, and nothing is lost when it takes again', async () => {
		const documentId = await bench();
		const healthy = await bench();
		const one = open(chloe, documentId);
		const other = open(diego, healthy);
		await until(() => one.provider.synced && other.provider.synced, 'synced');
		await sql`create function refuse_one() returns trigger language plpgsql as
			$$ begin raise exception 'no'; end $$`.execute(db);
		await sql`create trigger refuse_one before insert on live_updates for each row
			when (new.document_id = ${sql.lit(documentId)}) execute function refuse_one()`.execute(db);
		type(one, 'some words');
		await until(() => one.counter.waiting.includes(1), 'told that saving waits', 2_000);
		type(other, 'elsewhere');
		await until(() => other.isSaved(), 'another document is saved all the same');
		expect(one.isSaved()).toBe(false);
		expect(one.counter.acknowledged).toBeLessThan(one.counter.sent);

		await sql`drop trigger refuse_one on live_updates`.execute(db);
		await sql`drop function refuse_one`.execute(db);
		await until(() => one.isSaved(), 'saved');
		expect(one.counter.attempts).toBe(1);
		expect(one.counter.waiting.at(-1)).toBe(0);
		expect(await stored(documentId)).toBe('some words');
	});

	test('stays unsaid until the room gives up; the tab then brings its words again', async () => {
		const documentId = await bench();
		const own = await startHost(db, { limits: { waiting_ms: 100, giveUp_ms: 600 } });
		const one = write(own, documentId, { cookie: chloe });
		writers.push(one);
		await until(() => one.provider.synced, 'synced');
		await sql`create function refuse_all() returns trigger language plpgsql as
			$$ begin raise exception 'no'; end $$`.execute(db);
		await sql`create trigger refuse_all before insert on live_updates
			for each row execute function refuse_all()`.execute(db);
		type(one, 'kept in the tab');
		await until(() => one.counter.closes.includes(4503), 'closed with 4503');
		await sql`drop trigger refuse_all on live_updates`.execute(db);
		await sql`drop function refuse_all`.execute(db);
		await until(() => one.isSaved(), 'saved');
		expect(await stored(documentId)).toBe('kept in the tab');
		await own.stop();
	});

	test('counts an empty or already known sync step 2', async () => {
		const documentId = await bench();
		const raw = await openRaw(host, documentId, chloe);
		raw.sendStep2(Y.encodeStateAsUpdate(new Y.Doc()));
		await until(() => raw.acknowledged() === 1, 'an empty one');
		const doc = new Y.Doc();
		doc.getText('bench').insert(0, 'known');
		raw.sendUpdate(Y.encodeStateAsUpdate(doc));
		raw.sendStep2(Y.encodeStateAsUpdate(doc));
		await until(() => raw.acknowledged() === 3, 'a known one');
		expect(await countRows(db, documentId)).toBe(1);
		raw.socket.close();
	});

	test('is not told to a client that did not ask', async () => {
		const documentId = await bench();
		const one = open(chloe, documentId, { extended: false });
		await until(() => one.provider.synced, 'synced');
		type(one, 'plain');
		await until(async () => (await stored(documentId)) === 'plain', 'stored');
		expect([one.counter.access, one.counter.acknowledged]).toEqual([null, 0]);
		expect(one.provider.wsconnected).toBe(true);
	});

	test('survives a stop in the middle of typing: what was not acknowledged comes again', async () => {
		const documentId = await bench();
		const own = await startHost(db);
		const one = write(own, documentId, { cookie: chloe });
		writers.push(one);
		await until(() => one.provider.synced, 'synced');
		const typing = setInterval(() => type(one, 'x'), 1);
		await until(() => one.counter.acknowledged > 20, 'some acknowledged');
		await own.stop();
		clearInterval(typing);
		const again = await startHost(db, { port: own.port });
		await until(() => one.isSaved(), 'saved again');
		expect(await stored(documentId)).toBe(one.doc.getText('bench').toJSON());
		await again.stop();
	});
});

describe('rights', () => {
	test('somebody who may only read sees everything and stores nothing', async () => {
		const { documentId } = await draftCase(db, [cast.alpha.id], 'submitted');
		const boris = await cookieOf(db, cast.boris.id);
		const reader = open(boris, documentId);
		await until(() => reader.provider.synced && reader.counter.access === 0, 'told to read');
		await until(() => reader.counter.acknowledged === 1, 'an empty step 2 is fine');
		reader.doc.getText('title').insert(0, 'mine');
		await until(() => reader.counter.closes.includes(4403), 'closed for good');
		expect(reader.counter.acknowledged).toBe(1);
		expect(await countRows(db, documentId)).toBe(0);

		// Their words come back in a step 2, which is refused as well.
		const again = open(boris, documentId, { doc: reader.doc });
		await until(() => again.counter.closes.includes(4403), 'closed again');
		expect(await countRows(db, documentId)).toBe(0);
	});

	test('a document that is frozen takes nothing more, and its writers come back as readers', async () => {
		const documentId = await bench();
		const one = open(chloe, documentId);
		await until(() => one.provider.synced, 'synced');
		type(one, 'before');
		await until(() => one.isSaved(), 'saved');
		// Without the announcement: the commit itself has to notice.
		await db.transaction().execute((trx) => documents.freeze(trx, documentId));
		const rows = await countRows(db, documentId);
		type(one, ' after');
		await until(() => one.counter.closes.length >= 2, 'sent to the door, then refused');
		expect(one.counter.closes).toEqual([1012, 4403]);
		expect(one.counter.access).toBe(0);
		expect(await countRows(db, documentId)).toBe(rows);
		expect(await stored(documentId)).toBe('before');
	});

	test('a freeze waits for the commit it met, and is complete when it ends', async () => {
		const documentId = await bench();
		const one = open(chloe, documentId);
		await until(() => one.provider.synced, 'synced');
		const typing = setInterval(() => type(one, 'y'), 1);
		await until(() => one.counter.acknowledged > 10, 'typing');
		const atFreeze = await db.transaction().execute(async (trx) => {
			await documents.freeze(trx, documentId);
			return (await documents.load(trx, documentId)).getText('bench').toJSON();
		});
		cast.bus.publish('document.access', { documentId });
		await until(() => one.counter.closes.length > 0, 'sent to the door');
		clearInterval(typing);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(await stored(documentId)).toBe(atFreeze);
		expect(atFreeze.length).toBeGreaterThanOrEqual(one.counter.acknowledged - 1);
	});

	test('words sent while a freeze is under way are kept out of it', async () => {
		const documentId = await bench();
		const one = open(chloe, documentId);
		await until(() => one.provider.synced, 'synced');
		type(one, 'before');
		await until(() => one.isSaved(), 'saved');
		const second = await place.connect();
		const frozen = Promise.withResolvers<void>();
		const typed = Promise.withResolvers<void>();
		const freezing = second.transaction().execute(async (trx) => {
			await documents.freeze(trx, documentId);
			frozen.resolve();
			await typed.promise;
			return (await documents.load(trx, documentId)).getText('bench').toJSON();
		});
		await frozen.promise;
		type(one, ' after');
		await new Promise((resolve) => setTimeout(resolve, 150));
		typed.resolve();
		expect(await freezing).toBe('before');
		await until(() => one.counter.closes.includes(4403), 'refused');
		expect(await stored(documentId)).toBe('before');
	});

	test('a session that grew too old is noticed without being announced', async () => {
		const documentId = await bench();
		const own = await startHost(db, { limits: { sweep_ms: 100 } });
		const session = await cookieOf(db, cast.efua.id);
		const sessionId = session.split('=')[1]!.split('.')[0]!;
		const one = write(own, documentId, { cookie: session });
		const other = write(own, documentId, { cookie: chloe });
		writers.push(one, other);
		await until(() => one.provider.synced && other.provider.synced, 'synced');
		await db
			.updateTable('sessions')
			.set({ created_at: new Date(Date.now() - 91 * 24 * 3_600_000) })
			.where('id', '=', sessionId)
			.execute();
		await until(() => one.counter.closes.includes(4401), 'out');
		expect(other.counter.closes).toEqual([]);
		await own.stop();
	});

	test('a right taken away closes the socket for good; a session that ended too', async () => {
		const { documentId, caseId } = await draftCase(db, [cast.alpha.id, cast.beta.id]);
		const session = await cookieOf(db, cast.chloe.id);
		const one = open(session, documentId);
		const other = open(diego, documentId);
		await until(() => one.provider.synced && other.provider.synced, 'both synced');
		await db
			.deleteFrom('case_organisations')
			.where('case_id', '=', caseId)
			.where('organisation_id', '=', cast.beta.id)
			.execute();
		cast.bus.publish('document.access', { documentId });
		await until(() => other.counter.closes.includes(4403), 'Diego out');
		expect(one.counter.closes).toEqual([]);

		const sessionId = session.split('=')[1]!.split('.')[0]!;
		await db.deleteFrom('sessions').where('id', '=', sessionId).execute();
		one.doc.getText('title').insert(0, 'too late');
		cast.bus.publish('session.ended', { sessionId });
		await until(() => one.counter.closes.includes(4401), 'Chloé out');
		expect(one.counter.attempts).toBe(1);
	});

	test('a write right taken or given sends the socket back through the door', async () => {
		const { documentId, caseId } = await draftCase(db, [cast.alpha.id]);
		const one = open(chloe, documentId);
		await until(() => one.provider.synced && one.counter.access === 1, 'may write');
		const become = async (state: 'submitted' | 'changes_requested') => {
			await db.updateTable('cases').set({ state }).where('id', '=', caseId).execute();
			cast.bus.publish('document.access', { documentId });
		};
		await become('submitted');
		await until(() => one.provider.synced && one.counter.access === 0, 'may read');
		await become('changes_requested');
		await until(() => one.provider.synced && one.counter.access === 1, 'may write again');
		one.doc.getText('title').insert(0, 'revised');
		await until(() => one.isSaved(), 'saved');
		expect(one.counter.closes).toEqual([1012, 1012]);
	});

	test('nothing sent before a right was withdrawn is committed after it', async () => {
		const documentId = await bench();
		const session = await cookieOf(db, cast.efua.id);
		const sessionId = session.split('=')[1]!.split('.')[0]!;
		const one = open(session, documentId);
		const other = open(diego, documentId);
		await until(() => one.provider.synced && other.provider.synced, 'synced');
		await sql`create function refuse_all() returns trigger language plpgsql as
			$$ begin raise exception 'no'; end $$`.execute(db);
		await sql`create trigger refuse_all before insert on live_updates
			for each row execute function refuse_all()`.execute(db);
		type(one, 'withdrawn');
		type(other, 'good');
		await until(() => other.counter.waiting.includes(1), 'both wait', 2_500);
		cast.bus.publish('session.ended', { sessionId });
		await sql`drop trigger refuse_all on live_updates`.execute(db);
		await sql`drop function refuse_all`.execute(db);
		await until(() => other.isSaved(), 'Diego saved');
		expect(await stored(documentId)).toBe('good');
		expect(other.counter.attempts).toBe(1);
		expect(one.counter.closes).toEqual([4401]);
	});
});

describe('presence', () => {
	test('shows who the server knows, not who the client says', async () => {
		const documentId = await bench();
		const one = open(chloe, documentId);
		const other = open(diego, documentId);
		one.provider.awareness.setLocalState({ user: { name: 'Boris', id: cast.boris.id }, cursor: { at: 3 } });
		const seen = () => other.provider.awareness.getStates().get(one.doc.clientID);
		await until(() => seen()?.cursor !== undefined, 'Diego sees Chloé');
		expect(seen()).toMatchObject({
			user: { id: cast.chloe.id, name: 'Chloé', organisation: cast.alpha.name },
			cursor: { at: 3 }
		});
		expect(seen()!.user.color).toMatch(/^#[0-9a-f]{6}$/);

		one.provider.disconnect();
		await until(() => seen() === undefined, 'Chloé gone');
		one.provider.connect();
		await until(() => seen() !== undefined, 'Chloé back');
	});

	test('of another cannot be replaced nor removed', async () => {
		const documentId = await bench();
		const one = open(chloe, documentId);
		const watcher = open(diego, documentId);
		const efua = open(await cookieOf(db, cast.efua.id), documentId);
		await until(
			() => [watcher, efua].every(({ provider }) => provider.awareness.getStates().size === 3),
			'all three see each other'
		);
		const meta = efua.provider.awareness.meta.get(one.doc.clientID)!;
		efua.provider.awareness.states.set(one.doc.clientID, { user: { name: 'Chloé' }, cursor: 'forged' });
		efua.provider.awareness.meta.set(one.doc.clientID, { ...meta, clock: meta.clock + 1000 });
		efua.provider.awareness.emit('update', [{ added: [], updated: [one.doc.clientID], removed: [] }, 'test']);
		efua.provider.awareness.setLocalStateField('mark', 'heard');
		await until(
			() => watcher.provider.awareness.getStates().get(efua.doc.clientID)?.mark === 'heard',
			'what Efua says of herself is heard'
		);
		expect(watcher.provider.awareness.getStates().get(one.doc.clientID)?.cursor).toBeUndefined();
	});

	test('keeps a silent reader connected by an empty frame', async () => {
		const documentId = await bench();
		const own = await startHost(db, { limits: { silence_ms: 300 } });
		const raw = await openRaw(own, documentId, chloe, '');
		await until(() => raw.frames.some((frame) => frame.join() === '1,1,0'), 'an empty awareness frame');
		raw.socket.close();
		await own.stop();
	});
});

describe('a node that commits very often', () => {
	/** Rows made by thirty letters, a moment apart; one row for each commit, as they are of one person. */
	async function rowsOfThirtyLetters(limits: { commitsPerSecond: number; commitBurst: number }) {
		const own = await startHost(db, { limits });
		const documentId = await bench();
		const writer = write(own, documentId, { cookie: chloe });
		const reader = write(own, documentId, { cookie: diego });
		await until(() => writer.provider.synced && reader.provider.synced, 'both are in');
		for (let letter = 0; letter < 30; letter++) {
			writer.doc.getText('bench').insert(letter, 'x');
			await pause(20);
		}
		await until(() => writer.counter.acknowledged === writer.counter.sent, 'all is saved');
		await until(() => reader.doc.getText('bench').length === 30, 'all is heard');
		writer.leave();
		reader.leave();
		await own.stop();
		expect(await stored(documentId)).toBe('x'.repeat(30));
		return countRows(db, documentId);
	}

	test('lets words share a commit; one that does not, commits each at once', async () => {
		expect(await rowsOfThirtyLetters({ commitsPerSecond: 10, commitBurst: 2 })).toBeLessThan(16);
		expect(await rowsOfThirtyLetters({ commitsPerSecond: 1_000, commitBurst: 100 })).toBeGreaterThan(20);
	});
});
