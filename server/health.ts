import type { IncomingMessage, ServerResponse } from 'node:http';
import { sql } from 'kysely';
import type { App } from './app.ts';

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

function send(response: ServerResponse, status: number, body: object): void {
	response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
	response.end(JSON.stringify(body));
}
