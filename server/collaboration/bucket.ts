/** Tokens that come back at a steady rate. */
export class Bucket {
	readonly #perSecond: number;
	readonly #burst: number;
	#tokens: number;
	#at = Date.now();

	constructor(perSecond: number, burst: number) {
		this.#perSecond = perSecond;
		this.#burst = burst;
		this.#tokens = burst;
	}

	take(count: number): void {
		const now = Date.now();
		this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond) - count;
		this.#at = now;
	}

	/** Until there is a token again. */
	wait_ms(): number {
		if (this.#tokens >= 0) return 0;
		return Math.max(0, Math.ceil((-this.#tokens / this.#perSecond) * 1000) - (Date.now() - this.#at));
	}
}
