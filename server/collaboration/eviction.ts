/** Which documents leave memory before their time, when all of them together take too much of it. */
export interface Evictable {
	/** As stored. */
	size_bytes: number;
	/** When the last person left it; null while somebody has it open or words of it are being saved. */
	idleSince: number | null;
}

/** Those nobody has open, the one left longest ago first, until the rest fits; documents in use always stay. */
export function toEvict<T extends Evictable>(rooms: Iterable<T>, most_bytes: number): T[] {
	const all = [...rooms];
	let bytes = all.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
	if (bytes <= most_bytes) return [];
	const evicted: T[] = [];
	const idle = all.filter(({ idleSince }) => idleSince !== null);
	for (const room of idle.sort((a, b) => a.idleSince! - b.idleSince!)) {
		if (bytes <= most_bytes) break;
		bytes -= room.size_bytes;
		evicted.push(room);
	}
	return evicted;
}
