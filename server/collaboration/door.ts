/** The door of live documents, the same for every line: session, right, room, and how many may come in. */
import type { IncomingMessage } from 'node:http';
import { closeCode } from '#lib/contract/collaboration.ts';
import type { App } from '../app.ts';
import type { Member, Who } from '../context.ts';
import { access } from '../domain/documents.ts';
import { isFailure } from '../errors.ts';
import { Connection } from './connection.ts';
import type { Limits } from './limits.ts';
import type { Line } from './line.ts';
import { reasonOf } from './reason.ts';
import { Rights, type Entrant } from './rights.ts';
import type { Room } from './room.ts';
import { Rooms } from './rooms.ts';

type WhoOf = (request: IncomingMessage) => Promise<Who>;

/** Who knocks, and for what. */
export interface Entry {
	/** Asked again who it is when rights change. */
	request: IncomingMessage;
	documentId: string;
	/** `ext=1`: hears messages 100 and more. `member=<id>`: nobody else's session may send what was typed in that page. */
	parameters: URLSearchParams;
}
export type Refusal = { code: number; reason: string };
export type Welcome =
	{ entry: Entry; room: Room; who: Member; canWrite: boolean; entrant: Entrant } | Refusal;

export class Door {
	readonly limits: Limits;
	readonly #app: App;
	readonly #whoOf: WhoOf;
	readonly #rooms: Rooms;
	readonly #rights: Rights;
	readonly #perSession = new Map<string, number>();
	#open = 0;
	#handshakes = 0;
	#isClosing = false;

	constructor(app: App, whoOf: WhoOf, limits: Limits) {
		this.limits = limits;
		this.#app = app;
		this.#whoOf = whoOf;
		this.#rooms = new Rooms(app, limits);
		this.#rights = new Rights(app, this.#rooms, whoOf, limits);
	}

	/** Nobody more for now, whoever they are. */
	get isFull(): boolean {
		const { handshakes, sockets } = this.limits;
		return this.#isClosing || this.#handshakes >= handshakes || this.#open >= sockets;
	}

	/** Who asks and what they may, within a bounded time. Then either enter() or leave() it. */
	async receive(entry: Entry): Promise<Welcome> {
		this.#handshakes++;
		try {
			return await this.#inTime(this.#invite({ ...entry, documentId: entry.documentId.toLowerCase() }));
		} finally {
			this.#handshakes--;
		}
	}

	/** In the same turn of the event loop as the line opens. A welcome that turns into a refusal closes the line. */
	enter(welcome: Welcome, line: Line): void {
		this.leave(welcome);
		if ('code' in welcome) return line.close(welcome.code, welcome.reason);
		const { entry, room, who, canWrite, entrant } = welcome;
		if (this.#isClosing || room.isDropped || entrant.isDoubtful)
			return line.close(closeCode.restarting, 'come back');
		const { limits } = this;
		const sessions = this.#perSession.get(who.sessionId) ?? 0;
		if (sessions >= limits.sessionSockets || room.connections.size >= limits.roomSockets)
			return line.close(closeCode.unavailable, 'too many');

		this.#open++;
		this.#perSession.set(who.sessionId, sessions + 1);
		const connection = new Connection({
			line,
			request: entry.request,
			who,
			documentId: entry.documentId,
			canWrite,
			isExtended: entry.parameters.get('ext') === '1',
			limits,
			log: this.#app.log,
			onGone: () => {
				this.#open--;
				const left = this.#perSession.get(who.sessionId)! - 1;
				if (left > 0) this.#perSession.set(who.sessionId, left);
				else this.#perSession.delete(who.sessionId);
			}
		});
		room.join(connection);
	}

	/** They did not come in after all. */
	leave(welcome: Welcome): void {
		if ('entrant' in welcome) this.#rights.entrants.delete(welcome.entrant);
	}

	/** What was received is committed and acknowledged, then everybody is sent away. */
	async close(): Promise<void> {
		this.#isClosing = true;
		await this.#rooms.close((connection) => connection.close(closeCode.restarting, 'restarting'));
		this.#rights.close();
	}

	async #invite(entry: Entry): Promise<Welcome> {
		const { request, documentId, parameters } = entry;
		for (;;) {
			// From here on a change of rights is heard; what was asked before it is asked again.
			const entrant: Entrant = { documentId, memberId: null, sessionId: null, isDoubtful: false };
			this.#rights.entrants.add(entrant);
			let isIn = false;
			try {
				const who = await this.#whoOf(request);
				if (who.kind !== 'member') return { code: closeCode.sessionEnded, reason: 'session ended' };
				if ((parameters.get('member') ?? who.id) !== who.id)
					return { code: closeCode.sessionEnded, reason: 'another member' };
				entrant.memberId = who.id;
				entrant.sessionId = who.sessionId;
				const { canWrite } = await access(this.#app.contextFor(who), documentId);
				const room = await this.#rooms.room(documentId);
				isIn = !entrant.isDoubtful && !room.isDropped;
				if (isIn) return { entry, room, who, canWrite, entrant };
			} catch (error) {
				if (isFailure(error)) return { code: closeCode.missing, reason: 'missing' };
				throw error;
			} finally {
				if (!isIn) this.#rights.entrants.delete(entrant);
			}
		}
	}

	async #inTime(work: Promise<Welcome>): Promise<Welcome> {
		const unavailable: Welcome = { code: closeCode.unavailable, reason: 'unavailable' };
		let timer: NodeJS.Timeout | undefined;
		let isLate = false;
		const late = new Promise<Welcome>((resolve) => {
			timer = setTimeout(() => {
				isLate = true;
				resolve(unavailable);
			}, this.limits.handshake_ms);
		});
		const safe = work.then(
			(welcome) => {
				if (isLate) this.leave(welcome);
				return welcome;
			},
			(error: unknown) => {
				this.#app.log.error({ reason: reasonOf(error) }, 'a live document could not be opened');
				return unavailable;
			}
		);
		try {
			return await Promise.race([safe, late]);
		} finally {
			clearTimeout(timer);
		}
	}
}
