import { readFile, statfs } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { App } from './app.ts';
import { standing } from './database/migrate.ts';
import type { Vitals } from './domain/health.ts';

/** /healthz: the process answers. /readyz: so does its database; a bus that is away is said, and keeps nobody from working. False when the request is for someone else. */
export function answerHealth(app: App, request: IncomingMessage, response: ServerResponse): boolean {
	if (request.url === '/healthz') {
		send(response, 200, { status: 'ok' });
		return true;
	}
	if (request.url === '/readyz') {
		const late = new Promise<never>((_, reject) => {
			setTimeout(() => reject(new Error('the database did not answer in 2 s')), 2_000).unref();
		});
		const { kind, isWell } = app.bus.health;
		const bus = kind === 'memory' ? {} : { bus: isWell ? kind : 'unreachable' };
		Promise.race([sql`select 1`.execute(app.db), late]).then(
			() => send(response, 200, { status: 'ready', database: app.databaseKind, ...bus }),
			() => send(response, 503, { status: 'unavailable', database: app.databaseKind })
		);
		return true;
	}
	return false;
}

/** For server/domain/health.ts, which says what to think of it. */
export async function vitals({ env, db, databaseKind, bus, origins, held }: App): Promise<Vitals> {
	const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../package.json'), 'utf8')) as {
		version: string;
	};
	const disk = databaseKind === 'embedded' ? await statfs(env.dataDir) : null;
	return {
		version,
		node: process.versions.node,
		databaseKind,
		migrations: await standing(db),
		free_bytes: disk && disk.bavail * disk.bsize,
		bus: { ...bus.health },
		serving: held ? { ...held(), since: new Date(Date.now() - process.uptime() * 1000) } : null,
		isProduction: env.production,
		origin: addressOf({ env, origins }),
		sendsMail: env.smtp !== null,
		requiresSecondFactor: env.requireSecondFactor
	};
}

/** What people type to come here, as far as this process knows. */
export function addressOf({ env, origins }: Pick<App, 'env' | 'origins'>): string {
	const host = env.host.includes(':') ? `[${env.host}]` : env.host;
	return env.origin ?? [...origins][0] ?? `http://${host}:${env.port}`;
}

function send(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
	response.end(JSON.stringify(body));
}
