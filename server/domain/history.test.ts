import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { fillDocument, toContent, type CaseContent } from '#lib/document/content.ts';
import { richTextFromText, richTextToText } from '#lib/document/rich-text.ts';
import type { SectionKey } from '#lib/document/template.ts';
import { createCompleteCase, seedReference } from '../../tests/support/cases.ts';
import { createCast, type Cast, type CastMember } from '../../tests/support/cast.ts';
import {
	cookieOf,
	countRows,
	startHost,
	until,
	write,
	type Writer
} from '../../tests/support/collaboration.ts';
import { engine, testDatabase } from '../../tests/support/database.ts';
import { Compactor } from '../collaboration/compactor.ts';
import * as cases from './cases.ts';
import * as repair from './document-repair.ts';
import * as documents from './documents.ts';
import * as history from './history.ts';
import { forgetOld, keepAutomatic, textHash } from './live-versions.ts';
import * as reviews from './reviews.ts';

const place = await testDatabase();
const { db } = place;
const compactor = new Compactor(db, pino({ level: 'silent' }));
let cast: Cast;
const writers: Writer[] = [];

beforeAll(async () => {
	cast = await createCast(db);
	await seedReference(db);
});
afterEach(() => {
	for (const writer of writers.splice(0)) writer.leave();
});
afterAll(async () => {
	await compactor.close();
	await place.close();
});

const chloe = () => cast.context(cast.chloe);
const diego = () => cast.context(cast.diego);

/** A draft of Chloé's and Diego's organisations, empty. */
async function sharedCase() {
	const { reference } = await cases.create(chloe(), {
		organisationId: cast.alpha.id,
		clientKey: randomUUID()
	});
	await cases.invite(chloe(), reference, cast.beta.id);
	return { reference, documentId: (await cases.get(chloe(), reference)).documentId! };
}

/** Commits as the collaboration server does: one row for each update, with its author. */
async function edit(
	documentId: string,
	who: CastMember,
	change: (doc: Y.Doc) => void,
	{ at = new Date(), as = undefined as number | undefined } = {}
) {
	const doc = await documents.load(db, documentId);
	if (as !== undefined) doc.clientID = as;
	const updates: Uint8Array[] = [];
	doc.on('update', (update: Uint8Array) => updates.push(update));
	change(doc);
	await db
		.insertInto('live_clients')
		.values({ document_id: documentId, client_id: doc.clientID, member_id: who.id })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
	for (const data of updates)
		await db
			.insertInto('live_updates')
			.values({ document_id: documentId, member_id: who.id, data, created_at: at })
			.execute();
	return updates.length;
}

const section = (doc: Y.Doc, key: SectionKey) => doc.getXmlFragment(`section:${key}`);
const sectionText = async (documentId: string, key: SectionKey) =>
	richTextToText(toContent(await documents.load(db, documentId), 'fr').sections[key]);
const paragraph = (doc: Y.Doc, key: SectionKey, index: number) =>
	(section(doc, key).get(index) as Y.XmlElement).get(0) as Y.XmlText;
const sections = (texts: Partial<Record<SectionKey, string>>): Partial<CaseContent> => ({
	sections: Object.fromEntries(
		Object.entries(texts).map(([key, text]) => [key, richTextFromText(text)])
	) as CaseContent['sections']
});
const hashNow = async (documentId: string) => textHash(await documents.load(db, documentId), 'case');
const versionOf = (id: string) =>
	db.selectFrom('live_versions').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const age = (documentId: string, interval: string) =>
	sql`with u as (update live_updates set created_at = created_at - ${interval}::interval where document_id = ${documentId}::uuid),
		a as (update live_update_archive set created_at = created_at - ${interval}::interval where document_id = ${documentId}::uuid),
		v as (update live_versions set created_at = created_at - ${interval}::interval where document_id = ${documentId}::uuid)
		update live_documents set created_at = created_at - ${interval}::interval where id = ${documentId}::uuid`.execute(
		db
	);

