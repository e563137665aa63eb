import { EventEmitter } from 'node:events';
import type { BusEventName, BusEvents, BusListener } from './bus.ts';

/** The listeners of one process. One that fails keeps nobody else from hearing. */
export class Ears {
	readonly #emitter = new EventEmitter();
	readonly #onError: (error: unknown) => void;

	constructor(onError: (error: unknown) => void) {
		this.#emitter.setMaxListeners(0);
		this.#onError = onError;
	}

	hear<N extends BusEventName>(name: N, data: BusEvents[N], from: string | null): void {
		this.#emitter.emit(name, data, from);
	}

	subscribe<N extends BusEventName>(name: N, listener: BusListener<N>): () => void {
		const guarded: BusListener<N> = (data, from) => {
			try {
				listener(data, from);
			} catch (error) {
				this.#onError(error);
			}
		};
		this.#emitter.on(name, guarded);
		return () => this.#emitter.off(name, guarded);
	}
}
