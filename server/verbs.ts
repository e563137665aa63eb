/** What an operator does from a terminal, each a verb that runs on an opened App. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { appointmentRoles, membershipRoles } from '#lib/contract/roles.ts';
import type { App } from './app.ts';
import { seedBench } from './bench-seed.ts';
import { migrate } from './database/migrate.ts';
import { isStartError, StartError } from './database/start-error.ts';
import { demoAccounts } from './demo/accounts.ts';
import { purgeDemo } from './demo/purge.ts';
import * as documents from './domain/documents.ts';
import * as repair from './domain/document-repair.ts';
import * as members from './domain/members.ts';
import { searchText } from './domain/search-text.ts';
import { isFailure } from './errors.ts';
import { importReference } from './reference/import.ts';

type Print = (line: string) => void;

export interface Verb {
	usage: string;
	does: string;
	/** False for what needs no database, and so runs beside a started server. */
	needsDatabase?: false;
	run(app: App, args: string[], print: Print): Promise<void>;
}

const roles = [...membershipRoles, ...appointmentRoles];

export const verbs: Record<string, Verb> = {
	migrate: {
		usage: 'migrate',
		does: 'bring the database to the newest tables (a start does it too)',
		async run(app, _args, print) {
			const applied = await migrate(app.db);
			print(applied.length > 0 ? `Applied:\n  ${applied.join('\n  ')}` : 'Nothing to apply.');
		}
	},
	'import-registry': {
		usage: 'import-registry',
		does: 'load or refresh the official registry, targets, modalities and countries',
		async run(app, _args, print) {
			await migrate(app.db);
			await importReference(app.db, app.log);
			print('Reference data is up to date.');
		}
	},
	'create-member': {
		usage: `create-member --email E --name N [--organisation O] --role ${roles.join('|')} [--password P]`,
		does: 'make an account; O is a name, or kind:code such as commune:31555 or region:76',
		run: createMember
	},
	'remove-second-factor': {
		usage: 'remove-second-factor --email E',
		does: 'for somebody who lost both their authenticator and their recovery codes: be sure who is asking',
		async run(app, args, print) {
			const { values } = parseArgs({ args, options: { email: { type: 'string' } } });
			if (!values.email) throw new StartError('Usage: remove-second-factor --email E');
			await migrate(app.db);
			const removed = await members.removeSecondFactor(app.contextFor({ kind: 'visitor' }), values.email);
			print(removed ? 'The second factor is removed, and its owner is told by mail.' : 'There was none.');
		}
	},
	'demo:accounts': {
		usage: 'demo:accounts',
		does: 'show the demonstration accounts and their passwords',
		needsDatabase: false,
		async run(app, _args, print) {
			const accounts = demoAccounts(app.env);
			if (accounts.length === 0) print('This installation has no demonstration accounts.');
			for (const { email, password, role } of accounts) print(`${email}\t${password}\t${role}`);
		}
	},
	'demo:purge': {
		usage: 'demo:purge',
		does: 'remove every demonstration row and nothing else',
		async run(app, _args, print) {
			const removed = await purgeDemo(app);
			for (const [table, count] of Object.entries(removed)) if (count > 0) print(`${table}: ${count}`);
			print('The demonstration is gone.');
		}
	},
	'document:verify': {
		usage: 'document:verify ID|REFERENCE',
		does: 'build a live text twice, from its snapshot and from its history, and read its versions; changes nothing',
		run: verifyDocument
	},
	'document:freeze': {
		usage: 'document:freeze ID|REFERENCE',
		does: 'let nobody write there until document:unfreeze; what was committed stays readable',
		async run(app, args, print) {
			await repair.hold(app, await oneDocument(app, args));
			print('Frozen.');
		}
	},
	'document:unfreeze': {
		usage: 'document:unfreeze ID|REFERENCE',
		does: 'let people write again',
		async run(app, args, print) {
			await repair.release(app, await oneDocument(app, args));
			print('People may write again.');
		}
	},
	'document:rebuild': {
		usage: 'document:rebuild ID|REFERENCE',
		does: 'write the snapshot of a frozen live text anew from its history',
		async run(app, args, print) {
			const { isChanged } = await rebuildDocument(app, await oneDocument(app, args));
			print(
				isChanged
					? 'Rebuilt; what the text said before is one of its versions.'
					: 'Rebuilt; the text says what it said before.'
			);
		}
	},
	'document:export': {
		usage: 'document:export ID|REFERENCE',
		does: 'print everything that is known of a live text as one JSON document',
		async run(app, args, print) {
			print(JSON.stringify(await documents.exported(app.db, await oneDocument(app, args))));
		}
	},
	'bench:seed': {
		usage: 'bench:seed --members N --documents M',
		does: 'make accounts and empty live documents for load tests; prints JSON',
		async run(app, args, print) {
			const { values } = parseArgs({
				args,
				options: { members: { type: 'string' }, documents: { type: 'string' } }
			});
			await migrate(app.db);
			const seeded = await seedBench(app, {
				members: whole('members', values.members),
				documents: whole('documents', values.documents)
			});
			print(JSON.stringify(seeded));
		}
	}
};

