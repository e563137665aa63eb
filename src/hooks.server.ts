import { randomBytes } from 'node:crypto';
import { error, type RequestEvent } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { compress } from '#lib/compress.server.ts';
import { inTheme, languageHeaders, themeOf } from '#lib/preferences.server.ts';
import { isScriptless, withoutScript } from '#lib/scriptless.server.ts';
import { paraglideMiddleware } from '#lib/paraglide/server.js';
import { emptyPolicy, headersOfEveryAnswer } from '#server/answer-headers.ts';
import { providedApp } from '#server/app.ts';
import { whoOf } from '#server/auth/sessions.ts';
import { isFailure, statusOf } from '#server/errors.ts';
import { isUnavailable } from '#server/database/unavailable.ts';

/** cookie → who */
const recognise: Handle = async ({ event, resolve }) => {
	const app = providedApp();
	event.locals.app = app;
	event.locals.requestId = randomBytes(6).toString('hex');
	const started_ms = performance.now();
	let failure: unknown;
	try {
		event.locals.who = await whoOf(
			app.db,
			event.request.headers.get('cookie') ?? undefined,
			app.secure,
			app.env
		);
	} catch (gone) {
		// The page still opens, with the sentence for "database gone" instead of a bare error.
		event.locals.who = { kind: 'visitor' };
		failure = gone;
	}
	event.locals.context = app.contextFor(event.locals.who);
	if (failure && event.request.method !== 'GET') return unavailable(event);

	const response = await resolve(event);
	app.log.info(
		{
			requestId: event.locals.requestId,
			method: event.request.method,
			route: event.route.id,
			status: response.status,
			duration_ms: Math.round(performance.now() - started_ms)
		},
		'request'
	);
	return response;
};

/** A write that arrives while the database is gone is not run as a visitor's: the page keeps what was typed. */
function unavailable({ request, locals: { requestId } }: RequestEvent): Response {
	if (request.headers.get('x-sveltekit-action') !== 'true') error(503, 'Service Unavailable');
	return Response.json(
		{ type: 'error', error: { status: 503, message: 'Service Unavailable', code: 'unavailable', requestId } },
		{ status: 503, headers: { 'retry-after': '5' } }
	);
}

const speak: Handle = ({ event, resolve }) =>
	paraglideMiddleware(new Request(event.url, { headers: languageHeaders(event) }), ({ locale }) =>
		resolve(event, {
			// The typefaces too, so that words are not drawn twice.
			preload: ({ type }) => type === 'css' || type === 'font' || (type === 'js' && !isScriptless(event)),
			transformPageChunk: ({ html }) =>
				inTheme(isScriptless(event) ? withoutScript(html) : html, themeOf(event.cookies)).replace(
					'%lang%',
					locale
				)
		})
	);

const protect: Handle = async ({ event, resolve }) => {
	let response = await resolve(event);
	if (event.locals.isGone && response.status === 200 && !event.isDataRequest)
		response = new Response(response.body, { status: 410, headers: response.headers });
	const { headers } = response;
	for (const [name, value] of headersOfEveryAnswer(event.locals.app.secure)) headers.set(name, value);
	if (!headers.has('content-security-policy')) headers.set('content-security-policy', emptyPolicy);
	if (headers.get('content-type') === 'text/html') headers.set('content-type', 'text/html; charset=utf-8');
	// What one person sees is never kept for another, nor shown again after signing out.
	if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-store');
	// Pages without script have nothing that fetches ahead of a click; a browser can do it alone. For visitors only: what
	// members see changes under their eyes.
	if (event.locals.who.kind === 'visitor' && headers.get('content-type')?.startsWith('text/html'))
		headers.set('speculation-rules', '"/api/next-pages"');
	return event.isSubRequest ? response : compress(event.request, response);
};

export const handle = sequence(recognise, protect, speak);

export const handleError: HandleServerError = ({ error: caught, kind, event }) => {
	const requestId = event.locals.requestId ?? '';
	if (isFailure(caught)) {
		const retryAfter_s = caught.details.retryAfter_s;
		return {
			status: statusOf[caught.kind],
			code: caught.code,
			requestId,
			...(typeof retryAfter_s === 'number' ? { retryAfter_s } : {})
		};
	}
	if (kind !== 'unknown') return { requestId };
	event.locals.app?.log.error({ requestId, route: event.route.id, err: caught }, 'unexpected error');
	return isUnavailable(caught) ? { status: 503, code: 'unavailable', requestId } : { requestId };
};
