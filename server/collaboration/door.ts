/** The door of live documents, the same for every line: session, right, room, and how many may come in. */
import type { IncomingMessage } from 'node:http';
import { closeCode } from '#lib/contract/collaboration.ts';
import { schemaVersion } from '#lib/document/template.ts';
import type { App } from '../app.ts';
import { callerAddress, networkOf, Seats } from '../caller.ts';
import type { Member, Who } from '../context.ts';
import { access, requireSchema, type Access } from '../domain/documents.ts';
import { isFailure } from '../errors.ts';
import { Connection } from './connection.ts';
import type { Limits } from './limits.ts';
import type { Line } from './line.ts';
import { reasonOf } from './reason.ts';
import { refusalFor, Rights, type Entrant } from './rights.ts';
import type { Room } from './room.ts';
import { Rooms } from './rooms.ts';

type WhoOf = (request: IncomingMessage) => Promise<Who>;

/** Who knocks, and for what. */
export interface Entry {
	/** Asked again who it is when rights change. */
	request: IncomingMessage;
	documentId: string;
	/**
	 * `ext=1`: hears messages 100 and more. `member=<id>`: nobody else's session may send what was typed in that page.
	 * `schema=<n>`: the shape of texts that page was built with.
	 */
	parameters: URLSearchParams;
}
export type Refusal = { code: number; reason: string };
export type Welcome =
	| {
			entry: Entry;
			room: Room;
			who: Member;
			canWrite: boolean;
			parts: Access['parts'];
			entrant: Entrant;
			seat: Seat;
	  }
	| Refusal;
/** Of an address; given back by whoever does not come in, or leaves. */
interface Seat {
	isUsed: boolean;
	giveBack(): void;
}

export class Door {
	readonly limits: Limits;
	readonly #app: App;
	readonly #whoOf: WhoOf;
	readonly #schema: number;
	readonly #rooms: Rooms;
	readonly #rights: Rights;
	readonly #perMember: Seats;
	readonly #perAddress: Seats;
	#open = 0;
	#handshakes = 0;
	#isClosing = false;

	/** @param schema the newest shape of texts that this node knows */
	constructor(app: App, whoOf: WhoOf, limits: Limits, schema = schemaVersion) {
		this.#schema = schema;
		this.limits = limits;
		this.#app = app;
		this.#whoOf = whoOf;
		this.#perMember = new Seats(limits.memberSockets);
		this.#perAddress = new Seats(limits.addressSockets);
		this.#rooms = new Rooms(app, limits);
		this.#rights = new Rights(app, this.#rooms, whoOf, limits);
	}

	/** What is in memory. */
	rooms(): Room[] {
		return this.#rooms.all();
	}

	/** Ids of the members who have one open. */
	people(): string[] {
		return this.#perMember.holders;
	}

	/** Nobody more for now, whoever they are. */
	get isFull(): boolean {
		const { handshakes, sockets } = this.limits;
		return this.#isClosing || this.#handshakes >= handshakes || this.#open >= sockets;
	}

