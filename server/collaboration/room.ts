/**
 * One open document. Its life is a sequence of turns: between two commits the Y.Doc here is exactly what the database
 * holds, so that is when questions are answered; then what was received meanwhile is inspected, applied and handed to
 * the committer as one row per author; after the commit its authors are told it is durable and the others hear of it.
 */
import type { Logger } from 'pino';
import * as Y from 'yjs';
import { closeCode } from '#lib/contract/collaboration.ts';
import type { PartKey } from '#lib/document/template.ts';
import type { DocumentKind } from '../domain/documents.ts';
import type { RemotePresence } from '../bus/bus.ts';
import { Awareness } from './awareness.ts';
import type { Connection } from './connection.ts';
import { changes, inspect, isWellPlaced, withoutGaps } from './inspection.ts';
import type { Limits } from './limits.ts';
import { encodeAwareness, encodeStep1, encodeStep2, encodeUpdate, type Message } from './protocol.ts';
import { reasonOf } from './reason.ts';
import { Shadow } from './restriction.ts';

/** What the database holds of a document. */
export interface Loaded {
	kind: DocumentKind;
	doc: Y.Doc;
	/** The whole of it as it is stored, when it is stored as one update. */
	state: Uint8Array | null;
	/** client id → member id */
	owners: Map<number, string>;
	/** The rows of the log that are not folded yet. */
	seqs: number[];
	snapshotStamp: string | null;
	/** Of these rows. */
	bytes: number;
	/** Of snapshot and log together. */
	size_bytes: number;
}

/** What a room begins with. A large document can be sent as it is stored before it is built, which takes longer. */
export type Beginning = Omit<Loaded, 'doc'> & { doc: Y.Doc | (() => Y.Doc) };

/** People who open a document together do it within this time; after it, a second copy is too much memory. */
const whole_ms = 5_000;

export interface RoomHost {
	limits: Limits;
	log: Logger;
	/** Gives the room a turn soon. */
	schedule(room: Room): void;
	/** Reads the document again, and calls adopt(). */
	reload(room: Room): void;
	committed(room: Room, seqs: number[]): void;
	/** For the processes that have the document open too. */
	tellPresence(room: Room, entries: RemotePresence[]): void;
	/** The room is of no use any more. */
	forget(room: Room): void;
}

/** A row of the log. */
export interface LogRow {
	seq: number;
	memberId: string | null;
	data: Uint8Array;
}

interface Job {
	connection: Connection;
	size: number;
	/** Of the document-changing frames of its connection, which one this is. */
	number: number;
	message: Extract<Message, { kind: 'question' | 'change' }> | { kind: 'greeting' };
}
type ChangeJob = Job & { message: Extract<Message, { kind: 'change' }> };

/** A turn on its way to the database. */
export interface Turn {
	rows: { memberId: string; data: Uint8Array }[];
	/** Client ids heard for the first time, and whose they are. */
	claims: { clientId: number; memberId: string }[];
	/** Of its authors. */
	sessions: Set<string>;
	since: number;
}
interface OwnTurn extends Turn {
	jobs: ChangeJob[];
	authors: Set<Connection>;
	touched: Set<Connection>;
	/** What Yjs tidied up by itself has no author, and its author has to hear of it. */
	isTidied: boolean;
}

export class Room {
	readonly documentId: string;
	readonly connections = new Set<Connection>();
	readonly awareness: Awareness;
	kind: DocumentKind;
	/** The rows of the log that the document here holds and that are not folded into the snapshot yet. */
	seqs: Set<number>;
	snapshotStamp: string | null;
	log_bytes: number;
	isDropped = false;
	/** When the last one left. */
	#leftAt: number | null = null;
	/** The processes that have the document open too. */
	readonly peers = new Set<string>();
	/** When to compare it with the database. */
	compareAt = 0;

