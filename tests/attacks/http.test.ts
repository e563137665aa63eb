import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { install, type Installation } from '../support/app.ts';
import type { DemoAccount } from '../../server/demo/accounts.ts';
import { Caller, type Answer } from './caller.ts';

let installation: Installation;
let accounts: Record<string, DemoAccount>;

beforeAll(async () => {
	installation = await install({ DEMO: '1', LOG_LEVEL: 'info' });
	await installation.start();
	const list = JSON.parse(
		readFileSync(join(installation.dataDir, 'demo-accounts.json'), 'utf8')
	) as DemoAccount[];
	accounts = Object.fromEntries(list.map((account) => [account.email.split('@')[0]!, account]));
}, 180_000);
afterAll(() => installation.remove());

const visitor = () => new Caller(installation.origin);
/** Signed in once: sign-ins from one address are counted. */
const known = new Map<string, Caller>();
async function signedIn(name: string, { anew = false } = {}): Promise<Caller> {
	const before = known.get(name);
	if (before && !anew) return before;
	const caller = visitor();
	const answer = await caller.signIn(accounts[name]!);
	expect(answer.status, answer.body).toBe(303);
	expect(caller.cookies.has('session')).toBe(true);
	if (!anew) known.set(name, caller);
	return caller;
}
const isSignedIn = async (caller: Caller) => (await caller.get('/compte')).status === 200;
const isRefused = ({ status }: Answer) => status === 403 || status === 404;

describe('cross-site request forgery', () => {
	const paths = [
		'/connexion',
		'/compte?/endSessions',
		'/fiches/nouvelle',
		'/discussions/nouvelle',
		'/deconnexion',
		'/langue'
	];
	test.each(paths)('a form of another site sends nothing to %s', async (path) => {
		const chloe = await signedIn('contribution');
		for (const origin of [
			'https://attacker.example',
			'null',
			`${installation.origin}.attacker.example`,
			undefined
		]) {
			const answer = await chloe.post(path, { to: '/' }, { origin });
			expect(answer.status, `origin ${origin}`).toBe(403);
		}
		expect(await isSignedIn(chloe)).toBe(true);
	});

	test('nor a form disguised as plain text, nor one that asks for another method', async () => {
		const chloe = await signedIn('contribution');
		for (const type of ['text/plain', 'multipart/form-data; boundary=x']) {
			const answer = await chloe.post('/deconnexion', 'x=1', {
				origin: 'https://attacker.example',
				'content-type': type
			});
			expect(answer.status).toBe(403);
		}
		const overridden = await chloe.get('/deconnexion?_method=POST', { 'x-http-method-override': 'POST' });
		expect(overridden.status).toBeLessThan(500);
		expect(await isSignedIn(chloe)).toBe(true);
	});
});

