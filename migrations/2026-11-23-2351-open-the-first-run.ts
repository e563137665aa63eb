import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// Of the first run: when it was over. From then on it cannot be entered any more.
	await sql`alter table settings add column first_run_at timestamptz`.execute(db);
	// Its link is given to nobody in particular, and then belongs to the administrator made with it.
	await sql`alter table one_time_tokens
		drop constraint one_time_tokens_purpose_check,
		drop constraint one_time_tokens_member_check,
		add constraint one_time_tokens_purpose_check check (purpose in
			('invitation', 'password_reset', 'email_verification', 'email_change', 'sign_in', 'sign_up', 'first_run')),
		add constraint one_time_tokens_member_check check
			(purpose = 'first_run' or (purpose in ('invitation', 'sign_up')) = (member_id is null))`.execute(db);
}
