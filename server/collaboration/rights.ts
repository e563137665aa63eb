/**
 * Rights in motion. Whatever changes them is announced on the bus; from that moment what the sockets concerned send is
 * not committed until they were asked about again, by the same questions as at the door.
 */
import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { closeCode } from '#lib/contract/collaboration.ts';
import { sql, type RawBuilder } from 'kysely';
import type { App } from '../app.ts';
import { inactivity_ms, lifetime_ms } from '../auth/sessions.ts';
import type { Who } from '../context.ts';
import { access } from '../domain/documents.ts';
import { isFailure, type Failure } from '../errors.ts';
import type { Connection } from './connection.ts';
import type { Limits } from './limits.ts';
import { reasonOf } from './reason.ts';
import type { Rooms } from './rooms.ts';

type WhoOf = (request: IncomingMessage) => Promise<Who>;

/** Somebody between the question and the room: what was answered may be out of date by the time they come in. */
export interface Entrant {
	documentId: string;
	/** null while not known yet: then every change concerns them. */
	memberId: string | null;
	sessionId: string | null;
	schema: number;
	isDoubtful: boolean;
}

/** Whoever may read what came in the place of a document is told to load the page again. */
export function refusalFor(
	{ code }: Failure,
	otherwise: { code: number; reason: string }
): { code: number; reason: string } {
	return code === 'document_replaced' ? { code: closeCode.replaced, reason: 'replaced' } : otherwise;
}

export class Rights {
	readonly entrants = new Set<Entrant>();
	readonly #app: App;
	readonly #rooms: Rooms;
	readonly #whoOf: WhoOf;
	readonly #limits: Limits;
	readonly #stops: (() => void)[];
	readonly #sweeper: NodeJS.Timeout;
	readonly #queue: { connection: Connection; since: number }[] = [];
	/** What somebody's rights depended on when they were last asked about. */
	readonly #markOf = new WeakMap<Connection, string>();
	#asking = 0;
	#isSweeping = false;

