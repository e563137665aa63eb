/** Whether WebSockets are blocked here. Kept for the tab: the next page does not wait to find out again. */
export interface LineMemory {
	readonly isBlocked: boolean;
	block(): void;
	unblock(): void;
}

const key = 'websocket-blocked';

/** @param storage null, or one that throws, in browsers that keep nothing: then this page alone remembers */
export function lineMemory(storage: () => Storage | null): LineMemory {
	const attempt = <T>(work: (storage: Storage) => T): T | null => {
		try {
			const kept = storage();
			return kept && work(kept);
		} catch {
			return null;
		}
	};
	let isBlocked = attempt((kept) => kept.getItem(key)) === '1';
	return {
		get isBlocked() {
			return isBlocked;
		},
		block() {
			isBlocked = true;
			attempt((kept) => kept.setItem(key, '1'));
		},
		unblock() {
			isBlocked = false;
			attempt((kept) => kept.removeItem(key));
		}
	};
}
