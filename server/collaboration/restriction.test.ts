import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { accessParts, decodeAccess, encodeAccess } from '#lib/contract/collaboration.ts';
import { partKeys, roots, sectionKeys, type PartKey } from '#lib/document/template.ts';
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
import * as documents from '../domain/documents.ts';
import * as guests from '../domain/guests.ts';
import { nodeText } from '../domain/live-versions.ts';
import { Shadow } from './restriction.ts';

const place = await testDatabase();
const { db } = place;
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
	await place.close();
});

/** A case of Chloé's, with words everywhere, where Diego is the guest of these parts. */
async function caseWithGuest(parts: PartKey[]) {
	await db.deleteFrom('rate_limits').execute();
	const { caseId, documentId } = await draftCase(db, [cast.alpha.id]);
	const { reference } = await db
		.selectFrom('cases')
		.select('reference')
		.where('id', '=', caseId)
		.executeTakeFirstOrThrow();
	const owner = write(host, documentId, { cookie: chloe });
	await until(() => owner.provider.synced, 'Chloé is in');
	owner.doc.transact(() => fill(owner.doc));
	await until(() => owner.isSaved(), 'her words are saved');
	await guests.invite(cast.context(cast.chloe), reference, { email: cast.diego.email, parts });
	return { documentId, reference, owner };
}

function fill(doc: Y.Doc): void {
	doc.getText('title').insert(0, 'Un titre');
	doc.getText('summary').insert(0, 'Un résumé');
	doc.getText('partner').insert(0, 'Ville Delta');
	doc.getMap('facts').set('modality', 'export');
	doc.getMap('facts').set('country', 'BJ');
	doc.getMap('facts').set('target:8.3', true);
	for (const key of sectionKeys) {
		const paragraph = new Y.XmlElement('paragraph');
		paragraph.insert(0, [new Y.XmlText(`Des mots dans ${key}, en gras.`)]);
		doc.getXmlFragment(roots.section(key)).insert(0, [paragraph]);
	}
}
const wordsOf = (doc: Y.Doc, section: string) =>
	(doc.getXmlFragment(`section:${section}`).get(0) as Y.XmlElement).get(0) as Y.XmlText;
function changeBy(doc: Y.Doc, work: (doc: Y.Doc) => void): Uint8Array {
	const before = Y.encodeStateVector(doc);
	doc.transact(() => work(doc));
	return Y.encodeStateAsUpdate(doc, before);
}

test('the numbers on the wire name every part, and an old page takes them for « read only »', () => {
	expect(accessParts.slice(0, partKeys.length)).toEqual([...partKeys]);
	expect(encodeAccess(false, null)).toBe(0);
	expect(encodeAccess(true, null)).toBe(1);
	for (const parts of [['title'], ['actions', 'difficulties'], [...partKeys]]) {
		expect(encodeAccess(true, parts)).not.toBe(1);
		expect(decodeAccess(encodeAccess(true, parts))).toEqual({ canWrite: true, parts });
	}
	expect(decodeAccess(0)).toEqual({ canWrite: false, parts: [] });
	expect(decodeAccess(1)).toEqual({ canWrite: true, parts: null });
});

