/** Discussions. A thread belongs to everyone, to members, or to one case; its posts are numbered without a gap. */
import { type Kysely, sql } from 'kysely';
import { catchUpLimit, type PostView } from '#lib/contract/live.ts';
import type { Locale } from '#lib/contract/locales.ts';
import { postsPerPage, threadKinds, threadLimits, type ThreadKind } from '#lib/contract/threads.ts';
import { authorize, can, type ThreadThing } from '../access.ts';
import type { Context, Member, Who } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../errors.ts';
import { record, transact, type Trx } from '../events.ts';
import { consume } from '../rate-limits.ts';
import { findCase, nowhere } from './case-rows.ts';
import { isUuid, readCursor, requireKey, requireText, writeCursor } from './input.ts';
import { postHtml } from './post-html.ts';
import { wordsOf } from './search-text.ts';
import { takeTurn } from './turns.ts';

export interface ThreadSummary {
	id: string;
	title: string;
	visibility: 'public' | 'members';
	kind: ThreadKind;
	/** Of its title; null when not known. */
	language: Locale | null;
	isDemo: boolean;
	authorName: string | null;
	organisationName: string | null;
	replyCount: number;
	lastAuthorName: string | null;
	lastOrganisationName: string | null;
	createdAt: Date;
	/** Of the newest post. */
	bumpedAt: Date;
}

export interface ThreadView {
	id: string;
	title: string;
	visibility: 'public' | 'members' | 'case';
	kind: ThreadKind;
	/** Of its title; null when not known. */
	language: Locale | null;
	/** Of the case it belongs to. */
	caseReference: string | null;
	isDemo: boolean;
	authorName: string | null;
	organisationName: string | null;
	createdAt: Date;
}

export interface ThreadPage {
	thread: ThreadView;
	/** Neighbours, oldest first, none newer than lastNumber. */
	posts: PostView[];
	/** Of the newest post when this was read; 0 in a thread nobody has written in. Live delivery goes on from here. */
	lastNumber: number;
	may: { reply: boolean };
}

const replies = [
	{ name: 'reply-minute', points: 10, duration_s: 60 },
	{ name: 'reply-day', points: 100, duration_s: 86_400 }
];
const openings = [{ name: 'thread-day', points: 5, duration_s: 86_400 }];
const threadsPerPage = 20;

/**
 * The general threads, the one written in last first.
 * @param query words that must all be in its title or in its posts, accents and capitals aside
 * @throws Invalid invalid_cursor
 */
export async function list(
	{ who, db }: Context,
	{ cursor, query: asked }: { cursor?: string | null; query?: string } = {}
): Promise<{ items: ThreadSummary[]; nextCursor: string | null }> {
	let query = db
		.selectFrom('threads')
		.leftJoin('members as author', 'author.id', 'threads.author_id')
		.leftJoin('organisations as organisation', 'organisation.id', 'threads.organisation_id')
		.leftJoin('posts as last', (join) =>
			join.onRef('last.thread_id', '=', 'threads.id').onRef('last.number', '=', 'threads.last_number')
		)
		.leftJoin('members as last_author', 'last_author.id', 'last.author_id')
		.leftJoin('organisations as last_organisation', 'last_organisation.id', 'last.organisation_id')
		.select([
			'threads.id',
			'threads.title',
			'threads.visibility',
			'threads.kind',
			'threads.language',
			'threads.is_demo',
			'threads.last_number',
			'threads.created_at',
			'threads.bumped_at',
			'author.name as author_name',
			'organisation.name as organisation_name',
			'last_author.name as last_author_name',
			'last_organisation.name as last_organisation_name',
			sql<string>`threads.bumped_at::text`.as('at')
		])
		.where('threads.case_id', 'is', null)
		.where(readableBy(who))
		.orderBy('threads.bumped_at', 'desc')
		.orderBy('threads.id', 'desc')
		.limit(threadsPerPage + 1);
	for (const word of wordsOf(asked)) {
		const pattern = `%${word}%`;
		query = query.where(({ or, exists, selectFrom }) =>
			or([
				sql<boolean>`searchable(threads.title) like ${pattern}`,
				exists(
					selectFrom('posts')
						.select('posts.id')
						.whereRef('posts.thread_id', '=', 'threads.id')
						.where(sql<boolean>`searchable(posts.body) like ${pattern}`)
				)
			])
		);
	}
	if (cursor) {
		const { at, id } = readCursor(cursor);
		query = query.where(sql<boolean>`(threads.bumped_at, threads.id) < (${at}::timestamptz, ${id}::uuid)`);
	}

	const rows = await query.execute();
	const shown = rows.slice(0, threadsPerPage);
	const last = shown.at(-1);
	return {
		items: shown.map((row) => ({
			id: row.id,
			title: row.title,
			visibility: row.visibility as 'public' | 'members',
			kind: row.kind,
			language: row.language,
			isDemo: row.is_demo,
			authorName: row.author_name,
			organisationName: row.organisation_name,
			replyCount: Math.max(0, row.last_number - 1),
			lastAuthorName: row.last_author_name,
			lastOrganisationName: row.last_organisation_name,
			createdAt: row.created_at,
			bumpedAt: row.bumped_at
		})),
		nextCursor: rows.length > threadsPerPage && last ? writeCursor(last) : null
	};
}

