/**
 * What is tried at each door that asks the permission table. Who may is never said here: it is what can() says of the
 * thing behind the door. A door of tests/doors/list.ts without a line here, or in `triedElsewhere`, fails a test.
 */
import { randomUUID } from 'node:crypto';
import { abilities, can, type Ability } from '../../server/access.ts';
import type { Context, Who } from '../../server/context.ts';
import * as members from '../../server/domain/members.ts';
import type { Knock } from './knock.ts';
import type { CasePlace, Person, World } from './world.ts';

export interface Try extends Knock {
	label: string;
	may: boolean;
	/** They may know that it is there: a refusal need not look like nothing. */
	isSeen?: boolean;
	/** Words the answer must hold or must not, when it is not a refusal. */
	shows?: Record<string, boolean>;
}
interface Trial {
	verbs: readonly Ability[];
	tries(world: World, person: Person): Try[];
	/** The same question about nothing. */
	nothing?: Knock;
	/** What an answer holds, when it is more than its text. */
	holds?(data: unknown, word: string): boolean;
	/** Instead of a door, while a verb has none. */
	call?(context: Context, fields: Record<string, string>): Promise<unknown>;
}

const noId = '00000000-0000-4000-8000-000000000000';
const noReference = 'DEI-1999-9999';
const hash = 'a'.repeat(64);
const why = 'Une raison suffisante.';
const word = () => ({ body: 'Bonjour', clientKey: randomUUID() });
const single = (may: boolean, more: Partial<Try> = {}): Try[] => [{ label: '', may, ...more }];

/* Cases */
const root = '/fiches/[reference]';
type CaseVerb = {
	[A in Ability]: CasePlace['thing'] extends Parameters<typeof can<A>>[2] ? A : never;
}[Ability] &
	`${'case' | 'review'}.${string}`;
const reads = (who: Who, { thing }: CasePlace) =>
	can(who, 'case.read', thing) || can(who, 'case.readDraft', thing);
const ofCases = (
	verbs: CaseVerb[],
	may: (who: Who, place: CasePlace) => boolean,
	more: (world: World, place: CasePlace, who: Who) => Partial<Try> = () => ({}),
	nothing: Knock = {}
): Trial => ({
	verbs,
	nothing: { params: { reference: noReference }, ...nothing },
	tries: (world, { who }) =>
		world.places.map((place) => ({
			label: place.label,
			params: { reference: place.reference },
			may: may(who, place),
			...more(world, place, who)
		}))
});
const drafts = ofCases(['case.readDraft'], (who, { thing }) => can(who, 'case.readDraft', thing));
const versions = ofCases(['case.read'], (who, { thing }) => can(who, 'case.read', thing));
const acts = (
	verb: CaseVerb,
	fields: (world: World, place: CasePlace) => Record<string, string> = () => ({})
): Trial => ({
	...ofCases(
		[verb],
		(who, { thing }) => can(who, verb, thing),
		(world, place, who) => ({ fields: fields(world, place), isSeen: reads(who, place) })
	),
	nothing: { params: { reference: noReference }, fields: {} }
});
const invites = acts('case.invite', ({ lonely, staged }, { thing }) => ({
	organisationId: (thing.isDemo ? staged : lonely).id
}));

/* Discussions */
const readsThread: Trial = {
	verbs: ['thread.read'],
	nothing: { params: { id: noId } },
	tries: ({ discussions }, { who }) =>
		discussions.map(({ label, id, thing }) => ({
			label,
			params: { id },
			may: can(who, 'thread.read', thing)
		}))
};
/** Lists of general discussions hold those this person may read, and no other. */
const listsThreads = (knock: Knock = {}): Trial => ({
	verbs: ['thread.read'],
	tries: ({ general, places }, { who }) =>
		single(true, {
			...knock,
			shows: Object.fromEntries([
				...general.map(({ title, thing }) => [title, can(who, 'thread.read', thing)]),
				...places.map(({ reference }) => [`Discussion de ${reference}`, false])
			]) as Record<string, boolean>
		})
});
const mayReply = (data: unknown) => (data as { may: { reply: boolean } }).may.reply;

