/**
 * THE permission table. Every door asks it; what you may not see does not exist for you.
 * One line per verb: who may, on what. `can` is for showing, `authorize` for acting.
 */
import type { Audience } from '#lib/contract/profiles.ts';
import type { ActKind } from '#lib/contract/journal.ts';
import { writableStates, type CaseState } from '#lib/contract/cases.ts';
import type { PartKey } from '#lib/document/template.ts';
import type { AppointmentRole } from '#lib/contract/roles.ts';
import { Forbidden } from './errors.ts';
import type { Member, Who } from './context.ts';

export interface CaseThing {
	state: CaseState;
	isDemo: boolean;
	organisationIds: string[];
	pilotIds: string[];
	/** Asked in by name, to write in these parts only. */
	guests: { memberId: string; parts: PartKey[] }[];
	/** A version is online, whatever the state of the text being revised. */
	isPublished: boolean;
	/** Slug of the theme whose moderators review it; without one, those of every theme do. */
	theme?: string | null;
}
export interface ThreadThing {
	visibility: 'public' | 'members' | 'case';
	isDemo: boolean;
	/** The case behind a thread of visibility 'case'. */
	case: CaseThing | null;
}
export interface OrganisationThing {
	id: string;
	isDemo: boolean;
}
export interface PersonThing {
	id: string;
	isDemo: boolean;
	organisationIds: string[];
}
export interface EventThing {
	actorId: string | null;
	/** Whom it happened to. */
	memberId: string | null;
	/** Whom the actor spoke for; null for what concerns an account alone. */
	organisationId: string | null;
	/** Of the case it is about. */
	theme?: string | null;
	kind: ActKind;
	isDemo: boolean;
}
/** Somebody asks to speak for an organisation. */
export interface JoinThing extends OrganisationThing {
	/** null for who has no account yet. */
	memberId: string | null;
	hasReferent: boolean;
}
export interface MembershipThing {
	organisationId: string;
	memberId: string;
	isDemo: boolean;
}
export interface MemberThing {
	id: string;
	isDemo: boolean;
	/** Holds a role on the platform. */
	isAppointed: boolean;
}
export interface BenchThing {
	kind: 'bench';
}

interface Things {
	/** The published versions. */
	'case.read': CaseThing;
	/** The text being written. */
	'case.readDraft': CaseThing;
	'case.create': OrganisationThing;
	/** All of it, and what goes with it: names of versions, restoring. */
	'case.write': CaseThing;
	'case.writePart': { case: CaseThing; part: PartKey };
	'case.invite': CaseThing;
	'case.submit': CaseThing;
	'case.takeBack': CaseThing;
	'case.revise': CaseThing;
	'review.list': null;
	'review.decide': CaseThing;
	'thread.read': ThreadThing;
	'thread.create': null;
	'thread.reply': ThreadThing;
	'bench.write': BenchThing;
	/** Its page. */
	'organisation.read': OrganisationThing;
	/** Beside the registry. */
	'organisation.create': null;
	/** Who speaks for it, by name. */
	'organisation.members': OrganisationThing;
	/** Into that organisation. */
	'member.invite': OrganisationThing;
	/** Many people at once, into any. */
	'invitation.bulk': null;
	/** Asking to speak for it. */
	'join.open': OrganisationThing;
	'join.list': null;
	'join.decide': JoinThing;
	'membership.leave': MembershipThing;
	/** Another role, an end, a suspension, its lifting. */
	'membership.change': MembershipThing;
	/** Making somebody its referent, or changing who is. */
	'referent.name': OrganisationThing;
	/** The whole account, and lifting it. */
	'member.suspend': MemberThing;
	/** Moderator, thematic lead, administrator. */
	'appointment.give': MemberThing;
	'appointment.end': MemberThing;
	/** The home of those who run the platform. */
	'administration.read': null;
	/** What the platform mails, or would. */
	'mail.list': null;
	'mail.retry': { isDemo: boolean };
	/** Whether everything works, and what an operator should mend. */
	'health.read': null;
	/** Whoever runs this installation, as its pages say it. */
	'settings.read': null;
	'settings.change': null;
	/** The list of themes. */
	'taxonomy.read': null;
	'taxonomy.change': null;
	/** The page of a member: their name and whom they speak for. */
	'member.read': PersonThing;
	/** One thing they say of themselves. */
	'contact.read': PersonThing & { shownTo: Audience };
	/** Their address and telephone, even hidden. It is written down. */
	'contact.inspect': PersonThing;
	/** One row of the journal. */
	'journal.read': EventThing;
}

export type Ability = keyof Things;

