/** What happened, told after it was committed. Losing one is harmless: every listener can catch up from the database. */
export interface BusEvents {
	'post.created': { threadId: string; number: number };
	/** The rights on a live document, or its frozen state, changed: its sockets come back by the door. */
	'document.access': { documentId: string };
	/** Words were committed to a live document by a room of this process. */
	'document.committed': { documentId: string };
	/** Words were committed to a live document, and not by its room: who has it open has to hear of them. */
	'document.edited': { documentId: string };
	/** A room of another process committed these rows of live_updates; null: too many to name, look. */
	'document.updates': { documentId: string; seqs: number[] | null };
	/** Another process opened the document: what is committed to it, and who is there, concerns it from now on. */
	'document.opened': { documentId: string };
	/** The answer to it: open here as well. */
	'document.here': { documentId: string };
	'document.closed': { documentId: string };
	/** Somebody writes there with a newer editor: older pages are told to reload before they hear of it. */
	'document.schema': { documentId: string; version: number };
	/** Who came, moved or left, in the room of another process. isWhole: and nobody else is there. */
	'document.presence': { documentId: string; entries: RemotePresence[]; isWhole: boolean };
	/** Everything this member holds open must ask for its rights again. */
	'member.access': { memberId: string };
	'session.ended': { sessionId: string };
	/** Something is to be done; whoever works on the outbox need not wait for the next look. */
	'outbox.filled': Record<string, never>;
	/** Said by the bus itself: something may have been said that was not heard here. Whoever listens reads again. */
	'bus.missed': Record<string, never>;
	/** Said by the bus itself: that process stopped, or was not heard for long. */
	'node.gone': { node: string };
}

export interface RemotePresence {
	clientId: number;
	memberId: string;
	/** JSON text; null when this one left. */
	state: string | null;
}

export type BusEventName = keyof BusEvents;
/** @param from the process that said it; null for this one */
export type BusListener<N extends BusEventName> = (data: BusEvents[N], from: string | null) => void;

export interface Bus {
	publish<N extends BusEventName>(name: N, data: BusEvents[N]): void;
	/** Returns the function that stops listening. */
	subscribe<N extends BusEventName>(name: N, listener: BusListener<N>): () => void;
	/** isWell: what is said here is heard by the other processes, and the other way round. */
	readonly health: { kind: 'memory' | 'postgres' | 'redis'; isWell: boolean };
	/** What was published is on its way, or given up after a moment. */
	close(): Promise<void>;
}

/** Whom an event concerns: the others only, this process only, or everybody, which is the rule. */
export const reach: { [N in BusEventName]?: 'others' | 'here' } = {
	'document.committed': 'here',
	'document.updates': 'others',
	'document.opened': 'others',
	'document.here': 'others',
	'document.closed': 'others',
	'document.schema': 'others',
	'document.presence': 'others',
	'bus.missed': 'here',
	'node.gone': 'here'
};
