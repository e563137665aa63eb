/** Good-practice cases: created, co-written, submitted, revised, read. What moderators do is in reviews.ts. */
import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import type { CaseState } from '#lib/contract/cases.ts';
import type { Locale } from '#lib/contract/locales.ts';
import {
	canonicalJson,
	missingParts,
	parseContent,
	toContent,
	type CaseContent,
	type MissingPart
} from '#lib/document/content.ts';
import { partKeys, type PartKey } from '#lib/document/template.ts';
import { authorize, can } from '../access.ts';
import type { Context, Member } from '../context.ts';
import type { Database, OrganisationKind } from '../database/tables.ts';
import { Invalid, NotFound } from '../errors.ts';
import { record, transact, type Trx } from '../events.ts';
import {
	authorizeInState,
	findCase,
	findReadableCase,
	isGuestOf,
	moveCase,
	writableParts,
	type CaseRow
} from './case-rows.ts';
import * as documents from './documents.ts';
import { readCursor, requireKey, writeCursor } from './input.ts';
import { keep } from './live-versions.ts';
import * as organisations from './organisations.ts';
import { wordsOf } from './search-text.ts';
import { themeSlug } from './themes.ts';
import * as threads from './threads.ts';
import { takeTurn } from './turns.ts';

export interface CaseOrganisation {
	id: string;
	name: string;
	role: 'pilot' | 'partner';
}

/** One line of the list of published cases. */
export interface PublishedCase {
	reference: string;
	number: number;
	title: string;
	summary: string;
	language: Locale;
	/** Slug. */
	modality: string | null;
	organisations: CaseOrganisation[];
	isDemo: boolean;
	publishedAt: Date;
}

/** One line of a member's own cases. */
export interface OwnCase {
	reference: string;
	state: CaseState;
	/** Of the text being written; empty while nobody wrote one. */
	title: string;
	summary: string;
	organisations: CaseOrganisation[];
	/** Of the newest published version. */
	latestVersion: number | null;
	isDemo: boolean;
	updatedAt: Date;
}

export interface CaseOverview {
	reference: string;
	/** Always 'published' for those who may read only the published version. */
	state: CaseState;
	language: Locale;
	/** Of the text being written, or of the published version for those who may read only that. */
	title: string;
	summary: string;
	isDemo: boolean;
	createdAt: Date;
	updatedAt: Date;
	/** The live document; null for those who may read only the published version. */
	documentId: string | null;
	/** Live documents that it replaced: a browser may still hold words of them. */
	formerDocumentIds: string[];
	/** Pilot first. */
	organisations: (CaseOrganisation & { kind: OrganisationKind; place: string })[];
	/** Newest first. */
	versions: { number: number; publishedAt: Date }[];
	/** null when this person may not read the thread. */
	threadId: string | null;
	/** Oldest first; empty for those who may read only the published version. */
	transitions: {
		from: CaseState | null;
		to: CaseState;
		actorName: string | null;
		reason: string | null;
		at: Date;
	}[];
	/** What the moderator asked for, while it is being done. */
	changesRequested: { reason: string; reviewerName: string | null; at: Date } | null;
	may: {
		readDraft: boolean;
		/** All of the text. */
		write: boolean;
		/** Some of it at least. */
		writeSome: boolean;
		/** Which parts; null stands for all of the text. */
		writeParts: PartKey[] | null;
		invite: boolean;
		submit: boolean;
		takeBack: boolean;
		revise: boolean;
		/** Request changes or publish. */
		decide: boolean;
	};
}

export interface CaseVersion {
	reference: string;
	number: number;
	latestNumber: number;
	title: string;
	summary: string;
	language: Locale;
	content: CaseContent;
	/** The canonical JSON, byte for byte what was hashed. */
	json: string;
	/** Frozen when it was published: contentToHtml of that day. Safe to insert in a page. */
	html: string;
	/** SHA-256 of the canonical JSON, in hexadecimal. */
	hash: string;
	organisations: CaseOrganisation[];
	/** null: they left for good. */
	publishedByName: string | null;
	publishedAt: Date;
	isDemo: boolean;
	/** Oldest first. */
	versions: { number: number; publishedAt: Date }[];
}

