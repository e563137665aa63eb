/**
 * Keeps on the device the built files of the pages and one page that says the line is cut. Nothing else, ever: no answer
 * of the server, whoever is signed in. Works the same for everybody, so signing out has nothing to remove here.
 */
import { version } from '$app/env';
import { self as worker } from '$app/service-worker';

const kept = `passerelle-${version}`;
const offlinePage = '/offline.html';
/** Named after their content: what is kept under such an address is never out of date. */
const immutable = '/_app/immutable/';

worker.addEventListener('install', (event) => {
	event.waitUntil(
		caches
			.open(kept)
			.then((cache) => cache.addAll([offlinePage, '/favicon.svg']))
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

worker.addEventListener('fetch', (event) => {
	const { request } = event;
	const url = new URL(request.url);
	if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
	if (url.pathname.startsWith(immutable)) event.respondWith(keptFile(request));
	else if (request.mode === 'navigate') event.respondWith(fetch(request).catch(sayOffline));
});

async function keptFile(request: Request): Promise<Response> {
	const cache = await caches.open(kept);
	const known = await cache.match(request.url);
	if (known) return known;
	const response = await fetch(request);
	// A device that is full keeps nothing more, but still shows the page.
	if (response.ok && response.status === 200) await cache.put(request.url, response.clone()).catch(() => {});
	return response;
}

async function sayOffline(): Promise<Response> {
	return (await caches.match(offlinePage)) ?? Response.error();
}
