/** The process: open, mount the pages and the two wires on one port, close in order. */
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { filePolicy, headersOfEveryAnswer } from './answer-headers.ts';
import { openApp, provideApp, type App } from './app.ts';
import { callerAddress } from './caller.ts';
import { listenForCommands } from './control.ts';
import { openDoors } from './doors.ts';
import { readEnv, type Env } from './env.ts';
import { answerHealth, vitals } from './health.ts';
import { startJobs } from './jobs/start.ts';
import { refuseUnknownHost } from './known-host.ts';
import { prepare } from './prepare.ts';
import { StartError } from './database/start-error.ts';
import { welcome } from './welcome.ts';

type PageHandler = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** What a request may weigh and how long it may take; bodies are bounded by BODY_SIZE_LIMIT and by each wire. */
const bounds = {
	maxHeaderSize: 16_384,
	headersTimeout: 20_000,
	requestTimeout: 60_000,
	keepAliveTimeout: 5_000,
	connectionsCheckingInterval: 5_000
};
const drain_ms = 5_000;
const giveUp_ms = 15_000;

try {
	await start(readEnv());
} catch (error) {
	console.error(
		`\n${error instanceof StartError ? error.message : error instanceof Error ? error.stack : String(error)}\n`
	);
	process.exit(1);
}

async function start(env: Env): Promise<void> {
	// The port first: when it is taken, nothing else has been touched.
	let answer: RequestListener = (_request, response) => {
		response.writeHead(503, { 'retry-after': '2', 'content-type': 'text/plain; charset=utf-8' });
		response.end('Passerelle démarre… / Passerelle is starting…\n');
	};
	const http = createServer(bounds, (request, response) => answer(request, response));
	const port = await listen(http, env);
	const address = new URL(
		env.origin ?? `http://${env.host.includes(':') ? `[${env.host}]` : env.host}:${port}`
	);

	const app = await openApp(env);
	for (const origin of acceptedOrigins(address, port)) app.origins.add(origin);
	app.vitals = () => vitals(app);
	provideApp(app);
	await prepare(app);

	const pages = await loadPages();
	const doors = openDoors(http, app, { exclusive: true });
	// First of all listeners, so that the wires say it too. Pages bring a policy of their own.
	http.prependListener('request', (_request, response) => {
		for (const [name, value] of headersOfEveryAnswer(app.secure)) response.setHeader(name, value);
		response.setHeader('content-security-policy', filePolicy);
	});
	const control = listenForCommands(app);
	const jobs = startJobs(app);
	let draining = false;
	answer = (request, response) => {
		if (draining) response.setHeader('connection', 'close');
		// Before the name is looked at: whoever watches asks by address.
		if (answerHealth(app, request, response)) return;
		if (refuseUnknownHost(request, response, app.origins)) return;
		identifyRequest(request, app, address);
		pages(request, response, () => {
			response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' });
			response.end('Not found\n');
		});
	};

	process.on('unhandledRejection', (error) => app.log.error({ err: error }, 'unhandled rejection'));
	let stopping = false;
	for (const signal of ['SIGINT', 'SIGTERM'] as const) {
		process.on(signal, () => {
			if (stopping) return;
			stopping = draining = true;
			setTimeout(() => process.exit(1), giveUp_ms).unref();
			stop().then(
				() => process.exit(0),
				(error: unknown) => {
					app.log.fatal({ err: error }, 'did not stop cleanly');
					process.exit(1);
				}
			);
		});
	}
	/** No new visitor, words to the database, open pages finished, database closed. */
	async function stop(): Promise<void> {
		app.log.info('stopping');
		control?.close();
		const closed = new Promise<void>((resolve) => http.close(() => resolve()));
		await doors.close();
		http.closeIdleConnections();
		setTimeout(() => http.closeAllConnections(), drain_ms).unref();
		await Promise.all([closed, jobs.close()]);
		provideApp(undefined);
		await app.close();
	}

	console.log(await welcome(app, address.origin));
}

function listen(http: ReturnType<typeof createServer>, { host, port }: Env): Promise<number> {
	return new Promise((resolve, reject) => {
		http.once('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'EADDRINUSE') {
				reject(
					new StartError(
						`Port ${port} on ${host} is already taken: another program, or another Passerelle, is using it.\n` +
							`Stop it, or choose another port: PORT=${port + 1} npm start`
					)
				);
			} else if (error.code === 'EACCES') {
				reject(
					new StartError(
						`This user may not listen on port ${port}. Choose one above 1023: PORT=3000 npm start`
					)
				);
			} else if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
				reject(new StartError(`HOST=${host} is not an address of this machine.`));
			} else reject(error);
		});
		http.listen(port, host, () => {
			const address = http.address();
			resolve(typeof address === 'object' && address ? address.port : port);
		});
	});
}

async function loadPages(): Promise<PageHandler> {
	// adapter-node reads these when its module is evaluated; the values come from identifyRequest().
	process.env.PROTOCOL_HEADER = 'x-passerelle-protocol';
	process.env.HOST_HEADER = 'x-passerelle-host';
	process.env.ADDRESS_HEADER = 'x-passerelle-address';
	process.env.BODY_SIZE_LIMIT = '1M';
	// A computed address, so that the type checker does not walk into the build.
	const build = new URL('../build/handler.js', import.meta.url).href;
	try {
		return ((await import(build)) as { handler: PageHandler }).handler;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
		throw new StartError('The pages are not built yet. Run: npm run build', { cause: error });
	}
}

/** Overwrites whatever a client sent under these names. */
function identifyRequest(request: IncomingMessage, app: App, address: URL): void {
	const host = request.headers.host ?? '';
	const known = app.origins.has(`${address.protocol}//${host}`);
	request.headers['x-passerelle-protocol'] = address.protocol.slice(0, -1);
	request.headers['x-passerelle-host'] = known ? host : address.host;
	request.headers['x-passerelle-address'] = callerAddress(request, app.env.proxies);
}

/** On a loopback address every name of the loopback is the same place. */
function acceptedOrigins(address: URL, port: number): string[] {
	const loopback = ['127.0.0.1', 'localhost', '[::1]'];
	if (!loopback.includes(address.hostname)) return [address.origin];
	return [address.origin, ...loopback.map((host) => new URL(`http://${host}:${port}`).origin)];
}
