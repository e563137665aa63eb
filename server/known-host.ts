/** Under which names this server answers: a name that somebody else chose must lead nowhere (DNS rebinding, poisoned caches). */
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Ports are not compared: a proxy may leave them out of Host. */
export function isKnownHost(host: string | undefined, origins: Set<string>): boolean {
	const address = `http://${host ?? ''}`;
	// A user, a path or a question would make another address of it.
	if (!host || /[/\\?#@\s]/.test(host) || !URL.canParse(address)) return false;
	const { hostname } = new URL(address);
	return [...origins].some((origin) => new URL(origin).hostname === hostname);
}

/** 421 for a name that is none of ours. It never repeats the name. */
export function refuseUnknownHost(
	request: IncomingMessage,
	response: ServerResponse,
	origins: Set<string>
): boolean {
	if (isKnownHost(request.headers.host, origins)) return false;
	// Its body is not waited for.
	response.writeHead(421, {
		'content-type': 'text/plain; charset=utf-8',
		'cache-control': 'no-store',
		connection: 'close'
	});
	response.end(
		'This server does not answer under that name: ORIGIN says which one it has.\n' +
			'Ce serveur ne répond pas sous ce nom : ORIGIN dit lequel est le sien.\n'
	);
	return true;
}
