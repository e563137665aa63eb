import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, test } from 'vitest';
import { canonicalJson } from '#lib/document/content.ts';
import { completeContent, createCompleteCase, seedReference, writeDraft } from '../../tests/support/cases.ts';
import { createCast } from '../../tests/support/cast.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import type { BusEvents } from '../bus/bus.ts';
import type { Who } from '../context.ts';
import * as cases from './cases.ts';
import * as documents from './documents.ts';
import * as organisations from './organisations.ts';
import * as reviews from './reviews.ts';
import * as threads from './threads.ts';

const { db, close } = await testDatabase();
afterAll(close);
const cast = await createCast(db);
await seedReference(db);
const { alpha, beta, bus } = cast;
const asChloe = cast.context(cast.chloe);
const asDiego = cast.context(cast.diego);
const asEfua = cast.context(cast.efua);
const asBoris = cast.context(cast.boris);
const asAwa = cast.context(cast.awa);
const asFarid = cast.context(cast.farid);

/** Documents whose rights were announced as changed while `work` ran. */
async function announcing(work: () => Promise<unknown>): Promise<string[]> {
	const heard: BusEvents['document.access'][] = [];
	const stop = bus.subscribe('document.access', (data) => heard.push(data));
	try {
		await work();
	} finally {
		stop();
	}
	return heard.map(({ documentId }) => documentId);
}
const isFrozen = async (id: string) => {
	const query = db.selectFrom('live_documents').select('frozen_at').where('id', '=', id);
	return (await query.executeTakeFirstOrThrow()).frozen_at !== null;
};

describe('creating', () => {
	test('Chloé creates a draft of her organisation, with a live document and a thread', async () => {
		const { reference } = await cases.create(asChloe, { organisationId: alpha.id, clientKey: randomUUID() });
		expect(reference).toMatch(/^DEI-20\d\d-\d{4}$/);
		const overview = await cases.get(asChloe, reference);
		expect(overview).toMatchObject({
			reference,
			state: 'draft',
			language: 'fr',
			isDemo: false,
			organisations: [{ id: alpha.id, role: 'pilot', name: alpha.name }],
			versions: [],
			changesRequested: null,
			transitions: [{ from: null, to: 'draft', actorName: 'Chloé' }],
			may: {
				readDraft: true,
				write: true,
				invite: true,
				submit: true,
				takeBack: false,
				revise: false,
				decide: false
			}
		});
		const page = await threads.get(asChloe, overview.threadId!);
		expect(page.thread).toMatchObject({ title: reference, visibility: 'case', caseReference: reference });
		expect(page).toMatchObject({ lastNumber: 0, posts: [] });
		expect(await documents.access(asChloe, overview.documentId!)).toEqual({
			kind: 'case',
			canWrite: true,
			parts: null,
			schema: 1
		});
	});

	test('the same key gives Chloé the same case, even when her browser sends it five times at once', async () => {
		const input = { organisationId: alpha.id, clientKey: randomUUID() };
		const made = await Promise.all(Array.from({ length: 5 }, () => cases.create(asChloe, input)));
		expect(new Set(made.map(({ reference }) => reference)).size).toBe(1);
		// The key belongs to its author: Diego's case with the same one is another case.
		const his = await cases.create(asDiego, { organisationId: beta.id, clientKey: input.clientKey });
		expect(his.reference).not.toBe(made[0]!.reference);
	});

	test('twenty cases created at once get twenty consecutive references', async () => {
		const made = await Promise.all(
			Array.from({ length: 20 }, (_, index) =>
				index % 2
					? cases.create(asChloe, { organisationId: alpha.id, clientKey: randomUUID() })
					: cases.create(asDiego, { organisationId: beta.id, clientKey: randomUUID() })
			)
		);
		const numbers = made.map(({ reference }) => Number(reference.slice(-4))).sort((a, b) => a - b);
		expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => numbers[0]! + index));
	});

	test('nobody creates for an organisation they do not speak for', async () => {
		const input = { organisationId: alpha.id, clientKey: randomUUID() };
		await failing(cases.create(asDiego, input), 'forbidden');
		await failing(cases.create(asFarid, input), 'forbidden');
		await failing(cases.create(asEfua, { ...input, organisationId: beta.id }), 'forbidden');
		await failing(cases.create(asChloe, { ...input, organisationId: randomUUID() }), 'not_found');
		await failing(cases.create(asChloe, { ...input, organisationId: "' or true --" }), 'not_found');
		await failing(cases.create(asChloe, { ...input, clientKey: 'once' }), 'invalid', 'invalid_input');
	});
});

