import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
	// A row of the journal outlives whoever it names: then the id stands for nobody.
	await sql`alter table events drop constraint events_actor_id_fkey`.execute(db);
	// Whom somebody spoke for; null for what concerns their account alone.
	await sql`alter table events add column organisation_id uuid`.execute(db);
	await sql`update events set is_demo = true
		where not is_demo and actor_id in (select id from members where is_demo)`.execute(db);
	await sql`create index events_actor on events (actor_id, id)`.execute(db);
	await sql`create index events_member on events ((data ->> 'memberId'), id)`.execute(db);
	await sql`create index events_organisation on events (organisation_id, id)`.execute(db);

	// What the sealer has not seen yet, written by the trigger with each event.
	await sql`
		create table unsealed_events (
			event_id bigint primary key references events on delete cascade
		)`.execute(db);
	// One link of the chain for each event. A seal stays when its event may go, and then still holds its neighbours together.
	await sql`
		create table event_seals (
			sequence bigint primary key check (sequence >= 1),
			event_id bigint not null unique,
			happened_at timestamptz not null,
			of_demo boolean not null,
			digest text not null check (digest ~ '^[0-9a-f]{64}$'),
			previous text not null check (previous ~ '^[0-9a-f]{64}$'),
			hash text not null check (hash ~ '^[0-9a-f]{64}$')
		)`.execute(db);
	await sql`insert into unsealed_events (event_id) select id from events`.execute(db);

	await sql`
		create function queue_event_for_seal() returns trigger language plpgsql as $$
		begin
			insert into unsealed_events (event_id) values (new.id);
			return null;
		end $$`.execute(db);
	await sql`
		create trigger events_queue after insert on events
		for each row execute function queue_event_for_seal()`.execute(db);

	// The journal only grows. A row of the demonstration goes with it, and any row after a year.
	await sql`
		create function refuse_event_change() returns trigger language plpgsql as $$
		begin
			if tg_op = 'DELETE' and tg_table_name = 'events' then
				if old.is_demo or old.happened_at < now() - interval '1 year' then return old; end if;
			end if;
			raise exception 'the journal is append-only' using errcode = 'restrict_violation';
		end $$`.execute(db);
	for (const table of ['events', 'event_seals']) {
		await sql`
			create trigger ${sql.id(`${table}_immutable`)} before update or delete on ${sql.table(table)}
			for each row execute function refuse_event_change()`.execute(db);
		await sql`
			create trigger ${sql.id(`${table}_no_truncate`)} before truncate on ${sql.table(table)}
			for each statement execute function refuse_event_change()`.execute(db);
	}
}
