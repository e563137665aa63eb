/** Whether what a person wrote is safe, in one word. Pure: the facts come from the connection, the words from messages. */
import { closeCode } from '../contract/collaboration.ts';

export type EndReason = 'sessionEnded' | 'forbidden' | 'missing' | 'tooMany' | 'replaced' | 'outdated';

/** After these the words of the tab can still leave, once somebody did something about it. */
export const mendable: readonly EndReason[] = ['sessionEnded', 'tooMany'];

/** What is known about one live document in one tab. Counts are of the current connection and restart with it. */
export interface SaveFacts {
	/** The copy kept on this device, if any, has been read. Before that, words of a last visit may be missing here. */
	localRead: boolean;
	/** This device keeps a copy. False in a private window, when its disk is full, when the copy was wiped. */
	localKept: boolean;
	connected: boolean;
	/** This connection goes by long-polling, because the network blocks WebSockets. */
	fallback: boolean;
	/** The server's words have arrived on this connection. */
	synced: boolean;
	/** The server asked for our words on this connection, and the answer has left. */
	answered: boolean;
	/** Document-changing frames sent, and how many of them the server said are in its database. */
	sent: number;
	acknowledged: number;
	/** Frames of this connection hold words the server did not have when it opened. */
	carriesWords: boolean;
	/** A change was made that no frame of this connection carries. The next connection will. */
	unsent: boolean;
	/** Words written here may be missing from the server: set by every change, cleared when all is acknowledged. */
	pending: boolean;
	/** The oldest unacknowledged frame has waited for longer than a person should be left guessing. */
	slow: boolean;
	/** The server says its database refuses. */
	waiting: boolean;
	/** null: not told yet. */
	canWrite: boolean | null;
	/** Why the server ended the connection for good. */
	ended: EndReason | null;
	/** There was a first full exchange since the page opened. */
	openedOnce: boolean;
	/** An attempt to connect failed since the last connection. */
	unreachable: boolean;
}

export type SaveState =
	/** The first exchange of a connection is under way, and no word of this tab waits for it. */
	| { kind: 'opening' }
	/** Every word of this tab is in the server's database. */
	| { kind: 'saved' }
	| { kind: 'saving' }
	/** Connected, but the database does not take the words for now. */
	| { kind: 'waiting' }
	/** kept: this device holds the words even if the page is closed. */
	| { kind: 'offline'; kept: boolean }
	/** Nothing to save: this member may only read, and every word they wrote was saved before. */
	| { kind: 'reading' }
	/** unsaved: words written here did not reach the database, and will not by themselves. */
	| { kind: 'failed'; reason: EndReason; unsaved: boolean };

export const initialFacts: SaveFacts = {
	localRead: false,
	localKept: false,
	connected: false,
	fallback: false,
	synced: false,
	answered: false,
	sent: 0,
	acknowledged: 0,
	carriesWords: false,
	unsent: false,
	pending: false,
	slow: false,
	waiting: false,
	canWrite: null,
	ended: null,
	openedOnce: false,
	unreachable: false
};

export function saveState(facts: SaveFacts): SaveState {
	if (facts.ended === 'forbidden' && !facts.pending) return { kind: 'reading' };
	if (facts.ended !== null) return { kind: 'failed', reason: facts.ended, unsaved: facts.pending };
	if (!facts.connected) {
		return facts.openedOnce || facts.unreachable
			? { kind: 'offline', kept: facts.localKept }
			: { kind: 'opening' };
	}
	if (facts.canWrite === false && facts.synced && facts.localRead) {
		return facts.pending ? { kind: 'failed', reason: 'forbidden', unsaved: true } : { kind: 'reading' };
	}
	if (isAcknowledged(facts)) return { kind: 'saved' };
	if (facts.waiting || facts.slow) return { kind: 'waiting' };
	return facts.pending ? { kind: 'saving' } : { kind: 'opening' };
}

/** Every word of this tab, those kept from a last visit included, is in the server's database. */
export function isAcknowledged(facts: SaveFacts): boolean {
	return (
		facts.localRead &&
		facts.connected &&
		facts.synced &&
		facts.answered &&
		!facts.unsent &&
		facts.acknowledged >= facts.sent &&
		facts.ended === null
	);
}