	constructor(app: App, rooms: Rooms, whoOf: WhoOf, limits: Limits) {
		this.#app = app;
		this.#rooms = rooms;
		this.#whoOf = whoOf;
		this.#limits = limits;
		this.#stops = [
			app.bus.subscribe('document.access', ({ documentId }) => {
				for (const entrant of this.entrants) if (entrant.documentId === documentId) entrant.isDoubtful = true;
				for (const connection of rooms.get(documentId)?.everyone() ?? []) this.#doubt(connection);
			}),
			app.bus.subscribe('member.access', ({ memberId }) => {
				for (const entrant of this.entrants)
					if (!entrant.memberId || entrant.memberId === memberId) entrant.isDoubtful = true;
				for (const connection of rooms.everyone())
					if (connection.who.id === memberId) this.#doubt(connection);
			}),
			app.bus.subscribe('session.ended', ({ sessionId }) => {
				for (const entrant of this.entrants)
					if (!entrant.sessionId || entrant.sessionId === sessionId) entrant.isDoubtful = true;
				for (const connection of rooms.everyone())
					if (connection.who.sessionId === sessionId)
						connection.withdraw(closeCode.sessionEnded, 'session ended');
			}),
			app.bus.subscribe('document.schema', ({ documentId, version }) => {
				for (const entrant of this.entrants)
					if (entrant.documentId === documentId && entrant.schema < version) entrant.isDoubtful = true;
			}),
			app.bus.subscribe('bus.missed', () => {
				for (const entrant of this.entrants) entrant.isDoubtful = true;
				void this.#sweep();
			})
		];
		this.#sweeper = setInterval(() => void this.#sweep(), limits.sweep_ms);
		this.#sweeper.unref();
	}

	/** Nobody announces a session that grew too old, nor anything at all when the bus is away. */
	async #sweep(): Promise<void> {
		if (this.#isSweeping) return;
		this.#isSweeping = true;
		try {
			const connections = [...this.#rooms.everyone()];
			for (const gone of await this.#withoutSession(connections)) this.#doubt(gone);
			await this.#compareRights(connections);
		} catch (error) {
			this.#app.log.error({ reason: reasonOf(error) }, 'live rights could not be swept');
		}
		this.#isSweeping = false;
	}

	async #withoutSession(connections: Connection[]): Promise<Connection[]> {
		if (connections.length === 0) return [];
		const living = await this.#app.db
			.selectFrom('sessions')
			.innerJoin('members', 'members.id', 'sessions.member_id')
			.select('sessions.id')
			.where(sql<boolean>`sessions.id = any(${list(connections.map(({ who }) => who.sessionId))}::text[])`)
			.where('members.suspended_at', 'is', null)
			.where('sessions.verified_at', '>', new Date(Date.now() - inactivity_ms))
			.where('sessions.created_at', '>', new Date(Date.now() - lifetime_ms))
			.execute();
		const ids = new Set(living.map(({ id }) => id));
		return connections.filter(({ who }) => !ids.has(who.sessionId));
	}

	/**
	 * Asks again about everybody of whom, or of whose document, something that rights depend on is not what it was. They
	 * are asked one by one and go on writing meanwhile: mostly nothing that matters has changed.
	 */
	async #compareRights(connections: Connection[]): Promise<void> {
		const ofMember = await this.#marks(
			connections.map(({ who }) => who.id),
			(ids) => sql`
				select id, md5(row(is_demo, email, email_verified_at,
					(select string_agg(one::text, ',' order by one::text) from memberships as one where member_id = members.id),
					(select string_agg(one::text, ',' order by one::text) from appointments as one where member_id = members.id),
					(select confirmed_at from second_factors where member_id = members.id),
					exists (select from passkeys where member_id = members.id)
				)::text) as mark
				from members where id = any(${ids}::uuid[])`
		);
		const ofDocument = await this.#marks(
			connections.map(({ documentId }) => documentId),
			(ids) => sql`
				select live_documents.id, md5(row(frozen_at, replaced_by, cases.state, cases.is_demo, cases.theme_slug,
					exists (select from case_versions where case_id = cases.id and number is not null),
					(select string_agg(one::text, ',' order by one::text) from case_organisations as one where case_id = cases.id),
					(select string_agg(one::text, ',' order by one::text) from case_guests as one where case_id = cases.id)
				)::text) as mark
				from live_documents left join cases on cases.document_id = live_documents.id
				where live_documents.id = any(${ids}::uuid[])`
		);
		for (const connection of connections) {
			const mark = `${ofMember.get(connection.who.id)} ${ofDocument.get(connection.documentId)}`;
			if (connection.right !== 'good' || this.#markOf.get(connection) === mark) continue;
			const verdict = await this.#ask(connection);
			if (verdict) connection.withdraw(verdict.code, verdict.reason);
			else this.#markOf.set(connection, mark);
		}
	}

	async #marks(ids: string[], query: (ids: string) => RawBuilder<unknown>): Promise<Map<string, string>> {
		const marks = new Map<string, string>();
		const distinct = [...new Set(ids)];
		for (let start = 0; start < distinct.length; start += 500) {
			const { rows } = await query(list(distinct.slice(start, start + 500))).execute(this.#app.db);
			for (const { id, mark } of rows as { id: string; mark: string }[]) marks.set(id, mark);
		}
		return marks;
	}

	close(): void {
		clearInterval(this.#sweeper);
		for (const stop of this.#stops) stop();
	}

	#doubt(connection: Connection): void {
		connection.doubts++;
		if (connection.right !== 'good') return;
		connection.right = 'doubtful';
		this.#queue.push({ connection, since: Date.now() });
		void this.#work();
	}

	/** A few at a time: a document may have hundreds of sockets and the pool has ten connections. */
	async #work(): Promise<void> {
		if (this.#asking >= 4) return;
		this.#asking++;
		for (let next = this.#queue.shift(); next; next = this.#queue.shift())
			await this.#decide(next.connection, next.since);
		this.#asking--;
	}

	async #decide(connection: Connection, since: number): Promise<void> {
		while (connection.right === 'doubtful') {
			const { doubts } = connection;
			try {
				const verdict = await this.#ask(connection);
				if (doubts !== connection.doubts) continue;
				if (verdict) connection.withdraw(verdict.code, verdict.reason);
				else connection.right = 'good';
				const room = this.#rooms.get(connection.documentId);
				if (room) this.#rooms.committer.schedule(room);
			} catch (error) {
				if (Date.now() - since > this.#limits.giveUp_ms)
					connection.withdraw(closeCode.unavailable, 'rights unknown');
				else
					this.#app.log.error({ reason: reasonOf(error) }, 'the rights of a live socket could not be asked');
				await wait(this.#limits.retryMost_ms);
			}
		}
	}

	/** Null when nothing changed. @throws what the database throws */
	async #ask(connection: Connection): Promise<{ code: number; reason: string } | null> {
		const who = await this.#whoOf(connection.request);
		if (who.kind !== 'member' || who.id !== connection.who.id)
			return { code: closeCode.sessionEnded, reason: 'session ended' };
		try {
			const rights = await access(this.#app.contextFor(who), connection.documentId);
			return connection.hasSameRights(rights)
				? null
				: { code: closeCode.restarting, reason: 'rights changed' };
		} catch (error) {
			if (isFailure(error))
				return refusalFor(error, { code: closeCode.forbidden, reason: 'right withdrawn' });
			throw error;
		}
	}
}

/** An array of ids, as both engines read one. */
function list(ids: string[]): string {
	return `{${[...new Set(ids)].join(',')}}`;
}