describe('on the shadow, an update of somebody who may write in Actions and Partner', () => {
	const parts = new Set<PartKey>(['actions', 'partner']);
	const original = new Y.Doc();
	fill(original);
	const check = (work: (doc: Y.Doc) => void) => {
		const doc = new Y.Doc();
		Y.applyUpdate(doc, Y.encodeStateAsUpdate(original));
		return new Shadow(original).staysWithin(changeBy(doc, work), parts);
	};
	test.each<[string, (doc: Y.Doc) => void]>([
		['typing there', (doc) => wordsOf(doc, 'actions').insert(3, 'beaux ')],
		['formatting there', (doc) => wordsOf(doc, 'actions').format(0, 4, { bold: true })],
		['deleting all of it', (doc) => doc.getXmlFragment('section:actions').delete(0, 1)],
		[
			'a new paragraph there',
			(doc) => doc.getXmlFragment('section:actions').push([new Y.XmlElement('paragraph')])
		],
		['the name of the partner', (doc) => doc.getText('partner').insert(0, 'La ')],
		['its country', (doc) => doc.getMap('facts').set('country', 'TG')],
		['why there is none', (doc) => doc.getText('no_partner_reason').insert(0, 'Aucun')]
	])('may hold %s', (_what, work) => expect(check(work)).toBe(true));

	test.each<[string, (doc: Y.Doc) => void]>([
		['a letter of the title', (doc) => doc.getText('title').insert(0, 'x')],
		['a deleted letter of the title', (doc) => doc.getText('title').delete(0, 1)],
		['another section', (doc) => wordsOf(doc, 'difficulties').insert(0, 'x')],
		['a format in another section', (doc) => wordsOf(doc, 'difficulties').format(0, 4, { bold: true })],
		['another section gone', (doc) => doc.getXmlFragment('section:difficulties').delete(0, 1)],
		[
			'an attribute in another section',
			(doc) => (doc.getXmlFragment('section:results_here').get(0) as Y.XmlElement).setAttribute('level', '2')
		],
		['the modality', (doc) => doc.getMap('facts').set('modality', 'tourism')],
		['a target taken away', (doc) => doc.getMap('facts').delete('target:8.3')],
		['a fact nobody knows', (doc) => doc.getMap('facts').set('other', 1)],
		[
			'their own part, and one letter elsewhere',
			(doc) => {
				wordsOf(doc, 'actions').insert(0, 'x'.repeat(500));
				doc.getText('summary').delete(2, 1);
			}
		]
	])('may not hold %s', (_what, work) => expect(check(work)).toBe(false));

	test('is let in exactly when no other part reads differently, whatever people did at random', () => {
		let seed = 20261123;
		const random = (below: number) => {
			seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
			return seed % below;
		};
		const read = (doc: Y.Doc) => ({
			title: JSON.stringify(doc.getText('title').toDelta()),
			summary: JSON.stringify(doc.getText('summary').toDelta()),
			...Object.fromEntries(
				Object.entries(doc.getMap('facts').toJSON()).map(([key, value]) => [
					`fact ${key}`,
					JSON.stringify(value)
				])
			),
			...Object.fromEntries(
				sectionKeys.map((key) => [key, doc.getXmlFragment(roots.section(key)).toArray().map(nodeText).join()])
			)
		});
		const isTheirs = (key: string) => ['actions', 'fact country', 'fact noPartner'].includes(key);
		const edits: ((doc: Y.Doc) => void)[] = [
			...sectionKeys.flatMap((key) => [
				(doc: Y.Doc) => {
					const fragment = doc.getXmlFragment(roots.section(key));
					const node = fragment.get(random(Math.max(1, fragment.length))) as Y.XmlElement | undefined;
					const text = node?.get(0) as Y.XmlText | undefined;
					if (!text) return fragment.push([paragraph()]);
					if (random(3) === 0) text.format(0, random(text.length + 1), { italic: true });
					else if (random(2) === 0) text.delete(0, Math.min(text.length, 1 + random(3)));
					else text.insert(random(text.length + 1), 'mot ');
				},
				(doc: Y.Doc) => {
					const fragment = doc.getXmlFragment(roots.section(key));
					if (fragment.length > 1) fragment.delete(random(fragment.length), 1);
				}
			]),
			(doc) => doc.getText('title').insert(random(doc.getText('title').length + 1), 't'),
			(doc) => doc.getText('summary').delete(0, Math.min(1, doc.getText('summary').length)),
			(doc) => doc.getMap('facts').set('country', String(random(5))),
			(doc) => doc.getMap('facts').set('modality', String(random(5))),
			(doc) => doc.getMap('facts').delete('target:8.3')
		];
		const server = new Y.Doc();
		fill(server);
		let shadow = new Shadow(server);
		server.on('update', (update: Uint8Array) => shadow.follow(update));
		const seen = { within: 0, outside: 0 };
		for (let round = 0; round < 300; round++) {
			const guest = new Y.Doc();
			Y.applyUpdate(guest, Y.encodeStateAsUpdate(server));
			const work = edits[random(edits.length)]!;
			const own = edits[random(2)]!;
			const update = changeBy(guest, (doc) => {
				own(doc);
				if (random(2) === 0) work(doc);
			});
			// Somebody else writes meanwhile.
			if (random(3) === 0) server.transact(() => edits[random(edits.length)]!(server));
			const before = read(server);
			const after = new Y.Doc();
			Y.applyUpdate(after, Y.encodeStateAsUpdate(server));
			Y.applyUpdate(after, update);
			const now: Record<string, string> = read(after);
			const touched = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
				(key) => (before as Record<string, string>)[key] !== now[key]
			);
			const isLetIn = shadow.staysWithin(update, parts);
			if (touched.some((key) => !isTheirs(key))) expect(isLetIn).toBe(false);
			if (isLetIn) {
				seen.within++;
				Y.applyUpdate(server, update);
			} else {
				seen.outside++;
				shadow = new Shadow(server);
			}
		}
		expect(seen.within).toBeGreaterThan(40);
		expect(seen.outside).toBeGreaterThan(40);
	});
});

function paragraph(): Y.XmlElement {
	const element = new Y.XmlElement('paragraph');
	element.insert(0, [new Y.XmlText('Encore.')]);
	return element;
}

