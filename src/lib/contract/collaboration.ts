/**
 * The wire of live documents: y-websocket's, plus two messages that only a connection opened with `?ext=1` hears.
 * The address is `/collab/<documentId>`.
 */
export const collaborationPath = '/collab';

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
	/** Followed by one varUint: 1 when this connection may write, 0 when it may only read. */
	access: 101,
	/** Followed by one varUint: 1 when the database refuses commits and they are being retried, 0 when it is well again. */
	waiting: 102
} as const;

/** Codes 44xx are final for the stock client; the others make it try again. */
export const closeCode = {
	sessionEnded: 4401,
	forbidden: 4403,
	missing: 4404,
	restarting: 1012,
	unavailable: 4503
} as const;
