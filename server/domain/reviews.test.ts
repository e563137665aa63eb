import { afterAll, expect, test } from 'vitest';
import { canonicalJson } from '#lib/document/content.ts';
import { createCompleteCase, seedReference, writeDraft } from '../../tests/support/cases.ts';
import { createCast } from '../../tests/support/cast.ts';
import { testDatabase } from '../../tests/support/database.ts';
import { failing } from '../../tests/support/failures.ts';
import type { Who } from '../context.ts';
import * as cases from './cases.ts';
import * as documents from './documents.ts';
import * as reviews from './reviews.ts';

const { db, close } = await testDatabase();
afterAll(close);
const cast = await createCast(db);
await seedReference(db);
const asChloe = cast.context(cast.chloe);
const asDiego = cast.context(cast.diego);
const asFarid = cast.context(cast.farid);
const asBoris = cast.context(cast.boris);
/** A second moderator, who speaks for Chloé's organisation, and a third, who does not. */
const asOwnModerator = cast.context(await another('Gaston', 'moderator', cast.alpha));
const asOtherModerator = cast.context(await another('Hawa', 'moderator', cast.network));
const asLead = cast.context(await another('Inès', 'lead', cast.network));
const asDemoModerator = cast.context({ ...asBoris.who, isDemo: true } as Who);

async function another(
	name: string,
	appointment: 'moderator' | 'lead',
	organisation: { id: string; name: string }
) {
	const { id } = await db
		.insertInto('members')
		.values({ email: `${name.toLowerCase()}@example.invalid`, name, password_hash: 'unusable' })
		.returning('id')
		.executeTakeFirstOrThrow();
	const membership = {
		organisationId: organisation.id,
		organisationName: organisation.name,
		role: 'member' as const
	};
	return {
		...cast.boris.who,
		id,
		name,
		memberships: [membership],
		appointments: [appointment]
	} satisfies Who;
}
async function submitted() {
	const made = await createCompleteCase(asChloe);
	return { ...made, ...(await cases.submit(asChloe, made.reference)) };
}

test('from draft to version 2: submit, changes asked, resubmitted, published, revised, published again', async () => {
	const { reference, documentId, content, hash } = await submitted();
	expect(hash).toBe(cases.hashOf(canonicalJson(content)));
	expect(await reviews.queue(asBoris)).toMatchObject([
		{ reference, state: 'submitted', round: 1, reviewerName: null, may: { decide: true } }
	]);

	await reviews.take(asBoris, reference);
	await reviews.take(asBoris, reference);
	await failing(reviews.take(asOtherModerator, reference), 'conflict', 'already_taken');
	await failing(cases.takeBack(asChloe, reference), 'conflict', 'state_changed');
	const first = await reviews.candidate(asBoris, reference);
	expect(first).toMatchObject({
		overview: { state: 'in_review', may: { decide: true } },
		submission: { round: 1, hash, content, submittedByName: 'Chloé', organisationName: cast.alpha.name },
		review: { reviewerName: 'Boris', decision: null }
	});

	await failing(
		reviews.requestChanges(asBoris, reference, { hash, reason: ' \n ' }),
		'invalid',
		'reason_empty'
	);
	await failing(
		reviews.requestChanges(asBoris, reference, { hash, reason: 'x'.repeat(5001) }),
		'invalid',
		'reason_too_long'
	);
	expect((await documents.access(asChloe, documentId)).canWrite).toBe(false);
	await reviews.requestChanges(asBoris, reference, { hash, reason: 'Précisez les résultats là-bas.' });
	expect((await documents.access(asChloe, documentId)).canWrite).toBe(true);
	expect((await cases.get(asChloe, reference)).changesRequested).toMatchObject({
		reason: 'Précisez les résultats là-bas.',
		reviewerName: 'Boris'
	});
	expect(await reviews.queue(asBoris)).toEqual([]);

	await writeDraft(db, documentId, { ...content, title: 'Des marchés plus précis' });
	const second = await cases.submit(asChloe, reference);
	expect(second.round).toBe(2);
	expect(second.hash).not.toBe(hash);
	expect((await cases.get(asChloe, reference)).changesRequested).toBeNull();
	await failing(reviews.publish(asBoris, reference, { hash }), 'conflict', 'hash_changed');
	await failing(
		reviews.requestChanges(asBoris, reference, { hash, reason: 'Encore.' }),
		'conflict',
		'hash_changed'
	);
	expect(await reviews.publish(asBoris, reference, { hash: second.hash })).toEqual({ number: 1 });

	// Published and frozen, for everyone to read.
	expect(await documents.access(asChloe, documentId)).toMatchObject({ kind: 'case', canWrite: false });
	const one = await cases.version(asFarid, reference, 1);
	expect(one).toMatchObject({
		number: 1,
		latestNumber: 1,
		title: 'Des marchés plus précis',
		hash: second.hash,
		publishedByName: 'Boris',
		organisations: [{ id: cast.alpha.id, name: cast.alpha.name, role: 'pilot' }],
		content: { ...content, title: 'Des marchés plus précis' }
	});
	expect(cases.hashOf(canonicalJson(one.content))).toBe(one.hash);
	expect(one.html).toContain('<h1 dir="auto">Des marchés plus précis</h1>');
	expect(one.html).toContain('Ville de Rufisque, Sénégal');
	expect(one.html).toContain('Gastronomie et terroir');

	await cases.revise(asChloe, reference);
	expect((await documents.access(asChloe, documentId)).canWrite).toBe(true);
	await writeDraft(db, documentId, { ...content, title: 'Deuxième édition' });
	const third = await cases.submit(asChloe, reference);
	await reviews.publish(asBoris, reference, { hash: third.hash });
	expect(await cases.version(asFarid, reference, 'latest')).toMatchObject({
		number: 2,
		title: 'Deuxième édition'
	});
	// Version 1 has not moved by a byte.
	expect(await cases.version(asFarid, reference, 1)).toEqual({
		...one,
		latestNumber: 2,
		versions: (await cases.version(asFarid, reference, 2)).versions
	});
	expect((await cases.listPublished(asFarid)).items).toMatchObject([{ reference, number: 2 }]);

	const states = (await cases.get(asChloe, reference)).transitions.map(({ to }) => to);
	expect(states).toEqual([
		'draft',
		'submitted',
		'in_review',
		'changes_requested',
		'submitted',
		'in_review',
		'published',
		'in_revision',
		'submitted',
		'in_review',
		'published'
	]);
	await failing(cases.version(asFarid, reference, 3), 'not_found');
	await failing(cases.version(asFarid, reference, 1.5), 'not_found');
});

