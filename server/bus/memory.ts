import { EventEmitter } from 'node:events';
import { reach, type Bus } from './bus.ts';
import { Ears } from './ears.ts';
import type { OpenLink } from './shared.ts';

/** The bus of a single process. */
export function memoryBus(onError: (error: unknown) => void): Bus {
	const ears = new Ears(onError);
	return {
		publish(name, data) {
			if (reach[name] !== 'others') ears.hear(name, data, null);
		},
		subscribe: (name, listener) => ears.subscribe(name, listener),
		health: { kind: 'memory', isWell: true },
		close: () => Promise.resolve()
	};
}

/** What ties several buses of one process together, as PostgreSQL or Redis do for those of several. */
export function memoryHub(): OpenLink {
	const hub = new EventEmitter();
	hub.setMaxListeners(0);
	return ({ message }) => {
		const later = (text: string) => setImmediate(message, text);
		hub.on('said', later);
		return Promise.resolve({
			send: (texts) => {
				for (const text of texts) hub.emit('said', text);
				return Promise.resolve();
			},
			close: () => void hub.off('said', later)
		});
	};
}
