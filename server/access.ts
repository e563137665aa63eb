/**
 * THE permission table. Every door asks it; what you may not see does not exist for you.
 * One line per verb: who may, on what. `can` is for showing, `authorize` for acting.
 */
import { writableStates, type CaseState } from '#lib/contract/cases.ts';
import { Forbidden } from './errors.ts';
import type { Member, Who } from './context.ts';

export interface CaseThing {
	state: CaseState;
	isDemo: boolean;
	organisationIds: string[];
	pilotIds: string[];
	/** A version is online, whatever the state of the text being revised. */
	isPublished: boolean;
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
export interface BenchThing {
	kind: 'bench';
}

interface Things {
	/** The published versions. */
	'case.read': CaseThing;
	/** The text being written. */
	'case.readDraft': CaseThing;
	'case.create': OrganisationThing;
	'case.write': CaseThing;
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
	/** Into that organisation. */
	'member.invite': OrganisationThing;
	/** What the platform mails, or would. */
	'mail.list': null;
	'mail.retry': { isDemo: boolean };
}

export type Ability = keyof Things;

const isMember = (who: Who): who is Member => who.kind === 'member';
const isModerator = (who: Who) => isMember(who) && who.appointments.includes('moderator');
const isAdmin = (who: Who) => isMember(who) && who.appointments.includes('admin');
const isLead = (who: Who) => isMember(who) && who.appointments.includes('lead');
/** A member of one of the organisations that own the case. */
const isOwn = (who: Who, thing: CaseThing) =>
	isMember(who) && who.memberships.some((m) => thing.organisationIds.includes(m.organisationId));
const isContributorOf = (who: Who, organisationIds: string[]) =>
	isMember(who) &&
	who.memberships.some((m) => m.role !== 'member' && organisationIds.includes(m.organisationId));
const isReferentOf = (who: Who, organisationId: string) =>
	isMember(who) && who.memberships.some((m) => m.role === 'referent' && m.organisationId === organisationId);
const isReviewed = (thing: CaseThing) =>
	['submitted', 'in_review', 'changes_requested'].includes(thing.state);
/** The demonstration acts on the demonstration only, so that purging it can take nothing else away. */
const sameWorld = (who: Who, thing: { isDemo: boolean }) => isMember(who) && (!who.isDemo || thing.isDemo);

const table: { [A in Ability]: (who: Who, thing: Things[A]) => boolean } = {
	'case.read': (who, thing) => thing.isPublished,
	'case.readDraft': (who, thing) =>
		sameWorld(who, thing) && (isOwn(who, thing) || ((isModerator(who) || isLead(who)) && isReviewed(thing))),
	'case.create': (who, thing) => isContributorOf(who, [thing.id]) && sameWorld(who, thing),
	'case.write': (who, thing) =>
		isOwn(who, thing) && sameWorld(who, thing) && writableStates.includes(thing.state),
	'case.invite': (who, thing) =>
		isContributorOf(who, thing.pilotIds) && sameWorld(who, thing) && writableStates.includes(thing.state),
	'case.submit': (who, thing) =>
		isContributorOf(who, thing.organisationIds) &&
		sameWorld(who, thing) &&
		writableStates.includes(thing.state),
	'case.takeBack': (who, thing) =>
		isContributorOf(who, thing.organisationIds) && sameWorld(who, thing) && thing.state === 'submitted',
	'case.revise': (who, thing) =>
		isContributorOf(who, thing.organisationIds) && sameWorld(who, thing) && thing.state === 'published',
	'review.list': (who) => isModerator(who) || isLead(who),
	// Nobody reviews the case of their own organisation.
	'review.decide': (who, thing) =>
		isModerator(who) &&
		!isOwn(who, thing) &&
		sameWorld(who, thing) &&
		['submitted', 'in_review'].includes(thing.state),
	'thread.read': (who, thing) =>
		thing.visibility === 'public' ||
		(thing.visibility === 'members' && isMember(who)) ||
		(thing.case !== null &&
			((isMember(who) && thing.case.isPublished) || table['case.readDraft'](who, thing.case))),
	'thread.create': (who) => isMember(who),
	'thread.reply': (who, thing) => isMember(who) && table['thread.read'](who, thing) && sameWorld(who, thing),
	'bench.write': (who) => isMember(who),
	'member.invite': (who, thing) =>
		(isReferentOf(who, thing.id) || isModerator(who) || isAdmin(who)) && sameWorld(who, thing),
	'mail.list': (who) => isAdmin(who),
	'mail.retry': (who, thing) => isAdmin(who) && sameWorld(who, thing)
};

export const abilities = Object.keys(table) as Ability[];

export function can<A extends Ability>(who: Who, ability: A, thing: Things[A]): boolean {
	return table[ability](who, thing);
}

/** @throws Forbidden. Call it after the thing was found *through what the person may read*; else throw NotFound. */
export function authorize<A extends Ability>(who: Who, ability: A, thing: Things[A]): asserts who is Member {
	if (!can(who, ability, thing)) throw new Forbidden();
}