describe('a named version', () => {
	test('says the same after a thousand edits and ten compactions, and nobody lost their words', async () => {
		const { reference, documentId } = await sharedCase();
		await edit(documentId, cast.chloe, (doc) =>
			fillDocument(doc, {
				title: 'Le miel',
				...sections({ actions: 'Nous avons commencé.\n\nPuis continué.' })
			})
		);
		const { id } = await history.nameVersion(chloe(), reference, { label: ' Avant la réunion ' });
		const hash = await hashNow(documentId);
		expect(await versionOf(id)).toMatchObject({ kind: 'named', label: 'Avant la réunion', text_hash: hash });

		const clients = { chloe: 1_000_001, diego: 1_000_002 };
		for (let round = 0; round < 10; round++) {
			for (const name of ['chloe', 'diego'] as const)
				await edit(
					documentId,
					cast[name],
					(doc) => {
						for (let count = 0; count < 50; count++) {
							const text = count % 2 ? doc.getText('title') : paragraph(doc, 'actions', 0);
							if (count % 7 === 6) text.delete(0, 1);
							else text.insert(Math.floor((text.length * count) / 50), `${name[0]}${count} `);
						}
					},
					{ as: clients[name] }
				);
			expect(await compactor.compact(documentId)).not.toBeNull();
		}
		expect(await countRows(db, documentId)).toBeGreaterThan(1_000);
		expect(await hashNow(documentId)).not.toBe(hash);
		const kept = await versionOf(id);
		expect(textHash((await history.textAt(db, documentId, id)).doc, 'case')).toBe(hash);
		expect(kept.text_hash).toBe(hash);
		expect(await repair.verify(db, documentId)).toMatchObject({ problems: [], notFolded: 0, versions: 1 });

		const authors = await db
			.selectFrom('live_update_archive')
			.select((eb) => ['member_id', eb.fn.countAll<number>().as('count')])
			.where('document_id', '=', documentId)
			.groupBy('member_id')
			.execute();
		const counts = Object.fromEntries(authors.map((row) => [row.member_id, Number(row.count)]));
		expect(counts).toEqual({ [cast.chloe.id]: 501, [cast.diego.id]: 500 });
		const { sessions } = await history.timeline(chloe(), reference);
		expect(sessions.map(({ byName, parts }) => [byName, parts]).sort()).toEqual([
			['Chloé', ['title', 'actions']],
			['Diego', ['title', 'actions']]
		]);
	}, 60_000);

	test('needs a name, and somebody who may write', async () => {
		const { reference } = await sharedCase();
		await expect(history.nameVersion(chloe(), reference, { label: '  ' })).rejects.toMatchObject({
			code: 'label_empty'
		});
		await expect(
			history.nameVersion(cast.context(cast.boris), reference, { label: 'Ma version' })
		).rejects.toMatchObject({ kind: 'not_found' });
		expect(await history.versions(diego(), reference)).toEqual([]);
		await expect(history.versions(cast.context(cast.farid), reference)).rejects.toMatchObject({
			kind: 'not_found'
		});
		await expect(history.exported(cast.context(cast.boris), reference)).rejects.toMatchObject({
			kind: 'not_found'
		});
	});
});

