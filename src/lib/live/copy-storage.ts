/** How the copy of a shared document lies on this device. Without Yjs: signing out wipes copies, and reads none. */

export const updatesStore = 'updates';
export const factsStore = 'custom';
export const pendingKey = 'pending';

/** What the device holds under one name, its database still open. */
export interface Found {
	database: IDBDatabase;
	updates: Uint8Array[];
	isPending: boolean;
}

/** @throws when this device keeps nothing, or the copy cannot be read */
export function readCopy(name: string): Promise<Found> {
	return new Promise((resolve, reject) => {
		const request = indexedDB.open(name, 1);
		request.onupgradeneeded = () => {
			request.result.createObjectStore(updatesStore, { autoIncrement: true });
			request.result.createObjectStore(factsStore);
		};
		request.onerror = request.onblocked = () => reject(request.error ?? new Error('blocked'));
		request.onsuccess = () => {
			const database = request.result;
			try {
				const transaction = database.transaction([updatesStore, factsStore], 'readonly');
				const updates = transaction.objectStore(updatesStore).getAll() as IDBRequest<Uint8Array[]>;
				const pending = transaction.objectStore(factsStore).get(pendingKey);
				transaction.oncomplete = () =>
					resolve({ database, updates: updates.result, isPending: pending.result === 1 });
				transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
			} catch (error) {
				database.close();
				reject(error as Error);
			}
		};
	});
}

export function remove(name: string): Promise<void> {
	return new Promise((resolve) => {
		const request = indexedDB.deleteDatabase(name);
		request.onsuccess = request.onerror = request.onblocked = () => resolve();
	});
}
