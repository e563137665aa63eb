/**
 * The copies of shared documents that this device keeps, one per member and document. While a page is open every word of
 * it has one. Once left, it stays only where words wait for the server, or where its member chose to have the case here
 * without a connection; signing out wipes all of them.
 */
import { readCopy, remove } from './copy-storage.ts';

const localPrefix = 'passerelle:document:';
const choicesName = `${localPrefix}chosen`;
const choicesStore = 'cases';

export const copyName = (memberId: string, documentId: string) => `${localPrefix}${memberId}:${documentId}`;

/** What a page without a connection needs of a case, beside its text. */
export interface ChosenCase {
	memberId: string;
	memberName: string;
	documentId: string;
	reference: string;
	title: string;
	language: 'fr' | 'en' | 'es';
	writeParts: string[] | null;
	/** Public lists, as the page had them. */
	lists: string;
	/** Milliseconds. */
	chosenAt: number;
}

/** Wipes every copy this device keeps of shared documents. For signing out on a shared computer. */
export async function forgetLocalDocuments(): Promise<void> {
	await Promise.all((await names()).map(remove));
}

/** Other tabs leave this copy alone until it is given back. */
export function holdCopy(name: string): () => void {
	let letGo = () => {};
	const held = new Promise<void>((resolve) => (letGo = resolve));
	void navigator.locks?.request(name, { mode: 'shared' }, () => held).catch(() => {});
	return letGo;
}

/**
 * Wipes the copies that nobody chose, that no tab holds, and of which every word is on the server. What other members
 * chose here goes too: a device serves the one who opened a text last.
 */
export async function forgetLeftCopies(memberId: string): Promise<void> {
	if (!('locks' in navigator)) return;
	const choices = await chosenCases();
	for (const one of choices) if (one.memberId !== memberId) await unchooseCase(one.memberId, one.documentId);
	const chosen = new Set(choices.map((one) => copyName(memberId, one.documentId)));
	for (const name of await names()) {
		if (!/:[0-9a-f-]{36}$/.test(name) || chosen.has(name)) continue;
		await navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
			if (!lock) return;
			const copy = await readCopy(name).catch(() => null);
			copy?.database.close();
			if (copy && !copy.isPending) await remove(name);
		});
	}
}

/** The cases this device keeps by choice, the last chosen first. */
export async function chosenCases(): Promise<ChosenCase[]> {
	const all = (await inChoices('readonly', (store) => store.getAll() as IDBRequest<ChosenCase[]>)) ?? [];
	return all.sort((a, b) => b.chosenAt - a.chosenAt);
}

/** @throws when this device keeps nothing */
export async function chooseCase(chosen: ChosenCase): Promise<void> {
	const key = copyName(chosen.memberId, chosen.documentId);
	const kept = await inChoices('readwrite', (store) => store.put(chosen, key));
	if (kept === null) throw new Error('this device keeps nothing');
}

export async function unchooseCase(memberId: string, documentId: string): Promise<void> {
	await inChoices('readwrite', (store) => store.delete(copyName(memberId, documentId)));
}

export async function hasCopy(name: string): Promise<boolean> {
	return (await names()).includes(name);
}

async function names(): Promise<string[]> {
	if (!('indexedDB' in globalThis)) return [];
	const databases = (await indexedDB.databases?.().catch(() => [])) ?? [];
	return databases.flatMap(({ name }) => (name?.startsWith(localPrefix) ? [name] : []));
}

/** null when this device keeps nothing. */
function inChoices<T>(
	mode: IDBTransactionMode,
	work: (store: IDBObjectStore) => IDBRequest<T>
): Promise<T | null> {
	return new Promise((resolve) => {
		try {
			const opening = indexedDB.open(choicesName, 1);
			opening.onupgradeneeded = () => opening.result.createObjectStore(choicesStore);
			opening.onerror = opening.onblocked = () => resolve(null);
			opening.onsuccess = () => {
				const database = opening.result;
				database.onversionchange = () => database.close();
				const transaction = database.transaction(choicesStore, mode);
				const request = work(transaction.objectStore(choicesStore));
				transaction.oncomplete = () => {
					database.close();
					resolve(request.result);
				};
				transaction.onabort = () => {
					database.close();
					resolve(null);
				};
			};
		} catch {
			resolve(null);
		}
	});
}

/** Asks the service worker to keep the empty page that opens a chosen case without a connection. */
export async function keepOfflinePage(): Promise<boolean> {
	const registration = await navigator.serviceWorker?.ready;
	const worker = registration?.active;
	if (!worker) return false;
	return new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = ({ data }) => resolve(data === true);
		setTimeout(resolve, 30_000, false);
		worker.postMessage('keep-offline-page', [port2]);
	});
}
