import { once } from 'node:events';
import { brotliDecompressSync, createBrotliDecompress, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compress } from './compress.server.ts';

const words = 'Ici et là-bas. '.repeat(500);
const ask = (encoding: string, method = 'GET') =>
	new Request('https://passerelle.example/', { method, headers: { 'accept-encoding': encoding } });
const page = (headers: Record<string, string> = {}) =>
	new Response(words, { headers: { 'content-type': 'text/html; charset=utf-8', ...headers } });
const bytes = async (response: Response) => Buffer.from(await response.arrayBuffer());

test('a page is compressed with brotli, or gzip, or not, as the browser asks', async () => {
	const brotli = compress(ask('gzip, deflate, br, zstd'), page({ 'content-length': '8000', etag: '"a"' }));
	expect(brotli.headers.get('content-encoding')).toBe('br');
	expect(brotli.headers.get('vary')).toBe('accept-encoding');
	expect(brotli.headers.has('content-length')).toBe(false);
	expect(brotli.headers.get('etag')).toBe('W/"a"');
	const packed = await bytes(brotli);
	expect(packed.length).toBeLessThan(words.length / 10);
	expect(brotliDecompressSync(packed).toString()).toBe(words);

	const gzip = compress(ask('gzip;q=0.5, br;q=0'), page());
	expect(gzip.headers.get('content-encoding')).toBe('gzip');
	expect(gunzipSync(await bytes(gzip)).toString()).toBe(words);

	const plain = compress(ask('identity'), page());
	expect(plain.headers.has('content-encoding')).toBe(false);
	expect(plain.headers.get('vary')).toBe('accept-encoding');
	expect((await bytes(plain)).toString()).toBe(words);
});

test('status, cookies and other headers stay as they were', () => {
	const answer = new Response(words, { status: 404, headers: { 'content-type': 'text/html' } });
	answer.headers.append('set-cookie', 'a=1');
	answer.headers.append('set-cookie', 'b=2');
	const packed = compress(ask('br'), answer);
	expect(packed.status).toBe(404);
	expect(packed.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test('what is compressed already, or is no text, or has no body, is left alone', () => {
	for (const answer of [
		page({ 'content-encoding': 'br' }),
		page({ 'content-type': 'image/webp' }),
		new Response(null, { status: 303, headers: { location: '/' } })
	])
		expect(compress(ask('br'), answer)).toBe(answer);
	expect(compress(ask('br', 'HEAD'), page()).headers.has('content-encoding')).toBe(false);
});

test('the beginning of a page is read before its end is made', async () => {
	const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
	const response = compress(ask('br'), new Response(readable, { headers: { 'content-type': 'text/html' } }));
	const writer = writable.getWriter();
	const unpacker = createBrotliDecompress();
	const seen = once(unpacker, 'data');
	void writer.write(new TextEncoder().encode('<h1>Ici</h1>'));
	unpacker.write((await response.body!.getReader().read()).value);
	expect(String((await seen)[0])).toBe('<h1>Ici</h1>');
	await writer.close();
});

test('a page that breaks while it is made breaks for its reader too', async () => {
	const broken = new ReadableStream<Uint8Array>({
		pull: (controller) => controller.error(new Error('the database is gone'))
	});
	const response = compress(ask('br'), new Response(broken, { headers: { 'content-type': 'text/html' } }));
	await expect(response.text()).rejects.toThrow('the database is gone');
});
