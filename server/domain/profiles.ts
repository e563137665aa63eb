/** What members say of themselves beside their name, each thing shown to whom they chose: nobody, at first. */
import type { Kysely } from 'kysely';
import {
	audiences,
	consentVersions,
	profileCharacters,
	profileFields,
	type Audience,
	type ConsentSubject,
	type ProfileField
} from '#lib/contract/profiles.ts';
import { sql } from 'kysely';
import { can, type PersonThing } from '../access.ts';
import type { Context, Member } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Forbidden, Invalid, NotFound } from '../errors.ts';
import { record, transact } from '../events.ts';
import { isUuid, requireText } from './input.ts';

export type Profile = { [F in ProfileField]: { value: string; shownTo: Audience } };

export interface MemberView {
	id: string;
	name: string;
	isDemo: boolean;
	organisations: { id: string; name: string }[];
	/** What this reader may see, in the order of the pages; nothing tells what else there is. */
	shown: { field: ProfileField; value: string }[];
	isSelf: boolean;
	/** See the e-mail address and the telephone all the same, which is written down. */
	mayInspect: boolean;
}

/** What its owner edits. @throws Forbidden to visitors */
export async function own(context: Context): Promise<Profile> {
	const who = requireMember(context);
	return (await find(context.db, who.id))!.profile;
}

/**
 * @throws Forbidden; Invalid phone_too_long, occupation_too_long, languages_too_long, biography_too_long, invalid_input
 */
export async function save(
	context: Context,
	values: Record<string, unknown> & { [F in ProfileField as `${F}_shown_to`]: Audience }
): Promise<void> {
	const who = requireMember(context);
	const words = Object.fromEntries(
		Object.entries(profileCharacters).map(([field, most]) => [
			field,
			String(values[field] ?? '').trim() === '' ? '' : requireText(values[field], field, { most })
		])
	) as Record<Exclude<ProfileField, 'email'>, string>;
	const shown = Object.fromEntries(
		profileFields.map((field) => {
			const audience = values[`${field}_shown_to`];
			if (!audiences.includes(audience)) throw new Invalid('invalid_input');
			return [`${field}_shown_to`, audience];
		})
	) as { [F in ProfileField as `${F}_shown_to`]: Audience };
	await transact(context, async (trx) => {
		const row = { ...words, ...shown, updated_at: sql<Date>`now()` };
		await trx
			.insertInto('profiles')
			.values({ member_id: who.id, ...row })
			.onConflict((conflict) => conflict.column('member_id').doUpdateSet(row))
			.execute();
		await record(trx, context, 'profile.changed', {});
	});
}

/** @throws NotFound to visitors, and for somebody who is not of the reader's world */
export async function view({ who, db }: Context, id: string): Promise<MemberView> {
	const found = who.kind === 'member' && isUuid(id) ? await find(db, id) : undefined;
	if (!found || who.kind !== 'member' || !can(who, 'member.read', found.thing)) throw new NotFound();
	const { profile, ...member } = found;
	return {
		id: found.thing.id,
		name: member.name,
		isDemo: found.thing.isDemo,
		organisations: member.organisations,
		shown: profileFields
			.filter((field) => profile[field].value !== '')
			.filter((field) => can(who, 'contact.read', { ...found.thing, shownTo: profile[field].shownTo }))
			.map((field) => ({ field, value: profile[field].value })),
		isSelf: who.id === found.thing.id,
		mayInspect: who.id !== found.thing.id && can(who, 'contact.inspect', found.thing)
	};
}

/** The address and the telephone, hidden or not, for who answers for the platform; each look is an act of the journal. */
export async function inspect(
	context: Context,
	id: string
): Promise<{ field: ProfileField; value: string }[]> {
	const { who } = context;
	return transact(context, async (trx) => {
		const found = isUuid(id) ? await find(trx, id) : undefined;
		if (!found || !can(who, 'contact.inspect', found.thing)) throw new NotFound();
		await record(trx, context, 'contact.seen', { memberId: found.thing.id }, found.thing.isDemo);
		return (['email', 'phone'] as const)
			.map((field) => ({ field, value: found.profile[field].value }))
			.filter(({ value }) => value !== '');
	});
}

