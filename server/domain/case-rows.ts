/** Finding a case together with what the permission table needs to know about it. */
import { type Kysely, sql } from 'kysely';
import { caseStates, type CaseState } from '#lib/contract/cases.ts';
import type { Locale } from '#lib/contract/locales.ts';
import { partKeys, type PartKey } from '#lib/document/template.ts';
import { can, type CaseThing } from '../access.ts';
import type { Context, Member, Who } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Conflict, Forbidden, NotFound } from '../errors.ts';
import { record, type Trx } from '../events.ts';

export interface CaseRow {
	id: string;
	reference: string;
	documentId: string;
	language: Locale;
	title: string;
	summary: string;
	createdAt: Date;
	updatedAt: Date;
	latestVersion: number | null;
	thing: CaseThing;
}

/** The id of nothing. */
export const nowhere = '00000000-0000-0000-0000-000000000000';

/** db may be a transaction; with `lock` the row of `cases` stays locked until it ends. */
export async function findCase(
	db: Kysely<Database>,
	by: { reference: string } | { id: string } | { documentId: string },
	{ lock = false } = {}
): Promise<CaseRow | undefined> {
	let query = db.selectFrom('cases').selectAll();
	if ('reference' in by) query = query.where('reference', '=', by.reference);
	else if ('id' in by) query = query.where('id', '=', by.id);
	else query = query.where('document_id', '=', by.documentId);
	if (lock) query = query.forUpdate();
	const row = await query.executeTakeFirst();

	// Asked even about no case, which takes as long then as one that may not be read.
	const caseId = row?.id ?? nowhere;
	const organisations = await db
		.selectFrom('case_organisations')
		.select(['organisation_id', 'role'])
		.where('case_id', '=', caseId)
		.execute();
	const guests = await guestsOf(db, [caseId]);
	const latest = await db
		.selectFrom('case_versions')
		.select((eb) => eb.fn.max('number').as('number'))
		.where('case_id', '=', caseId)
		.executeTakeFirst();
	if (!row) return undefined;

	return {
		id: row.id,
		reference: row.reference,
		documentId: row.document_id,
		language: row.language,
		title: row.title,
		summary: row.summary,
		createdAt: row.created_at,
		updatedAt: row.updated_at,
		latestVersion: latest?.number ?? null,
		thing: {
			state: row.state,
			isDemo: row.is_demo,
			organisationIds: organisations.map((o) => o.organisation_id),
			pilotIds: organisations.filter((o) => o.role === 'pilot').map((o) => o.organisation_id),
			guests: guests.get(row.id) ?? [],
			isPublished: latest?.number != null,
			theme: row.theme_slug
		}
	};
}

const isTheGuest = sql<boolean>`(guest.member_id = members.id or (
	guest.member_id is null and guest.email = members.email and members.email_verified_at is not null))`;

/** In a query over `cases`. */
export function isGuestOf(who: Member) {
	return sql<boolean>`exists (
		select 1 from case_guests as guest join members on members.id = ${who.id}::uuid
		where guest.case_id = cases.id and guest.ended_at is null and ${isTheGuest})`;
}

/**
 * Who was asked in to write in some parts of these cases. An address that had no account then is whoever proves since
 * that it is theirs.
 */
export async function guestsOf(
	db: Kysely<Database>,
	caseIds: string[]
): Promise<Map<string, CaseThing['guests']>> {
	const byCase = new Map<string, CaseThing['guests']>();
	if (caseIds.length === 0) return byCase;
	const rows = await db
		.selectFrom('case_guests as guest')
		.innerJoin('members', (join) => join.on(isTheGuest))
		.select(['guest.case_id', 'members.id', 'guest.parts'])
		.where('guest.case_id', 'in', caseIds)
		.where('guest.ended_at', 'is', null)
		.execute();
	for (const row of rows) {
		const guests = byCase.get(row.case_id) ?? [];
		byCase.set(row.case_id, guests);
		guests.push({ memberId: row.id, parts: partKeys.filter((part) => row.parts.includes(part)) });
	}
	return byCase;
}

/** The parts this person may write in now; null stands for all of the text. */
export function writableParts(who: Who, thing: CaseThing): PartKey[] | null {
	if (can(who, 'case.write', thing)) return null;
	return partKeys.filter((part) => can(who, 'case.writePart', { case: thing, part }));
}

/**
 * The case, when this person may read the draft or a published version of it.
 * @throws NotFound, the same for a case that is not theirs as for one that does not exist
 */
export async function findReadableCase(
	db: Kysely<Database>,
	who: Who,
	reference: string,
	{ lock = false } = {}
): Promise<CaseRow> {
	const found = isReference(reference) ? await findCase(db, { reference }, { lock }) : undefined;
	if (!found || !(can(who, 'case.read', found.thing) || can(who, 'case.readDraft', found.thing))) {
		throw new NotFound();
	}
	return found;
}

type StateAbility =
	'case.write' | 'case.invite' | 'case.submit' | 'case.takeBack' | 'case.revise' | 'review.decide';

/**
 * Like authorize(), for verbs that only some states allow: whoever may do it in another state comes too late or too early.
 * @throws Forbidden; Conflict with `code` when only the state stands in the way
 */
export function authorizeInState(
	who: Who,
	ability: StateAbility,
	thing: CaseThing,
	code = 'state_changed'
): asserts who is Member {
	if (can(who, ability, thing)) return;
	if (caseStates.some((state) => can(who, ability, { ...thing, state }))) {
		throw new Conflict(code, { state: thing.state });
	}
	throw new Forbidden();
}

/** Moves the case and writes down who moved it. The caller holds the lock on the case. */
export async function moveCase(
	trx: Trx,
	context: Context,
	found: CaseRow,
	to: CaseState,
	reason: string | null = null
): Promise<void> {
	const actorId = context.who.kind === 'member' ? context.who.id : null;
	await trx
		.updateTable('cases')
		.set({ state: to, updated_at: sql<Date>`clock_timestamp()` })
		.where('id', '=', found.id)
		.execute();
	await trx
		.insertInto('case_transitions')
		.values({
			case_id: found.id,
			from_state: found.thing.state,
			to_state: to,
			actor_id: actorId,
			organisation_id: voiceFor(context.who, found.thing),
			reason
		})
		.execute();
	await record(trx, context, `case.${to}`, { caseId: found.id, from: found.thing.state }, found.thing.isDemo);
	found.thing.state = to;
}

/** Whom somebody acts for on a case: the organisation they speak for, or one of theirs that owns the case. */
export function voiceFor(who: Who, thing: CaseThing): string | null {
	if (who.kind !== 'member') return null;
	const own = who.memberships.find(({ organisationId }) => thing.organisationIds.includes(organisationId));
	return (own ?? who.memberships[0])?.organisationId ?? null;
}

const isReference = (value: string) => /^[A-Z]{2,5}-\d{4}-\d{4,9}$/.test(value);
