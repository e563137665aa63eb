/** Going through a door as somebody, and telling what it answered in words that may be compared. */
import { sql, type Kysely } from 'kysely';
import type { Context, Who } from '../../server/context.ts';
import { memoryBus } from '../../server/bus/memory.ts';
import type { Database } from '../../server/database/tables.ts';
import { isFailure } from '../../server/errors.ts';
import { testEnv } from '../support/database.ts';
import { doors } from './modules.ts';
import { policy } from './world.ts';

export interface Knock {
	params?: Record<string, string>;
	/** As in an address, without its question mark. */
	query?: string;
	fields?: Record<string, string>;
}
export interface Answer {
	/** Without the ids that were sent. */
	text: string;
	data: unknown;
}

const bus = memoryBus((error) => {
	throw error;
});
const env = testEnv(policy);

export async function knock(
	db: Kysely<Database>,
	door: string,
	who: Who,
	{ params = {}, query = '', fields }: Knock = {}
): Promise<Answer> {
	const route = door.split(' ')[1]!;
	const path = route.replace(/\[(\w+)\]/g, (_, name: string) => params[name] ?? '1');
	const url = new URL(`http://localhost${path}?${query}`);
	const context: Context = { who, db, bus };
	const event = {
		locals: { context, who, requestId: '', app: { env, secure: false, provider: null, origins: new Set() } },
		params: { number: '1', ...params },
		route: { id: route },
		url,
		request: new Request(url, fields && { method: 'POST', body: new URLSearchParams(fields) }),
		cookies: { get: () => undefined, set() {}, delete() {} },
		depends() {},
		setHeaders() {},
		getClientAddress: () => '127.0.0.1'
	};
	const told = { ...params, ...fields, query };
	return answerOf(() => doors.get(door)!(event as never), told);
}

/** @param told words of the question, which an answer may repeat */
export async function answerOf(act: () => unknown, told: Record<string, string> = {}): Promise<Answer> {
	const plain = (value: unknown) => {
		let text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
		for (const word of Object.values(told))
			if (word.length > 1) {
				text = text.replaceAll(word, '…').replaceAll(encodeURIComponent(word), '…');
			}
		return text;
	};
	try {
		const answer = (await act()) as { status?: number; data?: unknown } | undefined;
		if (answer instanceof Response) {
			const body = await answer.text();
			return { text: `${answer.status} ${answer.ok ? '' : plain(body)}`, data: body };
		}
		if (answer?.status && answer.status >= 400)
			return { text: `${answer.status} ${plain(answer.data)}`, data: answer.data };
		return { text: '200 ', data: answer };
	} catch (thrown) {
		if (isFailure(thrown)) return { text: `${thrown.kind} ${thrown.code}`, data: null };
		const { status, location, body } = thrown as { status?: number; location?: string; body?: unknown };
		if (!status) throw thrown;
		return { text: `${status} ${plain(location ?? body)}`, data: null };
	}
}

class Undone extends Error {}

/** Does what `work` does, then has it not done. */
export async function undone<T>(
	db: Kysely<Database>,
	work: (db: Kysely<Database>) => Promise<T>
): Promise<T> {
	let result: { value: T } | undefined;
	await db
		.transaction()
		.execute(async (trx) => {
			result = { value: await work(nested(trx)) };
			throw new Undone();
		})
		.catch((thrown: unknown) => {
			if (!(thrown instanceof Undone)) throw thrown;
		});
	return result!.value;
}

/** A transaction inside another is a savepoint, which fails alone. */
function nested(trx: Kysely<Database>): Kysely<Database> {
	const begin = async (work: (trx: Kysely<Database>) => Promise<unknown>) => {
		await raw(trx, 'savepoint one');
		try {
			const value = await work(inside);
			await raw(trx, 'release savepoint one');
			return value;
		} catch (thrown) {
			await raw(trx, 'rollback to savepoint one');
			await raw(trx, 'release savepoint one');
			throw thrown;
		}
	};
	const inside: Kysely<Database> = new Proxy(trx, {
		get(target, name) {
			if (name === 'transaction') return () => ({ execute: begin });
			const value: unknown = Reflect.get(target, name, target);
			return typeof value === 'function' ? (value.bind(target) as unknown) : value;
		}
	});
	return inside;
}

const raw = (db: Kysely<Database>, statement: string) => sql.raw(statement).execute(db);
