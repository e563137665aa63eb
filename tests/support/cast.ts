/** The people every test is about. Their organisations are fictitious, and say so. */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import type { Bus } from '../../server/bus/bus.ts';
import { memoryBus } from '../../server/bus/memory.ts';
import type { Context, Member, Who } from '../../server/context.ts';
import type { Database, OrganisationKind } from '../../server/database/tables.ts';
import { searchText } from '../../server/domain/search-text.ts';

export interface Organisation {
	id: string;
	name: string;
}
export interface CastMember {
	id: string;
	email: string;
	name: string;
	organisation: Organisation;
	who: Member;
}
export interface Cast {
	/** Chloé's, a region. */
	alpha: Organisation;
	/** Diego's and Efua's, a department. */
	beta: Organisation;
	/** Awa's and Boris's: it owns no case. */
	network: Organisation;
	/** Administers the platform. */
	awa: CastMember;
	/** Moderates. */
	boris: CastMember;
	/** Referent of alpha. */
	chloe: CastMember;
	/** Contributor of beta. */
	diego: CastMember;
	/** Plain member of beta: reads and writes its cases, submits nothing. */
	efua: CastMember;
	/** Visitor, without an account. */
	farid: { name: string; who: Who };
	/** The one bus of every context below. */
	bus: Bus;
	context(person: { who: Who } | Who): Context;
}

export async function createCast(db: Kysely<Database>): Promise<Cast> {
	const alpha = await organisation('region', 'Région Alpha (fictive)');
	const beta = await organisation('department', 'Département Bêta (fictif)');
	const network = await organisation('association', 'Réseau Gamma (fictif)');
	// A failing listener must fail the test rather than pass unseen.
	const bus = memoryBus((error) => {
		throw error;
	});
	return {
		alpha,
		beta,
		network,
		awa: await member('Awa', network, 'member', ['admin']),
		boris: await member('Boris', network, 'member', ['moderator']),
		chloe: await member('Chloé', alpha, 'referent'),
		diego: await member('Diego', beta, 'contributor'),
		efua: await member('Efua', beta, 'member'),
		farid: { name: 'Farid', who: { kind: 'visitor' } },
		bus,
		context: (person) => ({ who: 'who' in person ? person.who : person, db, bus })
	};

	async function organisation(kind: OrganisationKind, name: string): Promise<Organisation> {
		const { id } = await db
			.insertInto('organisations')
			.values({ kind, name, search_text: searchText(name) })
			.returning('id')
			.executeTakeFirstOrThrow();
		return { id, name };
	}

	async function member(
		name: string,
		organisation: Organisation,
		role: MembershipRole,
		appointments: AppointmentRole[] = []
	): Promise<CastMember> {
		const email = `${searchText(name)}@example.invalid`;
		const { id } = await db
			.insertInto('members')
			.values({ email, name, password_hash: 'unusable' })
			.returning('id')
			.executeTakeFirstOrThrow();
		await db
			.insertInto('memberships')
			.values({ member_id: id, organisation_id: organisation.id, role })
			.execute();
		for (const appointment of appointments)
			await db.insertInto('appointments').values({ member_id: id, role: appointment }).execute();
		const who: Member = {
			kind: 'member',
			id,
			name,
			locale: 'fr',
			isDemo: false,
			sessionId: randomUUID(),
			memberships: [{ organisationId: organisation.id, organisationName: organisation.name, role }],
			appointments
		};
		return { id, email, name, organisation, who };
	}
}