export type SaveEvent =
	/** hasPending: the copy on this device holds words that were never acknowledged. */
	| { type: 'localRead'; kept: boolean; hasPending: boolean }
	/** The copy on this device could not be written, or is whole again. */
	| { type: 'localWritten'; kept: boolean }
	| { type: 'connected'; fallback?: boolean }
	| { type: 'disconnected' }
	/** No connection could be made. */
	| { type: 'unreachable' }
	| { type: 'synced' }
	/** A sync step 2. carriesWords: it holds something the server did not have. */
	| { type: 'sentAnswer'; carriesWords: boolean }
	| { type: 'sentUpdate' }
	/** The document changed here; carried: a frame took the change along. */
	| { type: 'changed'; carried: boolean }
	| { type: 'acknowledged'; count: number }
	| { type: 'access'; canWrite: boolean }
	| { type: 'waiting'; waiting: boolean }
	/** The oldest frame has waited too long. */
	| { type: 'slow' }
	| { type: 'closed'; code: number }
	/** The person gave up the words that cannot be saved. */
	| { type: 'discarded' }
	/** The person asked to try again. */
	| { type: 'retry' };

const fresh = {
	connected: false,
	fallback: false,
	synced: false,
	answered: false,
	sent: 0,
	acknowledged: 0,
	carriesWords: false,
	unsent: false,
	slow: false
};

/** What is known after something happened. */
export function afterEvent(facts: SaveFacts, event: SaveEvent): SaveFacts {
	return settle(apply(facts, event));
}

function apply(facts: SaveFacts, event: SaveEvent): SaveFacts {
	switch (event.type) {
		case 'localRead':
			return { ...facts, localRead: true, localKept: event.kept, pending: facts.pending || event.hasPending };
		case 'localWritten':
			return { ...facts, localKept: event.kept };
		case 'connected':
			return {
				...facts,
				...fresh,
				connected: true,
				fallback: event.fallback ?? false,
				waiting: false,
				canWrite: null,
				unreachable: false
			};
		case 'disconnected':
			return { ...facts, ...fresh, waiting: false };
		case 'unreachable':
			return { ...facts, unreachable: true };
		case 'synced':
			return { ...facts, synced: true };
		case 'sentAnswer':
			return {
				...facts,
				answered: true,
				sent: facts.sent + 1,
				// The answer carries everything the server lacked.
				unsent: false,
				carriesWords: facts.carriesWords || event.carriesWords,
				pending: facts.pending || event.carriesWords
			};
		case 'sentUpdate':
			return { ...facts, sent: facts.sent + 1, carriesWords: true, pending: true };
		case 'changed':
			return { ...facts, pending: true, unsent: facts.unsent || !event.carried };
		case 'acknowledged':
			return { ...facts, acknowledged: Math.max(facts.acknowledged, event.count) };
		case 'access':
			return { ...facts, canWrite: event.canWrite };
		case 'waiting':
			return { ...facts, waiting: event.waiting };
		case 'slow':
			return { ...facts, slow: true };
		case 'closed':
			return { ...facts, ...fresh, waiting: false, ended: endReasons[event.code] ?? null };
		case 'discarded':
			return { ...facts, pending: false, localKept: false };
		case 'retry':
			return { ...facts, ended: null };
	}
}

function settle(facts: SaveFacts): SaveFacts {
	const opened = facts.connected && facts.synced && facts.localRead;
	const next = opened && !facts.openedOnce ? { ...facts, openedOnce: true } : facts;
	if (isAcknowledged(next)) return { ...next, pending: false, slow: false, waiting: false };
	// A reader's frames are never acknowledged; when they held nothing new, nothing is lost.
	const readsOnly = opened && facts.canWrite === false && facts.answered;
	return readsOnly && !facts.carriesWords && !facts.unsent ? { ...next, pending: false } : next;
}

const endReasons: Partial<Record<number, EndReason>> = {
	[closeCode.sessionEnded]: 'sessionEnded',
	[closeCode.forbidden]: 'forbidden',
	[closeCode.missing]: 'missing',
	[closeCode.tooMany]: 'tooMany',
	[closeCode.replaced]: 'replaced',
	[closeCode.outdated]: 'outdated'
};
