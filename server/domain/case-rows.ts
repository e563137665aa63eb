/** Finding a case together with what the permission table needs to know about it. */
import { type Kysely, sql } from 'kysely';
import { caseStates, type CaseState } from '#lib/contract/cases.ts';
import type { Locale } from '#lib/contract/locales.ts';
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
	if (!row) return undefined;

	const organisations = await db
		.selectFrom('case_organisations')
		.select(['organisation_id', 'role'])
		.where('case_id', '=', row.id)
		.execute();
	const latest = await db
		.selectFrom('case_versions')
		.select((eb) => eb.fn.max('number').as('number'))
		.where('case_id', '=', row.id)
		.executeTakeFirst();

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
			isPublished: latest?.number != null
		}
	};
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
		.values({ case_id: found.id, from_state: found.thing.state, to_state: to, actor_id: actorId, reason })
		.execute();
	await record(trx, context, `case.${to}`, { caseId: found.id, from: found.thing.state }, found.thing.isDemo);
	found.thing.state = to;
}

const isReference = (value: string) => /^[A-Z]{2,5}-\d{4}-\d{4,9}$/.test(value);
