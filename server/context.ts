import type { Kysely } from 'kysely';
import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import type { Locale } from '#lib/contract/locales.ts';
import type { Bus } from './bus/bus.ts';
import type { Database } from './database/tables.ts';

export interface Visitor {
	kind: 'visitor';
}

export interface Member {
	kind: 'member';
	id: string;
	name: string;
	locale: Locale;
	isDemo: boolean;
	sessionId: string;
	/** Their rights are those of all; the first is the one they speak for: what they write is its. */
	memberships: { organisationId: string; organisationName: string; role: MembershipRole }[];
	appointments: AppointmentRole[];
	/** Appointments that hold for these themes only, by slug. A role that is not here holds for all. */
	scopes?: Partial<Record<AppointmentRole, string[]>>;
	/** Has appointments that count only once a second factor is there. */
	secondFactorDue?: true;
}

export type Who = Visitor | Member;

/** First argument of every domain function: who asks, the database, and where to tell what happened. */
export interface Context {
	who: Who;
	db: Kysely<Database>;
	bus: Bus;
}