test('neither SQL nor the application changes a published version', async () => {
	const { reference, hash } = await submitted();
	await reviews.publish(asBoris, reference, { hash });
	const rows = db.selectFrom('cases').select('id').where('reference', '=', reference);
	await expect(
		db.updateTable('case_versions').set({ title: 'Autre' }).where('case_id', 'in', rows).execute()
	).rejects.toThrow('immutable');
	await expect(db.deleteFrom('case_versions').where('case_id', 'in', rows).execute()).rejects.toThrow(
		'immutable'
	);
});

test('a candidate altered in the database is not published', async () => {
	const { reference, hash, content } = await submitted();
	await db
		.updateTable('submissions')
		.set({ content: canonicalJson({ ...content, title: 'Glissé après coup' }) })
		.where('hash', '=', hash)
		.where('case_id', 'in', db.selectFrom('cases').select('id').where('reference', '=', reference))
		.execute();
	await failing(reviews.publish(asBoris, reference, { hash }), 'conflict', 'hash_changed');
	await failing(cases.version(asBoris, reference, 'latest'), 'not_found');
});

test('two moderators publish at once: one version, and the other is told it was decided', async () => {
	const { reference, hash } = await submitted();
	const outcomes = await Promise.allSettled([
		reviews.publish(asBoris, reference, { hash }),
		reviews.publish(asOtherModerator, reference, { hash })
	]);
	const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
	expect(refused.map(({ reason }) => reason.code)).toEqual(['already_decided']);
	expect((await cases.get(asFarid, reference)).versions).toHaveLength(1);
});

test('one publishes while the other asks for changes: one wins, the case has one state', async () => {
	const { reference, hash } = await submitted();
	const outcomes = await Promise.allSettled([
		reviews.publish(asBoris, reference, { hash }),
		reviews.requestChanges(asOtherModerator, reference, { hash, reason: 'Il manque une source.' })
	]);
	const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
	expect(refused.map(({ reason }) => reason.code)).toEqual(['already_decided']);
	const { state, versions } = await cases.get(asChloe, reference);
	expect([state, versions.length]).toEqual(
		outcomes[0]!.status === 'fulfilled' ? ['published', 1] : ['changes_requested', 0]
	);
});

test('two moderators take at once: one holds it', async () => {
	const { reference } = await submitted();
	const outcomes = await Promise.allSettled([
		reviews.take(asBoris, reference),
		reviews.take(asOtherModerator, reference)
	]);
	const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
	expect(refused.map(({ reason }) => reason.code)).toEqual(['already_taken']);
});

test('Chloé takes back while Boris takes: the case is either hers again or his to decide', async () => {
	const { reference } = await submitted();
	const [taken, back] = await Promise.allSettled([
		reviews.take(asBoris, reference),
		cases.takeBack(asChloe, reference)
	]);
	expect([taken.status, back.status].sort()).toEqual(['fulfilled', 'rejected']);
	const { state } = await cases.get(asChloe, reference);
	expect(state).toBe(taken.status === 'fulfilled' ? 'in_review' : 'draft');
});

test('nobody decides on the case of their own organisation, nor without being a moderator', async () => {
	const { reference, hash } = await submitted();
	for (const context of [asOwnModerator, asLead, asChloe]) {
		await failing(reviews.take(context, reference), 'forbidden');
		await failing(reviews.publish(context, reference, { hash }), 'forbidden');
		await failing(reviews.requestChanges(context, reference, { hash, reason: 'Non.' }), 'forbidden');
	}
	for (const context of [asDiego, asFarid, asDemoModerator])
		await failing(reviews.publish(context, reference, { hash }), 'not_found');
	expect((await reviews.candidate(asLead, reference)).overview.may.decide).toBe(false);

	const own = (await reviews.queue(asOwnModerator)).find((item) => item.reference === reference);
	expect(own?.may).toEqual({ decide: false });
	expect((await reviews.queue(asBoris)).length).toBeGreaterThan(0);
	expect(await reviews.queue(asDemoModerator)).toEqual([]);
	await failing(reviews.queue(asChloe), 'not_found');
	await failing(reviews.queue(asFarid), 'not_found');
});
