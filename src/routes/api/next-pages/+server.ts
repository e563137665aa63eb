import type { RequestHandler } from './$types';

/**
 * What a browser may fetch before the click, as soon as the pointer rests on a link: the public pages. Not those that count
 * tries, nor the frozen versions, which are heavy and already kept by whoever read them.
 */
const rules = {
	prefetch: [
		{
			where: {
				and: [
					{ href_matches: ['/', '/fiches*', '/fiches/*', '/discussions*', '/discussions/*', '/dynamique'] },
					{ not: { href_matches: '/fiches/*/v*.*' } }
				]
			},
			eagerness: 'moderate'
		}
	]
};

export const GET: RequestHandler = () =>
	new Response(JSON.stringify(rules), {
		headers: { 'content-type': 'application/speculationrules+json', 'cache-control': 'public, max-age=3600' }
	});