describe('restoring', () => {
	test('reaches five open tabs, and one that was away keeps what it wrote', async () => {
		const { reference, documentId } = await sharedCase();
		await edit(documentId, cast.chloe, (doc) =>
			fillDocument(doc, {
				title: 'Le miel de Rufisque',
				...sections({
					actions: 'Un premier atelier a réuni les apiculteurs.\n\nUn second atelier a suivi.',
					difficulties: 'Le prix du verre.'
				})
			})
		);
		const { id } = await history.nameVersion(chloe(), reference, { label: 'La bonne' });
		const wanted = toContent(await documents.load(db, documentId), 'fr');

		const host = await startHost(db, { bus: cast.bus });
		try {
			const cookies = {
				chloe: await cookieOf(db, cast.chloe.id),
				diego: await cookieOf(db, cast.diego.id),
				efua: await cookieOf(db, cast.efua.id)
			};
			const tabs = [cookies.chloe, cookies.chloe, cookies.diego, cookies.diego, cookies.efua].map((cookie) =>
				write(host, documentId, { cookie })
			);
			const away = write(host, documentId, { cookie: cookies.efua });
			writers.push(...tabs, away);
			await until(() => [...tabs, away].every(({ provider }) => provider.synced), 'all six have the text');

			// Diego spoils it in front of everybody.
			const diegos = tabs[2]!.doc;
			diegos.transact(() => {
				diegos.getText('title').insert(0, 'Brouillon ');
				paragraph(diegos, 'actions', 0).delete(0, 11);
				section(diegos, 'actions').delete(1, 1);
				section(diegos, 'difficulties').delete(0, 1);
				diegos.getMap('facts').set('modality', 'gastronomie-et-terroir');
			});
			await until(() => tabs[2]!.isSaved(), 'saved');
			const titles = () => [...tabs, away].map(({ doc }) => doc.getText('title').toJSON());
			await until(() => titles().every((title) => title.startsWith('Brouillon')), 'all see it');

			// Efua takes the train, and goes on writing in a paragraph and after it.
			away.provider.disconnect();
			await until(() => !away.provider.wsconnected, 'away');
			const first = paragraph(away.doc, 'actions', 0);
			first.insert(first.length, ' Trente personnes sont venues.');
			const added = new Y.XmlElement('paragraph');
			added.insert(0, [new Y.XmlText('Écrit dans le train.')]);
			section(away.doc, 'results_there').insert(0, [added]);

			const spoilt = await hashNow(documentId);
			expect(await history.restore(chloe(), reference, { versionId: id, part: null })).toEqual({
				isChanged: true
			});
			expect(toContent(await documents.load(db, documentId), 'fr')).toEqual(wanted);
			await until(
				() => tabs.every(({ doc }) => JSON.stringify(toContent(doc, 'fr')) === JSON.stringify(wanted)),
				'the five tabs show the restored text'
			);
			// They were told over their open connections, and go on writing.
			expect(tabs.every(({ counter }) => counter.closes.length === 0)).toBe(true);
			tabs[4]!.doc.getText('summary').insert(0, 'Après la restauration.');
			await until(() => tabs[4]!.isSaved(), 'saved after the restoration');

			away.provider.connect();
			await until(() => away.isSaved(), 'the words from the train are saved');
			const everyone = [...tabs, away].map(({ doc }) => doc);
			const merged = {
				...wanted,
				summary: 'Après la restauration.',
				sections: {
					...wanted.sections,
					actions: richTextFromText(
						'Un premier atelier a réuni les apiculteurs. Trente personnes sont venues.\n\nUn second atelier a suivi.'
					),
					results_there: richTextFromText('Écrit dans le train.')
				}
			};
			await until(
				() => everyone.every((doc) => richTextToText(toContent(doc, 'fr').sections.results_there) !== ''),
				'everybody reads them'
			);
			await until(
				() => everyone.every((doc) => toContent(doc, 'fr').summary !== ''),
				'and what was written since'
			);
			for (const doc of everyone) expect(toContent(doc, 'fr')).toEqual(merged);
			expect(toContent(await documents.load(db, documentId), 'fr')).toEqual(merged);

			const [before, named] = await history.versions(diego(), reference);
			expect(before).toMatchObject({ kind: 'before_restore', byName: 'Chloé' });
			expect(named).toMatchObject({ id, kind: 'named', byName: 'Chloé', label: 'La bonne' });
			expect((await versionOf(before!.id)).text_hash).toBe(spoilt);
			const { sessions } = await history.timeline(diego(), reference);
			const restorations = sessions.filter(({ isRestoration }) => isRestoration);
			expect(restorations).toMatchObject([
				{ byName: 'Chloé', parts: ['title', 'modality', 'actions', 'difficulties'] }
			]);
			expect(sessions.find(({ byName }) => byName === 'Efua')?.parts).toEqual([
				'summary',
				'actions',
				'results_there'
			]);
			expect((await repair.verify(db, documentId)).problems).toEqual([]);
		} finally {
			for (const writer of writers.splice(0)) writer.leave();
			await host.stop();
		}
		expect((await repair.verify(db, documentId)).problems).toEqual([]);
	}, 30_000);

	test('one part leaves the others as they are, and a second time changes nothing', async () => {
		const { reference, documentId } = await sharedCase();
		await edit(documentId, cast.chloe, (doc) =>
			fillDocument(doc, { title: 'Un', ...sections({ actions: 'Agir.', difficulties: 'Échouer.' }) })
		);
		const { id } = await history.nameVersion(chloe(), reference, { label: 'Un' });
		await edit(documentId, cast.diego, (doc) =>
			fillDocument(doc, {
				title: 'Deux',
				facts: {
					lead: null,
					partner: { kind: 'territory', country: 'SN', name: 'Rufisque' },
					modality: null,
					targets: ['8.3']
				},
				...sections({ actions: 'Faire.', difficulties: 'Rater.' })
			})
		);
		const restore = (part: Parameters<typeof history.restore>[2]['part']) =>
			history.restore(diego(), reference, { versionId: id, part });
		expect(await restore('difficulties')).toEqual({ isChanged: true });
		expect(await sectionText(documentId, 'difficulties')).toBe('Échouer.');
		expect(await sectionText(documentId, 'actions')).toBe('Faire.');
		expect(await restore('difficulties')).toEqual({ isChanged: false });
		expect(await history.versions(chloe(), reference)).toHaveLength(2);

		await restore('partner');
		const { facts, title } = toContent(await documents.load(db, documentId), 'fr');
		expect(facts).toMatchObject({ partner: null, targets: ['8.3'] });
		expect(title).toBe('Deux');
		await restore(null);
		expect(await hashNow(documentId)).toBe((await versionOf(id)).text_hash);
	});

	test('gives back headings, lists, bold and links exactly, whatever came between', async () => {
		const { reference, documentId } = await sharedCase();
		await edit(documentId, cast.chloe, (doc) =>
			fillDocument(doc, {
				sections: {
					...toContent(new Y.Doc(), 'fr').sections,
					actions: {
						type: 'doc',
						content: [
							{ type: 'heading', attrs: { level: 4 }, content: [{ type: 'text', text: 'Le marché' }] },
							{
								type: 'bulletList',
								content: [
									{
										type: 'listItem',
										content: [
											{
												type: 'paragraph',
												content: [
													{ type: 'text', text: 'un ' },
													{ type: 'text', text: 'gras', marks: [{ type: 'bold' }] },
													{
														type: 'text',
														text: ' lien',
														marks: [{ type: 'link', attrs: { href: 'https://example.org/' } }]
													}
												]
											}
										]
									}
								]
							}
						]
					}
				}
			})
		);
		const { id } = await history.nameVersion(chloe(), reference, { label: 'Riche' });
		const { text_hash } = await versionOf(id);
		const spoil: ((doc: Y.Doc) => void)[] = [
			(doc) => section(doc, 'actions').delete(0, 2),
			(doc) => (section(doc, 'actions').get(0) as Y.XmlElement).setAttribute('level', 3 as never),
			(doc) => section(doc, 'actions').insert(0, [new Y.XmlElement('bulletList')]),
			(doc) => {
				const item = (section(doc, 'actions').get(1) as Y.XmlElement).get(0) as Y.XmlElement;
				const text = (item.get(0) as Y.XmlElement).get(0) as Y.XmlText;
				text.format(0, text.length, { bold: null, italic: {}, link: null });
			}
		];
		for (const [index, change] of spoil.entries()) {
			await edit(documentId, cast.diego, change);
			expect(await hashNow(documentId)).not.toBe(text_hash);
			await history.restore(chloe(), reference, { versionId: id, part: index % 2 ? 'actions' : null });
			expect(await hashNow(documentId)).toBe(text_hash);
		}
	});

	test('is for those who may write, while they may', async () => {
		const { reference, documentId } = await createCompleteCase(chloe());
		const { id } = await history.nameVersion(chloe(), reference, { label: 'Prête' });
		const restore = (context = chloe()) => history.restore(context, reference, { versionId: id, part: null });
		await expect(restore(diego())).rejects.toMatchObject({ kind: 'not_found' });
		await expect(
			history.restore(chloe(), reference, { versionId: randomUUID(), part: null })
		).rejects.toMatchObject({ kind: 'not_found' });

		await repair.hold({ db, bus: cast.bus }, documentId);
		await expect(restore()).rejects.toMatchObject({ code: 'document_frozen' });
		await repair.release({ db, bus: cast.bus }, documentId);

		await cases.submit(chloe(), reference);
		await expect(restore()).rejects.toMatchObject({ code: 'state_changed' });
		await expect(restore(cast.context(cast.boris))).rejects.toMatchObject({ kind: 'forbidden' });
		// Boris reviews it: he may look.
		const [submitted] = await history.versions(cast.context(cast.boris), reference);
		expect(submitted).toMatchObject({ kind: 'submitted', label: '1', byName: 'Chloé' });
		await expect(repair.release({ db, bus: cast.bus }, documentId)).rejects.toMatchObject({
			code: 'state_changed'
		});

		const { submission } = await reviews.candidate(cast.context(cast.boris), reference);
		await reviews.publish(cast.context(cast.boris), reference, { hash: submission.hash });
		const kinds = (await history.versions(chloe(), reference)).map(({ kind, label }) => [kind, label]);
		expect(kinds).toEqual([
			['published', '1'],
			['submitted', '1'],
			['named', 'Prête']
		]);
		const other = await sharedCase();
		await expect(
			history.restore(chloe(), other.reference, { versionId: id, part: null })
		).rejects.toMatchObject({ kind: 'not_found' });
	});
});

