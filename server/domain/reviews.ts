/** What moderators do with a submitted case: take it, ask for changes, publish exactly what was submitted. */
import { type Kysely, sql } from 'kysely';
import { reasonCharacters } from '#lib/contract/cases.ts';
import { parseContent, plainText, type CaseContent } from '#lib/document/content.ts';
import { partLabels } from '#lib/document/labels.ts';
import { contentToHtml, type CaseLabels } from '#lib/document/render.ts';
import type { Locale } from '#lib/contract/locales.ts';
import { can, type CaseThing } from '../access.ts';
import type { Context, Member } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Conflict, NotFound } from '../errors.ts';
import { transact, type Trx } from '../events.ts';
import { authorizeInState, findReadableCase, moveCase, voiceFor, type CaseRow } from './case-rows.ts';
import { hashOf, organisationsOf, overview, type CaseOrganisation, type CaseOverview } from './cases.ts';
import * as documents from './documents.ts';
import { requireText } from './input.ts';
import { keep } from './live-versions.ts';
import * as referenceData from './reference-data.ts';
import { searchText } from './search-text.ts';

export interface QueueItem {
	reference: string;
	title: string;
	state: 'submitted' | 'in_review';
	/** 1 for a case submitted for the first time. */
	round: number;
	organisations: CaseOrganisation[];
	submittedAt: Date;
	/** null while nobody has taken it. */
	reviewerName: string | null;
	isDemo: boolean;
	may: { decide: boolean };
}

export interface Round {
	round: number;
	submittedAt: Date;
	submittedByName: string | null;
	organisationName: string | null;
	hash: string;
	withdrawnAt: Date | null;
	reviewerName: string | null;
	decision: 'changes_requested' | 'published' | null;
	reason: string | null;
	decidedAt: Date | null;
}

export interface Candidate {
	overview: CaseOverview;
	submission: {
		id: string;
		round: number;
		hash: string;
		content: CaseContent;
		submittedAt: Date;
		submittedByName: string | null;
		organisationName: string | null;
	};
	/** null while nobody has taken it. */
	review: {
		reviewerName: string | null;
		startedAt: Date;
		decision: 'changes_requested' | 'published' | null;
		reason: string | null;
		decidedAt: Date | null;
	} | null;
	/** Every round, oldest first. */
	history: Round[];
}

/** Cases that wait for a decision, the one that waits longest first. @throws NotFound to those who review nothing */
export async function queue({ who, db }: Context): Promise<QueueItem[]> {
	if (who.kind !== 'member' || !can(who, 'review.list', null)) throw new NotFound();
	const themes = reviewedThemes(who);
	const ownIds = who.memberships.map(({ organisationId }) => organisationId);
	const rows = await db
		.selectFrom('cases')
		.innerJoin('submissions', (join) =>
			join
				.onRef('submissions.case_id', '=', 'cases.id')
				.on('submissions.withdrawn_at', 'is', null)
				.on(({ not, exists, selectFrom }) =>
					not(
						exists(
							selectFrom('submissions as later')
								.select('later.id')
								.whereRef('later.case_id', '=', 'cases.id')
								.whereRef('later.round', '>', 'submissions.round')
						)
					)
				)
		)
		.leftJoin('reviews', 'reviews.submission_id', 'submissions.id')
		.leftJoin('members', 'members.id', 'reviews.reviewer_id')
		.select([
			'cases.id',
			'cases.reference',
			'cases.title',
			'cases.state',
			'cases.is_demo',
			'cases.theme_slug',
			'submissions.round',
			'submissions.submitted_at',
			'members.name as reviewer_name'
		])
		.where('cases.state', 'in', ['submitted', 'in_review'])
		// As in 'case.readDraft', so that what is left out below never fills the list.
		.$if(who.isDemo, (query) => query.where('cases.is_demo', '=', true))
		.$if(themes !== null, (query) =>
			query.where((eb) =>
				eb.or([
					eb('cases.theme_slug', '=', sql<string>`any(${themes}::text[])`),
					eb.exists(
						eb
							.selectFrom('case_organisations')
							.select('case_organisations.case_id')
							.whereRef('case_organisations.case_id', '=', 'cases.id')
							.where('organisation_id', '=', sql<string>`any(${ownIds}::uuid[])`)
					)
				])
			)
		)
		.orderBy('submissions.submitted_at')
		.orderBy('cases.id')
		.limit(500)
		.execute();
	const owners = await organisationsOf(
		db,
		rows.map((row) => row.id)
	);
	return rows.flatMap((row) => {
		const organisations = owners.get(row.id) ?? [];
		const thing: CaseThing = {
			state: row.state,
			isDemo: row.is_demo,
			isPublished: false,
			guests: [],
			theme: row.theme_slug,
			organisationIds: organisations.map(({ id }) => id),
			pilotIds: organisations.filter(({ role }) => role === 'pilot').map(({ id }) => id)
		};
		if (!can(who, 'case.readDraft', thing)) return [];
		return {
			reference: row.reference,
			title: row.title,
			state: row.state as QueueItem['state'],
			round: row.round,
			organisations: organisations.map(({ id, name, role }) => ({ id, name, role })),
			submittedAt: row.submitted_at,
			reviewerName: row.reviewer_name,
			isDemo: row.is_demo,
			may: { decide: can(who, 'review.decide', thing) }
		};
	});
}