/** The sentence for an error a person can mend; undefined for a bug. */
export function explain(error: unknown): string | undefined {
	if (isFailure(error)) {
		const details = Object.keys(error.details).length > 0 ? ` ${JSON.stringify(error.details)}` : '';
		return `${error.code}${details}`;
	}
	if (isStartError(error)) return error.message;
	// parseArgs refuses an unknown option this way.
	if (error instanceof TypeError && 'code' in error) return error.message;
	return undefined;
}

async function oneDocument(app: App, args: string[]): Promise<string> {
	const { positionals } = parseArgs({ args, allowPositionals: true });
	if (positionals.length !== 1)
		throw new StartError('Name one document: its id, or the reference of its case.');
	return repair.find(app.db, positionals[0]!);
}

async function rebuildDocument(app: App, documentId: string): Promise<{ isChanged: boolean }> {
	try {
		return await repair.rebuild(app, documentId);
	} catch (error) {
		if (!isFailure(error)) throw error;
		if (error.code === 'not_frozen')
			throw new StartError('People may still write there. First: document:freeze.', { cause: error });
		if (error.code === 'history_broken')
			throw new StartError('Its history is damaged too; nothing was changed. Restore a backup.', {
				cause: error
			});
		throw error;
	}
}

async function verifyDocument(app: App, args: string[], print: Print): Promise<void> {
	const found = await repair.verify(app.db, await oneDocument(app, args));
	print(`document   ${found.documentId}`);
	print(`updates    ${found.folded} folded, ${found.notFolded} not yet`);
	print(`versions   ${found.versions}`);
	print(`text       ${found.textHash ?? 'unreadable'}`);
	for (const problem of found.problems) print(`PROBLEM    ${problem}`);
	if (found.problems.length > 0)
		throw new StartError('The document is damaged. What to do is in docs/operations.md, “A damaged text”.');
	print('Everything agrees.');
}

async function createMember(app: App, args: string[], print: Print): Promise<void> {
	const { values } = parseArgs({
		args,
		options: {
			email: { type: 'string' },
			name: { type: 'string' },
			organisation: { type: 'string' },
			role: { type: 'string' },
			password: { type: 'string' }
		}
	});
	const { email, name, role } = values;
	if (!email || !name || !role) throw new StartError(`Usage: ${verbs['create-member']!.usage}`);
	if (!(roles as string[]).includes(role)) throw new StartError(`--role is one of ${roles.join(', ')}.`);
	await migrate(app.db);
	await importReference(app.db, app.log);
	const organisationId = values.organisation ? await findOrganisation(app, values.organisation) : null;
	const password = values.password ?? randomBytes(12).toString('base64url');
	await members.create(app.contextFor({ kind: 'visitor' }), {
		email,
		name,
		password,
		role: role as members.NewMember['role'],
		organisationId
	});
	print(`${email}\t${password}`);
}

async function findOrganisation(app: App, words: string): Promise<string> {
	const code = /^([a-z_]+):(\w+)$/.exec(words);
	let query = app.db
		.selectFrom('organisations')
		.select(['id', 'kind', 'code', 'name', 'department_name'])
		.where('is_demo', '=', false);
	const name = searchText(words);
	query = code
		? query.where('kind', '=', code[1] as 'commune').where('code', '=', code[2]!)
		: query.where((eb) => eb.or([eb('search_text', '=', name), eb('search_text', 'like', `${name} %`)]));
	const found = (await query.execute()).filter((o) => code || searchText(o.name) === name);
	if (found.length === 1) return found[0]!.id;
	if (found.length === 0) throw new StartError(`No organisation is called “${words}”.`);
	const choices = found.map(
		(o) => `  ${o.kind}:${o.code}  ${o.name}${o.department_name ? ` (${o.department_name})` : ''}`
	);
	throw new StartError(`Several organisations are called “${words}”. Say which:\n${choices.join('\n')}`);
}

function whole(name: string, value: string | undefined): number {
	const number = Number(value);
	if (!Number.isInteger(number) || number < 1 || number > 100_000) {
		throw new StartError(`--${name} must be a whole number from 1 to 100000.`);
	}
	return number;
}