describe('the timeline', () => {
	test('says who changed which parts, session by session, before and after a compaction', async () => {
		const { reference, documentId } = await sharedCase();
		const minute = (count: number) => new Date(Date.UTC(2026, 10, 1, 9, count));
		await edit(documentId, cast.chloe, (doc) => fillDocument(doc, sections({ actions: 'Un deux trois.' })), {
			at: minute(0)
		});
		await edit(documentId, cast.diego, (doc) => doc.getText('summary').insert(0, 'Court'), { at: minute(3) });
		await edit(documentId, cast.chloe, (doc) => paragraph(doc, 'actions', 0).insert(14, ' Quatre.'), {
			at: minute(9)
		});
		await edit(documentId, cast.chloe, (doc) => doc.getMap('facts').set('target:8.3', true), {
			at: minute(40)
		});
		await edit(documentId, cast.diego, (doc) => section(doc, 'actions').delete(0, 1), { at: minute(41) });
		const expected = [
			{ byName: 'Diego', parts: ['actions'], from: minute(41), to: minute(41) },
			{ byName: 'Chloé', parts: ['targets'], from: minute(40), to: minute(40) },
			{ byName: 'Chloé', parts: ['actions'], from: minute(0), to: minute(9) },
			{ byName: 'Diego', parts: ['summary'], from: minute(3), to: minute(3) }
		];
		const { sessions, older } = await history.timeline(chloe(), reference);
		expect(sessions).toMatchObject(expected);
		expect(older).toBeNull();
		await compactor.compact(documentId);
		expect((await history.timeline(chloe(), reference)).sessions).toEqual(sessions);

		// What Diego removed shows as removed, and only that.
		const { parts } = await history.compare(chloe(), reference, {
			from: sessions[0]!.before,
			to: sessions[0]!.after
		});
		expect(parts.filter(({ isChanged }) => isChanged)).toMatchObject([
			{
				part: 'actions',
				lines: [{ change: 'removed', pieces: [{ change: 'removed', text: 'Un deux trois. Quatre.' }] }]
			}
		]);
	});
});

