import { EventEmitter } from 'node:events';
import type { Bus } from './bus.ts';

/** The bus of a single process. */
export function memoryBus(onError: (error: unknown) => void): Bus {
	const emitter = new EventEmitter();
	emitter.setMaxListeners(0);
	return {
		publish: (name, data) => void emitter.emit(name, data),
		subscribe: (name, listener) => {
			const guarded = (data: Parameters<typeof listener>[0]) => {
				try {
					listener(data);
				} catch (error) {
					onError(error);
				}
			};
			emitter.on(name, guarded);
			return () => emitter.off(name, guarded);
		}
	};
}
