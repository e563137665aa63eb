import { describe, expect, it } from 'vitest';
import { base32, codeAt, otpauth, stepAt, stepOf } from './totp.ts';

const secret = Buffer.from('12345678901234567890', 'ascii');

describe('a code', () => {
	it.each([
		[59, '94287082'],
		[1111111109, '07081804'],
		[1111111111, '14050471'],
		[1234567890, '89005924'],
		[2000000000, '69279037'],
		[20000000000, '65353130']
	])('is that of RFC 6238, appendix B, %i seconds after 1970', (time_s, code) => {
		expect(codeAt(secret, stepAt(time_s * 1000), 8)).toBe(code);
	});

	it.each([
		[0, '755224'],
		[1, '287082'],
		[2, '359152'],
		[9, '520489']
	])('is that of RFC 4226, appendix D, at count %i', (count, code) => {
		expect(codeAt(secret, count)).toBe(code);
	});

	it('is accepted from half a minute before to half a minute after, and says of which step it is', () => {
		const now = 1_700_000_010_000;
		const step = stepAt(now);
		for (const near of [step - 1, step, step + 1])
			expect(stepOf(secret, codeAt(secret, near), now)).toBe(near);
		for (const far of [step - 2, step + 2, 0]) expect(stepOf(secret, codeAt(secret, far), now)).toBeNull();
		for (const bad of ['', '12345', '1234567', 'abcdef', '١٢٣٤٥٦'])
			expect(stepOf(secret, bad, now)).toBeNull();
	});
});

it('what an authenticator is given is written as RFC 4648 and its own convention say', () => {
	for (const [text, coded] of [
		['', ''],
		['f', 'MY'],
		['fo', 'MZXQ'],
		['foo', 'MZXW6'],
		['foob', 'MZXW6YQ'],
		['fooba', 'MZXW6YTB'],
		['foobar', 'MZXW6YTBOI']
	] as const)
		expect(base32(Buffer.from(text))).toBe(coded);
	expect(base32(Buffer.alloc(20, 255))).toBe('7'.repeat(32));
	expect(otpauth(secret, 'a b@c.fr', 'Passerelle')).toBe(
		'otpauth://totp/Passerelle:a%20b%40c.fr?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Passerelle'
	);
});
