import { expect, test } from 'vitest';
import { isKnownHost } from './known-host.ts';

const origins = new Set(['https://passerelle.example.org', 'http://[::1]:3000', 'http://127.0.0.1:3000']);

test.each([
	'passerelle.example.org',
	'passerelle.example.org:443',
	'PASSERELLE.example.org',
	'[::1]',
	'127.0.0.1'
])('%s is a name of this server', (host) => expect(isKnownHost(host, origins)).toBe(true));

test.each([
	undefined,
	'',
	'attacker.example',
	'passerelle.example.org.attacker.example',
	'attacker.example#passerelle.example.org',
	'attacker.example/passerelle.example.org',
	'attacker.example\\@passerelle.example.org',
	'user@passerelle.example.org',
	'passerelle.example.org?',
	'passerelle.example.org:99999',
	'passerelle.example.org, attacker.example',
	'[::2]'
])('%s is not', (host) => expect(isKnownHost(host, origins)).toBe(false));