describe('the session', () => {
	test('a session given beforehand by somebody else is not the one that is opened', async () => {
		const victim = visitor();
		victim.cookies.set('session', 'AAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAA');
		await victim.signIn(accounts.contribution!);
		expect(victim.cookies.get('session')).not.toContain('AAAAAAAAAAAAAAAAAAAA');
		const attacker = visitor();
		attacker.cookies.set('session', 'AAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAA');
		expect(await isSignedIn(attacker)).toBe(false);
	});

	test('a session that signs in again gets a new one, and the old one is of no use', async () => {
		const chloe = await signedIn('contribution', { anew: true });
		const first = chloe.cookies.get('session')!;
		await chloe.post('/deconnexion', {});
		const thief = visitor();
		thief.cookies.set('session', first);
		expect(await isSignedIn(thief)).toBe(false);
	});

	test('the cookie cannot be read by scripts, nor sent by other sites', async () => {
		const answer = await visitor().signIn(accounts.contribution!);
		const line = ([] as string[])
			.concat(answer.headers['set-cookie'] ?? [])
			.find((one) => one.startsWith('session='))!;
		expect(line).toMatch(/HttpOnly/i);
		expect(line).toMatch(/SameSite=Lax/i);
		expect(line).toMatch(/Path=\//i);
		expect(line).not.toMatch(/Domain=/i);
	});

	test.each([
		'',
		'.',
		'..',
		'x.y',
		`${'a'.repeat(20)}.`,
		'é'.repeat(40),
		'%00',
		`${'a'.repeat(4000)}.b`,
		"' or 1=1 --.x"
	])('a made up session %j opens nothing and breaks nothing', async (value) => {
		const caller = visitor();
		caller.cookies.set('session', encodeURIComponent(value));
		expect((await caller.get('/')).status).toBe(200);
		expect(await isSignedIn(caller)).toBe(false);
	});
});

describe('redirections', () => {
	const elsewhere = [
		'https://attacker.example/',
		'//attacker.example',
		'/\\attacker.example',
		'\\\\attacker.example',
		'/\t/attacker.example',
		'/\n/attacker.example',
		'javascript:alert(1)',
		'data:text/html,x',
		'http:attacker.example',
		'///attacker.example',
		'/%09/attacker.example',
		'/..//attacker.example',
		' //attacker.example',
		'/@attacker.example/..//attacker.example'
	];
	const leavesTheSite = (location: string) =>
		new URL(location, `${installation.origin}/x/y`).origin !== installation.origin;

	test.each(elsewhere)('signing in with %j as the page to go back to stays here', async (to) => {
		const answer = await visitor().post('/connexion', {
			email: accounts.membre!.email,
			password: accounts.membre!.password,
			to
		});
		expect(answer.status).toBe(303);
		expect(leavesTheSite(String(answer.headers.location))).toBe(false);
	});

	test.each(elsewhere)('so does changing the language or the colours with %j', async (to) => {
		for (const [path, fields] of [
			['/langue', { locale: 'en', to }],
			['/apparence', { theme: 'dark', to }]
		] as const) {
			const answer = await visitor().post(path, fields);
			expect(answer.status).toBe(303);
			expect(leavesTheSite(String(answer.headers.location))).toBe(false);
		}
	});
});

describe('headers and addresses', () => {
	test('a host that is not ours appears in no page, no link and no redirection', async () => {
		for (const headers of [
			{ host: 'attacker.example' },
			{ 'x-forwarded-host': 'attacker.example', 'x-forwarded-proto': 'https' },
			{ forwarded: 'host=attacker.example;proto=https' },
			{ 'x-passerelle-host': 'attacker.example' }
		] as Record<string, string>[]) {
			for (const path of ['/', '/fiches', '/compte', '/connexion']) {
				const { body, headers: said } = await visitor().get(path, headers);
				expect(body).not.toContain('attacker.example');
				expect(JSON.stringify(said)).not.toContain('attacker.example');
			}
		}
	});

	test('no page may be framed, sniffed or run a script that is not ours', async () => {
		for (const path of [
			'/',
			'/fiches',
			'/connexion',
			'/discussions',
			'/nowhere',
			'/api/session',
			'/fiches/DEI-2026-0001/v1.html'
		]) {
			const { headers } = await visitor().get(path);
			expect(headers['x-content-type-options'], path).toBe('nosniff');
			const policy = String(headers['content-security-policy'] ?? '');
			const isPage = String(headers['content-type']).includes('text/html');
			if (isPage) {
				expect(policy, path).toMatch(/frame-ancestors 'none'|sandbox/);
				expect(policy, path).toMatch(/script-src 'self'|default-src 'none'/);
				expect(policy, path).not.toMatch(/script-src[^;]*'unsafe-(inline|eval)'/);
			}
			expect(headers['x-powered-by']).toBeUndefined();
		}
	});

	test.each([
		'/../../../../etc/passwd',
		'/..%2f..%2f..%2fetc%2fpasswd',
		'/%2e%2e/%2e%2e/package.json',
		'/_app/../../package.json',
		'/_app/immutable/..%5c..%5c..%5cpackage.json',
		'/fiches/..%2f..%2fserver%2fmain.ts',
		'/.env',
		'/.git/config',
		'/data/demo-accounts.json',
		'/server/main.ts',
		'/%00',
		'/fiches/%ff%fe',
		'/fiches/%E0%A4%A'
	])('the address %s leads to no file', async (path) => {
		const answer = await visitor().get(path);
		expect(answer.status).toBeGreaterThanOrEqual(400);
		expect(answer.status).toBeLessThan(500);
		expect(answer.body).not.toMatch(/root:x:|"dependencies"|BEGIN|\[core\]/);
	});

	test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
		'a field, a parameter or a cookie called %s changes nothing',
		async (name) => {
			const caller = visitor();
			caller.cookies.set(name, 'x');
			expect((await caller.get(`/fiches?${name}[isAdmin]=true&${name}=1`)).status).toBe(200);
			const answer = await caller.post(
				'/connexion',
				`${name}=x&${name}.isAdmin=true&${name}[admin]=1&email=a@b.c&password=x`
			);
			expect(answer.status).toBeLessThan(500);
			const json = await caller.say(
				'POST',
				'/connexion',
				{ origin: installation.origin, 'content-type': 'application/json' },
				`{"${name}":{"isAdmin":true}}`
			);
			expect(json.status).toBeLessThan(500);
			expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
			expect((await visitor().get('/administration/courrier')).status).toBeGreaterThanOrEqual(300);
		}
	);

	test.each([
		"'",
		'"',
		"' or '1'='1",
		'1; drop table members; --',
		'%',
		'_',
		'\\',
		'$1',
		'{{7*7}}',
		'\u0000'
	])('looking for %j is looking for these letters', async (letters) => {
		for (const path of ['/fiches?recherche=', '/recherche?q=', '/api/organisations?q='])
			expect((await visitor().get(path + encodeURIComponent(letters))).status).toBeLessThan(500);
	});
});