describe('comparing', () => {
	test('shows the words that came and went, part by part', async () => {
		const { reference, documentId } = await sharedCase();
		await edit(documentId, cast.chloe, (doc) =>
			fillDocument(doc, { title: 'Le miel', ...sections({ actions: 'Le prix du verre a doublé.\n\nFin.' }) })
		);
		const { id } = await history.nameVersion(chloe(), reference, { label: 'Un' });
		await edit(documentId, cast.chloe, (doc) => {
			paragraph(doc, 'actions', 0).delete(11, 5);
			paragraph(doc, 'actions', 0).insert(11, 'bois');
			paragraph(doc, 'actions', 1).format(0, 3, { bold: {} });
		});
		const { parts, from, to } = await history.compare(chloe(), reference, { from: id, to: 'now' });
		expect([from.version?.label, to.point]).toEqual(['Un', 'now']);
		const changed = parts.filter(({ isChanged }) => isChanged);
		expect(changed).toEqual([
			{
				part: 'actions',
				isChanged: true,
				authors: [{ id: cast.chloe.id, name: 'Chloé' }],
				lines: [
					{
						form: 'paragraph',
						change: 'changed',
						pieces: [
							{ change: 'same', text: 'Le prix du ' },
							{ change: 'removed', text: 'verre', by: cast.chloe.id },
							{ change: 'added', text: 'bois', by: cast.chloe.id },
							{ change: 'same', text: ' a doublé.' }
						]
					},
					{ form: 'paragraph', change: 'reformatted', pieces: [{ change: 'same', text: 'Fin.' }] }
				]
			}
		]);
		// Diego only takes words away, in two parts; Efua writes before the version and is not named.
		await edit(documentId, cast.efua, (doc) => doc.getText('summary').insert(0, 'Avant. '));
		const second = await history.nameVersion(chloe(), reference, { label: 'Deux' });
		await edit(documentId, cast.diego, (doc) => {
			paragraph(doc, 'actions', 0).delete(0, 3);
			doc.getText('title').delete(0, 3);
		});
		await edit(documentId, cast.chloe, (doc) => doc.getText('title').insert(0, 'Du '));
		const later = await history.compare(chloe(), reference, { from: second.id, to: 'now' });
		expect(
			later.parts.flatMap(({ part, authors }) =>
				authors.length > 0 ? [[part, authors.map(({ name }) => name)]] : []
			)
		).toEqual([
			['title', ['Diego', 'Chloé']],
			['actions', ['Diego']]
		]);
		for (const from of ['', 'e', 'later', randomUUID(), `e${'9'.repeat(40)}`])
			await expect(history.compare(chloe(), reference, { from, to: 'now' })).rejects.toMatchObject({
				kind: 'not_found'
			});
	});

	test('says of each word who wrote it, and of each word that went who took it away', async () => {
		const { reference, documentId } = await sharedCase();
		await edit(documentId, cast.chloe, (doc) =>
			fillDocument(doc, {
				title: 'Le miel',
				...sections({ actions: 'Un deux trois.\n\nLe prix du verre a doublé.' })
			})
		);
		const { id } = await history.nameVersion(chloe(), reference, { label: 'Un' });
		await edit(documentId, cast.chloe, (doc) => {
			paragraph(doc, 'actions', 1).insert(26, ' Hélas pour nous.');
			doc.getText('title').insert(7, ' du Rova');
		});
		// Diego writes inside what Chloé added, and takes words of hers away.
		await edit(documentId, cast.diego, (doc) => {
			paragraph(doc, 'actions', 1).insert(42, ' deux');
			paragraph(doc, 'actions', 1).delete(8, 9);
			paragraph(doc, 'actions', 0).delete(0, 3);
		});
		const { parts } = await history.compare(chloe(), reference, { from: id, to: 'now' });
		const said = parts.flatMap(({ part, lines }) =>
			lines.flatMap(({ pieces }) =>
				pieces
					.filter(({ change }) => change !== 'same')
					.map(({ change, text, by }) => [
						part,
						change,
						text.trim(),
						by === cast.chloe.id ? 'Chloé' : by === cast.diego.id ? 'Diego' : by
					])
			)
		);
		expect(said).toEqual([
			['title', 'added', 'du Rova', 'Chloé'],
			['actions', 'removed', 'Un', 'Diego'],
			['actions', 'removed', 'du verre', 'Diego'],
			['actions', 'added', 'Hélas pour nous', 'Chloé'],
			['actions', 'added', 'deux', 'Diego'],
			['actions', 'added', '.', 'Chloé']
		]);
	});

	test('answers in a second even for two long texts with nothing in common', async () => {
		const { reference, documentId } = await sharedCase();
		const noise = (seed: number) =>
			Array.from({ length: 20_000 }, (_, index) => ((index * seed) % 9973).toString(36)).join(' ');
		await edit(documentId, cast.chloe, (doc) => fillDocument(doc, sections({ actions: noise(7919) })));
		const { id } = await history.nameVersion(chloe(), reference, { label: 'Un' });
		await edit(documentId, cast.chloe, (doc) => fillDocument(doc, sections({ actions: noise(6007) })));
		const began = performance.now();
		const { parts } = await history.compare(chloe(), reference, { from: id, to: 'now' });
		expect(performance.now() - began).toBeLessThan(4_000);
		expect(parts.find(({ part }) => part === 'actions')!.lines.map(({ change }) => change)).toEqual([
			'removed',
			'added'
		]);
		await history.restore(chloe(), reference, { versionId: id, part: 'actions' });
		expect(await sectionText(documentId, 'actions')).toBe(noise(7919));
	});
});

