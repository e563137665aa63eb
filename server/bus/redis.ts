import { createClient } from 'redis';
import type { OpenLink } from './shared.ts';

/**
 * Redis only carries what was said, and keeps nothing.
 * @param channel the same for every process of one installation, and for no other
 */
export function redisLink(url: string, channel: string): OpenLink {
	return async ({ message, lost }) => {
		const connect = () =>
			createClient({
				url,
				disableOfflineQueue: true,
				socket: { reconnectStrategy: false, connectTimeout: 10_000 }
			})
				.on('error', lost)
				.on('end', () => lost());
		const [listener, speaker] = [connect(), connect()];
		const close = () => {
			for (const client of [listener, speaker]) if (client.isOpen) client.destroy();
		};
		try {
			await Promise.all([listener.connect(), speaker.connect()]);
			await listener.subscribe(channel, message);
		} catch (error) {
			close();
			throw error;
		}
		return {
			send: async (texts) => {
				for (const text of texts) await speaker.publish(channel, text);
			},
			close
		};
	};
}
