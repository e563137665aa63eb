/**
 * Keeps on the device the built files of the pages, one page that says the line is cut, and, once a member chose to have
 * a case here, the empty page that opens it without a connection. No answer made for somebody, ever: that page is asked
 * for as a stranger, and the texts are in the member's own copies, which signing out wipes.
 */
import { version } from '$app/env';
import { immutable as built } from '$app/manifest';
import { self as worker } from '$app/service-worker';

const kept = `passerelle-${version}`;
const offlinePage = '/offline.html';
/** Opens the cases that are chosen on this device. */
const casesPage = '/hors-connexion';
const writingPage = /^\/fiches\/([A-Z0-9-]+)\/ecrire$/;
/** Named after their content: what is kept under such an address is never out of date. */
const immutable = '/_app/immutable/';

worker.addEventListener('install', (event) => {
	event.waitUntil(
		caches
			.open(kept)
			.then((cache) => cache.addAll([offlinePage, '/favicon.svg']))
			// Whoever could open their cases without a connection still can after an update.
			.then(async () => ((await caches.match(casesPage)) ? keepCasesPage().catch(() => {}) : undefined))
			.then(() => worker.skipWaiting())
	);
});

worker.addEventListener('activate', (event) => {
	event.waitUntil(
		caches
			.keys()
			.then((names) => Promise.all(names.filter((name) => name !== kept).map((name) => caches.delete(name))))
			.then(() => worker.clients.claim())
	);
});

worker.addEventListener('message', (event) => {
	if (event.data !== 'keep-offline-page') return;
	const [port] = event.ports;
	event.waitUntil(
		keepCasesPage().then(
			() => port?.postMessage(true),
			() => port?.postMessage(false)
		)
	);
});

worker.addEventListener('fetch', (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
	if (url.pathname.startsWith(immutable)) event.respondWith(keptFile(request));
	else if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => withoutConnection(url)));
});

async function keepCasesPage(): Promise<void> {
	const cache = await caches.open(kept);
	await cache.addAll(built.map(({ path }) => path).filter((path) => /\.(js|css|woff2)$/.test(path)));
	// Without a cookie: the page of nobody.
	const page = await fetch(casesPage, { credentials: 'omit', cache: 'no-store', redirect: 'error' });
	if (!page.ok) throw new Error(`the page answered ${page.status}`);
	await cache.put(casesPage, page);
}

async function keptFile(request: Request): Promise<Response> {
	const cache = await caches.open(kept);
	const known = await cache.match(request.url);
	if (known) return known;
	const response = await fetch(request);
	// A device that is full keeps nothing more, but still shows the page.
	if (response.ok && response.status === 200) await cache.put(request.url, response.clone()).catch(() => {});
	return response;
}

async function withoutConnection(url: URL): Promise<Response> {
	const page = await caches.match(casesPage);
	const reference = writingPage.exec(url.pathname)?.[1];
	if (page && url.pathname === casesPage) return page;
	if (page && reference) return Response.redirect(`${casesPage}?fiche=${reference}`);
	return (await caches.match(offlinePage)) ?? Response.error();
}
