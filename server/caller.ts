/** Where a request comes from, and how many of something each one has. */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/** The caller's address: the one the outermost trusted proxy saw. */
export function callerAddress(request: IncomingMessage, proxies: number): string {
	const direct = request.socket.remoteAddress ?? 'unknown';
	if (proxies === 0) return direct;
	const forwarded = String(request.headers['x-forwarded-for'] ?? '')
		.split(',')
		.map((part) => part.trim())
		.filter(Boolean);
	return forwarded.at(-proxies) ?? direct;
}

/** What one subscriber holds: an IPv4 address, or the 64 bits of an IPv6 one that its network chose. */
export function networkOf(address: string): string {
	const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
	if (mapped || !isIPv6(address)) return mapped ?? address;
	const [head = '', tail = ''] = address.split('%', 1)[0]!.split('::', 2);
	const before = head.split(':').filter(Boolean);
	const after = tail.split(':').filter(Boolean);
	const middle = address.includes('::')
		? Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
		: [];
	return [...before, ...middle, ...after]
		.slice(0, 4)
		.map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
		.join(':');
}

/** How many seats each has taken and not given back. What nobody holds takes no room. */
export class Seats {
	readonly #taken = new Map<string, number>();
	readonly #most: number;

	constructor(most: number) {
		this.#most = most;
	}

	/** Whoever has a seat. */
	get holders(): string[] {
		return [...this.#taken.keys()];
	}

	isFull(whose: string): boolean {
		return (this.#taken.get(whose) ?? 0) >= this.#most;
	}

	/** Gives it back; a second time does nothing. */
	take(whose: string): () => void {
		this.#taken.set(whose, (this.#taken.get(whose) ?? 0) + 1);
		let isHeld = true;
		return () => {
			if (!isHeld) return;
			isHeld = false;
			const left = this.#taken.get(whose)! - 1;
			if (left > 0) this.#taken.set(whose, left);
			else this.#taken.delete(whose);
		};
	}
}
