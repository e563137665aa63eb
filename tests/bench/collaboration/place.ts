/** A measured server: its process, its own database, its documents, and what it costs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Limits } from '../../../server/collaboration/limits.ts';
import * as documents from '../../../server/domain/documents.ts';
import { cookieOf } from '../../support/collaboration.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import type { Reading } from './meter.ts';

export type Kind = 'relay' | 'hocuspocus' | 'y-websocket' | 'passerelle';

/** What a document begins with: a whole state, or a log of updates that nothing has folded yet. */
export interface Beginning {
	state?: Uint8Array;
	log?: Uint8Array[];
}

/** A load comes from one address and from few accounts, faster than any person: what protects against that is lifted. */
const lifted: Partial<Limits> = {
	framesPerSecond: 1e6,
	frameBurst: 1e6,
	bytesPerSecond: 1e9,
	byteBurst: 1e9,
	roomSockets: 5_000
};
const people = 60;

export class Place {
	readonly kind: Kind;
	port = 0;
	/** One per account; the other servers ask nobody who they are. */
	readonly cookies: string[] = [];
	readonly #database: TestDatabase | null;
	#memberId: string | undefined;
	#process: ChildProcess | undefined;
	#prepared: string[] = [];

	/** @param prepared documents made before an embedded database goes over to the server, which then owns it alone */
	static async open(kind: Kind, { isEmbedded = false, prepared = 0 } = {}): Promise<Place> {
		if (kind === 'relay') return new Place(kind, null);
		const database = await testDatabase(kind === 'passerelle' ? { onDisk: true } : { empty: true });
		const place = new Place(kind, database);
		if (kind === 'passerelle') await place.#makePeople();
		for (let index = 0; index < prepared; index++) place.#prepared.push(await place.#create({}));
		if (isEmbedded) await database.release();
		return place;
	}

	private constructor(kind: Kind, database: TestDatabase | null) {
		this.kind = kind;
		this.#database = database;
	}

	async #makePeople(): Promise<void> {
		const { db } = this.#database!;
		const members = await db
			.insertInto('members')
			.values(
				Array.from({ length: people }, (_, index) => ({
					email: `bench-${index}@example.invalid`,
					name: `Bench ${index}`,
					password_hash: 'unusable'
				}))
			)
			.returning('id')
			.execute();
		this.#memberId = members[0]!.id;
		for (const { id } of members) this.cookies.push(await cookieOf(db, id));
	}

	/** The cookie of the person with this number. */
	cookie(index: number): string {
		return this.cookies.length === 0 ? '' : this.cookies[index % this.cookies.length]!;
	}

	async start(): Promise<void> {
		this.port ||= await freePort();
		const child = spawn(
			process.execPath,
			['--expose-gc', join(import.meta.dirname, 'servers', `${this.kind}.ts`)],
			{
				env: {
					PATH: process.env.PATH,
					HOST: '127.0.0.1',
					LOG_LEVEL: 'error',
					...this.#database?.variables,
					PORT: String(this.port),
					TEST_LIMITS: JSON.stringify(lifted)
				},
				stdio: ['ignore', 'pipe', 'inherit', 'ipc']
			}
		);
		this.#process = child;
		const ready = new AbortController();
		const { signal } = ready;
		await Promise.race([
			once(child, 'message', { signal }),
			once(child.stdout!, 'data', { signal }),
			once(child, 'exit', { signal }).then(() => {
				throw new Error(`${this.kind} ended before it listened`);
			})
		]);
		ready.abort();
	}

	async kill(): Promise<void> {
		const child = this.#process;
		this.#process = undefined;
		if (!child || child.exitCode !== null) return;
		const gone = once(child, 'exit');
		child.kill('SIGKILL');
		await gone;
	}

	async restart(): Promise<void> {
		await this.kill();
		await this.start();
	}

	async close(): Promise<void> {
		await this.kill();
		await this.#database?.close();
	}

	/** @param settle collects garbage first */
	async reading({ settle = false } = {}): Promise<Reading> {
		const answer = once(this.#process!, 'message');
		this.#process!.send(settle ? 'settle' : 'read');
		return ((await answer) as [Reading])[0];
	}

	/** Seconds of processor used so far by the server and, when it has one, by the PostgreSQL of this machine. */
	cpu_s(): number {
		const own = ticksOf(this.#process!.pid!);
		return (own + (this.#database && this.kind !== 'relay' ? postgresTicks() : 0)) / 100;
	}

	/** Names of new documents. */
	async documents(count: number, beginning: Beginning = {}): Promise<string[]> {
		if (this.#prepared.length >= count) return this.#prepared.splice(0, count);
		const names: string[] = [];
		for (let index = 0; index < count; index++) names.push(await this.#create(beginning));
		return names;
	}

	async #create({ state, log = [] }: Beginning): Promise<string> {
		const name = crypto.randomUUID();
		if (this.kind === 'relay') return name;
		const { db } = this.#database!;
		if (this.kind === 'hocuspocus') {
			if (state)
				await sql`insert into bench_documents (name, data) values (${name}, ${Buffer.from(state)})`.execute(
					db
				);
			return name;
		}
		if (this.kind === 'y-websocket') {
			const updates = state ? [state] : log;
			for (let start = 0; start < updates.length; start += 5_000) {
				const part = updates.slice(start, start + 5_000).map((update) => Buffer.from(update).toString('hex'));
				await sql`insert into bench_updates (name, data)
					select ${name}, decode(hex, 'hex') from unnest(${part}::text[]) with ordinality as one (hex, position) order by position`.execute(
					db
				);
			}
			return name;
		}
		const id = await documents.create(db, 'bench', { isDemo: false, state });
		for (let start = 0; start < log.length; start += 5_000) {
			const part = log.slice(start, start + 5_000).map((update) => Buffer.from(update).toString('hex'));
			await sql`insert into live_updates (document_id, member_id, data)
				select ${id}::uuid, ${this.#memberId!}::uuid, decode(hex, 'hex')
				from unnest(${part}::text[]) with ordinality as one (hex, position) order by position`.execute(db);
		}
		return id;
	}
}

function ticksOf(pid: number): number {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
	return Number(fields[11]) + Number(fields[12]);
}

/** Of every process of it, those that have ended included: its first process inherits their times. */
function postgresTicks(): number {
	let ticks = 0;
	for (const entry of readdirSync('/proc')) {
		if (!/^\d+$/.test(entry)) continue;
		try {
			const [head, tail] = readFileSync(`/proc/${entry}/stat`, 'utf8').split(/\) (?=[^)]*$)/);
			if (!head!.endsWith('(postgres')) continue;
			const fields = tail!.split(' ');
			ticks += Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
		} catch {
			// Gone meanwhile.
		}
	}
	return ticks;
}

async function freePort(): Promise<number> {
	const probe = createServer().listen(0, '127.0.0.1');
	await once(probe, 'listening');
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, 'close');
	return port;
}
