/**
 * Who is here, for one room. Not y-protocols' Awareness, whose memory of past clients never shrinks and which believes
 * whatever name it is told: here a socket has one client id, and the server says whose it is.
 */
import { colourOf, memberColours } from '#lib/contract/collaboration.ts';
import type { Member } from '../context.ts';
import type { Limits } from './limits.ts';
import { readAwareness, type Presence } from './protocol.ts';

/** One connection, as far as presence goes. */
export interface Present {
	who: Member;
}

interface Entry {
	owner: Present;
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
	readonly #changed = new Set<number>();
	#clock = 0;

	constructor(limits: Limits) {
		this.#limits = limits;
	}

	get size(): number {
		return this.#entries.size;
	}

	/** True when there is something new to tell the others. Entries about others are echoes, and ignored. */
	receive(from: Present, update: Uint8Array, ownerOf: (clientId: number) => string | undefined): boolean {
		let isNews = false;
		for (const { clientId, state } of readAwareness(update)) {
			if (!this.#mayHold(from, clientId, ownerOf) || state.length > this.#limits.presence_bytes) continue;
			const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(state));
			if (parsed === null) {
				if (this.#idOf.get(from) === clientId) isNews = this.leave(from) || isNews;
			} else if (typeof parsed === 'object' && !Array.isArray(parsed)) {
				const previous = this.#entries.get(clientId)?.owner;
				if (previous && previous !== from) this.#idOf.delete(previous);
				this.#idOf.set(from, clientId);
				this.#left.delete(clientId);
				this.#entries.set(clientId, {
					owner: from,
					clock: this.#nextClock(),
					state: JSON.stringify({ ...parsed, user: identityOf(from.who) })
				});
				this.#changed.add(clientId);
				isNews = true;
			}
		}
		return isNews;
	}

	/** True when this one was seen by the others. */
	leave(one: Present): boolean {
		const clientId = this.#idOf.get(one);
		if (clientId === undefined) return false;
		this.#idOf.delete(one);
		this.#entries.delete(clientId);
		this.#left.set(clientId, { memberId: one.who.id, at: Date.now() });
		this.#changed.add(clientId);
		return true;
	}

	/** The member shown under this client id now. */
	memberOf(clientId: number): string | undefined {
		return this.#entries.get(clientId)?.owner.who.id;
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