	/** Who asks and what they may, within a bounded time. Then either enter() or leave() it. */
	async receive(entry: Entry): Promise<Welcome> {
		const address = networkOf(callerAddress(entry.request, this.#app.env.proxies));
		if (this.#perAddress.isFull(address))
			return { code: closeCode.tooMany, reason: 'too many from this address' };
		const seat: Seat = { isUsed: false, giveBack: this.#perAddress.take(address) };
		this.#handshakes++;
		try {
			const welcome = await this.#inTime(
				this.#invite({ ...entry, documentId: entry.documentId.toLowerCase() }, seat)
			);
			if ('code' in welcome) seat.giveBack();
			return welcome;
		} finally {
			this.#handshakes--;
		}
	}

	/** In the same turn of the event loop as the line opens. A welcome that turns into a refusal closes the line. */
	enter(welcome: Welcome, line: Line): void {
		const refusal = this.#refusal(welcome);
		if ('code' in welcome || refusal) {
			this.leave(welcome);
			const { code, reason } = refusal!;
			return line.close(code, reason);
		}
		const { entry, room, who, canWrite, parts, seat } = welcome;
		const { limits } = this;
		seat.isUsed = true;
		this.leave(welcome);
		this.#open++;
		const giveBack = this.#perMember.take(who.id);
		const connection = new Connection({
			line,
			request: entry.request,
			who,
			documentId: entry.documentId,
			canWrite,
			parts,
			schema: schemaOf(entry.parameters),
			isExtended: entry.parameters.get('ext') === '1',
			limits,
			log: this.#app.log,
			onGone: () => {
				this.#open--;
				giveBack();
				seat.giveBack();
			}
		});
		room.join(connection);
	}

	#refusal(welcome: Welcome): Refusal | null {
		if ('code' in welcome) return welcome;
		const { room, who, entrant } = welcome;
		if (this.#isClosing || room.isDropped || entrant.isDoubtful)
			return { code: closeCode.restarting, reason: 'come back' };
		if (this.#perMember.isFull(who.id)) return { code: closeCode.tooMany, reason: 'too many of this member' };
		if (room.connections.size >= this.limits.roomSockets)
			return { code: closeCode.unavailable, reason: 'too many here' };
		return null;
	}

	/** They did not come in after all, or are in by now. */
	leave(welcome: Welcome): void {
		if ('code' in welcome) return;
		this.#rights.entrants.delete(welcome.entrant);
		if (!welcome.seat.isUsed) welcome.seat.giveBack();
	}

	/** What was received is committed and acknowledged, then everybody is sent away. */
	async close(): Promise<void> {
		this.#isClosing = true;
		await this.#rooms.close((connection) => connection.close(closeCode.restarting, 'restarting'));
		this.#rights.close();
	}

	async #invite(entry: Entry, seat: Seat): Promise<Welcome> {
		const { request, documentId, parameters } = entry;
		for (;;) {
			// From here on a change of rights is heard; what was asked before it is asked again.
			const entrant: Entrant = {
				documentId,
				memberId: null,
				sessionId: null,
				schema: schemaOf(parameters),
				isDoubtful: false
			};
			this.#rights.entrants.add(entrant);
			let isIn = false;
			try {
				const who = await this.#whoOf(request);
				if (who.kind !== 'member') return { code: closeCode.sessionEnded, reason: 'session ended' };
				if ((parameters.get('member') ?? who.id) !== who.id)
					return { code: closeCode.sessionEnded, reason: 'another member' };
				entrant.memberId = who.id;
				entrant.sessionId = who.sessionId;
				const { canWrite, parts, schema: needed } = await access(this.#app.contextFor(who), documentId);
				const schema = schemaOf(parameters);
				if (schema < needed) return { code: closeCode.outdated, reason: 'older than the document' };
				// While versions are being changed: the page comes from a newer node, and will find one.
				if (schema > this.#schema) return { code: closeCode.restarting, reason: 'newer than this node' };
				if (schema > needed && canWrite) await this.#raise(documentId, schema);
				const room = await this.#rooms.room(documentId);
				isIn = !entrant.isDoubtful && !room.isDropped;
				if (isIn) return { entry, room, who, canWrite, parts, entrant, seat };
			} catch (error) {
				if (isFailure(error)) return refusalFor(error, { code: closeCode.missing, reason: 'missing' });
				throw error;
			} finally {
				if (!isIn) this.#rights.entrants.delete(entrant);
			}
		}
	}

	/** From now on, here and elsewhere, nobody with an older editor hears what a newer one may write. */
	async #raise(documentId: string, version: number): Promise<void> {
		await requireSchema(this.#app.db, documentId, version);
		this.#rooms.get(documentId)?.requireSchema(version);
		for (const entrant of this.#rights.entrants)
			if (entrant.documentId === documentId && entrant.schema < version) entrant.isDoubtful = true;
		this.#app.bus.publish('document.schema', { documentId, version });
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

/** Pages of the first shape did not say so. */
const schemaOf = (parameters: URLSearchParams): number => {
	const asked = Number(parameters.get('schema') ?? 1);
	return Number.isSafeInteger(asked) && asked > 0 ? asked : 1;
};