const casesPerPage = 20;

/**
 * A draft owned by one of the member's organisations, with its live document and its thread.
 * @param clientKey a uuid made with the form: the same key gives the same case
 * @throws NotFound, Forbidden, Invalid
 */
export async function create(
	context: Context,
	input: { organisationId: string; clientKey: string }
): Promise<{ reference: string }> {
	const { who } = context;
	const clientKey = requireKey(input.clientKey);
	const organisation = await organisations.get(context, input.organisationId);
	authorize(who, 'case.create', organisation);
	const isDemo = organisation.isDemo || who.isDemo;

	return transact(context, async (trx) => {
		await takeTurn(trx, who);
		const before = await trx
			.selectFrom('cases')
			.select('reference')
			.where('created_by', '=', who.id)
			.where('client_key', '=', clientKey)
			.executeTakeFirst();
		if (before) return before;

		const documentId = await documents.create(trx, 'case', { isDemo });
		const created = await trx
			.insertInto('cases')
			.values({
				reference: await nextReference(trx),
				document_id: documentId,
				language: who.locale,
				created_by: who.id,
				client_key: clientKey,
				theme_slug: await themeSlug(trx, isDemo),
				is_demo: isDemo
			})
			.returning(['id', 'reference'])
			.executeTakeFirstOrThrow();
		await trx
			.insertInto('case_organisations')
			.values({ case_id: created.id, organisation_id: organisation.id, role: 'pilot', added_by: who.id })
			.execute();
		await trx
			.insertInto('case_transitions')
			.values({
				case_id: created.id,
				from_state: null,
				to_state: 'draft',
				actor_id: who.id,
				organisation_id: organisation.id
			})
			.execute();
		await threads.openForCase(trx, {
			caseId: created.id,
			title: created.reference,
			authorId: who.id,
			organisationId: organisation.id,
			isDemo
		});
		await record(trx, context, 'case.created', { caseId: created.id }, isDemo);
		return { reference: created.reference };
	});
}

/**
 * The newest version of every published case, the last published first.
 * @param query words that must all be in the case, accents and capitals aside
 * @param modality slug
 * @throws Invalid invalid_cursor
 */
export async function listPublished(
	{ db }: Context,
	{
		cursor,
		query,
		modality,
		organisationIds
	}: {
		cursor?: string | null;
		query?: string | null;
		modality?: string | null;
		/** Owned by one of these. */
		organisationIds?: string[];
	} = {}
): Promise<{ items: PublishedCase[]; nextCursor: string | null }> {
	let published = db
		.selectFrom('case_versions as version')
		.innerJoin('cases', 'cases.id', 'version.case_id')
		.select([
			'version.id',
			'cases.reference',
			'version.number',
			'version.title',
			'version.summary',
			'version.language',
			'version.modality',
			'version.organisations',
			'version.is_demo',
			'version.published_at',
			sql<string>`version.published_at::text`.as('at')
		])
		.where(({ not, exists, selectFrom }) =>
			not(
				exists(
					selectFrom('case_versions as newer')
						.select('newer.id')
						.whereRef('newer.case_id', '=', 'version.case_id')
						.whereRef('newer.number', '>', 'version.number')
				)
			)
		)
		.orderBy('version.published_at', 'desc')
		.orderBy('version.id', 'desc')
		.limit(casesPerPage + 1);
	for (const word of wordsOf(query)) published = published.where('version.search_text', 'like', `%${word}%`);
	if (organisationIds)
		published = published.where((eb) =>
			eb.exists(
				eb
					.selectFrom('case_organisations')
					.select('case_organisations.case_id')
					.whereRef('case_organisations.case_id', '=', 'version.case_id')
					.where('organisation_id', 'in', organisationIds)
			)
		);
	if (modality) published = published.where('version.modality', '=', modality.replaceAll('\0', ''));
	if (cursor) {
		const { at, id } = readCursor(cursor);
		published = published.where(
			sql<boolean>`(version.published_at, version.id) < (${at}::timestamptz, ${id}::uuid)`
		);
	}

	const rows = await published.execute();
	const shown = rows.slice(0, casesPerPage);
	const last = shown.at(-1);
	return {
		items: shown.map((row) => ({
			reference: row.reference,
			number: row.number,
			title: row.title,
			summary: row.summary,
			language: row.language,
			modality: row.modality,
			organisations: row.organisations,
			isDemo: row.is_demo,
			publishedAt: row.published_at
		})),
		nextCursor: rows.length > casesPerPage && last ? writeCursor(last) : null
	};
}