describe('finding', () => {
	test('a draft of others looks like one that does not exist, by every verb', async () => {
		const { reference } = await createCompleteCase(asChloe);
		const verbs = [
			(ref: string, who: Who) => cases.get(cast.context(who), ref),
			(ref: string, who: Who) => cases.draft(cast.context(who), ref),
			(ref: string, who: Who) => cases.version(cast.context(who), ref, 'latest'),
			(ref: string, who: Who) => cases.version(cast.context(who), ref, 1),
			(ref: string, who: Who) => cases.invite(cast.context(who), ref, beta.id),
			(ref: string, who: Who) => cases.submit(cast.context(who), ref),
			(ref: string, who: Who) => cases.takeBack(cast.context(who), ref),
			(ref: string, who: Who) => cases.revise(cast.context(who), ref),
			(ref: string, who: Who) => reviews.candidate(cast.context(who), ref),
			(ref: string, who: Who) => reviews.take(cast.context(who), ref),
			(ref: string, who: Who) =>
				reviews.requestChanges(cast.context(who), ref, { hash: '', reason: 'Pourquoi ?' }),
			(ref: string, who: Who) => reviews.publish(cast.context(who), ref, { hash: '' }),
			(ref: string, who: Who) => threads.forCase(cast.context(who), ref)
		];
		for (const stranger of [cast.farid, cast.diego, cast.boris, cast.awa]) {
			for (const verb of verbs) {
				const foreign = await failing(verb(reference, stranger.who), 'not_found');
				const missing = await failing(verb('DEI-2026-9999', stranger.who), 'not_found');
				expect(foreign.message).toBe(missing.message);
			}
		}
		await failing(cases.get(asChloe, 'DEI-2026-0001\0'), 'not_found');
	});

	test('Chloé finds it among hers, and Diego does not', async () => {
		const { reference, documentId } = await createCompleteCase(asChloe);
		expect(await cases.project(db, documentId)).toBe(true);
		const mine = await cases.listMine(asChloe);
		expect(mine[0]).toMatchObject({
			reference,
			state: 'draft',
			title: 'Des marchés paysans à Rufisque',
			organisations: [{ id: alpha.id, role: 'pilot' }],
			latestVersion: null
		});
		expect((await cases.listMine(asDiego)).map((own) => own.reference)).not.toContain(reference);
		expect(await cases.listMine(asFarid)).toEqual([]);
	});

	test('a document that is no case has no title to project', async () => {
		const id = await documents.create(db, 'bench', { isDemo: false });
		expect(await cases.project(db, id)).toBe(false);
	});
});