/**
 * Exactly what was submitted last, for its authors and for moderators.
 * @throws NotFound, also when nothing is submitted or everything was decided and published
 */
export async function candidate(context: Context, reference: string): Promise<Candidate> {
	const { who, db } = context;
	const found = await findReadableCase(db, who, reference);
	if (!can(who, 'case.readDraft', found.thing)) throw new NotFound();
	if (!['submitted', 'in_review', 'changes_requested'].includes(found.thing.state)) throw new NotFound();
	const submission = await currentSubmission(db, found);
	if (!submission) throw new NotFound();

	const history = await rounds(db, found);
	const current = history.find((round) => round.round === submission.round)!;
	const review = await db
		.selectFrom('reviews')
		.select('started_at')
		.where('submission_id', '=', submission.id)
		.executeTakeFirst();
	return {
		overview: await overview(context, found),
		submission: {
			id: submission.id,
			round: submission.round,
			hash: submission.hash,
			content: parseContent(submission.content),
			submittedAt: current.submittedAt,
			submittedByName: current.submittedByName,
			organisationName: current.organisationName
		},
		review: review
			? {
					reviewerName: current.reviewerName,
					startedAt: review.started_at,
					decision: current.decision,
					reason: current.reason,
					decidedAt: current.decidedAt
				}
			: null,
		history
	};
}

/**
 * Says that this moderator reads it, so that its authors can no longer take it back. Taking it again changes nothing.
 * @throws NotFound, Forbidden; Conflict already_decided, already_taken
 */
export async function take(context: Context, reference: string): Promise<void> {
	const { who } = context;
	await transact(context, async (trx) => {
		const found = await findReadableCase(trx, who, reference, { lock: true });
		authorizeInState(who, 'review.decide', found.thing, 'already_decided');
		const submission = await requireSubmission(trx, found);
		if (found.thing.state === 'submitted') return begin(trx, context, found, submission.id);
		const review = await trx
			.selectFrom('reviews')
			.select('reviewer_id')
			.where('submission_id', '=', submission.id)
			.executeTakeFirst();
		if (review?.reviewer_id !== who.id) throw new Conflict('already_taken');
	});
}

/**
 * Gives the text back to its authors. Whoever decides, even in place of the moderator who took it, becomes its reviewer.
 * @param hash of what the moderator read
 * @throws NotFound, Forbidden; Conflict already_decided, hash_changed; Invalid reason_empty, reason_too_long
 */
export async function requestChanges(
	context: Context,
	reference: string,
	input: { hash: string; reason: string }
): Promise<void> {
	const { who } = context;
	await transact(context, async (trx, announce) => {
		const found = await findReadableCase(trx, who, reference, { lock: true });
		authorizeInState(who, 'review.decide', found.thing, 'already_decided');
		const reason = requireText(input.reason, 'reason', { most: reasonCharacters });
		const submission = await requireSubmission(trx, found, input.hash);
		await decide(trx, context, found, submission.id, 'changes_requested', reason);
		await documents.unfreeze(trx, found.documentId);
		announce('document.access', { documentId: found.documentId });
	});
}

/**
 * Makes the next version of exactly what was submitted. The text stays frozen until someone revises it.
 * @param hash of what the moderator read
 * @throws NotFound, Forbidden; Conflict already_decided, hash_changed
 */
