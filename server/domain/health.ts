/**
 * Whether this installation works, line by line, and what an operator should mend: for its administrators, and for the
 * command line. No line holds a secret, an address of a person, or a path.
 */
import { type Kysely, sql } from 'kysely';
import { can } from '../access.ts';
import type { Bus } from '../bus/bus.ts';
import type { Context, Who } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { NotFound } from '../errors.ts';
import { jobs, late_ms, list as listJobs, type Job, type JobRun } from './job-runs.ts';
import * as mail from './mail.ts';
import * as settings from './settings.ts';

/** attention: people work, and somebody should look. broken: something people count on does not work. */
export type State = 'ok' | 'attention' | 'broken';

/** What the two wires of a process hold now. */
export interface Held {
	/** Live documents in memory, and their size as they are stored. */
	rooms: number;
	bytes: number;
	/** Members with a page open. */
	people: number;
}

/** What a process knows of itself. */
export interface Vitals {
	version: string;
	node: string;
	databaseKind: 'postgres' | 'embedded';
	migrations: { last: string | null; pending: string[] };
	/** Free where the embedded database lies; null with PostgreSQL. */
	free_bytes: number | null;
	bus: Bus['health'];
	/** null: this process is a command, and serves nobody. */
	serving: (Held & { since: Date }) | null;
	isProduction: boolean;
	/** What people type. */
	origin: string;
	sendsMail: boolean;
	requiresSecondFactor: boolean;
}

export type Setting = 'mail' | 'origin' | 'second_factor' | 'contact' | 'demo' | 'embedded';

export type Line = { state: State } & (
	| { name: 'application'; version: string; node: string }
	/** ISO 8601, UTC, as everywhere below. */
	| { name: 'uptime'; since: string }
	| { name: 'database'; kind: Vitals['databaseKind']; version: string; bytes: number }
	| { name: 'query'; ms: number }
	| { name: 'migrations'; last: string | null; pending: number }
	| { name: 'disk'; free_bytes: number }
	| { name: 'bus'; kind: Bus['health']['kind'] }
	| ({ name: 'rooms' } & Held)
	| { name: 'mail'; waiting: number; failed: number }
	| {
			name: 'job';
			job: Exclude<Job, 'journal_check'>;
			ranAt: string | null;
			isLate: boolean;
			hasFailed: boolean;
	  }
	/** problems: as of the last time it was read again; null when it never was. */
	| { name: 'journal'; checkedAt: string | null; isLate: boolean; problems: number | null }
	| { name: 'setting'; setting: Setting }
);

const slow_ms = 100;
const littleSpace_bytes = 1024 ** 3;
const noSpace_bytes = 100 * 1024 ** 2;

/** @throws NotFound to everyone but administrators */
export async function read({ who, db }: Context, vitals?: () => Promise<Vitals>): Promise<Line[]> {
	if (!can(who, 'health.read', null)) throw new NotFound();
	return examine(db, (await vitals?.()) ?? null, who);
}

/**
 * For those who were let in otherwise.
 * @param vitals null when nobody knows them: the lines of the database alone
 * @param who whose mail is counted: that of the demonstration for its accounts, else all
 */
export async function examine(
	db: Kysely<Database>,
	vitals: Vitals | null,
	who: Who = { kind: 'visitor' }
): Promise<Line[]> {
	const lines = await engineLines(db, vitals);
	// Without the newest tables, the rest cannot be asked.
	if (vitals && vitals.migrations.pending.length > 0) return lines;
	lines.push(...wireLines(vitals));

	const counts = await mail.count(db, who);
	lines.push({
		name: 'mail',
		waiting: counts.waiting + counts.retrying,
		failed: counts.failed,
		state: counts.failed > 0 ? 'attention' : 'ok'
	});
	lines.push(...(await jobLines(db)));
	if (vitals) lines.push(...(await settingLines(db, vitals)));
	return lines;
}

/** The worst of them. */
export function worst(lines: Line[]): State {
	const states = lines.map(({ state }) => state);
	return states.includes('broken') ? 'broken' : states.includes('attention') ? 'attention' : 'ok';
}

