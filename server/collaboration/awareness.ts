/**
 * Who is here, for one room. Not y-protocols' Awareness, whose memory of past clients never shrinks and which believes
 * whatever name it is told: here a socket has one client id, and the server says whose it is.
 */
import { colourOf, memberColours } from '#lib/contract/collaboration.ts';
import type { RemotePresence } from '../bus/bus.ts';
import type { Member } from '../context.ts';
import type { Limits } from './limits.ts';
import { readAwareness, type Presence } from './protocol.ts';

/** One connection, as far as presence goes. */
export interface Present {
	who: Member;
}

interface Entry {
	/** The connection, or the process that it is connected to. */
	owner: Present | string;
	memberId: string;
	clock: number;
	/** JSON of an object. */
	state: string;
}

export function identityOf(who: Member): {
	id: string;
	name: string;
	organisation: string | null;
	colour: number;
	color: string;
} {
	const colour = colourOf(who.id);
	return {
		id: who.id,
		name: who.name,
		organisation: who.memberships[0]?.organisationName ?? null,
		colour,
		// The name the caret extension reads.
		color: memberColours[colour]!
	};
}

export class Awareness {
	readonly #limits: Limits;
	readonly #entries = new Map<number, Entry>();
	readonly #idOf = new Map<Present, number>();
	/** Client ids of people who left: late echoes of their state bring nobody back. */
	readonly #left = new Map<number, { memberId: string; at: number }>();
	/** How many people nobody knows each one has told of. */
	readonly #strangers = new WeakMap<Present, number>();
	readonly #changed = new Set<number>();
	/** Of those, the ones connected here. */
	readonly #ownChanged = new Set<number>();
	#clock = 0;

	constructor(limits: Limits) {
		this.#limits = limits;
	}

	get size(): number {
		return this.#entries.size;
	}

	/**
	 * True when there is something new to tell the others. Entries about others are echoes, and ignored.
	 * @throws Error when it is malformed, or tells of more people than ever were here
	 */
	receive(from: Present, update: Uint8Array, ownerOf: (clientId: number) => string | undefined): boolean {
		let isNews = false;
		for (const { clientId, state } of readAwareness(update)) {
			if (!this.#mayHold(from, clientId, ownerOf)) {
				this.#countStranger(from, clientId, state);
				continue;
			}
			if (state.length > this.#limits.presence_bytes) continue;
			const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(state));
			if (parsed === null) {
				if (this.#idOf.get(from) === clientId) isNews = this.leave(from) || isNews;
			} else if (typeof parsed === 'object' && !Array.isArray(parsed)) {
				const previous = this.#entries.get(clientId)?.owner;
				if (typeof previous === 'object' && previous !== from) this.#idOf.delete(previous);
				this.#idOf.set(from, clientId);
				this.#left.delete(clientId);
				this.#entries.set(clientId, {
					owner: from,
					memberId: from.who.id,
					clock: this.#nextClock(),
					state: JSON.stringify({ ...parsed, user: identityOf(from.who) })
				});
				this.#changed.add(clientId);
				this.#ownChanged.add(clientId);
				isNews = true;
			}
		}
		return isNews;
	}

	/**
	 * Who is connected to another process. True when there is something new to tell the people here.
	 * @param isWhole nobody else is, there
	 */
	receiveFrom(node: string, entries: RemotePresence[], isWhole: boolean): boolean {
		const gone = isWhole
			? [...this.#entries].filter(([, { owner }]) => owner === node).map(([clientId]) => clientId)
			: [];
		for (const { clientId, state } of entries) if (state === null) gone.push(clientId);
		let isNews = false;
		for (const clientId of gone) {
			// Somebody who came from there to here is here.
			if (this.#entries.get(clientId)?.owner !== node) continue;
			this.#entries.delete(clientId);
			this.#changed.add(clientId);
			isNews = true;
		}
		for (const { clientId, memberId, state } of entries) {
			if (state === null) continue;
			const previous = this.#entries.get(clientId);
			if (previous && previous.memberId !== memberId) continue;
			if (typeof previous?.owner === 'object') this.#idOf.delete(previous.owner);
			this.#left.delete(clientId);
			this.#entries.set(clientId, { owner: node, memberId, clock: this.#nextClock(), state });
			this.#changed.add(clientId);
			isNews = true;
		}
		return isNews;
	}

	/** Everybody who is connected here, for another process. */
	own(): RemotePresence[] {
		return [...this.#idOf.values()].flatMap((clientId) => {
			const entry = this.#entries.get(clientId);
			return entry ? [{ clientId, memberId: entry.memberId, state: entry.state }] : [];
		});
	}

	/** What changed since the last call, of those who are connected here. */
	takeOwnChanges(): RemotePresence[] {
		const changes = [...this.#ownChanged].flatMap((clientId) => {
			const entry = this.#entries.get(clientId);
			if (typeof entry?.owner === 'string') return [];
			return [
				{
					clientId,
					memberId: entry?.memberId ?? this.#left.get(clientId)?.memberId ?? '',
					state: entry?.state ?? null
				}
			];
		});
		this.#ownChanged.clear();
		return changes;
	}

	/** True when this one was seen by the others. */
	leave(one: Present): boolean {
		const clientId = this.#idOf.get(one);
		if (clientId === undefined) return false;
		this.#idOf.delete(one);
		this.#entries.delete(clientId);
		this.#left.set(clientId, { memberId: one.who.id, at: Date.now() });
		this.#changed.add(clientId);
		this.#ownChanged.add(clientId);
		return true;
	}

	/** The member shown under this client id now. */
	memberOf(clientId: number): string | undefined {
		return this.#entries.get(clientId)?.memberId;
	}

	/** Everybody but this one. */
	others(one: Present): Presence[] {
		const own = this.#idOf.get(one);
		return [...this.#entries]
			.filter(([clientId]) => clientId !== own)
			.map(([clientId, { clock, state }]) => ({ clientId, clock, state }));
	}

	/** What changed since the last call. */
	takeChanges(): Presence[] {
		const changes = [...this.#changed].map((clientId) => {
			const entry = this.#entries.get(clientId);
			return { clientId, clock: entry?.clock ?? this.#nextClock(), state: entry?.state ?? 'null' };
		});
		this.#changed.clear();
		this.#forgetLongGone();
		return changes;
	}

	idOf(one: Present): number | undefined {
		return this.#idOf.get(one);
	}

	/** An echo may be late, and nobody honest makes thousands of people up. A farewell (`null`) costs nothing. */
	#countStranger(from: Present, clientId: number, state: Uint8Array): void {
		if (this.#entries.has(clientId) || this.#left.has(clientId) || state.length === 4) return;
		const count = (this.#strangers.get(from) ?? 0) + 1;
		if (count > this.#limits.strangers) throw new Error('presence of too many');
		this.#strangers.set(from, count);
	}

	#mayHold(from: Present, clientId: number, ownerOf: (clientId: number) => string | undefined): boolean {
		const own = this.#idOf.get(from);
		if (own !== undefined) return own === clientId;
		const holder =
			this.memberOf(clientId) ?? ownerOf(clientId) ?? this.#left.get(clientId)?.memberId ?? from.who.id;
		return holder === from.who.id;
	}

	/** Ours, not theirs: after a reconnection the client's own clock may lag behind what its peers have seen. */
	#nextClock(): number {
		return (this.#clock = Math.max(Date.now(), this.#clock + 1));
	}

	#forgetLongGone(): void {
		const horizon = Date.now() - 60_000;
		for (const [clientId, { at }] of this.#left) {
			if (at > horizon) break;
			this.#left.delete(clientId);
		}
	}
}
