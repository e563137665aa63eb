/** The copies of shared documents that this device keeps, so that no word is lost offline. One per member and document. */
export const localPrefix = 'passerelle:document:';

/** Wipes every copy this device keeps of shared documents. For signing out on a shared computer. */
export async function forgetLocalDocuments(): Promise<void> {
	if (!('indexedDB' in globalThis)) return;
	const databases = (await indexedDB.databases?.().catch(() => [])) ?? [];
	await Promise.all(
		databases.map(({ name }) => {
			if (!name?.startsWith(localPrefix)) return;
			return new Promise<void>((resolve) => {
				const request = indexedDB.deleteDatabase(name);
				request.onsuccess = request.onerror = request.onblocked = () => resolve();
			});
		})
	);
}
