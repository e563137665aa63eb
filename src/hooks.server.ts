import { randomBytes } from 'node:crypto';
import { error, type RequestEvent } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import type { Handle, HandleServerError } from '@sveltejs/kit/hooks';
import { compress } from '#lib/compress.server.ts';
import { isScriptless, withoutScript } from '#lib/scriptless.server.ts';
import { paraglideMiddleware } from '#lib/paraglide/server.js';
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
	paraglideMiddleware(event.request, ({ locale }) =>
		resolve(event, {
			preload: ({ type }) => type === 'css' || !isScriptless(event),
			transformPageChunk: ({ html }) =>
				(isScriptless(event) ? withoutScript(html) : html).replace('%lang%', locale)
		})
	);

const protect: Handle = async ({ event, resolve }) => {
	const response = await resolve(event);
	const { headers } = response;
	headers.set('x-content-type-options', 'nosniff');
	headers.set('referrer-policy', 'same-origin');
	headers.set('permissions-policy', 'camera=(), microphone=(), geolocation=(), interest-cohort=()');
	headers.set('cross-origin-opener-policy', 'same-origin');
	headers.set('cross-origin-resource-policy', 'same-origin');
	if (event.locals.app.secure)
		headers.set('strict-transport-security', 'max-age=31536000; includeSubDomains');
	// What one person sees is never kept for another, nor shown again after signing out.
	if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-store');
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