const isMember = (who: Who): who is Member => who.kind === 'member';
/** Somebody vouched for them: they speak for an organisation, or hold a role. Who left everything reads as a visitor. */
const isAdmitted = (who: Who) =>
	isMember(who) &&
	(who.memberships.length > 0 || who.appointments.length > 0 || who.secondFactorDue === true);
const isModerator = (who: Who) => isMember(who) && who.appointments.includes('moderator');
const isAdmin = (who: Who) => isMember(who) && who.appointments.includes('admin');
const isLead = (who: Who) => isMember(who) && who.appointments.includes('lead');
/** An appointment may be for some themes only; what has no theme is then for others. */
const inScope = (who: Who, role: AppointmentRole, { theme }: { theme?: string | null }) => {
	const themes = isMember(who) ? who.scopes?.[role] : undefined;
	return themes === undefined || (theme != null && themes.includes(theme));
};
const isModeratorOf = (who: Who, thing: { theme?: string | null }) =>
	isModerator(who) && inScope(who, 'moderator', thing);
const isLeadOf = (who: Who, thing: CaseThing) => isLead(who) && inScope(who, 'lead', thing);
/** A member of one of the organisations that own the case. */
const isOwn = (who: Who, thing: CaseThing) =>
	isMember(who) && who.memberships.some((m) => thing.organisationIds.includes(m.organisationId));
const isGuest = (who: Who, thing: CaseThing, part?: PartKey) =>
	isMember(who) &&
	thing.guests.some(({ memberId, parts }) => memberId === who.id && (!part || parts.includes(part)));
const isContributorOf = (who: Who, organisationIds: string[]) =>
	isMember(who) &&
	who.memberships.some((m) => m.role !== 'member' && organisationIds.includes(m.organisationId));
const isReferentOf = (who: Who, organisationId: string) =>
	isMember(who) && who.memberships.some((m) => m.role === 'referent' && m.organisationId === organisationId);
const isReferent = (who: Who) => isMember(who) && who.memberships.some((m) => m.role === 'referent');
const isSelf = (who: Who, memberId: string | null) => isMember(who) && who.id === memberId;
const sharesOrganisation = (who: Member, { organisationIds }: PersonThing) =>
	who.memberships.some((m) => organisationIds.includes(m.organisationId));
const isReviewed = (thing: CaseThing) =>
	['submitted', 'in_review', 'changes_requested'].includes(thing.state);
/** The demonstration acts on the demonstration only, so that purging it can take nothing else away. */
const sameWorld = (who: Who, thing: { isDemo: boolean }) => isMember(who) && (!who.isDemo || thing.isDemo);