describe('inviting', () => {
	test('Diego writes once Chloé has invited his organisation, and the document is told', async () => {
		const { reference, documentId } = await createCompleteCase(asChloe);
		await failing(documents.access(asDiego, documentId), 'not_found');
		expect(await announcing(() => cases.invite(asChloe, reference, beta.id))).toEqual([documentId]);
		expect(await documents.access(asDiego, documentId)).toEqual({
			kind: 'case',
			canWrite: true,
			parts: null,
			schema: 1
		});
		const overview = await cases.get(asEfua, reference);
		expect(overview.state).toBe('co_writing');
		expect(overview.organisations.map(({ id, role }) => [id, role])).toEqual([
			[alpha.id, 'pilot'],
			[beta.id, 'partner']
		]);
		expect(overview.may).toMatchObject({ write: true, invite: false, submit: false });

		expect(await announcing(() => cases.invite(asChloe, reference, beta.id))).toEqual([]);
		expect((await cases.get(asChloe, reference)).transitions).toHaveLength(2);
		await failing(cases.invite(asDiego, reference, cast.network.id), 'forbidden');
		await failing(cases.invite(asChloe, reference, randomUUID()), 'not_found');
	});

	test('demonstration and real organisations do not mix', async () => {
		const demo = await db
			.insertInto('organisations')
			.values({ kind: 'other', name: 'Espace fictif', search_text: 'espace fictif', is_demo: true })
			.returning('id')
			.executeTakeFirstOrThrow();
		const { reference } = await createCompleteCase(asChloe);
		await failing(cases.invite(asChloe, reference, demo.id), 'invalid', 'demo_apart');

		const guest: Who = {
			...cast.chloe.who,
			isDemo: true,
			memberships: [
				{ organisationId: demo.id, organisationName: 'Espace fictif', role: 'referent' },
				{ organisationId: alpha.id, organisationName: alpha.name, role: 'referent' }
			]
		};
		const asGuest = cast.context(guest);
		const created = await cases.create(asGuest, { organisationId: demo.id, clientKey: randomUUID() });
		expect((await cases.get(asGuest, created.reference)).isDemo).toBe(true);
		const { documentId } = await cases.get(asGuest, created.reference);
		for (const query of [
			db.selectFrom('live_documents').select('is_demo').where('id', '=', documentId!),
			db.selectFrom('threads').select('is_demo').where('title', '=', created.reference)
		]) {
			expect((await query.executeTakeFirstOrThrow()).is_demo).toBe(true);
		}
		await failing(cases.invite(asGuest, created.reference, beta.id), 'invalid', 'demo_apart');
		await failing(cases.create(asGuest, { organisationId: alpha.id, clientKey: randomUUID() }), 'forbidden');
		await failing(cases.submit(asGuest, reference), 'not_found');
		expect((await cases.listMine(asGuest)).map((own) => own.reference)).toEqual([created.reference]);
	});
});

