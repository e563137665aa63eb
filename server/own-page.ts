import type { IncomingMessage } from 'node:http';

/** Whether a page of this very site asks: others could use the reader's cookie. */
export function isOwnPage(request: IncomingMessage, origins: Set<string>): boolean {
	const { origin, referer, 'sec-fetch-site': site } = request.headers;
	if (origin !== undefined) return origins.has(origin);
	// Browsers name no origin when a page asks its own site; they always do when they open a WebSocket.
	if (request.headers.upgrade !== undefined || request.method !== 'GET') return false;
	if (site !== undefined) return site === 'same-origin';
	// Over plain http they do not say sec-fetch-site either.
	return referer !== undefined && URL.canParse(referer) && origins.has(new URL(referer).origin);
}
