/** What happened, told after it was committed. Losing one is harmless: every listener can catch up from the database. */
export interface BusEvents {
	'post.created': { threadId: string; number: number };
	/** The rights on a live document, or its frozen state, changed: its sockets come back by the door. */
	'document.access': { documentId: string };
	/** Words were committed to a live document. */
	'document.committed': { documentId: string };
	/** Words were committed to a live document, and not by its room: who has it open has to hear of them. */
	'document.edited': { documentId: string };
	/** Everything this member holds open must ask for its rights again. */
	'member.access': { memberId: string };
	'session.ended': { sessionId: string };
	/** Something is to be done; whoever works on the outbox need not wait for the next look. */
	'outbox.filled': Record<string, never>;
}

export type BusEventName = keyof BusEvents;
export type BusListener<N extends BusEventName> = (data: BusEvents[N]) => void;

export interface Bus {
	publish<N extends BusEventName>(name: N, data: BusEvents[N]): void;
	/** Returns the function that stops listening. */
	subscribe<N extends BusEventName>(name: N, listener: BusListener<N>): () => void;
}
