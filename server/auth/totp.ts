/** Time-based one-time passwords: RFC 6238 over RFC 4226, with what every authenticator assumes (SHA-1, 30 s, 6 digits). */
import { createHmac, timingSafeEqual } from 'node:crypto';

const step_s = 30;
/** RFC 4226 recommends 160 bits. */
export const secretBytes = 20;

export const stepAt = (now_ms: number) => Math.floor(now_ms / 1000 / step_s);

export function codeAt(secret: Uint8Array, step: number, digits = 6): string {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(step));
	const mac = createHmac('sha1', secret).update(counter).digest();
	const offset = mac[mac.length - 1]! & 0xf;
	const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
	return String(number % 10 ** digits).padStart(digits, '0');
}

/**
 * The step a code is of: now, or one step before or after for clocks that differ.
 * @returns null when it is of none
 */
export function stepOf(secret: Uint8Array, code: string, now_ms = Date.now()): number | null {
	if (!/^\d{6}$/.test(code)) return null;
	const now = stepAt(now_ms);
	const steps = [now, now - 1, now + 1].filter((step) =>
		timingSafeEqual(Buffer.from(codeAt(secret, step)), Buffer.from(code))
	);
	return steps[0] ?? null;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without padding: what people type into an authenticator. */
export function base32(bytes: Uint8Array): string {
	let bits = 0;
	let value = 0;
	let text = '';
	for (const byte of bytes) {
		value = (value << 8) | byte;
		bits += 8;
		while (bits >= 5) {
			bits -= 5;
			text += alphabet[(value >>> bits) & 31];
		}
		value &= (1 << bits) - 1;
	}
	return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}

/** What the QR code says: https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function otpauth(secret: Uint8Array, account: string, issuer: string): string {
	const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
	return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`;
}
