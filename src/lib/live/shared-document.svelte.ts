/** The browser's end of a live document: its text, who is here, and whether every word is safe. */
import * as decoding from 'lib0/decoding';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { collaborationPath, decodeAccess, messageType } from '../contract/collaboration.ts';
import type { Locale } from '../contract/locales.ts';
import { plainText, readFacts, toContent, type CaseContent } from '../document/content.ts';
import { partKeys, roots, schemaVersion, sectionKeys, type PartKey } from '../document/template.ts';
import { lineClass } from './line.ts';
import { lineMemory } from './line-memory.ts';
import { LocalCopy } from './local-copy.ts';
import { copyName, forgetLeftCopies, holdCopy } from './local-documents.ts';
import {
	afterEvent,
	initialFacts,
	isAcknowledged,
	saveState,
	type SaveEvent,
	type SaveFacts
} from './save-state.ts';

export interface Person {
	/** Of the tab; a person with two tabs is here twice. */
	clientId: number;
	name: string;
	/** #rrggbb, dark enough for white letters. */
	color: string;
	/** The part their caret is in, if any. */
	part: PartKey | null;
	isMe: boolean;
}

const slow_ms = 8_000;
const contentDelay_ms = 120;
const inks = ['#0e5a63', '#8a3b12', '#5b3a8c', '#1c6539', '#9c2a5b', '#2b4fa0', '#6b5300', '#7a2e2e'];

export class SharedDocument {
	readonly doc = new Y.Doc();
	readonly provider: WebsocketProvider;
	readonly awareness: WebsocketProvider['awareness'];