export async function publish(
	context: Context,
	reference: string,
	input: { hash: string }
): Promise<{ number: number }> {
	const { who } = context;
	return transact(context, async (trx, announce) => {
		const found = await findReadableCase(trx, who, reference, { lock: true });
		authorizeInState(who, 'review.decide', found.thing, 'already_decided');
		const submission = await requireSubmission(trx, found, input.hash);
		const content = parseContent(submission.content);
		const words = plainText(content);
		const owners = (await organisationsOf(trx, [found.id])).get(found.id) ?? [];
		const number = (found.latestVersion ?? 0) + 1;
		await trx
			.insertInto('case_versions')
			.values({
				case_id: found.id,
				number,
				submission_id: submission.id,
				hash: submission.hash,
				title: content.title,
				summary: content.summary,
				content: submission.content,
				html: contentToHtml(content, await labelsIn(trx, content.language)),
				plain_text: words,
				modality: content.facts.modality,
				search_text: searchText([words, ...owners.map((owner) => owner.name)].join('\n')),
				language: content.language,
				organisations: JSON.stringify(owners.map(({ id, name, role }) => ({ id, name, role }))),
				is_demo: found.thing.isDemo
			})
			.execute();
		await keep(trx, {
			documentId: found.documentId,
			doc: await documents.load(trx, found.documentId),
			documentKind: 'case',
			kind: 'published',
			label: String(number),
			createdBy: who.id
		});
		await decide(trx, context, found, submission.id, 'published', null);
		// Its moderators could read the draft until now; its thread is open to every member from now on.
		announce('document.access', { documentId: found.documentId });
		return { number };
	});
}

/** Every name a published page shows that its authors did not write. */
export async function labelsIn(db: Kysely<Database>, language: Locale): Promise<CaseLabels> {
	const modalities = await referenceData.modalities(db, language);
	const targets = await referenceData.targets(db, language);
	const countries = await referenceData.countries(db, language);
	return {
		parts: partLabels[language],
		modalities: Object.fromEntries(modalities.map(({ slug, name }) => [slug, name])),
		targets: Object.fromEntries(targets.map(({ code, name }) => [code, name])),
		countries: Object.fromEntries(countries.map(({ code, name }) => [code, name]))
	};
}

/** null: of every theme. */
function reviewedThemes({ appointments, scopes }: Member): string[] | null {
	const roles = (['moderator', 'lead'] as const).filter((role) => appointments.includes(role));
	const themes = roles.map((role) => scopes?.[role]);
	return themes.some((slugs) => slugs === undefined) ? null : themes.flatMap((slugs) => slugs ?? []);
}

async function begin(trx: Trx, context: Context, found: CaseRow, submissionId: string): Promise<void> {
	await trx
		.insertInto('reviews')
		.values({
			submission_id: submissionId,
			reviewer_id: context.who.kind === 'member' ? context.who.id : null,
			organisation_id: voiceFor(context.who, found.thing)
		})
		.execute();
	await moveCase(trx, context, found, 'in_review');
}

async function decide(
	trx: Trx,
	context: Context,
	found: CaseRow,
	submissionId: string,
	decision: 'changes_requested' | 'published',
	reason: string | null
): Promise<void> {
	if (found.thing.state === 'submitted') await begin(trx, context, found, submissionId);
	await trx
		.updateTable('reviews')
		.set({
			decision,
			reason,
			reviewer_id: context.who.kind === 'member' ? context.who.id : null,
			organisation_id: voiceFor(context.who, found.thing),
			decided_at: sql<Date>`clock_timestamp()`
		})
		.where('submission_id', '=', submissionId)
		.execute();
	await moveCase(trx, context, found, decision, reason);
}

async function requireSubmission(trx: Trx, found: CaseRow, hash?: string) {
	const submission = await currentSubmission(trx, found);
	if (!submission) throw new Conflict('already_decided');
	if (hash !== undefined && hash !== submission.hash) throw new Conflict('hash_changed');
	// What is stored must still be what was hashed: nobody publishes a text that was altered in the database.
	if (hash !== undefined && hashOf(submission.content) !== submission.hash)
		throw new Conflict('hash_changed');
	return submission;
}

async function currentSubmission(db: Kysely<Database>, found: CaseRow) {
	return db
		.selectFrom('submissions')
		.select(['id', 'round', 'content', 'hash'])
		.where('case_id', '=', found.id)
		.where('withdrawn_at', 'is', null)
		.orderBy('round', 'desc')
		.limit(1)
		.executeTakeFirst();
}

async function rounds(db: Kysely<Database>, found: CaseRow): Promise<Round[]> {
	return db
		.selectFrom('submissions')
		.leftJoin('members as author', 'author.id', 'submissions.submitted_by')
		.leftJoin('organisations', 'organisations.id', 'submissions.organisation_id')
		.leftJoin('reviews', 'reviews.submission_id', 'submissions.id')
		.leftJoin('members as reviewer', 'reviewer.id', 'reviews.reviewer_id')
		.select([
			'submissions.round',
			'submissions.submitted_at as submittedAt',
			'author.name as submittedByName',
			'organisations.name as organisationName',
			'submissions.hash',
			'submissions.withdrawn_at as withdrawnAt',
			'reviewer.name as reviewerName',
			'reviews.decision',
			'reviews.reason',
			'reviews.decided_at as decidedAt'
		])
		.where('submissions.case_id', '=', found.id)
		.orderBy('submissions.round')
		.execute();
}
