import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// Somebody who comes by the identity provider, or with a passkey, may have none.
	await sql`alter table members alter column password_hash drop not null`.execute(db);

	await sql`
		alter table sessions
			-- When whoever sits there last proved again to be its owner.
			add column proved_at timestamptz,
			-- The identity provider asked for two factors.
			add column is_strong boolean not null default false,
			-- What the identity provider wants back at the sign-out.
			add column id_token text`.execute(db);

	await sql`
		create table identities (
			id uuid primary key default gen_random_uuid(),
			member_id uuid not null references members on delete cascade,
			issuer text not null check (length(issuer) <= 500),
			subject text not null check (length(subject) <= 255),
			created_at timestamptz not null default now(),
			used_at timestamptz not null default now(),
			unique (issuer, subject),
			unique (member_id, issuer)
		)`.execute(db);

	// One way to the identity provider and back, and what is asked afterwards. Gone within the hour.
	await sql`
		create table sign_ons (
			-- SHA-256 of the secret that the browser keeps in a cookie.
			id text primary key,
			state text not null,
			nonce text not null,
			verifier text,
			return_to text not null,
			created_at timestamptz not null default now(),
			answered_at timestamptz,
			claims jsonb,
			id_token text
		)`.execute(db);

	// Typed in the browser that asked for them. Only SHA-256 is kept.
	await sql`
		create table mailed_codes (
			id uuid primary key default gen_random_uuid(),
			session_id text references sessions on delete cascade,
			sign_on_id text references sign_ons on delete cascade,
			code_hash bytea not null,
			created_at timestamptz not null default now(),
			check (num_nonnulls(session_id, sign_on_id) = 1)
		)`.execute(db);
	await sql`create index mailed_codes_session on mailed_codes (session_id)`.execute(db);
	await sql`create index mailed_codes_sign_on on mailed_codes (sign_on_id)`.execute(db);

	await sql`
		create table passkeys (
			id uuid primary key default gen_random_uuid(),
			member_id uuid not null references members on delete cascade,
			credential_id text not null unique check (length(credential_id) <= 1400),
			public_key bytea not null,
			counter bigint not null default 0,
			transports text[] not null default '{}',
			name text not null check (length(name) between 1 and 60),
			created_at timestamptz not null default now(),
			used_at timestamptz
		)`.execute(db);
	await sql`create index passkeys_member on passkeys (member_id)`.execute(db);

	// What an authenticator is asked to sign, once.
	await sql`
		create table passkey_challenges (
			challenge text primary key,
			purpose text not null check (purpose in ('register', 'sign_in', 'second_factor', 'confirm')),
			session_id text references sessions on delete cascade,
			created_at timestamptz not null default now(),
			check ((purpose = 'sign_in') = (session_id is null))
		)`.execute(db);
	await sql`create index passkey_challenges_session on passkey_challenges (session_id)`.execute(db);
}
