import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// A published version never changes, and so may hold no name: who published is read from the review of its submission.
	await sql`alter table case_versions drop column published_by_name`.execute(db);

	// Whom a mail was for, once that is known: it goes with them.
	await sql`alter table outbox add column member_id uuid references members on delete cascade`.execute(db);
	await sql`create index outbox_member on outbox (member_id) where member_id is not null`.execute(db);

	// What somebody says of themselves, and to whom each thing is shown: nobody, unless they choose so.
	const shown = (field: string) =>
		sql`${sql.id(`${field}_shown_to`)} text not null default 'nobody'
			check (${sql.id(`${field}_shown_to`)} in ('nobody', 'organisation', 'members'))`;
	await sql`
		create table profiles (
			member_id uuid primary key references members on delete cascade,
			occupation text not null default '' check (length(occupation) <= 120),
			phone text not null default '' check (length(phone) <= 40),
			biography text not null default '' check (length(biography) <= 2000),
			languages text not null default '' check (length(languages) <= 200),
			${shown('email')},
			${shown('occupation')},
			${shown('phone')},
			${shown('biography')},
			${shown('languages')},
			updated_at timestamptz not null default now()
		)`.execute(db);

	// What somebody agreed to: which words, when, until when. A row is never rewritten but to be withdrawn.
	await sql`
		create table consents (
			id uuid primary key default gen_random_uuid(),
			member_id uuid not null references members on delete cascade,
			subject text not null check (length(subject) <= 40),
			version text not null check (length(version) <= 40),
			given_at timestamptz not null default now(),
			withdrawn_at timestamptz
		)`.execute(db);
	await sql`create unique index consents_standing on consents (member_id, subject)
		where withdrawn_at is null`.execute(db);
}