/** The cases of the member's organisations and those they are a guest of, the last touched first; none for a visitor. */
export async function listMine({ who, db }: Context): Promise<OwnCase[]> {
	if (who.kind !== 'member') return [];
	const organisationIds = who.memberships.map((membership) => membership.organisationId);
	const rows = await db
		.selectFrom('cases')
		.selectAll('cases')
		.select((eb) =>
			eb
				.selectFrom('case_versions')
				.select((versions) => versions.fn.max('number').as('number'))
				.whereRef('case_versions.case_id', '=', 'cases.id')
				.as('latest_version')
		)
		.where(({ exists, or, selectFrom }) =>
			or([
				isGuestOf(who),
				...(organisationIds.length === 0
					? []
					: [
							exists(
								selectFrom('case_organisations')
									.select('case_id')
									.whereRef('case_organisations.case_id', '=', 'cases.id')
									.where('organisation_id', 'in', organisationIds)
							)
						])
			])
		)
		// As in 'case.readDraft': the demonstration sees the demonstration.
		.$if(who.isDemo, (query) => query.where('cases.is_demo', '=', true))
		.orderBy('updated_at', 'desc')
		.orderBy('id', 'desc')
		.limit(200)
		.execute();
	const owners = await organisationsOf(
		db,
		rows.map((row) => row.id)
	);
	return rows.map((row) => ({
		reference: row.reference,
		state: row.state,
		title: row.title,
		summary: row.summary,
		organisations: (owners.get(row.id) ?? []).map(({ id, name, role }) => ({ id, name, role })),
		latestVersion: row.latest_version,
		isDemo: row.is_demo,
		updatedAt: row.updated_at
	}));
}

/** @throws NotFound */
export async function get(context: Context, reference: string): Promise<CaseOverview> {
	const found = await findReadableCase(context.db, context.who, reference);
	return overview(context, found);
}

/**
 * The text being written, read from the live document as it is committed now.
 * @throws NotFound
 */
export async function draft(
	context: Context,
	reference: string
): Promise<{ overview: CaseOverview; content: CaseContent; missing: MissingPart[] }> {
	const found = await findReadableCase(context.db, context.who, reference);
	if (!can(context.who, 'case.readDraft', found.thing)) throw new NotFound();
	const content = toContent(await documents.load(context.db, found.documentId), found.language);
	return {
		overview: await overview(context, found),
		content,
		missing: await allMissingParts(context.db, content)
	};
}

/** A published version, for anyone. @throws NotFound */
export async function version(
	{ who, db }: Context,
	reference: string,
	number: number | 'latest'
): Promise<CaseVersion> {
	const found = await findReadableCase(db, who, reference);
	const versions = await db
		.selectFrom('case_versions')
		.select(['number', 'published_at'])
		.where('case_id', '=', found.id)
		.orderBy('number')
		.execute();
	const latestNumber = versions.at(-1)?.number;
	const wanted = number === 'latest' ? latestNumber : number;
	if (latestNumber === undefined || !versions.some((known) => known.number === wanted)) throw new NotFound();

	const row = await db
		.selectFrom('case_versions')
		.leftJoin('reviews', 'reviews.submission_id', 'case_versions.submission_id')
		.leftJoin('members', 'members.id', 'reviews.reviewer_id')
		.selectAll('case_versions')
		.select('members.name as publishedByName')
		.where('case_versions.case_id', '=', found.id)
		.where('number', '=', wanted!)
		.executeTakeFirstOrThrow();
	return {
		reference,
		number: row.number,
		latestNumber,
		title: row.title,
		summary: row.summary,
		language: row.language,
		content: parseContent(row.content),
		json: row.content,
		html: row.html,
		hash: row.hash,
		organisations: row.organisations,
		publishedByName: row.publishedByName,
		publishedAt: row.published_at,
		isDemo: row.is_demo,
		versions: versions.map((known) => ({ number: known.number, publishedAt: known.published_at }))
	};
}

