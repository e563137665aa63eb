/** One database that holds a thing of every kind in every state, and a person of every role, signed in. */
import { createHash, randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Audience } from '#lib/contract/profiles.ts';
import type { CaseState } from '#lib/contract/cases.ts';
import { kindOf } from '#lib/contract/journal.ts';
import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import type {
	CaseThing,
	EventThing,
	JoinThing,
	MemberThing,
	MembershipThing,
	PersonThing,
	ThreadThing
} from '../../server/access.ts';
import { createSession, sessionCookieName, whoOf } from '../../server/auth/sessions.ts';
import type { Who } from '../../server/context.ts';
import type { Database } from '../../server/database/tables.ts';
import * as cases from '../../server/domain/cases.ts';
import * as documents from '../../server/domain/documents.ts';
import * as guests from '../../server/domain/guests.ts';
import * as history from '../../server/domain/history.ts';
import * as invitations from '../../server/domain/invitations.ts';
import * as reviews from '../../server/domain/reviews.ts';
import * as threads from '../../server/domain/threads.ts';
import { createCompleteCase, seedReference } from '../support/cases.ts';
import { createCast, type Organisation } from '../support/cast.ts';

export const policy = { requireSecondFactor: true };

export interface Person {
	name: string;
	/** As the door of every wire and every page finds out: whoOf() of the cookie. */
	who: Who;
	cookie: string;
	/** Their account, whatever became of it. */
	id: string | null;
	/** Organisations they are still a member of, suspended or not. */
	organisationIds: string[];
}
export interface CasePlace {
	label: string;
	id: string;
	reference: string;
	documentId: string;
	/** Of a named version of its text. */
	versionId: string;
	threadId: string;
	thing: CaseThing;
}

interface Role {
	organisation?: Organisation;
	role?: MembershipRole;
	appointments?: AppointmentRole[];
	/** Their appointments hold for this theme only. */
	theme?: string;
	isDemo?: boolean;
	owesSecondFactor?: boolean;
	/** Of the whole account, or of the membership. */
	suspended?: 'account' | 'membership';
	hasLeft?: boolean;
	isGuest?: boolean;
}

export type World = Awaited<ReturnType<typeof createWorld>>;