describe('submitting', () => {
	test('what is missing is listed in the order of the page, and nothing is frozen', async () => {
		const { reference } = await cases.create(asChloe, { organisationId: alpha.id, clientKey: randomUUID() });
		const { documentId } = await cases.get(asChloe, reference);
		const failure = await failing(cases.submit(asChloe, reference), 'invalid', 'missing_parts');
		const parts = failure.details.parts as { part: string }[];
		expect(parts.map(({ part }) => part)).toEqual([
			'title',
			'summary',
			'lead',
			'partner',
			'modality',
			'targets',
			'actions',
			'results_here',
			'results_there',
			'difficulties'
		]);
		expect(parts).toEqual((await cases.draft(asChloe, reference)).missing);
		expect(await isFrozen(documentId!)).toBe(false);
		expect((await cases.get(asChloe, reference)).state).toBe('draft');
	});

	test('a lead organisation, country, modality or target that is not in our lists is missing', async () => {
		const { reference, documentId, content } = await createCompleteCase(asChloe);
		const lead = content.facts.lead!;
		const facts = { ...content.facts };
		for (const [part, wrong] of [
			['lead', { ...facts, lead: { ...lead, name: 'Ministère de la Confiance' } }],
			['lead', { ...facts, lead: { ...lead, id: randomUUID() } }],
			['lead', { ...facts, lead: { ...lead, place: 'Paris (75)' } }],
			['partner', { ...facts, partner: { kind: 'territory', country: 'ZZ', name: 'Nulle part' } }],
			['modality', { ...facts, modality: 'inconnue' }],
			['targets', { ...facts, targets: ['8.3', '9.9'] }]
		] as const) {
			await writeDraft(db, documentId, { facts: { ...wrong, targets: [...wrong.targets] } });
			const { missing } = await cases.draft(asChloe, reference);
			expect(missing).toEqual([{ part, reason: 'empty', have: 0, need: 1 }]);
			await failing(cases.submit(asChloe, reference), 'invalid', 'missing_parts');
		}
		await writeDraft(db, documentId, { facts });
		expect((await cases.draft(asChloe, reference)).missing).toEqual([]);
	});

	test('a case without a partner territory is submitted once it says why', async () => {
		const { reference, documentId, content } = await createCompleteCase(asChloe);
		const without = (reason: string) => ({ ...content.facts, partner: { kind: 'none', reason } as const });
		await writeDraft(db, documentId, { facts: without('') });
		const failure = await failing(cases.submit(asChloe, reference), 'invalid', 'missing_parts');
		expect(failure.details.parts).toEqual([{ part: 'partner', reason: 'empty', have: 0, need: 3 }]);
		const facts = without('Cette action est menée en réseau.');
		await writeDraft(db, documentId, { facts });
		const { hash } = await cases.submit(asChloe, reference);
		expect(hash).toBe(cases.hashOf(canonicalJson({ ...content, facts })));
	});

	test('the candidate is exactly the committed text, and nobody writes after it', async () => {
		const { reference, documentId, content } = await createCompleteCase(asChloe);
		const told = await announcing(async () => {
			const submitted = await cases.submit(asChloe, reference);
			expect(submitted).toEqual({ round: 1, hash: cases.hashOf(canonicalJson(content)) });
		});
		expect(told).toEqual([documentId]);
		expect(await documents.access(asChloe, documentId)).toEqual({
			kind: 'case',
			canWrite: false,
			parts: null,
			schema: 1
		});
		expect(await isFrozen(documentId)).toBe(true);
		const row = await db
			.selectFrom('submissions')
			.innerJoin('cases', 'cases.id', 'submissions.case_id')
			.select(['content', 'hash', 'submissions.organisation_id', 'cases.title'])
			.where('reference', '=', reference)
			.executeTakeFirstOrThrow();
		expect(row).toMatchObject({
			content: canonicalJson(content),
			organisation_id: alpha.id,
			title: content.title
		});

		await failing(cases.submit(asChloe, reference), 'conflict', 'state_changed');
		await failing(cases.invite(asChloe, reference, beta.id), 'conflict', 'state_changed');
	});

	test('two colleagues submit at once: one round', async () => {
		const { reference } = await createCompleteCase(asChloe);
		await cases.invite(asChloe, reference, beta.id);
		const outcomes = await Promise.allSettled([
			cases.submit(asChloe, reference),
			cases.submit(asDiego, reference)
		]);
		expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
		expect((await reviews.candidate(asChloe, reference)).history).toHaveLength(1);
	});

	test('a plain member of an owning organisation submits nothing', async () => {
		const { reference } = await createCompleteCase(asDiego);
		await failing(cases.submit(asEfua, reference), 'forbidden');
	});

	test('taken back, the case is again what it was, and its candidate is gone', async () => {
		const { reference, documentId, content } = await createCompleteCase(asChloe);
		await cases.submit(asChloe, reference);
		const { submission } = await reviews.candidate(asBoris, reference);
		expect(await announcing(() => cases.takeBack(asChloe, reference))).toEqual([documentId]);
		expect((await cases.get(asChloe, reference)).state).toBe('draft');
		expect(await isFrozen(documentId)).toBe(false);
		expect(await documents.access(asChloe, documentId)).toEqual({
			kind: 'case',
			canWrite: true,
			parts: null,
			schema: 1
		});
		await failing(reviews.candidate(asChloe, reference), 'not_found');
		await failing(reviews.publish(asBoris, reference, { hash: submission.hash }), 'not_found');

		await cases.invite(asChloe, reference, beta.id);
		await writeDraft(db, documentId, completeContent(content.facts.lead, { title: 'Autre titre' }));
		expect((await cases.submit(asDiego, reference)).round).toBe(2);
		await failing(reviews.publish(asBoris, reference, { hash: submission.hash }), 'conflict', 'hash_changed');
		await cases.takeBack(asDiego, reference);
		expect((await cases.get(asChloe, reference)).state).toBe('co_writing');
	});

	test('the network’s administrator reads no draft, submitted or not', async () => {
		const { reference } = await createCompleteCase(asChloe);
		await failing(cases.get(asAwa, reference), 'not_found');
		await cases.submit(asChloe, reference);
		await failing(cases.get(asAwa, reference), 'not_found');
	});
});

