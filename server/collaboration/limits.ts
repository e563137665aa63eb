/**
 * How much one socket, one document and one process may ask for. Every bound of the collaboration server is here; each
 * may be set from the environment, under the name that `variableOf` gives it.
 */
export const limits = {
	/** A frame, in bytes. An update larger than this comes back by sync step 2 after a reconnection. */
	frame_bytes: 1024 * 1024,
	/** A sync step 2: a long time offline in one frame. */
	step2_bytes: 8 * 1024 * 1024,
	stateVector_bytes: 64 * 1024,
	/** Of a whole frame: the stock client echoes the presence of everybody. */
	awareness_bytes: 256 * 1024,
	/** WebSocket fragments of one message: browsers cut long ones into pieces of some 64 kB. */
	fragments: 1_024,

	/** Of one update. Lengths count characters, also deleted ones. */
	updateStructs: 200_000,
	updateLength: 16_000_000,
	updateDeletions: 200_000,
	/** Spent on finding out whether the items of an update lie where they say. */
	placementSteps: 1_000_000,
	/** Elements inside elements. A recursion over a deeper text would overflow the stack. */
	depth: 64,
	/** Arrays and objects inside a value of a map or a format. */
	valueDepth: 8,
	value_bytes: 64 * 1024,
	keyCharacters: 200,
	/** Of a whole case; its template allows a tenth of it. */
	document_bytes: 5 * 1024 * 1024,

	/** A connection that sends faster than this is read more slowly. */
	framesPerSecond: 2_000,
	frameBurst: 8_000,
	bytesPerSecond: 2 * 1024 * 1024,
	byteBurst: 16 * 1024 * 1024,
	/** Received and not yet looked at, before its socket is read no more. */
	backlogFrames: 512,
	backlog_bytes: 4 * 1024 * 1024,
	/** Times a connection may send updates whose past is unknown before it has to come back by the door. */
	gaps: 5,

	/** A state of presence, in bytes of JSON. */
	presence_bytes: 2048,
	/** Presences of people nobody knows that a connection may tell of. */
	strangers: 5_000,
	/** Presence goes out this often at most, and more slowly in a crowd: this much per person present. */
	presence_ms: 80,
	presencePerPerson_ms: 3,
	/** The stock client leaves a connection on which it heard nothing for 30 s. */
	silence_ms: 15_000,
	/** No frame and no pong for this long: nobody is there. */
	lost_ms: 45_000,

	/** Waiting in our memory for a slow reader, beyond the whole document it asked for. */
	slow_bytes: 4 * 1024 * 1024,
	slow_ms: 5_000,
	stalled_bytes: 16 * 1024 * 1024,

	sockets: 20_000,
	roomSockets: 600,
	/** Of one member, whatever their sessions: of live documents, and as many of the live wire. */
	memberSockets: 500,
	/** From one address, which may be a whole town hall's: of live documents, and as many of the live wire. */
	addressSockets: 2_000,
	/** Upgrades being authorised at once. */
	handshakes: 2_000,
	handshake_ms: 15_000,
	loadsAtOnce: 8,
	/** A document nobody has open stays in memory this long. */
	linger_ms: 45_000,
	/** Of all documents in memory, as stored: beyond it those nobody has open go, the one left longest ago first. */
	openDocuments_bytes: 32 * 1024 * 1024,

	/** Of a node. Faster, and what comes in meanwhile goes into the next one: each costs the same whatever it holds. */
	commitsPerSecond: 160,
	commitBurst: 10,
	/** Of one commit. */
	commitFrames: 4_000,
	commit_bytes: 8 * 1024 * 1024,
	commitAttempt_ms: 10_000,
	retryFirst_ms: 25,
	retryMost_ms: 1_000,
	/** Uncommitted for this long: people are told that saving waits, a tick later at most. */
	waiting_ms: 1_000,
	/** Uncommitted for this long: the room closes, the tabs keep their words and come back. */
	giveUp_ms: 30_000,

	compactionRows: 500,
	compaction_bytes: 256 * 1024,
	/** When a room closes, fewer rows than this are left in the log. */
	compactionRowsAtUnload: 50,

	/** With several processes, an open document is compared with the database about this often, whatever was heard of it. */
	compare_ms: 8_000,
	/** What changed in people's rights and was not announced, such as the age of a session, is noticed this often. */
	sweep_ms: 45_000,

	/** The closes of a stopping server are spread over this long, so that its clients do not come back all at once. */
	stagger_ms: 3_000,
	flush_ms: 5_000
};

export type Limits = typeof limits;

/** Where more would be a way to be brought down: both are depths of recursions. */
const ceilings: Partial<Limits> = { depth: 256, valueDepth: 64 };
/** Also the longest wait of a timer, in milliseconds. */
const mostOfAll = 2 ** 31 - 1;

export const limitKeys = Object.keys(limits) as (keyof Limits)[];

/** `framesPerSecond` is set by COLLAB_FRAMES_PER_SECOND, `frame_bytes` by COLLAB_FRAME_BYTES. */
export function variableOf(key: keyof Limits): string {
	return `COLLAB_${key.replace(/[A-Z]/g, '_$&').toUpperCase()}`;
}

export const ceilingOf = (key: keyof Limits): number => ceilings[key] ?? mostOfAll;

/** What is set, over the defaults. @throws Error with a sentence that names two values that cannot both be */
export function limitsFrom(set: Partial<Limits>): Limits {
	const all = { ...limits, ...set };
	const inOrder: [keyof Limits, keyof Limits][] = [
		['frame_bytes', 'step2_bytes'],
		['slow_bytes', 'stalled_bytes'],
		['silence_ms', 'lost_ms'],
		['waiting_ms', 'giveUp_ms'],
		['retryFirst_ms', 'retryMost_ms']
	];
	for (const [less, more] of inOrder)
		if (all[less] > all[more])
			throw new Error(
				`${variableOf(less)} (${all[less]}) must not exceed ${variableOf(more)} (${all[more]})`
			);
	return all;
}
