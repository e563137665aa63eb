/** Removes the demonstration, and nothing else. */
import { sql } from 'kysely';
import type { App } from '../app.ts';
import type { Trx } from '../events.ts';
import { forgetAccounts } from './accounts.ts';

/**
 * The database remembers that it had a demonstration and never loads another.
 * @returns how many rows of each table were removed, those that follow from them (sessions, updates…) not counted
 */
export async function purgeDemo({
	db,
	bus,
	env
}: Pick<App, 'db' | 'bus' | 'env'>): Promise<Record<string, number>> {
	const gone = await db.transaction().execute(async (trx) => {
		const members = await trx.selectFrom('members').select('id').where('is_demo', '=', true).execute();
		const opened = await trx.selectFrom('live_documents').select('id').where('is_demo', '=', true).execute();
		const removed = await removeDemoRows(trx);
		await trx
			.insertInto('reference_imports')
			.values({ name: 'demo', digest: 'purged' })
			.onConflict((oc) => oc.column('name').doUpdateSet({ digest: 'purged', imported_at: sql`now()` }))
			.execute();
		return { members, opened, removed };
	});
	forgetAccounts(env);
	// Whoever still has one of them open finds that it no longer exists.
	for (const { id } of gone.members) bus.publish('member.access', { memberId: id });
	for (const { id } of gone.opened) bus.publish('document.access', { documentId: id });
	return gone.removed;
}

/** What a demonstration row owns goes with it, by the foreign keys of the tables. */
export async function removeDemoRows(trx: Trx): Promise<Record<string, number>> {
	const demoMembers = trx.selectFrom('members').select('id').where('is_demo', '=', true);
	const demoOrganisations = trx.selectFrom('organisations').select('id').where('is_demo', '=', true);

	const removed: Record<string, number> = {};
	const count = (table: string, { numDeletedRows }: { numDeletedRows: bigint }) => {
		removed[table] = Number(numDeletedRows);
	};
	const remove = async (
		table:
			| 'case_versions'
			| 'posts'
			| 'threads'
			| 'cases'
			| 'live_documents'
			| 'milestones'
			| 'theme_subjects'
			| 'themes'
			| 'appointments'
			| 'invitations'
			| 'outbox'
			| 'members'
			| 'organisations'
	) => count(table, await trx.deleteFrom(table).where('is_demo', '=', true).executeTakeFirstOrThrow());

	// Counters of tries end with the id of who made them, and have no mark.
	await sql`delete from rate_limits where right(key, 36) in (select id::text from members where is_demo)`.execute(
		trx
	);
	// Marked, or not and yet of the demonstration: someone real may have been made to speak for one of its organisations.
	count(
		'events',
		await trx
			.deleteFrom('events')
			.where((eb) => eb.or([eb('is_demo', '=', true), eb('actor_id', 'in', demoMembers)]))
			.executeTakeFirstOrThrow()
	);
	count(
		'memberships',
		await trx
			.deleteFrom('memberships')
			.where((eb) =>
				eb.or([
					eb('is_demo', '=', true),
					eb('organisation_id', 'in', demoOrganisations),
					eb('member_id', 'in', demoMembers)
				])
			)
			.executeTakeFirstOrThrow()
	);
	// Versions before their cases: a version holds on to its submission.
	await remove('case_versions');
	await remove('posts');
	await remove('threads');
	await remove('cases');
	await remove('live_documents');
	await remove('milestones');
	await remove('theme_subjects');
	await remove('themes');
	await remove('appointments');
	await remove('invitations');
	await remove('outbox');
	await remove('members');
	// What real people wrote while speaking for one stays theirs.
	for (const table of ['threads', 'posts', 'submissions'] as const) {
		await trx
			.updateTable(table)
			.set({ organisation_id: null })
			.where('organisation_id', 'in', demoOrganisations)
			.execute();
	}
	await remove('organisations');
	return removed;
}