/* Organisations and their people */
const ofOrganisations = (
	verbs: Ability[],
	may: (who: Who, thing: { id: string; isDemo: boolean }) => boolean,
	more: (organisation: { id: string; isDemo: boolean }, person: Person) => Partial<Try> = () => ({}),
	nothing: Knock = { params: { id: noId } }
): Trial => ({
	verbs,
	nothing,
	tries: (world, person) =>
		[world.pilot, world.partner, world.other, world.lonely, world.staged].map((one) => {
			const thing = { id: one.id, isDemo: one === world.staged };
			return {
				label: one.name,
				params: { id: one.id },
				may: may(person.who, thing),
				...more(thing, person)
			};
		})
});
const invitation = (organisationId: string, role: string) => ({
	email: `new-${role}@example.invalid`,
	organisationId,
	role,
	locale: 'fr'
});
const changesThemes = (fields: Record<string, string>): Trial => ({
	verbs: ['taxonomy.change'],
	tries: (_world, { who }) =>
		single(can(who, 'taxonomy.change', null), { params: { slug: 'economy' }, fields, isSeen: true })
});
export const trials: Record<string, Trial> = {
	[`load ${root}`]: {
		...ofCases(
			['case.read', 'case.readDraft', 'case.invite', 'case.submit', 'case.takeBack', 'case.revise'],
			reads,
			(_world, { thing }, who) => ({
				shows: Object.fromEntries(
					(['readDraft', 'invite', 'submit', 'takeBack', 'revise'] as const).map((act) => [
						act,
						can(who, `case.${act}`, thing)
					])
				)
			})
		),
		holds: (data, act) => (data as { overview: { may: Record<string, boolean> } }).overview.may[act]!
	},
	[`load ${root}/apercu`]: drafts,
	[`load ${root}/ecrire`]: drafts,
	[`load ${root}/soumettre`]: ofCases(['case.submit'], (who, { thing }) => can(who, 'case.readDraft', thing)),
	[`load ${root}/historique`]: drafts,
	[`load ${root}/historique/restaurer`]: ofCases(
		['case.write'],
		(who, { thing }) => can(who, 'case.readDraft', thing),
		(_world, { versionId }) => ({ query: `version=${versionId}` }),
		{ query: `version=${noId}` }
	),
	[`GET ${root}/historique.json`]: drafts,
	[`load ${root}/v[number]`]: versions,
	[`GET ${root}/v[number].json`]: versions,
	[`GET ${root}/v[number].html`]: versions,
	[`takeBack ${root}`]: acts('case.takeBack'),
	[`revise ${root}`]: acts('case.revise'),
	[`invite ${root}`]: invites,
	[`invite ${root}/ecrire`]: invites,
	[`inviteGuest ${root}/ecrire`]: acts('case.invite', () => ({
		email: 'invited@example.invalid',
		parts: 'actions'
	})),
	[`name ${root}/historique`]: acts('case.write', () => ({ label: 'Une version' })),
	[`default ${root}/historique/restaurer`]: acts('case.write', (_world, { versionId }) => ({
		versionId,
		part: ''
	})),
	[`default ${root}/soumettre`]: acts('case.submit'),
	'load /fiches': {
		verbs: ['case.read'],
		tries: ({ places }, { who }) => {
			const mine = (place: CasePlace) =>
				who.kind === 'member' &&
				can(who, 'case.readDraft', place.thing) &&
				(who.memberships.some(({ organisationId }) => place.thing.organisationIds.includes(organisationId)) ||
					place.thing.guests.some(({ memberId }) => memberId === who.id));
			return single(true, {
				shows: Object.fromEntries(
					places
						// One's own are the five written in last.
						.filter((place) => !mine(place))
						.map((place) => [place.reference, can(who, 'case.read', place.thing)])
				)
			});
		}
	},
	'default /fiches/nouvelle': ofOrganisations(
		['case.create'],
		(who, thing) => can(who, 'case.create', thing),
		({ id }) => ({ fields: { organisationId: id, clientKey: randomUUID() }, isSeen: true })
	),

	/* Review */
	'load /moderation': {
		verbs: ['review.list'],
		tries: ({ places }, { who }) =>
			single(can(who, 'review.list', null), {
				shows: Object.fromEntries(
					places
						.filter(
							({ thing }) =>
								!['submitted', 'in_review'].includes(thing.state) || !can(who, 'case.readDraft', thing)
						)
						.map(({ reference }) => [reference, false])
				)
			})
	},
	'load /moderation/[reference]': ofCases(
		['case.readDraft'],
		(who, { thing }) =>
			can(who, 'case.readDraft', thing) &&
			['submitted', 'in_review', 'changes_requested'].includes(thing.state)
	),
	'take /moderation/[reference]': acts('review.decide'),
	'requestChanges /moderation/[reference]': acts('review.decide', () => ({ hash, reason: why })),
	'publish /moderation/[reference]': acts('review.decide', () => ({ hash })),

	/* Discussions */
	'load /discussions': listsThreads(),
	'load /recherche': listsThreads({ query: 'mots=March%C3%A9' }),
	'load /': listsThreads(),
	'load /discussions/[id]': {
		...readsThread,
		verbs: ['thread.read', 'thread.reply'],
		tries: ({ discussions }, { who }) =>
			discussions.map(({ label, id, thing }) => ({
				label,
				params: { id },
				may: can(who, 'thread.read', thing),
				shows: { reply: can(who, 'thread.reply', thing) }
			})),
		holds: mayReply
	},
	'GET /api/threads/[id]/posts': readsThread,
	[`load ${root}/discussion`]: {
		verbs: ['thread.read', 'thread.reply'],
		nothing: { params: { reference: noReference } },
		tries: ({ places }, { who }) =>
			places.map(({ label, reference, thing }) => {
				const thread = { visibility: 'case', isDemo: thing.isDemo, case: thing } as const;
				return {
					label,
					params: { reference },
					may: can(who, 'thread.read', thread),
					shows: { reply: can(who, 'thread.reply', thread) }
				};
			}),
		holds: mayReply
	},
	'reply /discussions/[id]': {
		verbs: ['thread.reply'],
		nothing: { params: { id: noId }, fields: word() },
		tries: ({ discussions }, { who }) =>
			discussions.map(({ label, id, thing }) => ({
				label,
				params: { id },
				fields: word(),
				may: can(who, 'thread.reply', thing),
				isSeen: can(who, 'thread.read', thing)
			}))
	},
	[`reply ${root}/discussion`]: {
		verbs: ['thread.reply'],
		nothing: { params: { reference: noReference }, fields: word() },
		tries: ({ places }, { who }) =>
			places.map(({ label, reference, thing }) => {
				const thread = { visibility: 'case', isDemo: thing.isDemo, case: thing } as const;
				return {
					label,
					params: { reference },
					fields: word(),
					may: can(who, 'thread.reply', thread),
					isSeen: can(who, 'thread.read', thread)
				};
			})
	},
	'default /discussions/nouvelle': {
		verbs: ['thread.create'],
		tries: (_world, { who }) =>
			single(can(who, 'thread.create', null), {
				fields: { ...word(), title: 'Qui a déjà essayé ?', kind: 'question', visibility: 'members' },
				isSeen: true
			})
	},

	/* Organisations */
	'load /organisations/[id]': {
		...ofOrganisations(
			['organisation.read', 'join.open'],
			(who, thing) => can(who, 'organisation.read', thing),
			(thing, { who }) => ({
				shows: {
					join: can(who, 'join.open', thing),
					seeMembers: can(who, 'organisation.members', thing),
					invite: can(who, 'member.invite', thing)
				}
			})
		),
		holds: (data, act) => (data as { organisation: { may: Record<string, boolean> } }).organisation.may[act]!
	},
	'load /organisations/[id]/membres': ofOrganisations(['organisation.members'], (who, thing) =>
		can(who, 'organisation.members', thing)
	),
	'load /organisations/nouvelle': {
		verbs: ['organisation.create'],
		tries: (_world, { who }) => single(can(who, 'organisation.create', null))
	},
	'default /organisations/nouvelle': {
		verbs: ['organisation.create'],
		tries: (_world, { who }) =>
			single(can(who, 'organisation.create', null), {
				fields: { name: 'Association Sigma', kind: 'association' },
				isSeen: true
			})
	},
	'join /organisations/[id]': ofOrganisations(
		['join.open'],
		// Asking again where one is already changes nothing, and is answered as the first time.
		(who, thing) =>
			can(who, 'join.open', thing) ||
			(who.kind === 'member' &&
				who.isDemo === thing.isDemo &&
				who.memberships.some(({ organisationId }) => organisationId === thing.id)),
		({ id }) => ({ fields: { organisationId: id, role: 'member' } }),
		{ params: { id: noId }, fields: { organisationId: noId, role: 'member' } }
	),
	'load /organisations/demandes': {
		verbs: ['join.list'],
		tries: ({ requests }, { who }) =>
			single(can(who, 'join.list', null), {
				shows: Object.fromEntries(requests.map(({ id, thing }) => [id, can(who, 'join.decide', thing)]))
			})
	},
	'answer /organisations/demandes': {
		verbs: ['join.decide', 'referent.name'],
		nothing: { fields: { id: noId, decision: 'refuse', role: 'member', why } },
		tries: ({ requests }, { who }) =>
			requests.flatMap(({ id, label, thing }) =>
				['refuse', 'member', 'referent'].map((answer) => {
					const mayDecide = can(who, 'join.decide', thing);
					return {
						label: `${label}: ${answer}`,
						fields: {
							id,
							decision: answer === 'refuse' ? 'refuse' : 'approve',
							role: answer === 'refuse' ? 'member' : answer,
							why
						},
						may: mayDecide && (answer !== 'referent' || can(who, 'referent.name', thing)),
						isSeen: mayDecide
					};
				})
			)
	},
	'load /organisations/invitations': {
		verbs: ['member.invite'],
		tries: (world, { who }) => {
			const things = [world.pilot, world.partner, world.other, world.lonely, world.staged].map((one) => ({
				id: one.id,
				// An account of the demonstration is taken to speak for organisations of the demonstration.
				isDemo: one === world.staged || (who.kind === 'member' && who.isDemo)
			}));
			return single(
				things.some((thing) => can(who, 'member.invite', thing)),
				{
					shows: Object.fromEntries(
						world.invited.map(({ id, organisationId, isDemo }) => [
							id,
							can(who, 'member.invite', { id: organisationId, isDemo })
						])
					)
				}
			);
		}
	},
	'invite /organisations/invitations': {
		verbs: ['member.invite', 'referent.name'],
		nothing: { fields: invitation(noId, 'member') },
		tries: (world, { who }) =>
			[world.pilot, world.partner, world.other, world.lonely, world.staged].flatMap((one) =>
				['member', 'referent'].map((role) => {
					const thing = { id: one.id, isDemo: one === world.staged };
					return {
						label: `${role} of ${one.name}`,
						fields: invitation(one.id, role),
						may: can(who, 'member.invite', thing) && (role === 'member' || can(who, 'referent.name', thing)),
						isSeen: true
					};
				})
			)
	},
	'withdraw /organisations/invitations': {
		verbs: ['member.invite'],
		nothing: { fields: { id: noId } },
		tries: ({ invited }, { who }) =>
			invited.map(({ id, email, organisationId, isDemo }) => ({
				label: email,
				fields: { id },
				may: can(who, 'member.invite', { id: organisationId, isDemo })
			}))
	},
	'change /organisations/[id]/membres': {
		verbs: ['membership.change', 'referent.name'],
		tries: ({ memberships }, person) => [
			...memberships.flatMap(({ label, role, thing }, index) =>
				[['suspend', 'end', role === 'contributor' ? 'member' : 'contributor'][index % 3]!, 'referent']
					.filter((act) => act !== role)
					.map((act) => ({
						label: `${act}: ${label}`,
						params: { id: thing.organisationId },
						fields: { memberId: thing.memberId, act, why, isSure: 'on' },
						may:
							can(person.who, 'membership.change', thing) &&
							(![act, role].includes('referent') ||
								can(person.who, 'referent.name', { id: thing.organisationId, isDemo: thing.isDemo })),
						isSeen: true
					}))
			),
			...person.organisationIds.map((id) => ({
				label: 'of oneself',
				params: { id },
				fields: { memberId: person.id!, act: 'end', why, isSure: 'on' },
				may: can(person.who, 'membership.change', {
					organisationId: id,
					memberId: person.id!,
					isDemo: false
				}),
				isSeen: true
			}))
		]
	},
	'default /compte/quitter': {
		verbs: ['membership.leave'],
		tries: (world, person) =>
			[world.pilot, world.partner, world.other, world.staged].map((one) => ({
				label: one.name,
				fields: { organisationId: one.id, isSure: 'on' },
				may: can(person.who, 'membership.leave', {
					organisationId: one.id,
					memberId: person.organisationIds.includes(one.id) ? person.id! : noId,
					isDemo: one === world.staged
				}),
				isSeen: true
			}))
	},

	/* Members */
	'load /membres/[id]': {
		verbs: ['member.read', 'contact.read'],
		nothing: { params: { id: noId } },
		tries: ({ subjects }, { who }) =>
			subjects.map(({ label, thing, shown }) => ({
				label,
				params: { id: thing.id },
				may: can(who, 'member.read', thing),
				shows: Object.fromEntries(
					Object.entries(shown).map(([field, shownTo]) => [
						field,
						can(who, 'contact.read', { ...thing, shownTo })
					])
				)
			})),
		holds: (data, field) =>
			(data as { member: { shown: { field: string }[] } }).member.shown.some((one) => one.field === field)
	},
	'default /membres/[id]': {
		verbs: ['contact.inspect'],
		nothing: { params: { id: noId }, fields: {} },
		tries: ({ subjects }, { who }) =>
			subjects.map(({ label, thing }) => ({
				label,
				params: { id: thing.id },
				fields: {},
				may: can(who, 'contact.inspect', thing)
			}))
	},
	'members.suspend': {
		verbs: ['member.suspend'],
		tries: ({ accounts }, person) => [
			...accounts.map(({ label, thing }) => ({
				label,
				fields: { memberId: thing.id },
				may: can(person.who, 'member.suspend', thing),
				isSeen: true
			})),
			...ofThemselves(person, 'member.suspend')
		],
		call: (context, { memberId }) => members.suspend(context, { memberId: memberId!, reason: why })
	},
	'members.appoint': {
		verbs: ['appointment.give'],
		tries: ({ accounts }, person) => [
			...accounts.map(({ label, thing }) => ({
				label,
				fields: { memberId: thing.id },
				may: can(person.who, 'appointment.give', thing),
				isSeen: true
			})),
			...ofThemselves(person, 'appointment.give')
		],
		call: (context, { memberId }) => members.appoint(context, { memberId: memberId!, role: 'lead' })
	},
	'members.endAppointment': {
		verbs: ['appointment.end'],
		tries: ({ accounts }, { who }) =>
			accounts
				.filter(({ appointment }) => appointment !== null)
				.map(({ label, appointment, thing }) => ({
					label,
					fields: { memberId: thing.id, role: appointment! },
					may: can(who, 'appointment.end', thing),
					isSeen: true
				})),
		call: (context, { memberId, role }) =>
			members.endAppointment(context, { memberId: memberId!, role: role as 'admin', reason: why })
	},

	/* Administration */
	'load /administration': {
		verbs: ['administration.read'],
		tries: (_world, { who }) => single(can(who, 'administration.read', null))
	},
	'load /administration/courrier': {
		verbs: ['mail.list'],
		tries: ({ letters }, { who }) =>
			single(can(who, 'mail.list', null), {
				// As of the demonstration's members: it sees its own mail only.
				shows: Object.fromEntries(
					letters.map(({ id, isDemo }) => [`"id":${id},`, isDemo || (who.kind === 'member' && !who.isDemo)])
				)
			})
	},
	'default /administration/courrier': {
		verbs: ['mail.retry'],
		nothing: { fields: { id: '999999' } },
		tries: ({ letters }, { who }) =>
			letters.map(({ id, isDemo }) => ({
				label: isDemo ? 'demonstration' : 'real',
				fields: { id },
				may: can(who, 'mail.retry', { isDemo })
			}))
	},
	'load /administration/invitations': {
		verbs: ['invitation.bulk'],
		tries: (_world, { who }) => single(can(who, 'invitation.bulk', null))
	},
	'preview /administration/invitations': {
		verbs: ['invitation.bulk'],
		tries: ({ pilot }, { who }) =>
			single(can(who, 'invitation.bulk', null), {
				fields: { csv: `e-mail;organisation\ntable@example.invalid;${pilot.name}` }
			})
	},
	'send /administration/invitations': {
		verbs: ['invitation.bulk', 'member.invite', 'referent.name'],
		tries: ({ pilot }, { who }) =>
			single(can(who, 'invitation.bulk', null), {
				fields: { csv: `e-mail;organisation;role\ntable@example.invalid;${pilot.name};referent` },
				// An administrator of the demonstration invites nobody into what is real.
				shows: { '"organisation_refused"': who.kind === 'member' && who.isDemo }
			})
	},
	'load /administration/etat': {
		verbs: ['health.read'],
		tries: (_world, { who }) => single(can(who, 'health.read', null))
	},
	'load /administration/reglages': {
		verbs: ['settings.read'],
		tries: (_world, { who }) => single(can(who, 'settings.read', null))
	},
	'default /administration/reglages': {
		verbs: ['settings.change'],
		tries: (_world, { who }) =>
			single(can(who, 'settings.change', null), {
				fields: {
					networkName: 'Réseau',
					contactName: '',
					contactEmail: '',
					contactAddress: '',
					publisher: '',
					host: ''
				},
				isSeen: true
			})
	},
	'load /administration/taxonomie': {
		verbs: ['taxonomy.read'],
		tries: (_world, { who }) =>
			single(can(who, 'taxonomy.read', null), {
				// The demonstration sees its own list.
				shows: { '"slug":"economy"': who.kind === 'member' && !who.isDemo }
			})
	},
	'add /administration/taxonomie': changesThemes({ nameFr: 'Eau', nameEn: '', nameEs: '' }),
	'move /administration/taxonomie': changesThemes({ id: 'economy', direction: 'down' }),
	'load /administration/taxonomie/[slug]': {
		verbs: ['taxonomy.read'],
		nothing: { params: { slug: 'nothing' } },
		tries: (_world, { who }) =>
			single(can(who, 'taxonomy.read', null) && who.kind === 'member' && !who.isDemo, {
				params: { slug: 'economy' }
			})
	},
	'rename /administration/taxonomie/[slug]': changesThemes({ nameFr: 'Eau', nameEn: '', nameEs: '' }),
	'retire /administration/taxonomie/[slug]': changesThemes({}),
	'restore /administration/taxonomie/[slug]': changesThemes({}),
	'merge /administration/taxonomie/[slug]': changesThemes({ into: 'climate' }),
	'load /administration/journal': {
		verbs: ['journal.read'],
		tries: ({ acts }, { who }) =>
			// Whoever has an account reads their own.
			single(who.kind === 'member', {
				shows: Object.fromEntries(acts.map(({ id, thing }) => [String(id), can(who, 'journal.read', thing)]))
			}),
		holds: (data, id) =>
			(data as { journal: { items: { id: number }[] } }).journal.items.some((item) => String(item.id) === id)
	}
};