	#facts = $state.raw<SaveFacts>(initialFacts);
	#hasLocalText = $state(false);
	/** What the save line says. */
	readonly save = $derived(saveState(this.#facts));
	/** The network blocks WebSockets: everything goes another way, more slowly. */
	readonly fallback = $derived(this.#facts.fallback);
	/** Leaving now could lose words. */
	readonly pending = $derived(this.#facts.pending);
	/** This device would give the words back after a closed page. */
	readonly kept = $derived(this.#facts.localKept);
	/** The text is here, from the server or from this device: it can be shown and written in. */
	readonly ready = $derived(
		this.#facts.openedOnce ||
			(this.#facts.localRead && (this.#facts.pending || (this.#facts.unreachable && this.#hasLocalText)))
	);
	/** What the server said last; null before it said anything. */
	canWrite = $state<boolean | null>(null);
	/** Where this member may write; null stands for all of the text. */
	parts = $state.raw<string[] | null>(null);
	/** When everything was last in the server's database, in milliseconds. */
	savedAt = $state.raw<number | null>(null);
	people = $state.raw<Person[]>([]);
	/** The text as data, a moment after each change. */
	content = $state.raw<CaseContent>(toContent(new Y.Doc(), 'fr'));

	/** The facts, at each change. */
	facts = $state.raw<CaseContent['facts']>(readFacts(new Y.Doc()));

	#language: Locale;
	#local: LocalCopy | null = null;
	#releaseCopy: (() => void) | null = null;
	#updatesSent = 0;
	#isPolling = false;
	#slowTimer: ReturnType<typeof setTimeout> | undefined;
	#contentTimer: ReturnType<typeof setTimeout> | undefined;
	#release: (() => void)[] = [];
	#destroyed = false;

	constructor(options: { documentId: string; language: Locale; member: { id: string; name: string } }) {
		this.#language = options.language;
		this.content = toContent(this.doc, this.#language);
		this.provider = new WebsocketProvider(
			location.origin.replace(/^http/, 'ws') + collaborationPath,
			options.documentId,
			this.doc,
			{
				connect: false,
				// Tabs would share edits behind the back of the server's permissions.
				disableBc: true,
				// Whoever signs in later on this computer does not write in the name of this page's member, nor they in theirs.
				params: { ext: '1', member: options.member.id, schema: String(schemaVersion) },
				WebSocketPolyfill: lineClass({
					memory: lineMemory(() => sessionStorage),
					onOpen: (kind) => (this.#isPolling = kind === 'polling'),
					onSent: (frame) => this.#sent(frame)
				})
			}
		);
		this.awareness = this.provider.awareness;
		this.awareness.setLocalStateField('user', {
			name: options.member.name,
			color: inkOf(options.member.id)
		});
		this.#listen();
		void this.#open(options.documentId, options.member.id);
	}

	/** Tells the others which part this person is in. */
	focus(part: PartKey | null): void {
		if ((this.awareness.getLocalState()?.part ?? null) !== part)
			this.awareness.setLocalStateField('part', part);
	}

	/** After the person signed in again: nothing is reloaded, the words of this tab go first. */
	retry(): void {
		this.#tell({ type: 'retry' });
		this.provider.connect();
	}

	/** Everything written here, for a clipboard or a file. */
	text(): string {
		return plainText(toContent(this.doc, this.#language));
	}

	/** Forgets the copy on this device, words that could not be saved included. The page must be loaded again after it. */
	async discard(): Promise<void> {
		this.#tell({ type: 'discarded' });
		await this.#local?.wipe();
	}

	destroy(): void {
		this.#destroyed = true;
		clearTimeout(this.#slowTimer);
		clearTimeout(this.#contentTimer);
		for (const release of this.#release) release();
		this.awareness.setLocalState(null);
		this.provider.destroy();
		this.#local?.close();
		this.#releaseCopy?.();
		this.doc.destroy();
	}

	async #open(documentId: string, memberId: string): Promise<void> {
		const name = copyName(memberId, documentId);
		this.#releaseCopy = holdCopy(name);
		const local = await LocalCopy.open(name, this.doc, {
			onKept: (kept) => this.#tell({ type: 'localWritten', kept })
		});
		if (this.#destroyed) return local?.close();
		this.#local = local;
		this.#hasLocalText = this.doc.store.clients.size > 0;
		this.#tell({ type: 'localRead', kept: local !== null, hasPending: local?.hadPending ?? false });
		// Only now: words of a last visit then travel in the first answer to the server, which is acknowledged.
		if (navigator.onLine) this.provider.connect();
		else this.#tell({ type: 'unreachable' });
		void forgetLeftCopies(memberId);
	}

	#listen(): void {
		const { provider, doc } = this;
		provider.messageHandlers[messageType.acknowledged] = (_, decoder) => {
			this.#tell({ type: 'acknowledged', count: decoding.readVarUint(decoder) });
		};
		provider.messageHandlers[messageType.access] = (_, decoder) => {
			const { canWrite, parts } = decodeAccess(decoding.readVarUint(decoder));
			this.canWrite = canWrite;
			this.parts = canWrite ? parts : null;
			this.#tell({ type: 'access', canWrite });
		};
		provider.messageHandlers[messageType.waiting] = (_, decoder) => {
			this.#tell({ type: 'waiting', waiting: decoding.readVarUint(decoder) === 1 });
		};
		provider.on('status', ({ status }) => {
			if (status === 'connecting') return;
			this.#tell(status === 'connected' ? { type: status, fallback: this.#isPolling } : { type: status });
		});
		provider.on('sync', (synced: boolean) => {
			if (synced) this.#tell({ type: 'synced' });
		});
		provider.on('connection-close', () => {
			if (!provider.wsconnected) this.#tell({ type: 'unreachable' });
		});
		provider.on('closed', ({ code }) => this.#tell({ type: 'closed', code }));

		// A long text is not read whole each time somebody pauses.
		let unchanged: Partial<CaseContent['sections']> = {};
		for (const key of sectionKeys) {
			doc.getXmlFragment(roots.section(key)).observeDeep(() => {
				delete unchanged[key];
			});
		}
		let updatesSeen = 0;
		// Registered after the provider's own listener: a frame with the change has left by now, or there was no line.
		const onChange = (_: Uint8Array, origin: unknown) => {
			clearTimeout(this.#contentTimer);
			this.#contentTimer = setTimeout(() => {
				this.content = toContent(doc, this.#language, unchanged);
				unchanged = { ...this.content.sections };
			}, contentDelay_ms);
			if (origin === provider || origin instanceof LocalCopy) return;
			this.#tell({ type: 'changed', carried: this.#updatesSent > updatesSeen });
			updatesSeen = this.#updatesSent;
		};
		doc.on('update', onChange);
		const onFacts = () => {
			this.facts = readFacts(doc);
		};
		doc.getMap(roots.facts).observe(onFacts);
		doc.getText(roots.partner).observe(onFacts);
		doc.getText(roots.noPartnerReason).observe(onFacts);

		const onPresence = () => {
			this.people = this.#present();
		};
		this.awareness.on('change', onPresence);
		onPresence();

		const onOffline = () => provider.disconnect();
		const onOnline = () => {
			if (this.#facts.ended === null && this.#facts.localRead) provider.connect();
		};
		const onLeave = (event: BeforeUnloadEvent) => {
			if (this.#facts.pending) event.preventDefault();
		};
		addEventListener('offline', onOffline);
		addEventListener('online', onOnline);
		addEventListener('beforeunload', onLeave);
		this.#release.push(() => {
			removeEventListener('offline', onOffline);
			removeEventListener('online', onOnline);
			removeEventListener('beforeunload', onLeave);
			doc.off('update', onChange);
			this.awareness.off('change', onPresence);
		});
	}

	/** Counts the frames that may change the document. */
	#sent(frame: Uint8Array): void {
		if (frame[0] !== messageType.sync) return;
		if (frame[1] === syncStep2) this.#tell({ type: 'sentAnswer', carriesWords: carriesWords(frame) });
		else if (frame[1] === syncUpdate) {
			this.#updatesSent++;
			this.#tell({ type: 'sentUpdate' });
		}
	}

	#tell(event: SaveEvent): void {
		if (this.#destroyed) return;
		const before = this.#facts;
		const after = afterEvent(before, event);
		this.#facts = after;
		if (after.pending !== before.pending) this.#local?.setPending(after.pending);
		if (isAcknowledged(after)) {
			// A change in the database, or the first time we know about it.
			if (before.pending || this.savedAt === null) this.savedAt = Date.now();
			clearTimeout(this.#slowTimer);
			this.#slowTimer = undefined;
		} else if (after.connected && after.pending && !after.slow) {
			this.#slowTimer ??= setTimeout(() => {
				this.#slowTimer = undefined;
				if (!isAcknowledged(this.#facts) && this.#facts.connected) this.#tell({ type: 'slow' });
			}, slow_ms);
		}
	}

	#present(): Person[] {
		const people: Person[] = [];
		for (const [clientId, state] of this.awareness.getStates()) {
			const user = (state.user ?? {}) as { name?: unknown; color?: unknown };
			if (typeof user.name !== 'string' || user.name === '') continue;
			people.push({
				clientId,
				name: user.name.slice(0, 120),
				color: typeof user.color === 'string' && /^#[0-9a-f]{6}$/i.test(user.color) ? user.color : inks[0]!,
				part: partKeys.find((part) => part === state.part) ?? null,
				isMe: clientId === this.doc.clientID
			});
		}
		return people.sort((a, b) => Number(b.isMe) - Number(a.isMe) || a.name.localeCompare(b.name));
	}
}

const syncStep2 = 1;
const syncUpdate = 2;

/** An answer always lists deletions; only what comes before them is new words. */
function carriesWords(frame: Uint8Array): boolean {
	const decoder = decoding.createDecoder(frame);
	decoding.readVarUint(decoder);
	decoding.readVarUint(decoder);
	return decoding.readVarUint(decoding.createDecoder(decoding.readVarUint8Array(decoder))) > 0;
}

function inkOf(memberId: string): string {
	let sum = 0;
	for (const character of memberId) sum = (sum * 31 + character.charCodeAt(0)) % 997;
	return inks[sum % inks.length]!;
}
