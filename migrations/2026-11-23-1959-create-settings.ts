import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// What this installation says of whoever runs it. One row; an empty word was not said yet.
	await sql`
		create table settings (
			id boolean primary key default true check (id),
			network_name text not null default '' check (length(network_name) <= 120),
			contact_name text not null default '' check (length(contact_name) <= 120),
			contact_email text not null default '' check (length(contact_email) <= 254),
			contact_address text not null default '' check (length(contact_address) <= 500),
			publisher text not null default '' check (length(publisher) <= 500),
			host text not null default '' check (length(host) <= 500)
		)`.execute(db);
	await sql`insert into settings default values`.execute(db);
}