describe('versions by themselves', () => {
	test('are kept once a text is at rest, or written for long, and not twice for the same words', async () => {
		const { reference, documentId } = await sharedCase();
		const kept = async () => (await history.versions(chloe(), reference)).map(({ kind }) => kind);
		const seen = new Map<string, number>();
		await keepAutomatic(db, { seen });
		expect(await kept()).toEqual([]);
		await edit(documentId, cast.chloe, (doc) => doc.getText('title').insert(0, 'Un'));
		await keepAutomatic(db, { seen });
		expect(await kept()).toEqual([]);
		await age(documentId, '11 minutes');
		await keepAutomatic(db, { seen });
		await keepAutomatic(db, { seen: new Map() });
		expect(await kept()).toEqual(['automatic']);

		// Without a pause: half an hour later there is another.
		await age(documentId, '20 minutes');
		await edit(documentId, cast.chloe, (doc) => doc.getText('title').insert(0, 'Deux'));
		await keepAutomatic(db, { seen });
		expect(await kept()).toHaveLength(1);
		await sql`update live_versions set created_at = created_at - interval '15 minutes'
			where document_id = ${documentId}::uuid`.execute(db);
		await keepAutomatic(db, { seen });
		expect(await kept()).toEqual(['automatic', 'automatic']);

		// A letter typed and taken back is nothing new.
		await edit(documentId, cast.chloe, (doc) => {
			doc.getText('title').insert(0, 'x');
			doc.getText('title').delete(0, 1);
		});
		await age(documentId, '11 minutes');
		await keepAutomatic(db, { seen });
		expect(await kept()).toHaveLength(2);
	});

	test('are forgotten with time, and the log only where a version holds it', async () => {
		const { reference, documentId } = await sharedCase();
		for (const word of ['un', 'deux', 'trois']) {
			await edit(documentId, cast.chloe, (doc) => doc.getText('title').insert(0, word));
			await age(documentId, '15 minutes');
			await keepAutomatic(db);
		}
		await history.nameVersion(chloe(), reference, { label: 'Gardée' });
		await compactor.compact(documentId);
		const kinds = async () => (await history.versions(chloe(), reference)).map(({ kind }) => kind);
		expect(await kinds()).toEqual(['named', 'automatic', 'automatic', 'automatic']);
		await forgetOld(db);
		expect(await kinds()).toHaveLength(4);
		expect(await countRows(db, documentId)).toBe(3);

		// To a noon, so that all of them are of one day.
		await sql`update live_versions set created_at = date_trunc('day', now()) - interval '40 days' + interval '12 hours'
			+ (created_at - now()) where document_id = ${documentId}::uuid`.execute(db);
		await forgetOld(db);
		expect(await kinds()).toEqual(['named', 'automatic']);

		await age(documentId, '100 days');
		// Committed late, and in no version.
		await edit(documentId, cast.diego, (doc) => doc.getText('summary').insert(0, 'Tard'));
		await compactor.compact(documentId);
		await age(documentId, '1 day');
		await sql`update live_update_archive set created_at = now() - interval '99 days'
			where document_id = ${documentId}::uuid and member_id = ${cast.diego.id}::uuid`.execute(db);
		expect((await forgetOld(db)).updates).toBe(3);
		expect(await countRows(db, documentId)).toBe(1);
		expect(await repair.verify(db, documentId)).toMatchObject({ problems: [], folded: 1 });
		const base = () =>
			db
				.selectFrom('live_versions')
				.select('id')
				.where('document_id', '=', documentId)
				.where('base_at', 'is not', null)
				.execute();
		const [first] = await base();
		expect(first).toBeDefined();

		// Later another version holds it, and becomes the beginning.
		const { id: later } = await history.nameVersion(chloe(), reference, { label: 'Plus tard' });
		await age(documentId, '95 days');
		expect((await forgetOld(db)).updates).toBe(1);
		expect(await base()).toEqual([{ id: later }]);
		expect(await repair.verify(db, documentId)).toMatchObject({ problems: [], folded: 0 });
		expect((await forgetOld(db)).updates).toBe(0);
	});
});

