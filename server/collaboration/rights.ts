/**
 * Rights in motion. Whatever changes them is announced on the bus; from that moment what the sockets concerned send is
 * not committed until they were asked about again, by the same questions as at the door.
 */
import type { IncomingMessage } from 'node:http';
import { closeCode } from '#lib/contract/collaboration.ts';
import type { App } from '../app.ts';
import { inactivity_ms, lifetime_ms } from '../auth/sessions.ts';
import type { Who } from '../context.ts';
import { access } from '../domain/documents.ts';
import { isFailure } from '../errors.ts';
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
	isDoubtful: boolean;
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
	#asking = 0;

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
			})
		];
		this.#sweeper = setInterval(() => void this.#sweep(), limits.sweep_ms);
		this.#sweeper.unref();
	}

	/** Nobody announces a session that grew too old, nor what another process did to one. */
	async #sweep(): Promise<void> {
		const bySession = new Map<string, Connection[]>();
		for (const connection of this.#rooms.everyone()) {
			const { sessionId } = connection.who;
			bySession.set(sessionId, [...(bySession.get(sessionId) ?? []), connection]);
		}
		if (bySession.size === 0) return;
		try {
			const living = await this.#app.db
				.selectFrom('sessions')
				.innerJoin('members', 'members.id', 'sessions.member_id')
				.select('sessions.id')
				.where('sessions.id', 'in', [...bySession.keys()])
				.where('members.suspended_at', 'is', null)
				.where('sessions.verified_at', '>', new Date(Date.now() - inactivity_ms))
				.where('sessions.created_at', '>', new Date(Date.now() - lifetime_ms))
				.execute();
			for (const { id } of living) bySession.delete(id);
			for (const connections of bySession.values())
				for (const connection of connections) this.#doubt(connection);
		} catch (error) {
			this.#app.log.error({ reason: reasonOf(error) }, 'live sessions could not be swept');
		}
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
				await new Promise((resolve) => setTimeout(resolve, this.#limits.retryMost_ms));
			}
		}
	}

	/** Null when nothing changed. @throws what the database throws */
	async #ask(connection: Connection): Promise<{ code: number; reason: string } | null> {
		const who = await this.#whoOf(connection.request);
		if (who.kind !== 'member' || who.id !== connection.who.id)
			return { code: closeCode.sessionEnded, reason: 'session ended' };
		try {
			const { canWrite } = await access(this.#app.contextFor(who), connection.documentId);
			return canWrite === connection.canWrite
				? null
				: { code: closeCode.restarting, reason: 'rights changed' };
		} catch (error) {
			if (isFailure(error)) return { code: closeCode.forbidden, reason: 'right withdrawn' };
			throw error;
		}
	}
}
