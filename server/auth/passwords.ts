/** argon2id in the PHC string format, with OWASP's first recommended parameters (19 MiB, 2 passes, 1 lane). */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Invalid } from '../errors.ts';
import { commonPasswords } from './common-passwords.ts';

export const minimumPasswordLength = 12;
const maximumPasswordLength = 256;
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

const derive = promisify(argon2);

/**
 * @param about what anyone knows of its owner: their name, their address
 * @throws Invalid password_too_short, password_too_long or password_common
 */
export async function hashPassword(password: string, about: string[] = []): Promise<string> {
	const normal = password.normalize('NFKC');
	if ([...normal].length < minimumPasswordLength) {
		throw new Invalid('password_too_short', { least: minimumPasswordLength });
	}
	if (normal.length > maximumPasswordLength)
		throw new Invalid('password_too_long', { most: maximumPasswordLength });
	if (isCommon(normal, about)) throw new Invalid('password_common');
	const salt = randomBytes(16);
	const tag = await derive('argon2id', { message: normal, nonce: salt, ...parameters });
	const { memory, passes, parallelism } = parameters;
	return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** False for a wrong password and for a hash this function cannot read. Takes as long in both cases as a right one. */
export async function verifyPassword(hash: string, password: string): Promise<boolean> {
	const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(hash);
	const normal = password.normalize('NFKC');
	if (!match || normal.length > maximumPasswordLength) {
		await derive('argon2id', { message: 'as long as a right one', nonce: randomBytes(16), ...parameters });
		return false;
	}
	const expected = Buffer.from(match[5]!, 'base64');
	const tag = await derive('argon2id', {
		message: normal,
		nonce: Buffer.from(match[4]!, 'base64'),
		memory: Number(match[1]),
		passes: Number(match[2]),
		parallelism: Number(match[3]),
		tagLength: expected.length
	});
	return timingSafeEqual(tag, expected);
}

/**
 * Whether a guesser comes to it early (NIST SP 800-63B 3.1.1.2): one or two common words, with any digits and signs around
 * or between; few different characters; or keys that follow each other.
 */
export function isCommon(password: string, about: string[] = []): boolean {
	const bare = plain(password);
	const letters = bare.replace(/[^a-z0-9]/g, '');
	if (new Set(bare).size <= 5 || followEachOther(letters)) return true;
	const known = new Set(about.flatMap((text) => plain(text).split(/[^a-z]+/)).filter((w) => w.length > 2));
	const isKnown = (word: string) => word.length < 3 || known.has(word) || commonPasswords.has(word);
	return [bare, unmasked(bare)].some((text) => {
		const words = text.split(/[^a-z]+/).filter(Boolean);
		const counts = words.map((word) => countWords(word, isKnown));
		return counts.reduce((sum, count) => sum + count, 0) <= 2;
	});
}

/** 1 for a known word, 2 for two in a row or one twice, more than any limit for anything else; less for a loose letter, which is still one to guess. */
function countWords(word: string, isKnown: (word: string) => boolean): number {
	if (word.length < 3) return 0.4 * word.length;
	if (isKnown(word)) return 1;
	for (let end = 3; end <= word.length - 3; end++)
		if (isKnown(word.slice(0, end)) && isKnown(word.slice(end))) return 2;
	return Infinity;
}

const rows = [
	'01234567890',
	'abcdefghijklmnopqrstuvwxyz',
	'qwertyuiopasdfghjklzxcvbnm',
	'azertyuiopqsdfghjklmwxcvbn',
	'1qaz2wsx3edc4rfv5tgb6yhn7ujm',
	'1aqw2zsx3edc4rfv5tgb6yhn7uj'
];

/** Four steps of five lead to the next or the previous key. */
function followEachOther(text: string): boolean {
	const next = new Set(rows.flatMap((row) => [...row].slice(1).map((key, at) => row[at]! + key)));
	const steps = Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
	const easy = steps.filter((step) => next.has(step) || next.has(step[1]! + step[0]!));
	return easy.length >= steps.length * 0.8;
}

const plain = (text: string) => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');

/** m0td3p@sse is no secret either. */
function unmasked(text: string): string {
	const letters: Record<string, string> = {
		'0': 'o',
		'1': 'i',
		'3': 'e',
		'4': 'a',
		'5': 's',
		'7': 't',
		'@': 'a',
		$: 's'
	};
	// What is around a word is no mask.
	const [before = ''] = /^[^a-z@$]*/.exec(text) ?? [];
	const [after = ''] = /[^a-z]*$/.exec(text.slice(before.length)) ?? [];
	const core = text.slice(before.length, text.length - after.length);
	return core.replace(/[013457@$]/g, (sign) => letters[sign]!);
}

function unpadded(bytes: Buffer): string {
	return bytes.toString('base64').replace(/=+$/, '');
}
