import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	await sql`create index organisations_name on organisations (name_words text_pattern_ops)
		where ended_on is null`.execute(db);
	await sql`create index organisations_siren on organisations (siren) where siren is not null`.execute(db);
}
