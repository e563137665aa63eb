/** How much one socket, one document and one process may ask for. Every bound of the collaboration server is here. */
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
	sessionSockets: 500,
	/** Upgrades being authorised at once. */
	handshakes: 2_000,
	handshake_ms: 15_000,
	loadsAtOnce: 8,
	/** A document nobody has open stays in memory this long. */
	linger_ms: 45_000,

	/** Of one commit. */
	commitFrames: 4_000,
	commit_bytes: 8 * 1024 * 1024,
	commitAttempt_ms: 10_000,
	retryFirst_ms: 25,
	retryMost_ms: 1_000,
	/** Uncommitted for this long: people are told that saving waits. */
	waiting_ms: 1_500,
	/** Uncommitted for this long: the room closes, the tabs keep their words and come back. */
	giveUp_ms: 30_000,

	compactionRows: 500,
	compaction_bytes: 256 * 1024,
	/** When a room closes, fewer rows than this are left in the log. */
	compactionRowsAtUnload: 50,

	/** Sessions that end by themselves are noticed this often. */
	sweep_ms: 60_000,

	/** The closes of a stopping server are spread over this long, so that its clients do not come back all at once. */
	stagger_ms: 3_000,
	flush_ms: 5_000
};

export type Limits = typeof limits;
