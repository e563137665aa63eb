import { Client } from 'pg';
import type { OpenLink } from './shared.ts';

/**
 * LISTEN and NOTIFY on a connection of their own, outside the transactions that write: a NOTIFY inside them would make
 * every commit of the database wait for one lock.
 */
export function postgresLink(url: string, channel = 'passerelle'): OpenLink {
	return async ({ message, lost }) => {
		const client = new Client({
			connectionString: url,
			application_name: 'passerelle bus',
			connectionTimeoutMillis: 10_000,
			query_timeout: 10_000,
			keepAlive: true,
			// What is told here is committed already, and lost with the server that carries it.
			options: '-c synchronous_commit=off'
		});
		client.on('error', lost);
		client.on('end', () => lost());
		client.on('notification', ({ payload }) => message(payload ?? ''));
		const close = () => void client.end().catch(() => {});
		try {
			await client.connect();
			await client.query(`listen ${client.escapeIdentifier(channel)}`);
		} catch (error) {
			close();
			throw error;
		}
		return {
			send: async (texts) => {
				await client.query('select pg_notify($1, text) from unnest($2::text[]) as text', [channel, texts]);
			},
			close
		};
	};
}