async function engineLines(db: Kysely<Database>, vitals: Vitals | null): Promise<Line[]> {
	const { rows } = await sql<{ version: string; bytes: number }>`
		select current_setting('server_version') as version, pg_database_size(current_database()) as bytes`.execute(
		db
	);
	const { version, bytes } = rows[0]!;
	// The second query: the first may have opened a connection.
	const began_ms = performance.now();
	await sql`select 1`.execute(db);
	const ms = Math.round(10 * (performance.now() - began_ms)) / 10;
	const query: Line = { name: 'query', ms, state: ms > slow_ms ? 'attention' : 'ok' };
	if (!vitals) return [query];

	const { databaseKind: kind, migrations, free_bytes, serving } = vitals;
	const pending = migrations.pending.length;
	const lines: Line[] = [{ name: 'application', version: vitals.version, node: vitals.node, state: 'ok' }];
	if (serving) lines.push({ name: 'uptime', since: serving.since.toISOString(), state: 'ok' });
	lines.push({ name: 'database', kind, version, bytes: Number(bytes), state: 'ok' }, query, {
		name: 'migrations',
		last: migrations.last,
		pending,
		state: pending > 0 ? 'broken' : 'ok'
	});
	if (free_bytes !== null)
		lines.push({
			name: 'disk',
			free_bytes,
			state: free_bytes < noSpace_bytes ? 'broken' : free_bytes < littleSpace_bytes ? 'attention' : 'ok'
		});
	return lines;
}

function wireLines(vitals: Vitals | null): Line[] {
	if (!vitals) return [];
	const { bus, serving } = vitals;
	// Only those who serve listen for long enough to tell. Without it people write, and hear of others a little later.
	if (!serving) return [];
	const { rooms, bytes, people } = serving;
	return [
		{ name: 'bus', kind: bus.kind, state: bus.isWell ? 'ok' : 'attention' },
		{ name: 'rooms', rooms, bytes, people, state: 'ok' }
	];
}

async function jobLines(db: Kysely<Database>): Promise<Line[]> {
	const { runs, startedAt } = await listJobs(db);
	const isLate = (job: Job, { ranAt }: JobRun) =>
		Date.now() - Math.max(ranAt?.getTime() ?? 0, startedAt?.getTime() ?? 0) > late_ms[job];
	const hasFailed = ({ failedAt }: JobRun) => failedAt !== null;
	const stateOf = (job: Job, run: JobRun): State =>
		isLate(job, run) ? 'broken' : hasFailed(run) ? 'attention' : 'ok';

	const lines = jobs
		.filter((job) => job !== 'journal_check')
		.map((job): Line => {
			const run = runs[job];
			return {
				name: 'job',
				job,
				ranAt: run.ranAt?.toISOString() ?? null,
				isLate: isLate(job, run),
				hasFailed: hasFailed(run),
				state: stateOf(job, run)
			};
		});
	const check = runs.journal_check;
	const problems = typeof check.detail.problems === 'number' ? check.detail.problems : null;
	return [
		...lines,
		{
			name: 'journal',
			checkedAt: check.ranAt?.toISOString() ?? null,
			isLate: isLate('journal_check', check),
			problems,
			state: problems ? 'broken' : stateOf('journal_check', check)
		}
	];
}

async function settingLines(db: Kysely<Database>, vitals: Vitals): Promise<Line[]> {
	const { contactName, contactEmail } = await settings.get(db);
	const demo = await db.selectFrom('members').select('id').where('is_demo', '=', true).limit(1).execute();
	const isFine: Record<Setting, boolean> = {
		mail: vitals.sendsMail,
		origin: isSafe(vitals.origin),
		second_factor: vitals.requiresSecondFactor,
		contact: contactName !== '' && contactEmail !== '',
		demo: demo.length === 0,
		embedded: !(vitals.isProduction && vitals.databaseKind === 'embedded')
	};
	return Object.entries(isFine).map(([setting, fine]) => ({
		name: 'setting',
		setting: setting as Setting,
		state: fine ? 'ok' : 'attention'
	}));
}

/** What is typed and read cannot be overheard: https, or this very machine. */
function isSafe(origin: string): boolean {
	const { protocol, hostname } = new URL(origin);
	return protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