export interface ConsentView {
	subject: ConsentSubject;
	version: string;
	/** ISO 8601, UTC. */
	givenAt: string;
	withdrawnAt: string | null;
}

/** Everything this member ever agreed to, the latest first. */
export async function consents(context: Context): Promise<ConsentView[]> {
	const who = requireMember(context);
	const rows = await context.db
		.selectFrom('consents')
		.select(['subject', 'version', 'given_at', 'withdrawn_at'])
		.where('member_id', '=', who.id)
		.orderBy('given_at', 'desc')
		.orderBy('id')
		.execute();
	return rows.map((row) => ({
		subject: row.subject as ConsentSubject,
		version: row.version,
		givenAt: row.given_at.toISOString(),
		withdrawnAt: row.withdrawn_at?.toISOString() ?? null
	}));
}

/** Agrees to the newest words, or withdraws; saying again what stands changes nothing. */
export async function consent(
	context: Context,
	{ subject, agrees }: { subject: ConsentSubject; agrees: boolean }
): Promise<void> {
	const who = requireMember(context);
	const version = consentVersions[subject];
	await transact(context, async (trx) => {
		const { numUpdatedRows } = await trx
			.updateTable('consents')
			.set({ withdrawn_at: sql<Date>`now()` })
			.where('member_id', '=', who.id)
			.where('subject', '=', subject)
			.where('withdrawn_at', 'is', null)
			.$if(agrees, (query) => query.where('version', '!=', version))
			.executeTakeFirst();
		if (!agrees) {
			if (numUpdatedRows > 0n) await record(trx, context, 'consent.withdrawn', { subject });
			return;
		}
		const given = await trx
			.insertInto('consents')
			.values({ member_id: who.id, subject, version })
			.onConflict((conflict) => conflict.doNothing())
			.returning('id')
			.executeTakeFirst();
		if (given) await record(trx, context, 'consent.given', { subject, version });
	});
}

async function find(db: Kysely<Database>, id: string) {
	const row = await db
		.selectFrom('members')
		.leftJoin('profiles', 'profiles.member_id', 'members.id')
		.select(['members.id', 'members.name', 'members.email', 'members.is_demo'])
		.select((eb) => [
			eb.ref('profiles.phone').as('phone'),
			'profiles.occupation',
			'profiles.languages',
			'profiles.biography',
			'profiles.email_shown_to',
			'profiles.phone_shown_to',
			'profiles.occupation_shown_to',
			'profiles.languages_shown_to',
			'profiles.biography_shown_to'
		])
		.where('members.id', '=', id)
		.executeTakeFirst();
	const organisations = await db
		.selectFrom('memberships')
		.innerJoin('organisations', 'organisations.id', 'memberships.organisation_id')
		.select(['organisations.id', 'organisations.name'])
		.where('member_id', '=', id)
		.where('memberships.ended_at', 'is', null)
		.orderBy('memberships.started_at')
		.orderBy('memberships.id')
		.execute();
	// Asked even about nobody, who takes as long then as somebody of another world.
	if (!row) return undefined;
	const thing: PersonThing = {
		id: row.id,
		isDemo: row.is_demo,
		organisationIds: organisations.map((organisation) => organisation.id)
	};
	const profile = Object.fromEntries(
		profileFields.map((field) => [
			field,
			{ value: row[field] ?? '', shownTo: row[`${field}_shown_to`] ?? 'nobody' }
		])
	) as Profile;
	return { name: row.name, organisations, thing, profile };
}

function requireMember({ who }: Context): Member {
	if (who.kind !== 'member') throw new Forbidden();
	return who;
}
