/**
 * The wire of live documents: y-websocket's, plus messages that only a connection opened with `?ext=1` hears.
 * The address is `/collab/<documentId>`. With `?member=<id>`, it is refused to the session of anybody else.
 * With `?schema=<number>`, a page older than the text is told to reload. None stands for the first.
 */
export const collaborationPath = '/collab';

/** Where WebSockets are blocked: the same frames and close codes, as Socket.IO events over HTTP long-polling. */
export const pollingPath = '/collab-polling';

/** What Socket.IO hands over when it connects. */
export interface PollingRequest {
	documentId: string;
	/** What follows the question mark in the address of a WebSocket, `ext=1&member=<id>`. */
	query: string;
}
/** The data of a connection error. Without it, try again. */
export interface PollingRefusal {
	code: number;
	reason: string;
}
export interface PollingRequests {
	/** The beginning of a frame too large for one request; the `frame` that follows ends it. */
	piece: (bytes: Uint8Array) => void;
	frame: (bytes: Uint8Array) => void;
}
export interface PollingEvents {
	frame: (bytes: ArrayBuffer | Uint8Array) => void;
	/** The last event of a connection: why it ends. */
	close: (code: number, reason: string) => void;
}
/** Of one event, before it grows by a third as text: proxies often take 1 MB a request, and nginx by default no more. */
export const piece_bytes = 256 * 1024;

export const messageType = {
	/** y-protocols/sync: step 1 (0), step 2 (1), update (2). */
	sync: 0,
	/** y-protocols/awareness. */
	awareness: 1,
	queryAwareness: 3,
	/**
	 * Followed by one varUint: how many document-changing frames (sync step 2 and updates) received on this
	 * connection are durable, that is committed in Postgres. It only grows.
	 */
	acknowledged: 100,
	/**
	 * Followed by one varUint: 1 when this connection may write, 0 when it may only read. Any other number, always even,
	 * has a bit for each part this connection may write in.
	 */
	access: 101,
	/** Followed by one varUint: 1 when the database refuses commits and they are being retried, 0 when it is well again. */
	waiting: 102
} as const;

/** @param parts null stands for all of the text */
export function encodeAccess(canWrite: boolean, parts: readonly string[] | null): number {
	if (!canWrite) return 0;
	if (parts === null) return 1;
	return 2 * accessParts.reduce((bits, part, index) => bits + (parts.includes(part) ? 2 ** index : 0), 0);
}

/** The parts this connection may write in, null when it is all of the text. */
export function decodeAccess(value: number): { canWrite: boolean; parts: string[] | null } {
	if (value % 2 === 1) return { canWrite: true, parts: null };
	const parts = accessParts.filter((_part, index) => Math.floor(value / 2 / 2 ** index) % 2 === 1);
	return { canWrite: parts.length > 0, parts };
}

/** The bits of an access, from the lowest. New parts come at the end: an old page may hear of them. */
export const accessParts = [
	'title',
	'summary',
	'lead',
	'partner',
	'modality',
	'targets',
	'actions',
	'results_here',
	'results_there',
	'difficulties'
];

/** Codes 44xx are final for the stock client; the others make it try again. */
export const closeCode = {
	sessionEnded: 4401,
	forbidden: 4403,
	missing: 4404,
	/** Another document holds this text now: the page must be loaded again. */
	replaced: 4410,
	/** The page was built before the newest shape of this text: it must be loaded again, and touch nothing until then. */
	outdated: 4426,
	/** Too many connections of this member, or from this address. */
	tooMany: 4429,
	restarting: 1012,
	unavailable: 4503
} as const;

/** Legible on white, told apart by most colour-blind people. */
export const memberColours = [
	'#b3261e', '#1a5fb4', '#26734d', '#8a3ffc', '#9a6700', '#0b7285',
	'#a61e63', '#3d5a00', '#5f3dc4', '#8d4b00', '#2b5d8a', '#6b4c5e'
]; // prettier-ignore

/** The same for a member wherever they are seen: an index of memberColours. */
export function colourOf(memberId: string): number {
	let hash = 0;
	for (const character of memberId) hash = (hash * 31 + character.charCodeAt(0)) >>> 0;
	return hash % memberColours.length;
}
