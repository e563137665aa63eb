/** A process with a database and the collaboration server, and nothing else: quick to start, made to be killed. */
import { createServer } from 'node:http';
import { openApp } from '../../server/app.ts';
import { whoOf } from '../../server/auth/sessions.ts';
import type { Limits } from '../../server/collaboration/limits.ts';
import { attachCollaboration } from '../../server/collaboration/upgrade.ts';
import { readEnv } from '../../server/env.ts';

const env = readEnv();
const app = await openApp(env);
app.origins.add(`http://127.0.0.1:${env.port}`);
const http = createServer((_request, response) => response.writeHead(404).end());
attachCollaboration(http, app, {
	whoOf: (request) => whoOf(app.db, request.headers.cookie, app.secure),
	exclusive: true,
	// A load test lifts what slows a fast writer.
	limits: JSON.parse(process.env.TEST_LIMITS ?? '{}') as Partial<Limits>
});
http.listen(env.port, env.host, () => console.log('listening'));
// With --expose-gc: so that what it holds can be told from what it has not swept yet.
process.on('SIGUSR2', () => globalThis.gc?.());
