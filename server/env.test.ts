import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readEnv } from './env.ts';

/** The sentence a bad environment is answered with. */
function refusal(source: Record<string, string | undefined>): string {
	try {
		readEnv({}, source);
	} catch (error) {
		return (error as Error).message;
	}
	throw new Error('nothing was refused');
}

test('an empty environment is enough to start on one’s own machine', () => {
	expect(readEnv({}, {})).toMatchObject({
		production: false,
		host: '127.0.0.1',
		port: 3000,
		origin: null,
		proxies: 0,
		databaseUrl: null,
		dataDir: resolve('data'),
		allowEmbeddedDatabase: false,
		demo: true,
		allowBench: false
	});
});

test('what is set is read', () => {
	expect(
		readEnv(
			{},
			{
				NODE_ENV: 'production',
				HOST: '0.0.0.0',
				PORT: '8080',
				ORIGIN: 'https://passerelle.example.org/',
				PROXIES: '1',
				DATABASE_URL: 'postgresql://db/passerelle',
				DATABASE_POOL: '20',
				DATA_DIR: '/srv/passerelle',
				ALLOW_EMBEDDED_DB: '1',
				DEMO: '0',
				ALLOW_BENCH: 'true'
			}
		)
	).toMatchObject({
		production: true,
		host: '0.0.0.0',
		port: 8080,
		origin: 'https://passerelle.example.org',
		proxies: 1,
		databaseUrl: 'postgresql://db/passerelle',
		databasePool: 20,
		dataDir: '/srv/passerelle',
		allowEmbeddedDatabase: true,
		demo: false,
		allowBench: true
	});
});

test('a value the environment sets wins over the one the caller falls back to', () => {
	expect(readEnv({ NODE_ENV: 'production', PORT: '80' }, { PORT: '8080' })).toMatchObject({
		production: true,
		port: 8080
	});
});

describe('a bad value is refused by its name', () => {
	test.each([
		['NODE_ENV', 'prod'],
		['HOST', ''],
		['PORT', 'three thousand'],
		['PORT', '65536'],
		['PORT', '-1'],
		['PORT', '80.5'],
		['ORIGIN', 'passerelle.example.org'],
		['ORIGIN', 'https://example.org/passerelle'],
		['PROXIES', '-1'],
		['DATABASE_URL', 'mysql://db/passerelle'],
		['DATABASE_POOL', '0'],
		['DATA_DIR', ''],
		['ALLOW_EMBEDDED_DB', 'yes'],
		['DEMO', 'no'],
		['LOG_LEVEL', 'loud']
	])('%s=%s', (name, value) => {
		expect(refusal({ [name]: value })).toContain(`  ${name}: `);
	});

	test('several at once, one line each', () => {
		const lines = refusal({ PORT: 'x', DATABASE_POOL: '1000', DEMO: '1' }).split('\n').slice(1);
		expect(lines.map((line) => line.trim().split(':')[0])).toEqual(['PORT', 'DATABASE_POOL']);
	});

	test('an address with a password is not repeated', () => {
		expect(refusal({ DATABASE_URL: 'mysql://chloe:secret@db/passerelle' })).not.toContain('secret');
	});
});

test('mail needs a server and a sender, or neither', () => {
	expect(readEnv({}, {}).smtp).toBeNull();
	const SMTP_URL = 'smtps://user:secret@mail.example.org:465';
	expect(readEnv({}, { SMTP_URL, MAIL_FROM: 'Passerelle <no-reply@example.org>' }).smtp).toEqual({
		url: SMTP_URL,
		from: 'Passerelle <no-reply@example.org>'
	});
	expect(refusal({ SMTP_URL })).toContain('MAIL_FROM');
	expect(refusal({ SMTP_URL: 'mail.example.org' })).toContain('SMTP_URL');
	for (const MAIL_FROM of ['personne', 'a@b.fr\r\nBcc: c@d.fr', 'a@b.fr, c@d.fr'])
		expect(refusal({ SMTP_URL, MAIL_FROM })).toContain('MAIL_FROM');
	expect(refusal({ SMTP_URL: 'secret-in-a-bad-value' })).not.toContain('secret-in-a-bad-value');
});

test('several processes hear each other through their PostgreSQL, unless another bus is named', () => {
	const DATABASE_URL = 'postgres://db/passerelle';
	expect(readEnv({}, {}).bus).toBe('memory');
	expect(readEnv({}, { DATABASE_URL }).bus).toBe('postgres');
	expect(readEnv({}, { DATABASE_URL, BUS: 'memory' }).bus).toBe('memory');
	expect(readEnv({}, { DATABASE_URL, BUS: 'redis://bus:6379' }).bus).toBe('redis://bus:6379');
	expect(refusal({ DATABASE_URL, BUS: 'carrier pigeon' })).toContain('BUS');
	expect(refusal({ BUS: 'postgres' })).toContain('set DATABASE_URL too');
});

test('moderators need a second factor unless the operator says otherwise', () => {
	expect(readEnv({}, {}).requireSecondFactor).toBe(true);
	expect(readEnv({}, { REQUIRE_SECOND_FACTOR: '0' }).requireSecondFactor).toBe(false);
});

test('an identity provider is whole or absent, comes over https, and its secret is not repeated', () => {
	const whole = {
		OIDC_ISSUER: 'https://accounts.example.org',
		OIDC_CLIENT_ID: 'passerelle',
		OIDC_CLIENT_SECRET: 'a secret'
	};
	expect(readEnv({}, {}).provider).toBeNull();
	expect(readEnv({}, whole).provider).toMatchObject({ name: 'accounts.example.org', profile: 'generic' });
	expect(readEnv({}, { ...whole, OIDC_PROFILE: 'proconnect' }).provider).toMatchObject({
		name: 'ProConnect'
	});
	for (const name of Object.keys(whole)) {
		const said = refusal({ ...whole, [name]: undefined });
		expect(said).toContain('OIDC_CLIENT_SECRET');
		expect(said).not.toContain('a secret');
	}
	expect(refusal({ ...whole, OIDC_ISSUER: 'http://accounts.example.org' })).toContain('OIDC_ISSUER');
	expect(refusal({ ...whole, OIDC_PROFILE: 'other' })).toContain('OIDC_PROFILE');
	expect(refusal({ ...whole, OIDC_SIGNING_ALG: 'none' })).toContain('OIDC_SIGNING_ALG');
});