/**
 * Adds a partner: its members write from now on. Inviting one that is already there changes nothing.
 * @throws NotFound, Forbidden, Conflict state_changed; Invalid demo_apart: demonstration and real things do not mix
 */
export async function invite(context: Context, reference: string, organisationId: string): Promise<void> {
	const { who } = context;
	await transact(context, async (trx, announce) => {
		const found = await findReadableCase(trx, who, reference, { lock: true });
		authorizeInState(who, 'case.invite', found.thing);
		const organisation = await organisations.get({ db: trx }, organisationId);
		if (organisation.isDemo !== found.thing.isDemo) throw new Invalid('demo_apart');

		const added = await trx
			.insertInto('case_organisations')
			.values({ case_id: found.id, organisation_id: organisation.id, role: 'partner', added_by: who.id })
			.onConflict((conflict) => conflict.doNothing())
			.returning('case_id')
			.executeTakeFirst();
		if (!added) return;
		if (found.thing.state === 'draft') await moveCase(trx, context, found, 'co_writing');
		await record(
			trx,
			context,
			'case.invited',
			{ caseId: found.id, organisationId: organisation.id },
			found.thing.isDemo
		);
		announce('document.access', { documentId: found.documentId });
	});
}

/**
 * Freezes the live document and keeps exactly what it says as the candidate of a new round.
 * @throws NotFound, Forbidden, Conflict state_changed; Invalid missing_parts with {parts: MissingPart[]}
 */
export async function submit(context: Context, reference: string): Promise<{ round: number; hash: string }> {
	const { who } = context;
	return transact(context, async (trx, announce) => {
		const found = await findReadableCase(trx, who, reference, { lock: true });
		authorizeInState(who, 'case.submit', found.thing);
		// Frozen first: what is read next is all that was ever committed, and nothing comes after it.
		await documents.freeze(trx, found.documentId);
		const doc = await documents.load(trx, found.documentId);
		const content = toContent(doc, found.language);
		const parts = await allMissingParts(trx, content);
		if (parts.length > 0) throw new Invalid('missing_parts', { parts });

		const json = canonicalJson(content);
		const hash = hashOf(json);
		const last = await trx
			.selectFrom('submissions')
			.select((eb) => eb.fn.max('round').as('round'))
			.where('case_id', '=', found.id)
			.executeTakeFirst();
		const round = (last?.round ?? 0) + 1;
		await trx
			.insertInto('submissions')
			.values({
				case_id: found.id,
				round,
				content: json,
				hash,
				submitted_by: who.id,
				organisation_id: speakingFor(who, found)
			})
			.execute();
		await trx
			.updateTable('cases')
			.set({ title: content.title, summary: content.summary })
			.where('id', '=', found.id)
			.execute();
		await keep(trx, {
			documentId: found.documentId,
			doc,
			documentKind: 'case',
			kind: 'submitted',
			label: String(round),
			createdBy: who.id
		});
		await moveCase(trx, context, found, 'submitted');
		announce('document.access', { documentId: found.documentId });
		return { round, hash };
	});
}

/**
 * Before a moderator has begun: the candidate is dropped and the case is again what it was.
 * @throws NotFound, Forbidden, Conflict state_changed
 */
