import { isActionFailure, isHttpError, isRedirect, redirect, type RequestEvent } from '@sveltejs/kit';
import { beforeAll, expect, test } from 'vitest';
import { Conflict, Invalid, NotFound } from '#server/errors.ts';
import { answer, type Refusal } from './answer.server.ts';
import * as forms from './contract/forms.ts';
import { overwriteGetLocale } from './paraglide/runtime.js';

const key = '0b8f3c1e-5a1d-4c8e-9f3a-2d6b7c8d9e0f';

beforeAll(() => overwriteGetLocale(() => 'fr'));

/** Chloé, or a visitor, sends a form; enhanced when her browser runs the page's JavaScript. */
function sent(body: BodyInit, { isMember = true, isEnhanced = false, headers = {} } = {}): RequestEvent {
	const request = new Request('https://passerelle.example/discussions/1?/reply', {
		method: 'POST',
		body,
		headers: { ...headers, ...(isEnhanced ? { 'x-sveltekit-action': 'true' } : {}) }
	});
	const locals = { who: { kind: isMember ? 'member' : 'visitor' }, requestId: 'abc' };
	return { request, locals, url: new URL(request.url) } as unknown as RequestEvent;
}
const fields = (values: Record<string, string>) => new URLSearchParams(values);
const reply = answer(forms.reply, async (_event, values) => values);

async function refused(answered: Promise<unknown>): Promise<Refusal & { status: number }> {
	const result = await answered;
	if (!isActionFailure(result)) throw new Error('this was accepted');
	return { status: result.status, ...(result.data as unknown as Refusal) };
}

test('a reply is trimmed, its line ends are made plain, and everything else in it is kept', async () => {
	const body = '  Bonjour 👋\r\nمرحبا <b>ici</b>  ';
	expect(await reply(sent(fields({ body, clientKey: key })))).toEqual({
		body: 'Bonjour 👋\nمرحبا <b>ici</b>',
		clientKey: key
	});
});

test('what cannot be accepted comes back as typed, with a sentence for its field', async () => {
	const { status, values, errors } = await refused(reply(sent(fields({ body: '   ', clientKey: key }))));
	expect(status).toBe(400);
	expect(values).toEqual({ body: '   ', clientKey: key });
	expect(errors.body).toBe('Écrivez votre message.');
});

test('a file, a list or a character nobody types, where words are expected, has a sentence', async () => {
	const withFile = new FormData();
	withFile.set('body', new Blob(['%PDF']), 'a.pdf');
	withFile.set('clientKey', key);
	const twice = `body=a&body=b&clientKey=${key}`;
	const form = { 'content-type': 'application/x-www-form-urlencoded' };
	for (const event of [
		sent(withFile),
		sent(twice, { headers: form }),
		sent(fields({ body: 'a\0b', clientKey: key }))
	])
		expect((await refused(reply(event))).errors.body).toBe('Écrivez du texte simple dans ce champ.');
});

test('something that is no form at all has a sentence', async () => {
	const { status, failure } = await refused(
		reply(sent('{"body":1}', { headers: { 'content-type': 'application/json' } }))
	);
	expect(status).toBe(400);
	expect(failure).toMatch(/^Le formulaire est arrivé abîmé/);
});

test('a password is never sent back', async () => {
	const signIn = answer(
		forms.signIn,
		async () => {
			throw new Invalid('wrong_credentials');
		},
		{ forVisitors: true }
	);
	const { values, failure } = await refused(
		signIn(sent(fields({ email: 'chloe@ville.example', password: 'secret' }), { isMember: false }))
	);
	expect(values).toEqual({ email: 'chloe@ville.example' });
	expect(failure).toMatch(/ne convient pas/);
});

test('after a conflict the corrected form gets another key', async () => {
	const conflict = answer(forms.reply, async () => {
		throw new Conflict('key_reused');
	});
	const { status, values } = await refused(conflict(sent(fields({ body: 'Autre texte', clientKey: key }))));
	expect(status).toBe(409);
	expect(values).toEqual({ body: 'Autre texte' });
});

test('when the session has ended, the text is given back by the error page', async () => {
	const answered = reply(sent(fields({ body: 'Texte précieux', clientKey: key }), { isMember: false }));
	const thrown = await answered.catch((error: unknown) => error);
	if (!isHttpError(thrown)) throw new Error('an error page was expected');
	expect(thrown.body).toMatchObject({ status: 401, code: 'session_ended', typed: ['Texte précieux'] });
});

test('with JavaScript the page stays, and is told that the session has ended', async () => {
	const event = sent(fields({ body: 'Texte précieux', clientKey: key }), {
		isMember: false,
		isEnhanced: true
	});
	const { status, values, code } = await refused(reply(event));
	expect([status, code, values.body]).toEqual([401, 'session_ended', 'Texte précieux']);
});

test('when the thing or the database is gone, the text is given back too', async () => {
	const gone = Object.assign(new Error('terminating'), { code: '57P01' });
	for (const [failure, status] of [
		[new NotFound(), 404],
		[gone, 503]
	] as const) {
		const thrown = await answer(forms.reply, async () => {
			throw failure;
		})(sent(fields({ body: 'Texte précieux', clientKey: key }))).catch((error: unknown) => error);
		expect(isHttpError(thrown) && thrown.body).toMatchObject({ status, typed: ['Texte précieux'] });
	}
});

test('a redirect is not a failure, and a bug is not hidden', async () => {
	const send = (act: () => never) =>
		answer(forms.reply, async () => act())(sent(fields({ body: 'a', clientKey: key }))).catch(
			(error: unknown) => error
		);
	expect(isRedirect(await send(() => redirect(303, '/')))).toBe(true);
	const bug = new Error('a bug');
	expect(
		await send(() => {
			throw bug;
		})
	).toBe(bug);
});