describe('published cases', () => {
	async function publishOne(title: string, actions = 'agir') {
		const lead = await organisations.get(asChloe, alpha.id);
		const base = completeContent(lead);
		const made = await createCompleteCase(asChloe, {
			title,
			sections: {
				...base.sections,
				actions: {
					type: 'doc',
					content: [{ type: 'paragraph', content: [{ type: 'text', text: `${actions} `.repeat(40).trim() }] }]
				}
			}
		});
		const { hash } = await cases.submit(asChloe, made.reference);
		await reviews.publish(asBoris, made.reference, { hash });
		return made.reference;
	}

	test('anyone pages through them, newest first, without a gap or a repeat', async () => {
		const references: string[] = [];
		for (let index = 0; index < 23; index++) references.unshift(await publishOne(`Fiche ${index}`));
		const seen: string[] = [];
		let cursor: string | null = null;
		let pages = 0;
		do {
			const page: Awaited<ReturnType<typeof cases.listPublished>> = await cases.listPublished(asFarid, {
				cursor
			});
			seen.push(...page.items.map((item) => item.reference));
			cursor = page.nextCursor;
			pages++;
		} while (cursor);
		expect(pages).toBe(2);
		expect(seen).toEqual(references);
	});

	test('Farid searches without accents, in the words of the text and the names of organisations', async () => {
		const reference = await publishOne('Énergie à Thiès', 'éolienne');
		const found = async (query: string, modality?: string) =>
			(await cases.listPublished(asFarid, { query, modality })).items.map((item) => item.reference);
		expect(await found('energie')).toEqual([reference]);
		expect(await found('THIES eolienne')).toEqual([reference]);
		expect(await found('région alpha thiès')).toEqual([reference]);
		expect(await found('energie introuvable')).toEqual([]);
		expect(await found("100%_' or \\ \0")).toEqual([]);
		expect(await found('energie', 'gastronomie-et-terroir')).toEqual([reference]);
		expect(await found('energie', 'tourisme')).toEqual([]);
		await failing(cases.listPublished(asFarid, { cursor: 'x' }), 'invalid', 'invalid_cursor');
		const forged = Buffer.from(`2026-01-01 00:00:00+00|' or true`).toString('base64url');
		await failing(cases.listPublished(asFarid, { cursor: forged }), 'invalid', 'invalid_cursor');
	});

	test('Farid reads the published text only, whatever is being rewritten', async () => {
		const reference = await publishOne('Version en ligne');
		const { documentId, content } = await cases
			.get(asChloe, reference)
			.then(async (overview) => ({ ...overview, content: (await cases.draft(asChloe, reference)).content }));
		await cases.revise(asChloe, reference);
		await writeDraft(db, documentId!, { ...content, title: 'Secret en cours' });
		await cases.project(db, documentId!);

		for (const context of [asFarid, asDiego, asBoris]) {
			const overview = await cases.get(context, reference);
			expect(overview).toMatchObject({
				state: 'published',
				title: 'Version en ligne',
				documentId: null,
				transitions: [],
				may: { readDraft: false, write: false, submit: false }
			});
			expect(JSON.stringify(overview)).not.toContain('Secret');
			await failing(cases.draft(context, reference), 'not_found');
			expect((await cases.version(context, reference, 'latest')).title).toBe('Version en ligne');
		}
		expect((await cases.get(asChloe, reference)).title).toBe('Secret en cours');
		expect((await cases.get(asFarid, reference)).threadId).toBeNull();
		expect((await cases.get(asDiego, reference)).threadId).not.toBeNull();
	});
});