function ofThemselves({ who, id }: Person, verb: 'member.suspend' | 'appointment.give'): Try[] {
	if (!id || who.kind !== 'member') return [];
	const thing = { id, isDemo: who.isDemo, isAppointed: who.appointments.length > 0 };
	return [{ label: 'themselves', fields: { memberId: id }, may: can(who, verb, thing), isSeen: true }];
}

/** The wires, which tests/doors/matrix.test.ts opens. */
export const triedOnWires = ['thread.join', '/collab/', '/collab-polling/'];

/** Doors whose verbs another test tries by role: which one. */
export const triedElsewhere: Record<string, string> = {
	[`endGuest ${root}/ecrire`]: 'server/collaboration/restriction.test.ts'
};

/** Verbs asked at these doors that nobody tries there: a sentence each. */
export function untried(doors: Record<string, readonly string[]>, withoutDoor: readonly Ability[]): string[] {
	const asked = Object.entries(doors).flatMap(([door, words]) =>
		words.filter((word) => (abilities as string[]).includes(word)).map((verb) => [door, verb] as const)
	);
	const isTried = (door: string, verb: string) =>
		trials[door]?.verbs.includes(verb as Ability) || triedOnWires.includes(door) || door in triedElsewhere;
	const called = Object.values(trials).flatMap((trial) => (trial.call ? [...trial.verbs] : []));
	return [
		...asked
			.filter(([door, verb]) => !isTried(door, verb))
			.map(
				([door, verb]) =>
					`${verb} is asked at « ${door} » and tried by nobody there: add it to tests/doors/tries.ts, or name in triedElsewhere the test that tries it`
			),
		...withoutDoor
			.filter((verb) => !called.includes(verb))
			.map((verb) => `${verb} has no door: call its function in tests/doors/tries.ts`),
		...Object.keys(trials)
			.filter((door) => !trials[door]!.call && !(door in doors))
			.map((door) => `« ${door} » is tried and is no door: remove it from tests/doors/tries.ts`)
	];
}