describe('verifying', () => {
	async function written() {
		const { reference, documentId } = await sharedCase();
		await edit(documentId, cast.chloe, (doc) => {
			for (const word of ['un ', 'deux ', 'trois ']) doc.getText('title').insert(0, word);
		});
		await compactor.compact(documentId);
		const { id } = await history.nameVersion(chloe(), reference, { label: 'Un' });
		await edit(documentId, cast.diego, (doc) => doc.getText('title').insert(0, 'quatre '));
		expect((await repair.verify(db, documentId)).problems).toEqual([]);
		return { reference, documentId, id };
	}

	test('finds a snapshot that lost words, and rebuilding brings them back', async () => {
		const { reference, documentId } = await written();
		const good = await hashNow(documentId);
		const doc = new Y.Doc();
		doc.getText('title').insert(0, 'abîmé');
		await db
			.updateTable('live_documents')
			.set({ snapshot: Y.encodeStateAsUpdate(doc) })
			.where('id', '=', documentId)
			.execute();
		const { problems } = await repair.verify(db, documentId);
		expect(problems).toContain('the snapshot and the history do not hold the same updates');

		const tools = { db, bus: cast.bus };
		expect(await repair.find(db, reference)).toBe(documentId);
		await expect(repair.rebuild(tools, documentId)).rejects.toMatchObject({ code: 'not_frozen' });
		await repair.hold(tools, documentId);
		expect(await repair.rebuild(tools, documentId)).toEqual({ isChanged: true });
		await repair.release(tools, documentId);
		expect(await hashNow(documentId)).toBe(good);
		expect((await repair.verify(db, documentId)).problems).toEqual([]);
		await repair.hold(tools, documentId);
		expect(await repair.rebuild(tools, documentId)).toEqual({ isChanged: false });
	});

	test('finds a snapshot that is no update at all', async () => {
		const { documentId } = await written();
		await db
			.updateTable('live_documents')
			.set({ snapshot: new Uint8Array([1, 2, 3]) })
			.where('id', '=', documentId)
			.execute();
		const { problems, textHash } = await repair.verify(db, documentId);
		expect(problems.join()).toContain('cannot be built from its snapshot');
		expect(textHash).toBeNull();
		await repair.hold({ db, bus: cast.bus }, documentId);
		expect(await repair.rebuild({ db, bus: cast.bus }, documentId)).toEqual({ isChanged: true });
		expect((await repair.verify(db, documentId)).problems).toEqual([]);
	});

	test('finds a missing update, and does not rebuild from a history that is worse', async () => {
		const { documentId } = await written();
		await sql`delete from live_update_archive where document_id = ${documentId}::uuid
			and seq = (select min(seq) from live_update_archive where document_id = ${documentId}::uuid)`.execute(db);
		const { problems } = await repair.verify(db, documentId);
		expect(problems).toContain('an update is missing from the history');
		await repair.hold({ db, bus: cast.bus }, documentId);
		await expect(repair.rebuild({ db, bus: cast.bus }, documentId)).rejects.toMatchObject({
			code: 'history_broken'
		});
	});

	test('finds a version that was altered', async () => {
		const { documentId, id } = await written();
		const doc = new Y.Doc();
		doc.getText('title').insert(0, 'autre chose');
		await db
			.updateTable('live_versions')
			.set({ state: Y.encodeStateAsUpdate(doc) })
			.where('id', '=', id)
			.execute();
		const { problems } = await repair.verify(db, documentId);
		expect(problems).toEqual([
			`version ${id} (named) does not say what it said when it was kept`,
			`version ${id} (named) holds words that the history has not`
		]);
	});
});