export async function createWorld(db: Kysely<Database>) {
	await seedReference(db);
	const cast = await createCast(db);
	const { alpha: pilot, beta: partner, network: other } = cast;
	const organisation = async (name: string, isDemo = false): Promise<Organisation> => ({
		...(await db
			.insertInto('organisations')
			.values({ kind: 'association', name, search_text: name.toLowerCase(), is_demo: isDemo })
			.returning('id')
			.executeTakeFirstOrThrow()),
		name
	});
	const lonely = await organisation('Commune Delta (fictive)');
	const staged = await organisation('Commune Omega (démonstration)', true);
	for (const slug of ['economy', 'climate'])
		await db
			.insertInto('themes')
			.values({ slug, name: slug, launch_year: 2023, introduction: '-', president: '-' })
			.execute();

	const account = async (name: string, isDemo = false): Promise<{ id: string; email: string }> =>
		db
			.insertInto('members')
			.values({
				email: `${name.toLowerCase().replace(/\W/g, '')}@example.invalid`,
				name,
				password_hash: 'unusable',
				is_demo: isDemo,
				email_verified_at: new Date()
			})
			.returning(['id', 'email'])
			.executeTakeFirstOrThrow();
	const admit = (memberId: string, to: Organisation, role: MembershipRole = 'member') =>
		db
			.insertInto('memberships')
			.values({ member_id: memberId, organisation_id: to.id, role, is_demo: to.id === staged.id })
			.execute();

	async function person(name: string, options: Role = {}): Promise<Person> {
		const { appointments = [], isDemo = false, theme = null } = options;
		const { id } = await account(name, isDemo);
		if (options.organisation) await admit(id, options.organisation, options.role);
		for (const role of appointments)
			await db.insertInto('appointments').values({ member_id: id, role, theme_slug: theme }).execute();
		if (appointments.length > 0 && !options.owesSecondFactor)
			await db
				.insertInto('second_factors')
				.values({ member_id: id, secret: Buffer.alloc(20, 1), confirmed_at: new Date() })
				.execute();
		const { token } = await createSession(db, id);
		const moment = new Date();
		if (options.suspended === 'account')
			await db.updateTable('members').set({ suspended_at: moment }).where('id', '=', id).execute();
		if (options.suspended === 'membership')
			await db.updateTable('memberships').set({ suspended_at: moment }).where('member_id', '=', id).execute();
		if (options.hasLeft)
			await db.updateTable('memberships').set({ ended_at: moment }).where('member_id', '=', id).execute();
		const cookie = `${sessionCookieName(false)}=${token}`;
		return {
			name,
			who: await whoOf(db, cookie, false, policy),
			cookie,
			id,
			organisationIds: options.organisation && !options.hasLeft ? [options.organisation.id] : []
		};
	}

	const guest = await person('guest, in two parts', { organisation: other });
	const people: Person[] = [
		{ name: 'Farid, visitor', who: { kind: 'visitor' }, cookie: '', id: null, organisationIds: [] },
		await person('member of no organisation'),
		await person('referent elsewhere', { organisation: other, role: 'referent' }),
		await person('member of the partner', { organisation: partner }),
		await person('contributor of the partner', { organisation: partner, role: 'contributor' }),
		await person('referent of the partner', { organisation: partner, role: 'referent' }),
		await person('member of the pilot', { organisation: pilot }),
		await person('contributor of the pilot', { organisation: pilot, role: 'contributor' }),
		await person('referent of the pilot', { organisation: pilot, role: 'referent' }),
		guest,
		await person('moderator', { organisation: other, appointments: ['moderator'] }),
		await person('moderator of this theme', {
			organisation: other,
			appointments: ['moderator'],
			theme: 'economy'
		}),
		await person('moderator of another theme', {
			organisation: other,
			appointments: ['moderator'],
			theme: 'climate'
		}),
		await person('moderator, of the partner', {
			organisation: partner,
			role: 'contributor',
			appointments: ['moderator']
		}),
		await person('lead', { organisation: other, appointments: ['lead'] }),
		await person('lead of another theme', { organisation: other, appointments: ['lead'], theme: 'climate' }),
		await person('admin', { organisation: other, appointments: ['admin'] }),
		await person('admin who owes a second factor', {
			organisation: other,
			appointments: ['admin', 'moderator'],
			owesSecondFactor: true
		}),
		await person('suspended referent of the pilot', {
			organisation: pilot,
			role: 'referent',
			suspended: 'account'
		}),
		await person('referent suspended by the pilot', {
			organisation: pilot,
			role: 'referent',
			suspended: 'membership'
		}),
		await person('referent who left the pilot', { organisation: pilot, role: 'referent', hasLeft: true }),
		await person('demo referent, of the real pilot', { organisation: pilot, role: 'referent', isDemo: true }),
		await person('demo moderator', { organisation: staged, appointments: ['moderator'], isDemo: true }),
		await person('demo admin', { organisation: staged, appointments: ['admin'], isDemo: true })
	];

	/* Cases, each with its discussion. */
	const asChloe = cast.context(cast.chloe);
	const asBoris = cast.context(cast.boris);
	const places: CasePlace[] = [];
	const situations: [CaseState, boolean, { theme?: string | null; isDemo?: boolean }?][] = [
		['draft', false],
		['co_writing', false],
		['submitted', false],
		['in_review', false],
		['changes_requested', false],
		['published', true],
		['in_revision', true],
		['submitted', true],
		['in_review', true],
		['changes_requested', true],
		['in_review', false, { theme: null }],
		['co_writing', false, { isDemo: true }],
		['submitted', true, { isDemo: true }]
	];
	const reason = 'Il manque un chiffre.';
	const decide = async (reference: string, state: CaseState) => {
		if (['draft', 'co_writing', 'in_revision'].includes(state)) return;
		const { hash } = await cases.submit(asChloe, reference);
		if (state === 'submitted') return;
		await reviews.take(asBoris, reference);
		if (state === 'changes_requested') await reviews.requestChanges(asBoris, reference, { hash, reason });
		if (state === 'published') await reviews.publish(asBoris, reference, { hash });
	};
	for (const [state, isPublished, { theme = 'economy', isDemo = false } = {}] of situations) {
		const { reference } = await createCompleteCase(asChloe);
		const { id: versionId } = await history.nameVersion(asChloe, reference, { label: 'Avant tout' });
		if (isPublished) await decide(reference, 'published');
		if (isPublished && state !== 'published') await cases.revise(asChloe, reference);
		if (state !== 'published') await decide(reference, state);
		const { id, documentId } = await db
			.updateTable('cases')
			.set({ theme_slug: theme, is_demo: isDemo, ...(state === 'co_writing' ? { state } : {}) })
			.where('reference', '=', reference)
			.returning(['id', 'document_id as documentId'])
			.executeTakeFirstOrThrow();
		const { id: threadId } = await db
			.updateTable('threads')
			.set({ is_demo: isDemo, title: `Discussion de ${reference}` })
			.where('case_id', '=', id)
			.returning('id')
			.executeTakeFirstOrThrow();
		await db
			.insertInto('case_organisations')
			.values({ case_id: id, organisation_id: partner.id, role: 'partner', added_by: null })
			.execute();
		await db
			.insertInto('case_guests')
			.values({
				case_id: id,
				email: 'guest@example.invalid',
				member_id: guest.id,
				parts: ['actions', 'difficulties'],
				invited_by: cast.chloe.id
			})
			.execute();
		places.push({
			label: [
				state,
				isPublished && 'published before',
				theme !== 'economy' && 'no theme',
				isDemo && 'demonstration'
			]
				.filter(Boolean)
				.join(', '),
			id,
			reference,
			documentId,
			versionId,
			threadId,
			thing: {
				state,
				isDemo,
				organisationIds: [pilot.id, partner.id],
				pilotIds: [pilot.id],
				guests: [{ memberId: guest.id!, parts: ['actions', 'difficulties'] }],
				isPublished,
				theme
			}
		});
	}
	/** A case of the partner alone, and what hangs on it. */
	const { reference: theirs } = await createCompleteCase(cast.context(cast.diego));
	const version = await history.nameVersion(cast.context(cast.diego), theirs, { label: 'La leur' });
	await guests.invite(cast.context(cast.diego), theirs, {
		email: 'else@example.invalid',
		parts: ['actions']
	});
	const guestship = await db
		.selectFrom('case_guests')
		.select('id')
		.where('email', '=', 'else@example.invalid')
		.executeTakeFirstOrThrow();
	const benchId = await documents.create(db, 'bench', { isDemo: false });

	/* General discussions. */
	const general: { label: string; id: string; title: string; thing: ThreadThing }[] = [];
	for (const visibility of ['public', 'members'] as const)
		for (const isDemo of [false, true]) {
			const title = `Marché ${visibility} ${isDemo ? 'de démonstration' : 'réel'}`;
			const { id } = await threads.open(asChloe, {
				title,
				visibility,
				body: 'Bonjour à toutes et tous.',
				clientKey: randomUUID()
			});
			await db.updateTable('threads').set({ is_demo: isDemo }).where('id', '=', id).execute();
			general.push({ label: title, id, title, thing: { visibility, isDemo, case: null } });
		}
	await db.deleteFrom('rate_limits').execute();
	const discussions = [
		...general.map(({ label, id, thing }) => ({ label, id, thing })),
		...places.map(({ label, threadId, thing }) => ({
			label: `of a case, ${label}`,
			id: threadId,
			thing: { visibility: 'case', isDemo: thing.isDemo, case: thing } satisfies ThreadThing as ThreadThing
		}))
	];

	/* People to whom things are done. */
	const memberships: { label: string; role: MembershipRole; thing: MembershipThing }[] = [];
	const placed = [
		[pilot, 'member'],
		[pilot, 'referent'],
		[partner, 'member'],
		[other, 'contributor'],
		[lonely, 'member'],
		[staged, 'member']
	] as const;
	for (const [index, [to, role]] of placed.entries()) {
		const { id } = await account(`Gisèle ${index}`, to === staged);
		await admit(id, to, role);
		const thing = { organisationId: to.id, memberId: id, isDemo: to === staged };
		memberships.push({ label: `${role} of ${to.name}`, role, thing });
	}
	const subjects: { label: string; thing: PersonThing; shown: Record<string, Audience> }[] = [];
	for (const to of [pilot, other, staged]) {
		const isDemo = to === staged;
		const { id, email } = await account(`Hawa de ${to.name}`, isDemo);
		await admit(id, to);
		const shown = { email: 'nobody', phone: 'organisation', occupation: 'members' } as const;
		await db
			.insertInto('profiles')
			.values({
				member_id: id,
				phone: '01 02 03 04 05',
				occupation: 'Chargée de mission',
				...Object.fromEntries(Object.entries(shown).map(([field, to]) => [`${field}_shown_to`, to]))
			})
			.execute();
		subjects.push({ label: email, thing: { id, isDemo, organisationIds: [to.id] }, shown });
	}
	const accounts: { label: string; appointment: AppointmentRole | null; thing: MemberThing }[] = [];
	for (const appointment of [null, 'moderator', 'admin'] as const)
		for (const isDemo of [false, true]) {
			const { id } = await account(`Ines ${appointment} ${isDemo}`, isDemo);
			if (appointment)
				await db.insertInto('appointments').values({ member_id: id, role: appointment }).execute();
			accounts.push({
				label: `${appointment ?? 'plain member'}${isDemo ? ', demonstration' : ''}`,
				appointment,
				thing: { id, isDemo, isAppointed: appointment !== null }
			});
		}

	/* What waits for somebody's answer. */
	const invited: { id: string; organisationId: string; isDemo: boolean; email: string }[] = [];
	for (const to of [pilot, other, staged]) {
		const email = `invite-${invited.length}@example.invalid`;
		const values = { email, organisationId: to.id, role: 'member', locale: 'fr' } as const;
		await invitations.invite(cast.context(cast.awa), values);
		const row = await db
			.updateTable('invitations')
			.set({ is_demo: to === staged })
			.where('email', '=', email)
			.returning('id')
			.executeTakeFirstOrThrow();
		invited.push({ id: row.id, organisationId: to.id, isDemo: to === staged, email });
	}
	const requests: { id: string; label: string; thing: JoinThing }[] = [];
	const moderator = people.find(({ name }) => name === 'moderator')!;
	const askers = [pilot, other, lonely, staged].map(
		(to) => [to, `Jamal ${to.name}`, to !== lonely && to !== staged] as const
	);
	for (const [to, name, hasReferent] of [...askers, [lonely, null, false] as const]) {
		const isDemo = to === staged;
		const memberId = name ? (await account(name, isDemo)).id : moderator.id!;
		const { id } = await db
			.insertInto('join_requests')
			.values({ organisation_id: to.id, role: 'member', member_id: memberId, is_demo: isDemo })
			.returning('id')
			.executeTakeFirstOrThrow();
		const label = name ?? 'the moderator, for themselves';
		requests.push({ id, label, thing: { id: to.id, isDemo, memberId, hasReferent } });
	}
	const letters: { id: string; isDemo: boolean }[] = [];
	for (const isDemo of [false, true]) {
		const { id } = await db
			.insertInto('outbox')
			.values({
				kind: 'mail.notice',
				payload: '{}',
				dedupe_key: `letter-${isDemo}`,
				is_demo: isDemo,
				failed_at: new Date()
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		letters.push({ id: String(id), isDemo });
	}

	/* The newest rows of the journal, about somebody else each time. */
	const acts: { id: number; thing: EventThing }[] = [];
	const draft = places[0]!;
	for (const name of [
		'session.opened',
		'membership.ended',
		'case.submitted',
		'post.created',
		'settings.changed'
	])
		for (const isDemo of [false, true])
			for (const organisationId of [pilot.id, other.id, null]) {
				const memberId = accounts[0]!.thing.id;
				const isOfCase = name.startsWith('case');
				const { id } = await db
					.insertInto('events')
					.values({
						name,
						actor_id: cast.efua.id,
						organisation_id: organisationId,
						data: JSON.stringify({ memberId, ...(isOfCase ? { caseId: draft.id } : {}) }),
						is_demo: isDemo
					})
					.returning('id')
					.executeTakeFirstOrThrow();
				acts.push({
					id,
					thing: {
						actorId: cast.efua.id,
						memberId,
						organisationId,
						kind: kindOf(name),
						theme: isOfCase ? draft.thing.theme : null,
						isDemo
					}
				});
			}

	return {
		cast,
		pilot,
		partner,
		other,
		lonely,
		staged,
		people,
		named: (name: string) => people.find((one) => one.name === name)!,
		places,
		theirs: { versionId: version.id, guestId: guestship.id },
		benchId,
		general,
		discussions,
		memberships,
		subjects,
		accounts,
		invited,
		requests,
		letters,
		acts
	};
}

let tables: (keyof Database)[] | undefined;
/** Every table but those that only count tries: what stands in it, as one word. */
export async function traces(db: Kysely<Database>): Promise<Record<string, string>> {
	tables ??= (await db.introspection.getTables())
		.map(({ name }) => name as keyof Database)
		.filter((name) => name !== 'rate_limits');
	const found: Record<string, string> = {};
	for (const table of tables) {
		const rows = await db.selectFrom(table).selectAll().execute();
		const words = rows.map((row) => JSON.stringify(row)).sort();
		found[table] = `${rows.length} ${createHash('sha256').update(words.join()).digest('hex').slice(0, 12)}`;
	}
	return found;
}