const table: { [A in Ability]: (who: Who, thing: Things[A]) => boolean } = {
	'case.read': (who, thing) => thing.isPublished,
	'case.readDraft': (who, thing) =>
		sameWorld(who, thing) &&
		(isOwn(who, thing) ||
			isGuest(who, thing) ||
			((isModeratorOf(who, thing) || isLeadOf(who, thing)) && isReviewed(thing))),
	'case.create': (who, thing) => isContributorOf(who, [thing.id]) && sameWorld(who, thing),
	'case.write': (who, thing) =>
		isOwn(who, thing) && sameWorld(who, thing) && writableStates.includes(thing.state),
	'case.writePart': (who, thing) =>
		table['case.write'](who, thing.case) ||
		(isGuest(who, thing.case, thing.part) &&
			sameWorld(who, thing.case) &&
			writableStates.includes(thing.case.state)),
	'case.invite': (who, thing) =>
		isContributorOf(who, thing.pilotIds) && sameWorld(who, thing) && writableStates.includes(thing.state),
	'case.submit': (who, thing) =>
		isContributorOf(who, thing.organisationIds) &&
		sameWorld(who, thing) &&
		writableStates.includes(thing.state),
	'case.takeBack': (who, thing) =>
		isContributorOf(who, thing.organisationIds) && sameWorld(who, thing) && thing.state === 'submitted',
	'case.revise': (who, thing) =>
		(isContributorOf(who, thing.organisationIds) || isModeratorOf(who, thing)) &&
		sameWorld(who, thing) &&
		thing.state === 'published',
	'review.list': (who) => isModerator(who) || isLead(who),
	// Nobody reviews the case of their own organisation, nor one they wrote in.
	'review.decide': (who, thing) =>
		isModeratorOf(who, thing) &&
		!isOwn(who, thing) &&
		!isGuest(who, thing) &&
		sameWorld(who, thing) &&
		['submitted', 'in_review'].includes(thing.state),
	// Members-only words of the real network are not for an account whose password was printed at the first start.
	'thread.read': (who, thing) =>
		thing.visibility === 'public' ||
		(thing.visibility === 'members' && isAdmitted(who) && sameWorld(who, thing)) ||
		(thing.case !== null &&
			((isAdmitted(who) && sameWorld(who, thing) && thing.case.isPublished) ||
				table['case.readDraft'](who, thing.case))),
	'thread.create': (who) => isAdmitted(who),
	'thread.reply': (who, thing) =>
		isMember(who) &&
		(isAdmitted(who) || (thing.case !== null && isGuest(who, thing.case))) &&
		table['thread.read'](who, thing) &&
		sameWorld(who, thing),
	'bench.write': (who) => isMember(who),
	'organisation.read': () => true,
	'organisation.create': (who) => isReferent(who) || isModerator(who) || isAdmin(who),
	'organisation.members': (who, thing) =>
		(isReferentOf(who, thing.id) || isModerator(who) || isAdmin(who)) && sameWorld(who, thing),
	'member.invite': (who, thing) =>
		(isReferentOf(who, thing.id) || isModerator(who) || isAdmin(who)) && sameWorld(who, thing),
	'invitation.bulk': (who) => isAdmin(who),
	'join.open': (who, thing) =>
		isMember(who) &&
		sameWorld(who, thing) &&
		!who.memberships.some(({ organisationId }) => organisationId === thing.id),
	'join.list': (who) => isReferent(who) || isModerator(who) || isAdmin(who),
	// No referent is bypassed: others answer only while there is none. Nobody answers themselves.
	'join.decide': (who, thing) =>
		(isReferentOf(who, thing.id) || (!thing.hasReferent && (isModerator(who) || isAdmin(who)))) &&
		!isSelf(who, thing.memberId) &&
		sameWorld(who, thing),
	'membership.leave': (who, thing) => isSelf(who, thing.memberId),
	// Nobody promotes themselves.
	'membership.change': (who, thing) =>
		(isReferentOf(who, thing.organisationId) || isModerator(who) || isAdmin(who)) &&
		!isSelf(who, thing.memberId) &&
		sameWorld(who, thing),
	// No referent makes another, nor undoes one.
	'referent.name': (who, thing) => (isModerator(who) || isAdmin(who)) && sameWorld(who, thing),
	// Only an administrator may do it to somebody who holds a role on the platform.
	'member.suspend': (who, thing) =>
		(isAdmin(who) || (isModerator(who) && !thing.isAppointed)) &&
		!isSelf(who, thing.id) &&
		sameWorld(who, thing),
	'appointment.give': (who, thing) => isAdmin(who) && !isSelf(who, thing.id) && sameWorld(who, thing),
	'appointment.end': (who, thing) => isSelf(who, thing.id) || (isAdmin(who) && sameWorld(who, thing)),
	'administration.read': (who) => isModerator(who) || isAdmin(who),
	'mail.list': (who) => isAdmin(who),
	'mail.retry': (who, thing) => isAdmin(who) && sameWorld(who, thing),
	'health.read': (who) => isAdmin(who),
	'settings.read': (who) => isAdmin(who),
	'settings.change': (who) => isAdmin(who) && sameWorld(who, { isDemo: false }),
	'taxonomy.read': (who) => isAdmin(who),
	'taxonomy.change': (who) => isAdmin(who) && sameWorld(who, { isDemo: false }),
	// Anybody may be behind an account of the demonstration.
	'member.read': (who, thing) => sameWorld(who, thing),
	'contact.read': (who, thing) =>
		isMember(who) &&
		sameWorld(who, thing) &&
		(who.id === thing.id ||
			thing.shownTo === 'members' ||
			(thing.shownTo === 'organisation' && sharesOrganisation(who, thing))),
	'contact.inspect': (who, thing) =>
		sameWorld(who, thing) &&
		(isModerator(who) || isAdmin(who) || thing.organisationIds.some((id) => isReferentOf(who, id))),
	'journal.read': (who, thing) =>
		isMember(who) &&
		sameWorld(who, thing) &&
		(isAdmin(who) ||
			thing.actorId === who.id ||
			thing.memberId === who.id ||
			(thing.organisationId !== null && isReferentOf(who, thing.organisationId)) ||
			(isModeratorOf(who, thing) && (thing.kind === 'editorial' || thing.kind === 'discussion')))
};

export const abilities = Object.keys(table) as Ability[];

export function can<A extends Ability>(who: Who, ability: A, thing: Things[A]): boolean {
	return table[ability](who, thing);
}

/** @throws Forbidden. Call it after the thing was found *through what the person may read*; else throw NotFound. */
export function authorize<A extends Ability>(who: Who, ability: A, thing: Things[A]): asserts who is Member {
	if (!can(who, ability, thing)) throw new Forbidden();
}
