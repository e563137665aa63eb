/** Finding a case together with what the permission table needs to know about it. */
import type { Kysely } from 'kysely';
import type { Locale } from '#lib/contract/locales.ts';
import type { CaseThing } from '../access.ts';
import type { Database } from '../database/tables.ts';

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