export async function takeBack(context: Context, reference: string): Promise<void> {
	const { who } = context;
	await transact(context, async (trx, announce) => {
		const found = await findReadableCase(trx, who, reference, { lock: true });
		authorizeInState(who, 'case.takeBack', found.thing);
		const submitted = await trx
			.selectFrom('case_transitions')
			.select('from_state')
			.where('case_id', '=', found.id)
			.where('to_state', '=', 'submitted')
			.orderBy('id', 'desc')
			.limit(1)
			.executeTakeFirstOrThrow();
		await trx
			.updateTable('submissions')
			.set({ withdrawn_at: sql<Date>`clock_timestamp()` })
			.where('case_id', '=', found.id)
			.where('withdrawn_at', 'is', null)
			.where('round', '=', (eb) =>
				eb
					.selectFrom('submissions as last')
					.select((rounds) => rounds.fn.max('last.round').as('round'))
					.where('last.case_id', '=', found.id)
			)
			.execute();
		await documents.unfreeze(trx, found.documentId);
		await moveCase(trx, context, found, submitted.from_state ?? 'draft');
		announce('document.access', { documentId: found.documentId });
	});
}

/**
 * Opens the text of a published case again; the version online stays as it is.
 * @throws NotFound, Forbidden, Conflict state_changed
 */
export async function revise(context: Context, reference: string): Promise<void> {
	const { who } = context;
	await transact(context, async (trx, announce) => {
		const found = await findReadableCase(trx, who, reference, { lock: true });
		authorizeInState(who, 'case.revise', found.thing);
		await documents.unfreeze(trx, found.documentId);
		await moveCase(trx, context, found, 'in_revision');
		announce('document.access', { documentId: found.documentId });
	});
}

/** Copies title and summary of the live document into the lists, asked by nobody; false when it is not a case's. */
export async function project(db: Kysely<Database>, documentId: string): Promise<boolean> {
	const found = await findCase(db, { documentId });
	if (!found) return false;
	const { title, summary } = toContent(await documents.load(db, documentId), found.language);
	await db
		.updateTable('cases')
		// A list needs no more than this of a title somebody pasted a book into.
		.set({
			title: title.slice(0, 300),
			summary: summary.slice(0, 1000),
			updated_at: sql<Date>`clock_timestamp()`
		})
		.where('id', '=', found.id)
		.execute();
	return true;
}

/** SHA-256, in hexadecimal, of the canonical JSON. */
export function hashOf(json: string): string {
	return createHash('sha256').update(json, 'utf8').digest('hex');
}

/** What a page says about a case, as far as this person may know it. */
export async function overview({ who, db }: Context, found: CaseRow): Promise<CaseOverview> {
	const { thing } = found;
	const readDraft = can(who, 'case.readDraft', thing);
	const [owners, versions, thread, transitions, published] = await Promise.all([
		organisationsOf(db, [found.id]),
		db
			.selectFrom('case_versions')
			.select(['number', 'published_at as publishedAt'])
			.where('case_id', '=', found.id)
			.orderBy('number', 'desc')
			.execute(),
		db.selectFrom('threads').select(['id', 'is_demo']).where('case_id', '=', found.id).executeTakeFirst(),
		readDraft ? transitionsOf(db, found.id) : [],
		readDraft
			? undefined
			: db
					.selectFrom('case_versions')
					.select(['title', 'summary', 'published_at'])
					.where('case_id', '=', found.id)
					.where('number', '=', found.latestVersion)
					.executeTakeFirstOrThrow()
	]);
	const parts = writableParts(who, thing);
	const formers = readDraft ? (await documents.lineage(db, found.documentId)).slice(1) : [];
	const asked = thing.state === 'changes_requested' ? transitions.at(-1) : undefined;
	const mayReadThread =
		thread && can(who, 'thread.read', { visibility: 'case', isDemo: thread.is_demo, case: thing });
	return {
		reference: found.reference,
		state: readDraft ? thing.state : 'published',
		language: found.language,
		title: published?.title ?? found.title,
		summary: published?.summary ?? found.summary,
		isDemo: thing.isDemo,
		createdAt: found.createdAt,
		updatedAt: published?.published_at ?? found.updatedAt,
		documentId: readDraft ? found.documentId : null,
		formerDocumentIds: formers,
		organisations: owners.get(found.id) ?? [],
		versions,
		threadId: mayReadThread ? thread.id : null,
		transitions,
		changesRequested: asked
			? { reason: asked.reason ?? '', reviewerName: asked.actorName, at: asked.at }
			: null,
		may: {
			readDraft,
			write: parts === null,
			writeSome: parts === null || parts.length > 0,
			writeParts: parts,
			invite: can(who, 'case.invite', thing),
			submit: can(who, 'case.submit', thing),
			takeBack: can(who, 'case.takeBack', thing),
			revise: can(who, 'case.revise', thing),
			decide: can(who, 'review.decide', thing)
		}
	};
}