/**
 * Posts around a number, after a number, or, by default, the newest ones.
 * @throws NotFound
 */
export async function get(
	{ who, db }: Context,
	id: string,
	{ around, after }: { around?: number; after?: number } = {}
): Promise<ThreadPage> {
	// The thread, and so lastNumber, is read before the posts: what is committed in between arrives as news.
	const { row, thing, caseReference } = await findReadable(db, who, id);
	const newest = row.last_number - postsPerPage + 1;
	let first = newest;
	if (around !== undefined && isNumber(around))
		first = Math.min(around - Math.floor(postsPerPage / 2), newest);
	else if (after !== undefined && isNumber(after)) first = after + 1;
	first = Math.max(1, first);

	const names = await authorOf(db, row);
	return {
		thread: {
			id: row.id,
			title: row.title,
			visibility: row.visibility,
			kind: row.kind,
			language: row.language,
			caseReference,
			isDemo: row.is_demo,
			createdAt: row.created_at,
			...names
		},
		posts: await postsBetween(db, who, row.id, first, Math.min(first + postsPerPage - 1, row.last_number)),
		lastNumber: row.last_number,
		may: { reply: can(who, 'thread.reply', thing) }
	};
}

/** @throws NotFound when the case or its thread cannot be read */
export async function forCase({ who, db }: Context, reference: string): Promise<string> {
	const found = await findCase(db, { reference });
	const row = await db
		.selectFrom('threads')
		.selectAll()
		.where('case_id', '=', found?.id ?? nowhere)
		.executeTakeFirst();
	if (!found || !row) throw new NotFound();
	const thing: ThreadThing = { visibility: row.visibility, isDemo: row.is_demo, case: found.thing };
	if (!can(who, 'thread.read', thing)) throw new NotFound();
	return row.id;
}

/** The newest number of a thread this person may read. @throws NotFound */
export async function lastNumber({ who, db }: Context, id: string): Promise<number> {
	return (await findReadable(db, who, id)).row.last_number;
}

/**
 * What somebody who saw post `after` has missed: at most catchUpLimit posts, oldest first.
 * @throws NotFound; Invalid invalid_input
 */
export async function postsAfter({ who, db }: Context, id: string, after: number): Promise<PostView[]> {
	const { row } = await findReadable(db, who, id);
	if (!isNumber(after)) throw new Invalid('invalid_input');
	return postsBetween(db, who, row.id, after + 1, after + catchUpLimit);
}

/** @throws NotFound */
export async function post({ who, db }: Context, id: string, number: number): Promise<PostView> {
	const { row } = await findReadable(db, who, id);
	const found = isNumber(number) ? (await postsBetween(db, who, row.id, number, number))[0] : undefined;
	if (!found) throw new NotFound();
	return found;
}

/** One post, asked by nobody: for delivery to people whose right to the thread is known. */
export async function committedPost(
	db: Kysely<Database>,
	threadId: string,
	number: number
): Promise<PostView | undefined> {
	return (await postsBetween(db, null, threadId, number, number))[0];
}

/** The newest number of each of these threads, asked by nobody: for people whose right to them is known. */
export async function heads(db: Kysely<Database>, threadIds: string[]): Promise<Map<string, number>> {
	if (threadIds.length === 0) return new Map();
	const rows = await db
		.selectFrom('threads')
		.select(['id', 'last_number'])
		.where('id', 'in', threadIds)
		.execute();
	return new Map(rows.map((row) => [row.id, row.last_number]));
}

/** The thread of the case written in this live document, asked by nobody. */
export async function ofDocument(db: Kysely<Database>, documentId: string): Promise<string | undefined> {
	const row = await db
		.selectFrom('threads')
		.innerJoin('cases', 'cases.id', 'threads.case_id')
		.select('threads.id')
		.where('cases.document_id', '=', documentId)
		.executeTakeFirst();
	return row?.id;
}

