import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// The theme a case belongs to, whose moderators review it.
	await sql`alter table cases add column theme_slug text references themes on delete set null`.execute(db);
	await sql`
		update cases set theme_slug = (
			select slug from themes where themes.is_demo = cases.is_demo order by slug limit 1)`.execute(db);

	// Who acted spoke for an organisation, which stays when they change posts.
	await sql`alter table case_transitions add column organisation_id uuid references organisations on delete set null`.execute(
		db
	);
	await sql`alter table reviews add column organisation_id uuid references organisations on delete set null`.execute(
		db
	);
}
