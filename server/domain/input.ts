/** What comes from outside, before it reaches SQL. */
import { Invalid } from '../errors.ts';

export function isUuid(value: unknown): value is string {
	return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}

/** @throws Invalid invalid_input: a key made by the browser is always a uuid */
export function requireKey(value: unknown): string {
	if (!isUuid(value)) throw new Invalid('invalid_input');
	return value.toLowerCase();
}

/**
 * Trimmed, with plain line ends. Lengths are in UTF-16 units, never fewer than what Postgres counts.
 * @throws Invalid `<code>_empty`, `<code>_too_short` or `<code>_too_long`; invalid_input for what no keyboard types
 */
export function requireText(
	value: unknown,
	code: string,
	{ least = 1, most }: { least?: number; most: number }
): string {
	if (typeof value !== 'string' || value.includes('\0')) throw new Invalid('invalid_input');
	// Looked at before any work is spent on it.
	if (value.length > most * 2 + 1000) throw new Invalid(`${code}_too_long`, { most });
	const text = value.toWellFormed().replace(/\r\n?/g, '\n').trim();
	if (text.length === 0) throw new Invalid(`${code}_empty`);
	if (text.length < least) throw new Invalid(`${code}_too_short`, { least });
	if (text.length > most) throw new Invalid(`${code}_too_long`, { most });
	return text;
}

/** Where a list goes on after a row: its moment as Postgres wrote it (a Date would drop the microseconds) and its id. */
export interface Cursor {
	at: string;
	id: string;
}

export function writeCursor({ at, id }: Cursor): string {
	return Buffer.from(`${at}|${id}`).toString('base64url');
}

/** @throws Invalid invalid_cursor */
export function readCursor(text: string): Cursor {
	const [at = '', id] = text.length > 200 ? [] : Buffer.from(text, 'base64url').toString().split('|');
	const isMoment = /^\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/.test(at);
	if (!isMoment || !isUuid(id) || Number.isNaN(Date.parse(at.slice(0, 10))))
		throw new Invalid('invalid_cursor');
	return { at, id };
}