describe('too much, too slow', () => {
	test('a body of two megabytes is refused, and the server goes on', async () => {
		const chloe = await signedIn('contribution');
		const answer = await chloe
			.post('/discussions/nouvelle', { body: 'x'.repeat(2 * 1024 * 1024) })
			.catch(() => ({ status: 413 }));
		expect(answer.status).toBe(413);
		expect((await visitor().get('/')).status).toBe(200);
	});

	test('a body that says it is small and is not is cut', async () => {
		const answer = await raw(
			`POST /connexion HTTP/1.1\r\nHost: x\r\nOrigin: ${installation.origin}\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n` +
				`${(3 * 1024 * 1024).toString(16)}\r\n${'x'.repeat(3 * 1024 * 1024)}\r\n0\r\n\r\n`
		);
		expect(answer).toMatch(/^HTTP\/1\.1 4\d\d|^$/);
		expect((await visitor().get('/')).status).toBe(200);
	});

	test('headers beyond measure are refused', async () => {
		const answer = await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(64 * 1024)}\r\n\r\n`);
		expect(answer).toMatch(/^HTTP\/1\.1 431/);
	});

	test('two lengths, or a length and chunks, are refused', async () => {
		for (const head of [
			'Content-Length: 5\r\nContent-Length: 6',
			'Content-Length: 5\r\nTransfer-Encoding: chunked',
			'Transfer-Encoding: chunked, identity'
		])
			expect(await raw(`POST / HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\nhello`)).toMatch(/^HTTP\/1\.1 400/);
	});

	test('somebody who sends a header a second is shown out, while others are served', async () => {
		const { hostname, port } = new URL(installation.origin);
		const slow = connect(Number(port), hostname);
		slow.on('error', () => {});
		slow.write('GET / HTTP/1.1\r\nHost: x\r\n');
		const drip = setInterval(() => slow.write('X-A: b\r\n'), 1_000);
		const began = Date.now();
		const closed = new Promise<number>((resolve) => slow.once('close', () => resolve(Date.now() - began)));
		slow.resume();
		expect((await visitor().get('/')).status).toBe(200);
		expect(await closed).toBeLessThan(60_000);
		clearInterval(drip);
	}, 90_000);
});

describe('guessing', () => {
	test('passwords tried by the hundred, also at once, do not get through, and the owner still gets in later', async () => {
		const answers = await Promise.all(
			Array.from({ length: 60 }, (_, index) =>
				visitor().post('/connexion', { email: accounts.pilotage!.email, password: `guess-${index}` })
			)
		);
		const refusedForNow = answers.filter(({ status }) => status === 429).length;
		expect(refusedForNow).toBeGreaterThan(30);
		expect(
			answers.every(({ status }) => status === 400 || status === 401 || status === 403 || status === 429)
		).toBe(true);
	}, 60_000);

	test('nobody learns from the answer which address has an account', async () => {
		const known = await visitor().post('/connexion/oubli', {
			email: accounts.membre!.email,
			purpose: 'password_reset'
		});
		const unknown = await visitor().post('/connexion/oubli', {
			email: 'nobody@demo.invalid',
			purpose: 'password_reset'
		});
		expect(known.status).toBe(unknown.status);
		expect(known.headers.location).toBe(unknown.headers.location);
		expect(known.body.replace(/[0-9a-f]{12}/g, '')).toBe(unknown.body.replace(/[0-9a-f]{12}/g, ''));
	});

	test.each([
		'/connexion/nouveau-mot-de-passe',
		'/connexion/lien',
		'/invitation',
		'/compte/adresse/verification'
	])('a made up link to %s opens nothing, and all of them look the same', async (path) => {
		const bodies = new Set<string>();
		for (const token of ['a'.repeat(20) + '.' + 'b'.repeat(20), 'c'.repeat(20) + '.' + 'd'.repeat(20)]) {
			const { status, body } = await visitor().post(path, {
				token,
				password: 'Une phrase assez longue',
				name: 'X'
			});
			expect(status).toBeGreaterThanOrEqual(400);
			expect(status).toBeLessThan(500);
			bodies.add(anonymous(body, token));
		}
		expect(bodies.size).toBe(1);
	});
});

describe("other people's things", () => {
	test('what a stranger may not read answers as what does not exist', async () => {
		const chloe = await signedIn('contribution');
		const stranger = await signedIn('membre');
		const listed = (await chloe.get('/fiches')).body.match(/DEI-\d{4}-\d{4}/g) ?? [];
		const home = (await chloe.get('/')).body.match(/DEI-\d{4}-\d{4}/g) ?? [];
		const references = [...new Set([...listed, ...home])];
		expect(references.length).toBeGreaterThan(0);
		for (const who of [visitor(), stranger])
			for (const reference of references)
				for (const page of [
					'',
					'/ecrire',
					'/apercu',
					'/historique',
					'/historique.json',
					'/soumettre',
					'/discussion'
				]) {
					const real = await who.get(`/fiches/${reference}${page}`);
					if (real.status === 200 || real.status === 303) continue;
					const missing = await who.get(`/fiches/DEI-1999-9999${page}`);
					expect(real.status, `${reference}${page}`).toBe(missing.status);
					expect(anonymous(real.body, reference)).toBe(anonymous(missing.body, 'DEI-1999-9999'));
				}
	});

	test('moderation and administration do not exist for those who have no business there', async () => {
		const stranger = await signedIn('contribution');
		for (const path of ['/moderation', '/administration/courrier']) {
			const answer = await stranger.get(path);
			expect(isRefused(answer), `${path}: ${answer.status}`).toBe(true);
		}
	});
});

test('nothing secret was written in the log', () => {
	const lines = installation
		.output()
		.split('\n')
		.filter((line) => line.startsWith('{'));
	expect(lines.length).toBeGreaterThan(20);
	const text = lines.join('\n');
	for (const { email, password } of Object.values(accounts)) {
		expect(text).not.toContain(password);
		expect(text).not.toContain(email);
	}
	expect(text).not.toMatch(/"cookie"|session=|jeton=|password/i);
	expect(text).not.toMatch(/127\.0\.0\.1/);
});

/** The page without what changes from one request to the next. */
function anonymous(body: string, reference: string): string {
	return body
		.replaceAll(reference, '…')
		.replace(/__sveltekit_\w+/g, '…')
		.replace(/[0-9a-f]{12}/g, '…')
		.replace(/nonce-[\w+/=-]+|nonce="[^"]*"/g, '…');
}

/** What a server answers to these very bytes. */
function raw(bytes: string): Promise<string> {
	const { hostname, port } = new URL(installation.origin);
	return new Promise((resolve) => {
		const socket = connect(Number(port), hostname);
		let heard = '';
		socket.on('data', (chunk) => (heard += chunk.toString()));
		socket.on('error', () => resolve(heard));
		socket.on('close', () => resolve(heard));
		socket.setTimeout(5_000, () => socket.destroy());
		socket.end(bytes);
	});
}
