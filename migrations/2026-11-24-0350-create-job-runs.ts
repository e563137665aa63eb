import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// What every server does beside answering: when one last did it, and when it last failed. One row for each thing done.
	await sql`
		create table job_runs (
			job text primary key,
			begun_at timestamptz not null default now(),
			ran_at timestamptz,
			failed_at timestamptz,
			detail jsonb not null default '{}'
		)`.execute(db);
}
