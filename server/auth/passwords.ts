/** argon2id in the PHC string format, with OWASP's first recommended parameters (19 MiB, 2 passes, 1 lane). */
import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Invalid } from '../errors.ts';

export const minimumPasswordLength = 12;
const maximumPasswordLength = 256;
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };

const derive = promisify(argon2);

/** @throws Invalid password_too_short or password_too_long */
export async function hashPassword(password: string): Promise<string> {
	const normal = password.normalize('NFKC');
	if ([...normal].length < minimumPasswordLength) {
		throw new Invalid('password_too_short', { minimum: minimumPasswordLength });
	}
	if (normal.length > maximumPasswordLength)
		throw new Invalid('password_too_long', { maximum: maximumPasswordLength });
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

function unpadded(bytes: Buffer): string {
	return bytes.toString('base64').replace(/=+$/, '');
}