	readonly #host: RoomHost;
	#doc: Y.Doc | null = null;
	/** Builds it, as long as its bytes were all that was asked for. */
	#build: (() => Y.Doc) | null = null;
	/** While somebody writes here who may change some parts only. */
	#shadow: Shadow | null = null;
	#owners: Map<number, string>;
	#size_bytes: number;
	#inbox: Job[] = [];
	#turn: OwnTurn | null = null;
	#emitted: Uint8Array[] = [];
	/** Committed, and not told to the others yet. */
	#untold: { updates: Uint8Array[]; authors: Set<Connection>; isTidied: boolean }[] = [];
	/** The frame with the whole state, as long as nothing changed: many people open the same document at once. */
	#whole: { frame: Uint8Array; at: number } | null = null;
	#reloadingSince: number | null = null;
	/** Rows that came in since the database was last asked which ones there are. */
	#arrived: Set<number> | null = null;
	/** Words wait to be looked at: the commit of other documents may not end. */
	#unheardSince: number | null = null;
	#isWaitingTold = false;
	#presence: NodeJS.Timeout | undefined;
	#linger: NodeJS.Timeout | undefined;

	constructor(host: RoomHost, documentId: string, loaded: Beginning) {
		this.#host = host;
		this.documentId = documentId;
		this.awareness = new Awareness(host.limits);
		this.kind = loaded.kind;
		this.#owners = loaded.owners;
		this.seqs = new Set(loaded.seqs);
		this.snapshotStamp = loaded.snapshotStamp;
		this.log_bytes = loaded.bytes;
		this.#size_bytes = loaded.size_bytes;
		if (loaded.state) this.#whole = { frame: encodeStep2(loaded.state), at: Date.now() };
		if (typeof loaded.doc === 'function') this.#build = loaded.doc;
		else this.#watch((this.#doc = loaded.doc));
		this.#lingerWhenEmpty();
	}

