import { isFailure, isUnavailable, statusOf } from '#server/errors.ts';

/**
 * What `ask` found, as JSON nobody keeps; or {code} with the status of its failure, and retry-after when waiting helps.
 * Anything else is a bug, and is thrown.
 */
export async function answer(ask: () => Promise<unknown>): Promise<Response> {
	const headers: Record<string, string> = { 'cache-control': 'no-store' };
	try {
		return Response.json(await ask(), { headers });
	} catch (failure) {
		if (isUnavailable(failure)) {
			headers['retry-after'] = '5';
			return Response.json({ code: 'unavailable' }, { status: 503, headers });
		}
		if (!isFailure(failure)) throw failure;
		const { retryAfter_s } = failure.details;
		if (retryAfter_s !== undefined) headers['retry-after'] = String(retryAfter_s);
		return Response.json({ code: failure.code }, { status: statusOf[failure.kind], headers });
	}
}
