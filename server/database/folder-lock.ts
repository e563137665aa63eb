/**
 * One process at a time owns the data folder: two engines on the same files destroy them without a word.
 *
 * Holders are numbered files, `<folder>/database-lock/7`. To take over from a holder that died is to create the next number,
 * which only one starter can; the highest number is never deleted, so that nobody slow can believe it is free.
 */
import {
	closeSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	utimesSync,
	writeFileSync,
	writeSync
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { StartError } from './start-error.ts';

interface Holder {
	pid: number;
	host: string;
	/** When the process started, as its system counts; null where the system does not tell. A pid alone is given again. */
	started: string | null;
	released?: true;
}

/** Only for a holder on another machine or in another container, whose process cannot be looked at. */
const sign_of_life_ms = 10_000;
const presumed_dead_ms = 60_000;

/**
 * @returns the function that gives the folder back
 * @throws StartError when a living process holds it
 */
export async function lockFolder(folder: string): Promise<() => void> {
	const locks = join(folder, 'database-lock');
	mkdirSync(locks, { recursive: true });

	for (;;) {
		const newest = newestNumber(locks);
		const holder = newest === 0 ? null : await readHolder(locks, newest);
		if (holder && isAlive(holder, join(locks, String(newest)))) throw refusal(folder, locks, newest, holder);

		const mine = newest + 1;
		if (!create(locks, mine)) continue;
		// Someone may have taken this number, released it and cleaned up between our look and our creation.
		if (newestNumber(locks) !== mine) {
			rmSync(join(locks, String(mine)), { force: true });
			continue;
		}
		for (const number of numbers(locks))
			if (number < mine) rmSync(join(locks, String(number)), { force: true });
		return hold(locks, mine);
	}
}

function hold(locks: string, number: number): () => void {
	const file = join(locks, String(number));
	const timer = setInterval(() => {
		try {
			utimesSync(file, new Date(), new Date());
		} catch {
			// The folder was deleted under us: the database will say so itself.
		}
	}, sign_of_life_ms);
	timer.unref();
	let released = false;
	return () => {
		if (released) return;
		released = true;
		clearInterval(timer);
		try {
			writeFileSync(`${file}.released`, JSON.stringify({ ...self(), released: true } satisfies Holder));
			renameSync(`${file}.released`, file);
		} catch {
			// Nothing to give back: the folder is gone, and a dead holder is taken over anyway.
		}
	};
}

function create(locks: string, number: number): boolean {
	let file: number;
	try {
		file = openSync(join(locks, String(number)), 'wx', 0o600);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
		throw error;
	}
	writeSync(file, JSON.stringify(self()));
	closeSync(file);
	return true;
}

/** null: the file says nothing, even after the time it takes to write it, or is gone because a newer one replaced it. */
async function readHolder(locks: string, number: number): Promise<Holder | null> {
	for (let tries = 0; tries < 20; tries++) {
		try {
			return JSON.parse(readFileSync(join(locks, String(number)), 'utf8')) as Holder;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
			await pause(100);
		}
	}
	return null;
}

function isAlive(holder: Holder, file: string): boolean {
	if (holder.released) return false;
	if (holder.host !== hostname()) {
		const seen = statSync(file, { throwIfNoEntry: false });
		return seen !== undefined && Date.now() - seen.mtimeMs < presumed_dead_ms;
	}
	try {
		process.kill(holder.pid, 0);
	} catch (error) {
		// EPERM: it lives, and belongs to somebody else.
		if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
	}
	const started = startOf(holder.pid);
	return started === null || holder.started === null || started === holder.started;
}

function self(): Holder {
	return { pid: process.pid, host: hostname(), started: startOf(process.pid) };
}

/** On Linux: which boot, and at which tick of it; 'dead' for a process that ended and was not yet reaped. */
function startOf(pid: number): string | null {
	try {
		const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The second field is the program's name, in parentheses, and may itself hold spaces and parentheses.
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return fields[0] === 'Z' || fields[0] === 'X' ? 'dead' : `${boot}:${fields[19]}`;
	} catch {
		return null;
	}
}

function numbers(locks: string): number[] {
	return readdirSync(locks)
		.filter((name) => /^\d+$/.test(name))
		.map(Number);
}

function newestNumber(locks: string): number {
	return Math.max(0, ...numbers(locks));
}

function refusal(folder: string, locks: string, number: number, holder: Holder): StartError {
	const who =
		holder.host === hostname()
			? `process ${holder.pid}`
			: `process ${holder.pid} of the machine or container « ${holder.host} »`;
	return new StartError(
		`The database in ${folder} is already open in ${who}. ` +
			`Stop it first, or set DATA_DIR to another folder. Nothing was touched. (${join(locks, String(number))})`
	);
}