	join(connection: Connection): void {
		clearTimeout(this.#linger);
		this.connections.add(connection);
		connection.listen(
			(message, size) => this.#receive(connection, message, size),
			() => this.#leave(connection)
		);
		if (this.#isWaitingTold) connection.sendExtension('waiting', 1);
		this.#queue({ connection, size: 0, number: 0, message: { kind: 'greeting' } });
	}

	#leave(connection: Connection): void {
		this.connections.delete(connection);
		if (connection.parts && ![...this.connections].some(({ parts }) => parts)) this.#dropShadow();
		if (this.awareness.leave(connection)) this.#presenceSoon();
		this.#lingerWhenEmpty();
	}

	#receive(connection: Connection, message: Message, size: number): void {
		if (message.kind === 'awareness') {
			try {
				if (message.update.length > this.#host.limits.awareness_bytes) return;
				if (this.awareness.receive(connection, message.update, (id) => this.#owners.get(id)))
					this.#presenceSoon();
			} catch {
				connection.refuse('unreadable presence');
			}
		} else if (message.kind === 'queryAwareness') {
			connection.send(encodeAwareness(this.awareness.others(connection)));
		} else {
			connection.hold(size);
			this.#queue({ connection, size, number: connection.received, message });
		}
	}

	#queue(job: Job): void {
		if (this.isDropped) return;
		this.#inbox.push(job);
		if (job.message.kind === 'change') this.#unheardSince ??= Date.now();
		this.#host.schedule(this);
	}

	/** Everyone with words here that are not committed yet, and everyone connected. */
	everyone(): Set<Connection> {
		return new Set([
			...this.connections,
			...this.#inbox.map((job) => job.connection),
			...(this.#turn?.authors ?? [])
		]);
	}

	/** As it is stored. */
	get size_bytes(): number {
		return this.#size_bytes;
	}

	get idleSince(): number | null {
		return this.connections.size > 0 || this.isBusy || this.#reloadingSince !== null ? null : this.#leftAt;
	}

	get logRows(): number {
		return this.seqs.size;
	}

	get isBusy(): boolean {
		return this.#turn !== null || this.#inbox.length > 0;
	}

	/**
	 * What to commit now: the turn that still waits for its commit, or a new one. Null when there is nothing.
	 * A turn with words of somebody who lost the right since is taken apart and begun again without them.
	 */
	takeTurn(): Turn | null {
		if (this.#build && (!this.#whole || this.#answerFromBytes(this.#whole.frame))) this.#buildNow();
		if (this.isDropped || !this.#doc) return null;
		if (this.#turn) {
			const rights = [...this.#turn.authors].map((author) => author.right);
			if (rights.includes('withdrawn')) this.#startAgain(this.#turn.jobs);
			else if (!rights.includes('doubtful')) return this.#turn;
			return null;
		}
		const jobs = this.#takeJobs();
		this.#answer(this.#doc, jobs);
		const changing = jobs.filter((job): job is ChangeJob => job.message.kind === 'change');
		const turn = changing.length > 0 ? this.#begin(this.#doc, changing) : null;
		if (!turn && this.#inbox.some(({ connection }) => connection.right !== 'doubtful'))
			this.#host.schedule(this);
		return turn;
	}

	/**
	 * Who has nothing yet is sent what is stored, as it is stored; the document is built right after, or as soon as anything
	 * else is asked of it. Returns whether it is to be built now.
	 */
	#answerFromBytes(frame: Uint8Array): boolean {
		const kept: Job[] = [];
		for (const job of this.#inbox) {
			const { connection, message } = job;
			const isFirst = message.kind === 'question' && isNothing(message.stateVector) && !connection.hasJoined;
			if (!isFirst || connection.right === 'doubtful') {
				kept.push(job);
				continue;
			}
			connection.release(job.size);
			connection.sendDocument(frame);
			connection.hasJoined = true;
		}
		const isAnswered = kept.length < this.#inbox.length;
		this.#inbox = kept;
		if (isAnswered) this.#host.schedule(this);
		// Everybody asks right after they came; who does not is greeted by the next tick.
		const isAskedMore =
			kept.some(({ message }) => message.kind !== 'greeting') ||
			[...this.connections].some(({ hasJoined }) => hasJoined);
		return !isAnswered && isAskedMore;
	}

	#buildNow(): void {
		const build = this.#build;
		if (!build) return;
		this.#build = null;
		try {
			this.#watch((this.#doc = build()));
		} catch (error) {
			this.#host.log.error(
				{ reason: reasonOf(error), documentId: this.documentId },
				'a live document could not be built'
			);
			this.drop(closeCode.unavailable, 'unavailable');
		}
	}

	#takeJobs(): Job[] {
		const taken: Job[] = [];
		const kept: Job[] = [];
		for (const job of this.#inbox) {
			if (job.connection.right === 'doubtful' || taken.length >= this.#host.limits.commitFrames)
				kept.push(job);
			else {
				taken.push(job);
				if (job.size > 0) job.connection.release(job.size);
			}
		}
		this.#inbox = kept;
		if (!kept.some(({ message }) => message.kind === 'change')) this.#unheardSince = null;
		return taken;
	}

	#answer(doc: Y.Doc, jobs: Job[]): void {
		for (const { connection, message } of jobs) {
			if (!connection.isOpen) continue;
			if (message.kind === 'greeting') {
				connection.send(encodeStep1(Y.encodeStateVector(doc)));
				const others = this.awareness.others(connection);
				if (others.length > 0) connection.send(encodeAwareness(others));
			} else if (message.kind === 'question') {
				const frame = this.#stateSince(doc, message.stateVector);
				if (!frame) connection.refuse('unreadable state vector');
				else {
					connection.sendDocument(frame);
					connection.hasJoined = true;
				}
			}
		}
	}

	#stateSince(doc: Y.Doc, stateVector: Uint8Array): Uint8Array | null {
		if (stateVector.length > this.#host.limits.stateVector_bytes) return null;
		try {
			if (!isNothing(stateVector)) return encodeStep2(Y.encodeStateAsUpdate(doc, stateVector));
			this.#whole ??= { frame: encodeStep2(Y.encodeStateAsUpdate(doc)), at: 0 };
			this.#whole.at = Date.now();
			return this.#whole.frame;
		} catch {
			return null;
		}
	}

	#begin(doc: Y.Doc, jobs: ChangeJob[]): Turn | null {
		const turn: OwnTurn = {
			jobs,
			rows: [],
			claims: [],
			sessions: new Set(),
			authors: new Set(),
			touched: new Set(),
			isTidied: false,
			since: Date.now()
		};
		// Frames of different people cannot depend on each other before a commit, so each author's go together.
		for (const [memberId, own] of groupByMember(jobs)) {
			this.#emitted = [];
			const culprits = new Set<Connection>();
			try {
				doc.transact(() => {
					for (const job of own) {
						try {
							this.#apply(doc, job, turn);
						} catch (error) {
							culprits.add(job.connection);
							throw error;
						}
					}
				});
			} catch (error) {
				this.#host.log.warn(
					{ documentId: this.documentId, reason: reasonOf(error) },
					'an update could not be applied'
				);
				if (culprits.size === 0) for (const job of own) culprits.add(job.connection);
				for (const culprit of culprits) culprit.refuse('inapplicable update');
				this.#startAgain(jobs.filter((job) => !culprits.has(job.connection)));
				return null;
			}
			const [first, ...more] = this.#emitted;
			if (!first) continue;
			turn.rows.push({ memberId, data: more.length > 0 ? Y.mergeUpdates(this.#emitted) : first });
			turn.isTidied ||= more.length > 0;
		}
		if (turn.rows.length === 0) {
			for (const connection of turn.touched) connection.acknowledge();
			this.#tellWaiting(false);
			return null;
		}
		this.#whole = null;
		return (this.#turn = turn);
	}

	/** @throws Error when the document cannot be trusted afterwards */
	#apply(doc: Y.Doc, job: ChangeJob, turn: OwnTurn): void {
		const { connection } = job;
		const { limits } = this.#host;
		if (connection.right === 'withdrawn' || connection.right === 'refused') return;
		let { update } = job.message;
		let verdict = inspect(doc, this.kind, update, limits);
		if (verdict.kind === 'gap') {
			// What was typed after a missing frame misses it too: the answer to one question brings all of it.
			if (connection.isOwing && !job.message.isStep2) return;
			if (++connection.gaps > limits.gaps) return connection.close(closeCode.unavailable, 'gaps');
			const kept = job.message.isStep2 && connection.canWrite ? withoutGaps(doc, update) : null;
			if (!kept) {
				connection.isOwing = true;
				connection.send(encodeStep1(Y.encodeStateVector(doc)));
				return;
			}
			update = kept;
			verdict = inspect(doc, this.kind, update, limits);
		}
		if (verdict.kind !== 'fine') return connection.refuse(verdict.kind === 'gap' ? 'gaps' : verdict.reason);

		if (changes(doc, verdict.decoded)) {
			if (!connection.canWrite) return connection.refuse('read only');
			if (verdict.clients.length > 0 && this.#isFull(doc)) return connection.refuse('document full');
			if (!this.#claim(verdict.clients, connection, turn)) return connection.refuse('client id of another');
			if (connection.parts && !this.#staysWithin(doc, update, connection.parts))
				return connection.refuse('outside its parts');
			Y.applyUpdate(doc, update);
			if (doc.store.pendingStructs || doc.store.pendingDs) throw new Error('an update stayed pending');
			if (!isWellPlaced(doc, verdict.fresh, limits)) throw new Error('an item is out of place');
			turn.authors.add(connection);
			turn.sessions.add(connection.who.sessionId);
		}
		if (connection.isOwing && !job.message.isStep2) return;
		connection.isOwing = false;
		connection.reached = job.number;
		turn.touched.add(connection);
	}

	#staysWithin(doc: Y.Doc, update: Uint8Array, parts: ReadonlySet<PartKey>): boolean {
		const shadow = (this.#shadow ??= new Shadow(doc));
		if (shadow.staysWithin(update, parts)) return true;
		this.#dropShadow();
		return false;
	}

	#dropShadow(): void {
		this.#shadow?.destroy();
		this.#shadow = null;
	}

	#claim(clients: number[], { who }: Connection, turn: OwnTurn): boolean {
		for (const clientId of clients) {
			const owner = this.#owners.get(clientId) ?? this.awareness.memberOf(clientId) ?? who.id;
			if (owner !== who.id) return false;
		}
		for (const clientId of clients) {
			if (this.#owners.has(clientId)) continue;
			this.#owners.set(clientId, who.id);
			turn.claims.push({ clientId, memberId: who.id });
		}
		return true;
	}

	/** The size is estimated from above, and measured only when the estimate is too large. */
	#isFull(doc: Y.Doc): boolean {
		const most = this.#host.limits.document_bytes;
		if (this.kind !== 'case' || this.#size_bytes < most) return false;
		this.#size_bytes = Y.encodeStateAsUpdate(doc).length;
		return this.#size_bytes >= most;
	}

	/** The turn is in the database, as these rows. */
	settle(seqs: number[]): void {
		const turn = this.#turn;
		if (!turn) return;
		this.#turn = null;
		if (this.isDropped) return;
		for (const connection of turn.touched) connection.acknowledge();
		const updates = turn.rows.map(({ data }) => data);
		this.#untold.push({ updates, authors: turn.authors, isTidied: turn.isTidied });
		for (const { length } of updates) {
			this.log_bytes += length;
			this.#size_bytes += length;
		}
		this.#keep(seqs);
		this.#tellWaiting(false);
		this.#host.committed(this, seqs);
		if (this.#inbox.length > 0) this.#host.schedule(this);
		this.#lingerWhenEmpty();
	}

	/** What is committed and not told yet, as one frame for each turn. Called while the next turn is being committed. */
	tell(): void {
		for (const { updates, authors, isTidied } of this.#untold.splice(0)) {
			const frame = encodeUpdate(updates.length === 1 ? updates[0]! : Y.mergeUpdates(updates));
			const [only, ...others] = authors;
			const knowsAlready = others.length === 0 && !isTidied ? only : undefined;
			for (const connection of this.connections)
				if (connection.hasJoined && connection !== knowsAlready) connection.send(frame);
		}
	}

	#keep(seqs: number[]): void {
		for (const seq of seqs) {
			this.seqs.add(seq);
			this.#arrived?.add(seq);
		}
	}

	/** Another node gave these client ids to others first: whoever wrote with them is refused. */
	refuseClaims(forged: { clientId: number; memberId: string }[]): void {
		const turn = this.#turn;
		if (!turn) return;
		const forgers = new Set(forged.map(({ memberId }) => memberId));
		for (const author of turn.authors) if (forgers.has(author.who.id)) author.refuse('client id of another');
		this.#startAgain(turn.jobs.filter((job) => !forgers.has(job.connection.who.id)));
	}

	/** Pages whose editor is older would drop what it does not know. */
	requireSchema(version: number): void {
		for (const connection of this.connections)
			if (connection.schema < version) connection.withdraw(closeCode.outdated, 'older than the document');
	}

	/** These sessions are over, and nobody said so. */
	refuseSessions(ended: string[]): void {
		const turn = this.#turn;
		if (!turn) return;
		for (const author of turn.authors)
			if (ended.includes(author.who.sessionId)) author.withdraw(closeCode.sessionEnded, 'session ended');
		this.#startAgain(turn.jobs);
	}

	/** What is in memory may hold what never will be committed: forget it, read again, go on with these. */
	#startAgain(jobs: Job[]): void {
		const kept = jobs.filter(({ connection }) => connection.right !== 'withdrawn');
		for (const job of kept) if (job.size > 0) job.connection.hold(job.size);
		this.#inbox = [...kept, ...this.#inbox];
		this.#turn = null;
		this.#whole = null;
		this.#doc?.destroy();
		this.#doc = null;
		this.#dropShadow();
		this.#reloadingSince = Date.now();
		this.#host.reload(this);
	}

	adopt(loaded: Loaded): void {
		if (this.isDropped) return loaded.doc.destroy();
		this.#doc = loaded.doc;
		this.#owners = loaded.owners;
		this.seqs = new Set(loaded.seqs);
		this.snapshotStamp = loaded.snapshotStamp;
		this.log_bytes = loaded.bytes;
		this.#size_bytes = loaded.size_bytes;
		this.#reloadingSince = null;
		this.#watch(loaded.doc);
		// A commit whose outcome was never heard may be in it.
		const frame = encodeUpdate(Y.encodeStateAsUpdate(loaded.doc));
		for (const connection of this.connections) if (connection.hasJoined) connection.sendDocument(frame);
		this.#host.schedule(this);
	}

	/** Before the database is asked which rows there are: the answer will not know those that arrive meanwhile. */
	beginReading(): void {
		this.#arrived = new Set();
	}

	/**
	 * Rows that another process committed. What is on its way to the database stays, which is why this is not adopt().
	 * 'later' while there is nothing to add them to; 'gap' when they build on rows that are not here: read them all.
	 */
	mergeRows(rows: LogRow[]): 'done' | 'later' | 'gap' {
		this.#buildNow();
		const doc = this.#doc;
		if (this.isDropped) return 'done';
		if (!doc) return 'later';
		const isWhole = this.#take(doc, () => {
			for (const { data } of rows) Y.applyUpdate(doc, data);
		});
		if (!isWhole) return 'gap';
		for (const { memberId, data } of rows) {
			this.log_bytes += data.length;
			this.#size_bytes += data.length;
			if (memberId !== null)
				for (const clientId of Y.parseUpdateMeta(data).to.keys())
					if (!this.#owners.has(clientId)) this.#owners.set(clientId, memberId);
		}
		this.#keep(rows.map(({ seq }) => seq));
		return 'done';
	}

	/** The whole document, read again. False while there is nothing to add it to. */
	merge({ doc: stored, owners, seqs, snapshotStamp, bytes, size_bytes }: Loaded): boolean {
		this.#buildNow();
		if (this.isDropped) return true;
		const doc = this.#doc;
		if (!doc) return false;
		this.#take(doc, () => Y.applyUpdate(doc, Y.encodeStateAsUpdate(stored, Y.encodeStateVector(doc))));
		for (const [clientId, memberId] of owners)
			if (!this.#owners.has(clientId)) this.#owners.set(clientId, memberId);
		this.endReading(seqs);
		this.snapshotStamp = snapshotStamp;
		this.log_bytes = bytes;
		this.#size_bytes = size_bytes;
		return true;
	}

	/** These were the rows when the reading began that ends here. */
	endReading(seqs: Iterable<number>): void {
		this.seqs = new Set([...seqs, ...(this.#arrived ?? [])]);
		this.#arrived = null;
	}

	/** Changes the document by what the database holds, and tells the people here. False when something is missing. */
	#take(doc: Y.Doc, apply: () => void): boolean {
		this.#emitted = [];
		doc.transact(apply);
		const isWhole = !doc.store.pendingStructs && !doc.store.pendingDs;
		doc.store.pendingStructs = null;
		doc.store.pendingDs = null;
		const news = this.#emitted.splice(0);
		if (news.length === 0) return isWhole;
		this.#whole = null;
		const frame = encodeUpdate(news.length === 1 ? news[0]! : Y.mergeUpdates(news));
		for (const connection of this.connections) if (connection.hasJoined) connection.sendDocument(frame);
		return isWhole;
	}

	#watch(doc: Y.Doc): void {
		this.#dropShadow();
		doc.on('update', (update: Uint8Array) => {
			this.#emitted.push(update);
			this.#shadow?.follow(update);
		});
	}

	/** These rows left the log for a new snapshot. */
	compacted(seqs: number[], stamp: string, bytes: number, size_bytes: number): void {
		for (const seq of seqs) {
			this.seqs.delete(seq);
			this.#arrived?.delete(seq);
		}
		this.snapshotStamp = stamp;
		this.log_bytes = Math.max(0, this.log_bytes - bytes);
		this.#size_bytes = size_bytes + this.log_bytes;
	}

	/** Everybody leaves, with this code. What was not committed stays with the tabs, which were not told it was saved. */
	drop(code: number, reason: string): void {
		if (this.isDropped) return;
		this.isDropped = true;
		clearTimeout(this.#presence);
		clearTimeout(this.#linger);
		for (const connection of this.connections) connection.close(code, reason);
		this.#inbox = [];
		this.#turn = null;
		this.#doc?.destroy();
		this.#doc = null;
		this.#build = null;
		this.#dropShadow();
		this.#host.forget(this);
	}

	/** Called about every half second. */
	tick(now: number): void {
		if (this.#inbox.length > 0 && this.#build) {
			this.#buildNow();
			this.#host.schedule(this);
		}
		for (const connection of this.connections) connection.tick(now);
		if (this.#whole && now - this.#whole.at > whole_ms) this.#whole = null;
		const { waiting_ms, giveUp_ms } = this.#host.limits;
		const since = this.#turn?.since ?? this.#reloadingSince;
		if (since === null) {
			if (this.#unheardSince !== null && now - this.#unheardSince > waiting_ms) this.#tellWaiting(true);
		} else if (now - since > giveUp_ms) {
			this.#host.log.error({ documentId: this.documentId }, 'a document cannot be saved, its room closes');
			this.drop(closeCode.unavailable, 'cannot save');
		} else if (now - since > waiting_ms) this.#tellWaiting(true);
	}

	#tellWaiting(isWaiting: boolean): void {
		if (this.#isWaitingTold === isWaiting) return;
		this.#isWaitingTold = isWaiting;
		for (const connection of this.connections) connection.sendExtension('waiting', isWaiting ? 1 : 0);
	}

	#presenceSoon(): void {
		if (this.#presence || this.isDropped) return;
		const { presence_ms, presencePerPerson_ms } = this.#host.limits;
		this.#presence = setTimeout(
			() => {
				this.#presence = undefined;
				this.#tellPresence();
			},
			presence_ms + presencePerPerson_ms * this.awareness.size
		);
	}

	/** Who is in the room of another process. isWhole: nobody else is. */
	presenceFrom(node: string, entries: RemotePresence[], isWhole = false): void {
		if (this.awareness.receiveFrom(node, entries, isWhole)) this.#presenceSoon();
	}

	/** That process has the document open no more. */
	leftBy(node: string): void {
		if (this.peers.delete(node)) this.presenceFrom(node, [], true);
	}

	#tellPresence(): void {
		const own = this.awareness.takeOwnChanges();
		if (own.length > 0) this.#host.tellPresence(this, own);
		const news = this.awareness.takeChanges();
		if (news.length === 0) return;
		const frame = encodeAwareness(news);
		for (const connection of this.connections) {
			const own = this.awareness.idOf(connection);
			const isOwnIncluded = own !== undefined && news.some(({ clientId }) => clientId === own);
			// Its own state, late, would move its caret back.
			if (!isOwnIncluded) connection.send(frame);
			else if (news.length > 1)
				connection.send(encodeAwareness(news.filter(({ clientId }) => clientId !== own)));
		}
	}

	#lingerWhenEmpty(): void {
		clearTimeout(this.#linger);
		if (this.isDropped || this.connections.size > 0) return;
		this.#leftAt = Date.now();
		this.#linger = setTimeout(() => {
			if (this.isBusy || this.connections.size > 0) this.#lingerWhenEmpty();
			else this.drop(closeCode.restarting, 'idle');
		}, this.#host.limits.linger_ms);
		this.#linger.unref();
	}
}

const isNothing = (stateVector: Uint8Array): boolean => stateVector.length === 1 && stateVector[0] === 0;

function groupByMember(jobs: ChangeJob[]): Map<string, ChangeJob[]> {
	const groups = new Map<string, ChangeJob[]>();
	for (const job of jobs) {
		const { id } = job.connection.who;
		const own = groups.get(id);
		if (own) own.push(job);
		else groups.set(id, [job]);
	}
	return groups;
}