/**
 * Opens a general thread with its first post. The same key gives the same thread.
 * @param clientKey a uuid made with the form
 * @param organisationId the one of the member's organisations to speak for; by default the first
 * @throws Forbidden, Invalid, Conflict key_reused, TooMany
 */
export async function open(
	context: Context,
	input: {
		title: string;
		body: string;
		visibility: 'public' | 'members';
		kind?: ThreadKind;
		clientKey: string;
		organisationId?: string | null;
	}
): Promise<{ id: string }> {
	const { who } = context;
	authorize(who, 'thread.create', null);
	const clientKey = requireKey(input.clientKey);
	const title = requireText(input.title, 'title', {
		least: threadLimits.titleLeast,
		most: threadLimits.titleMost
	});
	const body = requireText(input.body, 'body', { most: threadLimits.bodyMost });
	if (input.visibility !== 'public' && input.visibility !== 'members') throw new Invalid('invalid_input');
	const kind = input.kind ?? 'discussion';
	if (!threadKinds.includes(kind)) throw new Invalid('invalid_input');
	const organisationId = speakingFor(who, input.organisationId);

	return transact(context, async (trx, announce) => {
		await takeTurn(trx, who);
		const before = await postWithKey(trx, who, clientKey);
		if (before) {
			if (before.number !== 1 || before.body !== body) throw new Conflict('key_reused');
			return { id: before.thread_id };
		}
		for (const { name, ...limit } of openings) await consume(trx, name, who.id, limit);

		const thread = await trx
			.insertInto('threads')
			.values({
				title: title.replace(/\s+/g, ' '),
				visibility: input.visibility,
				kind,
				language: who.locale,
				author_id: who.id,
				organisation_id: organisationId,
				last_number: 1,
				is_demo: who.isDemo
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		await trx
			.insertInto('posts')
			.values({
				thread_id: thread.id,
				number: 1,
				author_id: who.id,
				organisation_id: organisationId,
				body,
				language: who.locale,
				client_key: clientKey,
				is_demo: who.isDemo
			})
			.execute();
		await record(trx, context, 'thread.opened', { threadId: thread.id }, who.isDemo);
		announce('post.created', { threadId: thread.id, number: 1 });
		return thread;
	});
}

/** The thread of a case, created with it, in its transaction. */
export async function openForCase(
	trx: Trx,
	thread: { caseId: string; title: string; authorId: string; organisationId: string; isDemo: boolean }
): Promise<{ id: string }> {
	return trx
		.insertInto('threads')
		.values({
			case_id: thread.caseId,
			title: thread.title,
			visibility: 'case',
			author_id: thread.authorId,
			organisation_id: thread.organisationId,
			is_demo: thread.isDemo
		})
		.returning('id')
		.executeTakeFirstOrThrow();
}

/**
 * The same key with the same words gives the same post, however often and however late it is sent.
 * @param clientKey a uuid made with the form
 * @throws NotFound, Forbidden, Invalid, Conflict key_reused, TooMany
 */
export async function reply(
	context: Context,
	id: string,
	input: { body: string; clientKey: string; organisationId?: string | null }
): Promise<PostView> {
	const { who } = context;
	if (who.kind !== 'member') {
		await findReadable(context.db, who, id);
		throw new Forbidden();
	}
	const clientKey = requireKey(input.clientKey);
	const body = requireText(input.body, 'body', { most: threadLimits.bodyMost });
	const organisationId = speakingFor(who, input.organisationId);

	return transact(context, async (trx, announce) => {
		await takeTurn(trx, who);
		// The lock on the thread's row makes numbers dense and commits them in order: a reader who has number n has all before.
		const { row, thing } = await findReadable(trx, who, id, { lock: true });
		const before = await postWithKey(trx, who, clientKey);
		if (before) {
			if (before.thread_id !== row.id || before.body !== body) throw new Conflict('key_reused');
			return (await committedPost(trx, row.id, before.number))!;
		}
		authorize(who, 'thread.reply', thing);
		for (const { name, ...limit } of replies) await consume(trx, name, who.id, limit);

		const number = row.last_number + 1;
		const isDemo = row.is_demo || who.isDemo;
		// Not now(), which is when the transaction began, perhaps before the wait for the lock.
		const moment = sql<Date>`clock_timestamp()`;
		await trx
			.insertInto('posts')
			.values({
				thread_id: row.id,
				number,
				author_id: who.id,
				organisation_id: organisationId,
				body,
				language: who.locale,
				client_key: clientKey,
				is_demo: isDemo,
				created_at: moment
			})
			.execute();
		await trx
			.updateTable('threads')
			.set({ last_number: number, bumped_at: moment })
			.where('id', '=', row.id)
			.execute();
		await record(trx, context, 'post.created', { threadId: row.id, number }, isDemo);
		announce('post.created', { threadId: row.id, number });
		return (await committedPost(trx, row.id, number))!;
	});
}

/** General threads as 'thread.read' says, asked about each kind there is. */
function readableBy(who: Who) {
	const readable = (['public', 'members'] as const).flatMap((visibility) =>
		[false, true].flatMap((isDemo) =>
			can(who, 'thread.read', { visibility, isDemo, case: null })
				? [sql`(threads.visibility = ${visibility} and threads.is_demo = ${isDemo})`]
				: []
		)
	);
	return sql<boolean>`(${sql.join(readable, sql` or `)})`;
}

async function findReadable(db: Kysely<Database>, who: Who, id: string, { lock = false } = {}) {
	if (!isUuid(id)) throw new NotFound();
	let query = db.selectFrom('threads').selectAll().where('id', '=', id);
	if (lock) query = query.forNoKeyUpdate();
	const row = await query.executeTakeFirst();
	const found = row?.case_id ? await findCase(db, { id: row.case_id }) : undefined;
	const thing = row && { visibility: row.visibility, isDemo: row.is_demo, case: found?.thing ?? null };
	if (!thing || !can(who, 'thread.read', thing)) {
		// No thread, and one that may not be read, take as long as that of a case.
		if (!row?.case_id) await findCase(db, { id: nowhere });
		throw new NotFound();
	}
	return { row, thing, caseReference: found?.reference ?? null };
}

async function authorOf(
	db: Kysely<Database>,
	thread: { author_id: string | null; organisation_id: string | null }
): Promise<{ authorName: string | null; organisationName: string | null }> {
	const row = await db
		.selectNoFrom((eb) => [
			eb.selectFrom('members').select('name').where('id', '=', thread.author_id).as('authorName'),
			eb
				.selectFrom('organisations')
				.select('name')
				.where('id', '=', thread.organisation_id)
				.as('organisationName')
		])
		.executeTakeFirstOrThrow();
	return row;
}

/** @param who reads; null when that is not one person */
async function postsBetween(
	db: Kysely<Database>,
	who: Who | null,
	threadId: string,
	first: number,
	last: number
): Promise<PostView[]> {
	const rows = await db
		.selectFrom('posts')
		.leftJoin('members', 'members.id', 'posts.author_id')
		.leftJoin('organisations', 'organisations.id', 'posts.organisation_id')
		.select([
			'posts.id',
			'posts.thread_id',
			'posts.number',
			'posts.body',
			'posts.language',
			'posts.created_at',
			'members.id as author_id',
			'members.name as author_name',
			'members.is_demo as author_is_demo',
			'organisations.name as organisation_name'
		])
		.where('posts.thread_id', '=', threadId)
		.where('posts.number', '>=', first)
		.where('posts.number', '<=', last)
		.orderBy('posts.number')
		.execute();
	return rows.map((row) => ({
		id: row.id,
		threadId: row.thread_id,
		number: row.number,
		authorName: row.author_name,
		authorAddress:
			who &&
			row.author_id &&
			can(who, 'member.read', {
				id: row.author_id,
				isDemo: row.author_is_demo === true,
				organisationIds: []
			})
				? `/membres/${row.author_id}`
				: null,
		organisationName: row.organisation_name,
		html: postHtml(row.body),
		language: row.language,
		createdAt: row.created_at.toISOString()
	}));
}

async function postWithKey(trx: Trx, who: Member, clientKey: string) {
	return trx
		.selectFrom('posts')
		.select(['thread_id', 'number', 'body'])
		.where('author_id', '=', who.id)
		.where('client_key', '=', clientKey)
		.executeTakeFirst();
}

function speakingFor(who: Member, organisationId: string | null | undefined): string | null {
	const chosen = organisationId
		? who.memberships.find((membership) => membership.organisationId === organisationId)
		: who.memberships[0];
	if (organisationId && !chosen) throw new Invalid('not_your_organisation');
	return chosen?.organisationId ?? null;
}

const isNumber = (value: number) =>
	Number.isInteger(value) && value >= 0 && value <= 2 ** 31 - 1 - catchUpLimit;
