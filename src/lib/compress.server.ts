import { pipeline, Readable } from 'node:stream';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

const worthwhile = /^(?:text\/|application\/json)/;

/**
 * Pages and their data, compressed as they are made: what a page sends first is not kept back until its end.
 *
 * Secrets compressed beside words chosen by an attacker can be guessed from lengths (BREACH). Here no page carries a
 * token: forms are guarded by Origin, the session travels in a cookie that pages never repeat. And with SameSite=Lax
 * another site can only ask for a member's page by opening it in plain sight, not the thousands of times this takes.
 */
export function compress(request: Request, response: Response): Response {
	const { body, status, statusText } = response;
	const headers = new Headers(response.headers);
	if (!body || !worthwhile.test(headers.get('content-type') ?? '') || headers.has('content-encoding'))
		return response;
	headers.append('vary', 'accept-encoding');
	const encoding = preferred(request.headers.get('accept-encoding') ?? '');
	if (!encoding || request.method === 'HEAD') return new Response(body, { status, statusText, headers });

	headers.set('content-encoding', encoding);
	headers.delete('content-length');
	const etag = headers.get('etag');
	if (etag && !etag.startsWith('W/')) headers.set('etag', `W/${etag}`);
	const packer =
		encoding === 'br'
			? createBrotliCompress({
					flush: constants.BROTLI_OPERATION_FLUSH,
					params: { [constants.BROTLI_PARAM_QUALITY]: 4 }
				})
			: createGzip({ flush: constants.Z_SYNC_FLUSH });
	// An error on either side ends both; the reader of the answer sees it.
	pipeline(Readable.fromWeb(body as NodeStream), packer, () => {});
	return new Response(Readable.toWeb(packer) as ReadableStream, { status, statusText, headers });
}

/** Brotli when the browser takes it, then gzip, else nothing; `q=0` is a refusal. */
function preferred(accepted: string): 'br' | 'gzip' | undefined {
	const names = accepted
		.toLowerCase()
		.split(',')
		.filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
		.map((part) => part.split(';')[0]!.trim());
	return (['br', 'gzip'] as const).find((encoding) => names.includes(encoding));
}