describe('Diego, guest of Actions', () => {
	test('reads all of the draft, writes there, and is told where', async () => {
		const { documentId, owner } = await caseWithGuest(['actions', 'difficulties']);
		const guest = write(host, documentId, { cookie: diego });
		await until(() => guest.provider.synced, 'Diego is in');
		expect(guest.doc.getText('title').toJSON()).toBe('Un titre');
		expect(decodeAccess(guest.counter.access!)).toEqual({
			canWrite: true,
			parts: ['actions', 'difficulties']
		});
		for (let word = 0; word < 5; word++) wordsOf(guest.doc, 'actions').insert(0, `mot${word} `);
		// Chloé writes everywhere meanwhile: the shadow follows her.
		owner.doc.getText('title').insert(0, 'Encore ');
		wordsOf(owner.doc, 'actions').insert(10, 'avec elle ');
		await until(() => guest.isSaved() && owner.isSaved(), 'both saved');
		wordsOf(guest.doc, 'difficulties').delete(0, 4);
		await until(() => guest.isSaved(), 'saved again');
		const kept = await documents.load(db, documentId);
		for (const section of ['actions', 'difficulties'])
			expect(wordsOf(kept, section).toJSON()).toBe(wordsOf(guest.doc, section).toJSON());
		expect(kept.getText('title').toJSON()).toBe('Encore Un titre');
		guest.leave();
		owner.leave();
	});

	test.each<[string, (doc: Y.Doc) => void]>([
		['a letter elsewhere', (doc) => doc.getText('title').insert(0, 'x')],
		['a deletion elsewhere', (doc) => wordsOf(doc, 'results_here').delete(0, 3)],
		['a fact', (doc) => doc.getMap('facts').set('modality', 'tourism')],
		[
			'many words of theirs and one fact gone',
			(doc) => {
				wordsOf(doc, 'actions').insert(0, 'x'.repeat(1_000));
				doc.getMap('facts').delete('country');
			}
		]
	])(
		'who sends %s is closed for good, and nothing of it is stored, acknowledged or told',
		async (_what, work) => {
			const { documentId, owner } = await caseWithGuest(['actions']);
			const said: Uint8Array[] = [];
			owner.doc.on('update', (update: Uint8Array) => said.push(update));
			const raw = await openRaw(host, documentId, diego);
			const doc = new Y.Doc();
			Y.applyUpdate(doc, Y.encodeStateAsUpdate(await documents.load(db, documentId)));
			raw.ask();
			raw.sendUpdate(changeBy(doc, (one) => wordsOf(one, 'actions').insert(0, 'bon ')));
			await until(() => raw.acknowledged() === 1, 'the good one is acknowledged');
			const rows = await countRows(db, documentId);
			raw.sendUpdate(changeBy(doc, work));
			raw.sendUpdate(changeBy(doc, (one) => wordsOf(one, 'actions').insert(0, 'trop tard ')));
			expect(await raw.closed).toBe(4403);
			expect(raw.acknowledged()).toBe(1);
			// Others write on, and the whole state sent at once is refused as well.
			owner.doc.getText('title').insert(0, 'Après. ');
			const again = await openRaw(host, documentId, diego);
			again.sendStep2(Y.encodeStateAsUpdate(doc));
			expect(await again.closed).toBe(4403);
			await until(() => owner.isSaved(), 'Chloé is saved');
			expect(await countRows(db, documentId)).toBe(rows + 1);
			expect(said).toHaveLength(2);
			const kept = await documents.load(db, documentId);
			expect(wordsOf(kept, 'actions').toJSON()).toBe('bon Des mots dans actions, en gras.');
			expect(kept.getMap('facts').toJSON()).toEqual({
				modality: 'export',
				country: 'BJ',
				'target:8.3': true
			});
			owner.leave();
		}
	);

	test('whose parts change, or who is no guest any more, is closed at once and nothing later is stored', async () => {
		const { documentId, reference, owner } = await caseWithGuest(['actions']);
		const guest = write(host, documentId, { cookie: diego });
		await until(() => guest.provider.synced && guest.counter.access !== null, 'Diego is in');
		await guests.invite(cast.context(cast.chloe), reference, {
			email: cast.diego.email.toUpperCase(),
			parts: ['difficulties']
		});
		await until(() => guest.counter.closes.length === 1 && guest.provider.synced, 'sent back and in again');
		expect(guest.counter.closes).toEqual([1012]);
		expect(decodeAccess(guest.counter.access!).parts).toEqual(['difficulties']);
		const [{ id }] = (await guests.list(cast.context(cast.chloe), reference)) as [guests.Guest];
		await guests.end(cast.context(cast.chloe), reference, id);
		await until(() => guest.counter.closes.length === 2, 'closed');
		expect(guest.counter.closes[1]).toBe(4403);
		const after = await openRaw(host, documentId, diego);
		expect(await after.closed).toBe(4404);
		guest.leave();
		owner.leave();
	});
});