/** The organisations of each of these cases: pilot first, then as they came. */
export async function organisationsOf(
	db: Kysely<Database>,
	caseIds: string[]
): Promise<Map<string, CaseOverview['organisations']>> {
	const byCase = new Map<string, CaseOverview['organisations']>(caseIds.map((id) => [id, []]));
	if (caseIds.length === 0) return byCase;
	const rows = await db
		.selectFrom('case_organisations')
		.innerJoin('organisations', 'organisations.id', 'case_organisations.organisation_id')
		.select(['case_id', 'role', ...organisations.viewColumns])
		.where('case_id', 'in', caseIds)
		// 'pilot' comes after 'partner' in the alphabet.
		.orderBy('role', 'desc')
		.orderBy('added_at')
		.orderBy('organisations.id')
		.execute();
	for (const row of rows) {
		const { id, name, kind, place } = organisations.view(row);
		byCase.get(row.case_id)?.push({ id, name, kind, place, role: row.role });
	}
	return byCase;
}

async function transitionsOf(db: Kysely<Database>, caseId: string): Promise<CaseOverview['transitions']> {
	return db
		.selectFrom('case_transitions')
		.leftJoin('members', 'members.id', 'case_transitions.actor_id')
		.select([
			'from_state as from',
			'to_state as to',
			'members.name as actorName',
			'reason',
			'happened_at as at'
		])
		.where('case_id', '=', caseId)
		.orderBy('case_transitions.id')
		.execute();
}

/** DEI-2026-0001, and so on without a gap: the counter's row stays locked until the case that takes it is committed. */
async function nextReference(trx: Trx): Promise<string> {
	const year = new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: 'Europe/Paris' }).format();
	const { value } = await trx
		.insertInto('counters')
		.values({ key: `case:DEI-${year}`, value: 1 })
		.onConflict((conflict) => conflict.column('key').doUpdateSet({ value: sql<number>`counters.value + 1` }))
		.returning('value')
		.executeTakeFirstOrThrow();
	return `DEI-${year}-${String(value).padStart(4, '0')}`;
}

/**
 * Also missing is what names something we do not have: any text may be written into a live document,
 * so what it says of an organisation is compared with the registry.
 */
async function allMissingParts(db: Kysely<Database>, content: CaseContent): Promise<MissingPart[]> {
	const { lead, partner, modality, targets } = content.facts;
	const unknown: PartKey[] = [];
	if (lead) {
		const registered = await organisations.find(db, lead.id);
		if (registered?.name !== lead.name || registered.place !== lead.place) unknown.push('lead');
	}
	if (partner?.kind === 'territory') {
		const country = db.selectFrom('countries').select('code').where('code', '=', partner.country);
		if (!(await country.executeTakeFirst())) unknown.push('partner');
	}
	if (modality) {
		const listed = db.selectFrom('modalities').select('slug').where('slug', '=', modality);
		if (!(await listed.executeTakeFirst())) unknown.push('modality');
	}
	if (targets.length > 0) {
		const known = await db.selectFrom('targets').select('code').where('code', 'in', targets).execute();
		if (known.length < targets.length) unknown.push('targets');
	}
	const missing = new Map(missingParts(content).map((part) => [part.part, part]));
	for (const part of unknown) {
		if (!missing.has(part)) missing.set(part, { part, reason: 'empty', have: 0, need: 1 });
	}
	return partKeys.flatMap((part) => missing.get(part) ?? []);
}

function speakingFor(who: Member, found: CaseRow): string | null {
	const membership = who.memberships.find(
		({ organisationId, role }) => role !== 'member' && found.thing.organisationIds.includes(organisationId)
	);
	return membership?.organisationId ?? null;
}