test('the export alone is enough to read the text and each version again', async () => {
	const { reference, documentId } = await sharedCase();
	await edit(documentId, cast.chloe, (doc) => doc.getText('title').insert(0, 'Un'));
	await compactor.compact(documentId);
	const { id } = await history.nameVersion(diego(), reference, { label: 'Un' });
	await edit(documentId, cast.diego, (doc) => doc.getText('title').insert(0, 'Deux '));
	const file = JSON.parse(JSON.stringify(await history.exported(diego(), reference))) as Awaited<
		ReturnType<typeof history.exported>
	>;
	expect(file).toMatchObject({ format: 'passerelle-document', reference, id: documentId, language: 'fr' });
	expect(file.people).toEqual({ [cast.chloe.id]: 'Chloé', [cast.diego.id]: 'Diego' });
	const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));
	const doc = new Y.Doc();
	for (const { data } of file.updates) Y.applyUpdate(doc, bytes(data));
	expect(doc.getText('title').toJSON()).toBe('Deux Un');
	expect(file.updates.map(({ folded, by }) => [folded, by])).toEqual([
		[true, cast.chloe.id],
		[false, cast.diego.id]
	]);
	const version = new Y.Doc();
	Y.applyUpdate(version, bytes(file.versions[0]!.state));
	expect([file.versions[0]!.id, version.getText('title').toJSON()]).toEqual([id, 'Un']);
});

test.skipIf(engine === 'embedded')(
	'an edit committed during a restoration comes after it, not instead',
	async () => {
		const { reference, documentId } = await sharedCase();
		await edit(documentId, cast.chloe, (doc) => doc.getText('title').insert(0, 'Un'));
		const { id } = await history.nameVersion(chloe(), reference, { label: 'Un' });
		await edit(documentId, cast.chloe, (doc) => doc.getText('title').insert(0, 'Deux '));
		const host = await startHost(db, { bus: cast.bus });
		const writer = write(host, documentId, { cookie: await cookieOf(db, cast.diego.id) });
		try {
			await until(() => writer.provider.synced, 'synced');
			const restoring = history.restore(chloe(), reference, { versionId: id, part: 'title' });
			for (let count = 0; count < 20; count++) {
				writer.doc.getText('summary').insert(0, 'x');
				await new Promise((resolve) => setTimeout(resolve, 2));
			}
			await restoring;
			await until(() => writer.isSaved() && writer.doc.getText('title').toJSON() === 'Un', 'both are there');
			const doc = await documents.load(db, documentId);
			expect([doc.getText('title').toJSON(), doc.getText('summary').length]).toEqual(['Un', 20]);
		} finally {
			writer.leave();
			await host.stop();
		}
	}
);
