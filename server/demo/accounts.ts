/** The passwords of the demonstration, kept in a file that only the operator's account may read. */
import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isCommon } from '../auth/passwords.ts';
import { StartError } from '../database/start-error.ts';
import type { Env } from '../env.ts';

export interface DemoAccount {
	email: string;
	name: string;
	role: string;
	/** null for those who act for the platform and speak for nobody. */
	organisation: string | null;
	/** In clear: these accounts open the demonstration and nothing else. */
	password: string;
}

const fileOf = (env: Pick<Env, 'dataDir'>) => join(env.dataDir, 'demo-accounts.json');

/** None when no demonstration was loaded from this data folder, or when it was purged. */
export function demoAccounts(env: Pick<Env, 'dataDir'>): DemoAccount[] {
	try {
		return JSON.parse(readFileSync(fileOf(env), 'utf8')) as DemoAccount[];
	} catch {
		return [];
	}
}

/** @throws StartError when the data folder cannot be written */
export function keepAccounts(env: Pick<Env, 'dataDir'>, accounts: DemoAccount[]): void {
	try {
		mkdirSync(env.dataDir, { recursive: true });
		// Removed first: the mode is given only to a file that is created.
		rmSync(fileOf(env), { force: true });
		writeFileSync(fileOf(env), JSON.stringify(accounts, null, '\t') + '\n', { mode: 0o600 });
	} catch (error) {
		throw new StartError(
			`The passwords of the demonstration cannot be kept in ${env.dataDir}: the folder cannot be written.\n` +
				'Set DATA_DIR to one that can, or start without the demonstration: DEMO=0',
			{ cause: error }
		);
	}
}

export function forgetAccounts(env: Pick<Env, 'dataDir'>): void {
	rmSync(fileOf(env), { force: true });
}

/** Eighteen letters one can read aloud and type, such as "ako-ifu-emo-ula-ebi-uro": 52 bits, and no word by accident. One a guesser comes to early is drawn again. */
export function readablePassword(): string {
	const pick = (letters: string) => letters[randomInt(letters.length)];
	const group = () => `${pick('aeiou')}${pick('bcdfghjklmnprstv')}${pick('aeiou')}`;
	const password = Array.from({ length: 6 }, group).join('-');
	return isCommon(password) ? readablePassword() : password;
}
