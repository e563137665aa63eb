/**
 * The embedded database belongs to one process. While a server holds it, the command line asks that server to run
 * the verb, over a socket only the same user may open. With PostgreSQL the command line connects by itself.
 */
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { App } from './app.ts';
import type { Env } from './env.ts';
import { explain, verbs } from './verbs.ts';

interface Request {
	verb: string;
	args: string[];
}
interface Answer {
	lines: string[];
	/** The sentence of a failure; null when the verb did its work. */
	failure: string | null;
}

const longestRequest = 64 * 1024;

/** Listens beside the embedded database; undefined where there is none, or no Unix socket can be made. */
export function listenForCommands(app: App): Server | undefined {
	if (app.databaseKind !== 'embedded') return undefined;
	const path = socketPath(app.env);
	const server = createServer({ allowHalfOpen: true }, (socket) => {
		socket.on('error', () => socket.destroy());
		void answer(app, socket);
	});
	server.on('error', (error) => app.log.warn({ err: error }, 'the command line cannot reach this server'));
	// What a killed server left behind; the folder's lock says no other is alive.
	if (process.platform !== 'win32') rmSync(path, { force: true });
	server.listen(path, () => {
		if (process.platform !== 'win32') chmodSync(path, 0o600);
	});
	return server;
}

/** Undefined when no server listens, so that the caller opens the database itself. */
export function forward(env: Env, request: Request): Promise<Answer | undefined> {
	if (env.databaseUrl) return Promise.resolve(undefined);
	return new Promise((resolve, reject) => {
		const socket = connect({ path: socketPath(env), allowHalfOpen: true });
		socket.once('error', () => resolve(undefined));
		socket.once('connect', () => {
			socket.end(JSON.stringify(request));
			text(socket).then((body) => resolve(JSON.parse(body) as Answer), reject);
		});
	});
}

async function answer(app: App, socket: Socket): Promise<void> {
	const lines: string[] = [];
	let failure: string | null = null;
	try {
		const { verb, args } = await readRequest(socket);
		const known = verbs[verb];
		if (!known) failure = `There is no verb ${verb}.`;
		else await known.run(app, args, (line) => lines.push(line));
	} catch (error) {
		failure = explain(error) ?? 'Unexpected error: the log of the server says more.';
		if (explain(error) === undefined) app.log.error({ err: error }, 'a verb failed');
	}
	socket.end(JSON.stringify({ lines, failure } satisfies Answer));
}

async function readRequest(socket: Socket): Promise<Request> {
	let body = '';
	for await (const chunk of socket) {
		body += String(chunk);
		if (body.length > longestRequest) throw new Error('request too long');
	}
	return JSON.parse(body) as Request;
}

function socketPath(env: Env): string {
	const path = join(env.dataDir, 'control.sock');
	return process.platform === 'win32' ? `\\\\.\\pipe\\${path.replace(/[:\\/]+/g, '-')}` : path;
}
