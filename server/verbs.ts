/** What an operator does from a terminal, each a verb that runs on an opened App. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { appointmentRoles, membershipRoles, type AppointmentRole } from '#lib/contract/roles.ts';
import { settingNames } from '#lib/contract/settings.ts';
import type { App } from './app.ts';
import { standIn } from './auth/sessions.ts';
import { seedBench } from './bench-seed.ts';
import { migrate } from './database/migrate.ts';
import { isStartError, StartError } from './database/start-error.ts';
import { demoAccounts } from './demo/accounts.ts';
import { purgeDemo } from './demo/purge.ts';
import type { Context } from './context.ts';
import * as bulk from './domain/bulk-invitations.ts';
import * as documents from './domain/documents.ts';
import * as repair from './domain/document-repair.ts';
import * as erasure from './domain/erasure.ts';
import * as firstRun from './domain/first-run.ts';
import * as health from './domain/health.ts';
import * as jobRuns from './domain/job-runs.ts';
import * as journal from './domain/journal.ts';
import * as members from './domain/members.ts';
import * as settings from './domain/settings.ts';
import * as themes from './domain/themes.ts';
import { searchText } from './domain/search-text.ts';
import { isFailure } from './errors.ts';
import { record, transact } from './events.ts';
import { addressOf, vitals } from './health.ts';
import { inWords } from './health-words.ts';
import { toHtml, toText } from './jobs/letter.ts';
import { networkOf, smtpTransport } from './jobs/mail.ts';
import { words } from './jobs/mail-words.ts';
import { withoutAddresses } from './jobs/outbox.ts';
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
	invite: {
		usage: 'invite --csv FILE --as ADMIN [--dry-run]',
		does: 'invite everybody in a table, in the name of an administrator (an address); --dry-run only says what would happen',
		run: inviteAll
	},
	appointments: {
		usage: 'appointments',
		does: 'list who moderates, leads a theme or administers',
		async run(app, _args, print) {
			await migrate(app.db);
			for (const { role, theme, email, name, suspendedAt } of await members.appointed(app.db))
				print([role, theme ?? 'every theme', email, name, ...(suspendedAt ? ['suspended'] : [])].join('\t'));
		}
	},
	appoint: {
		usage: `appoint --email E --role ${appointmentRoles.join('|')} [--theme SLUG] --as ADMIN`,
		does: 'give somebody a role on the platform, for every theme or for one, in the name of an administrator',
		run: (app, args, print) =>
			onMember(app, 'appoint', args, async (context, memberId, { role, theme }) => {
				await members.appoint(context, { memberId, role: role as AppointmentRole, theme: theme ?? null });
				print('Appointed.');
			})
	},
	'end-appointment': {
		usage: `end-appointment --email E --role ${appointmentRoles.join('|')} [--theme SLUG] --reason R --as ADMIN`,
		does: 'end all of their appointments to a role, or the one for a theme; they read the reason by mail',
		run: (app, args, print) =>
			onMember(app, 'end-appointment', args, async (context, memberId, { role, theme, reason = '' }) => {
				await members.endAppointment(context, { memberId, role: role as AppointmentRole, theme, reason });
				print('Ended.');
			})
	},
	suspend: {
		usage: 'suspend --email E --reason R --as ADMIN',
		does: 'close a whole account until it is lifted; they read the reason by mail',
		run: (app, args, print) =>
			onMember(app, 'suspend', args, async (context, memberId, { reason = '' }) => {
				await members.suspend(context, { memberId, reason });
				print('Suspended.');
			})
	},
	lift: {
		usage: 'lift --email E --reason R --as ADMIN',
		does: 'give a suspended account back to its owner',
		run: (app, args, print) =>
			onMember(app, 'lift', args, async (context, memberId, { reason = '' }) => {
				await members.lift(context, { memberId, reason });
				print('Lifted.');
			})
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
	'erase-member': {
		usage: 'erase-member --email E | --id I',
		does: 'erase an account for good, as its owner may: be sure who is asking',
		async run(app, args, print) {
			const { values } = parseArgs({ args, options: { email: { type: 'string' }, id: { type: 'string' } } });
			if (!values.email === !values.id) throw new StartError('Usage: erase-member --email E | --id I');
			await migrate(app.db);
			const by = values.email ? { email: values.email } : { id: values.id! };
			await erasure.eraseMember(app.contextFor({ kind: 'visitor' }), by);
			print('The account is erased; what was written with it stays, without its name.');
		}
	},
	'first-run:link': {
		usage: 'first-run:link',
		does: 'print a link to the first run, while nobody administers this installation',
		async run(app, _args, print) {
			await migrate(app.db);
			const link = await firstRun.issueLink(app.db);
			if (!link) throw new StartError('This installation is administered already: the first run is closed.');
			print(`${addressOf(app)}${link}`);
		}
	},
	'settings:show': {
		usage: 'settings:show',
		does: 'show what the installation says of whoever runs it, one JSON value per line',
		async run(app, _args, print) {
			await migrate(app.db);
			for (const [name, value] of Object.entries(await settings.get(app.db)))
				print(`${name}=${JSON.stringify(value)}`);
		}
	},
	'settings:set': {
		usage: `settings:set KEY=VALUE…, KEY one of ${settingNames.join('|')}`,
		does: 'change it; an empty value says it no more',
		run: setSettings
	},
	health: {
		usage: 'health',
		does: 'say whether everything works, and what to mend; ends with an error when something does not work',
		async run(app, _args, print) {
			const lines = await health.examine(app.db, await vitals(app));
			for (const line of lines) print(`${line.state.padEnd(10)} ${inWords(line)}`);
			if (health.worst(lines) === 'broken') throw new StartError('Something does not work.');
			print('Everything that people need works.');
		}
	},
	themes: {
		usage: 'themes',
		does: 'list the themes in order: slug, state, number of cases, names in French, English and Spanish',
		async run(app, _args, print) {
			await migrate(app.db);
			for (const one of await themes.list(app.db)) {
				const state = one.mergedInto === null ? one.state : `merged into ${one.mergedInto}`;
				print([one.slug, state, one.cases, one.nameFr, one.nameEn, one.nameEs].join('\t'));
			}
		}
	},
	'theme:add': {
		usage: 'theme:add --fr NAME [--en NAME] [--es NAME] --as ADMIN',
		does: 'add a theme at the end of the list, and print its slug',
		run: (app, args, print) =>
			onTheme(app, 'theme:add', args, async (context, { fr = '', en = '', es = '' }) => {
				const { slug } = await themes.add(context, { nameFr: fr, nameEn: en, nameEs: es });
				print(slug);
			})
	},
	'theme:rename': {
		usage: 'theme:rename --theme SLUG [--fr NAME] [--en NAME] [--es NAME] --as ADMIN',
		does: 'give a theme other names; one that is not given stays, an empty one is said in French. The slug stays',
		run: (app, args, print) =>
			onTheme(app, 'theme:rename', args, async (context, { theme = '', fr, en, es }) => {
				const { theme: now } = await themes.page(context, theme);
				await themes.rename(context, theme, {
					nameFr: fr ?? now.nameFr,
					nameEn: en ?? now.nameEn,
					nameEs: es ?? now.nameEs
				});
				print('Renamed.');
			})
	},
	'theme:move': {
		usage: 'theme:move --theme SLUG --to up|down --as ADMIN',
		does: 'move a theme one place; new cases take the first in use',
		run: (app, args, print) =>
			onTheme(app, 'theme:move', args, async (context, { theme = '', to }) => {
				if (to !== 'up' && to !== 'down') throw new StartError('--to is up or down.');
				await themes.move(context, theme, to);
				print('Moved.');
			})
	},
	'theme:retire': {
		usage: 'theme:retire --theme SLUG --as ADMIN',
		does: 'let new cases take it no more; those it has keep it',
		run: (app, args, print) =>
			onTheme(app, 'theme:retire', args, async (context, { theme = '' }) => {
				await themes.retire(context, theme);
				print('Retired.');
			})
	},
	'theme:restore': {
		usage: 'theme:restore --theme SLUG --as ADMIN',
		does: 'bring a retired theme back into use',
		run: (app, args, print) =>
			onTheme(app, 'theme:restore', args, async (context, { theme = '' }) => {
				await themes.restore(context, theme);
				print('In use again.');
			})
	},
	'theme:merge': {
		usage: 'theme:merge --theme SLUG --into SLUG --as ADMIN',
		does: 'move everything a theme has to another, for good',
		run: (app, args, print) =>
			onTheme(app, 'theme:merge', args, async (context, { theme = '', into = '' }) => {
				const { cases, appointments } = await themes.merge(context, theme, into);
				print(`Merged: ${cases} cases, ${appointments} appointments.`);
			})
	},
	'mail:test': {
		usage: 'mail:test ADDRESS',
		does: 'send a letter now, to see whether mail leaves',
		run: testMail
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
			await record(app.db, { who: { kind: 'visitor' } }, 'demo.purged', {});
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
	'document:new-epoch': {
		usage: 'document:new-epoch ID|REFERENCE',
		does: 'put a new document with the same content in the place of a frozen one; open and offline pages must reload',
		async run(app, args, print) {
			const id = await replaceDocument(app, await oneDocument(app, args));
			print(`The text is now document ${id}. Then: document:verify, document:unfreeze.`);
		}
	},
	'document:export': {
		usage: 'document:export ID|REFERENCE',
		does: 'print everything that is known of a live text as one JSON document',
		async run(app, args, print) {
			print(JSON.stringify(await documents.exported(app.db, await oneDocument(app, args))));
		}
	},
	'audit:verify': {
		usage: 'audit:verify [--head N:HASH]…',
		does: 'read the journal again and say where it was changed; --head is what an earlier run printed',
		run: verifyJournal
	},
	'audit:export': {
		usage: 'audit:export',
		does: 'print the journal with its seals, one JSON document per line',
		async run(app, _args, print) {
			await journal.seal(app.db);
			for await (const line of journal.exported(app.db)) print(line);
			await record(app.db, { who: { kind: 'visitor' } }, 'journal.exported', {});
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

async function setSettings(app: App, args: string[], print: Print): Promise<void> {
	const { positionals } = parseArgs({ args, allowPositionals: true });
	const given = positionals.map((pair) => /^(\w+)=([\s\S]*)$/.exec(pair));
	if (given.length === 0 || given.some((pair) => !pair || !(settingNames as string[]).includes(pair[1]!)))
		throw new StartError(`Usage: ${verbs['settings:set']!.usage}`);
	await migrate(app.db);
	const said = Object.fromEntries(given.map((pair) => [pair![1]!, pair![2]!]));
	const context = app.contextFor({ kind: 'visitor' });
	await transact(context, async (trx) =>
		settings.write(trx, context, { ...(await settings.get(trx)), ...said })
	);
	print('Done. Pages say it within a few seconds.');
}

async function testMail(app: App, args: string[], print: Print): Promise<void> {
	const { positionals } = parseArgs({ args, allowPositionals: true });
	const [to] = positionals;
	if (positionals.length !== 1 || !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(to!))
		throw new StartError('Usage: mail:test ADDRESS');
	const transport = smtpTransport(app.env);
	if (!transport)
		throw new StartError('SMTP_URL is not set: no mail is sent. Set it together with MAIL_FROM.');
	await migrate(app.db);
	const network = networkOf(await settings.get(app.db));
	const letter = words.fr(network).test();
	try {
		await transport({
			id: `test-${randomBytes(8).toString('hex')}`,
			to: to!,
			subject: letter.subject,
			text: toText(letter, network),
			html: toHtml(letter, 'fr', network)
		});
	} catch (error) {
		// Servers like to repeat whom they refuse, and by what name.
		throw new StartError(`The mail server did not take it: ${withoutAddresses((error as Error).message)}`, {
			cause: error
		});
	}
	print('The mail server took it.');
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

async function replaceDocument(app: App, documentId: string): Promise<string> {
	try {
		return await repair.replace(app, documentId);
	} catch (error) {
		if (!isFailure(error)) throw error;
		if (error.code === 'not_frozen')
			throw new StartError('People may still write there. First: document:freeze.', { cause: error });
		if (error.code === 'text_unreadable')
			throw new StartError('Its text cannot be read; nothing was changed. First: document:rebuild.', {
				cause: error
			});
		if (error.code === 'document_replaced')
			throw new StartError('Another document has its place already: name the case.', { cause: error });
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

async function verifyJournal(app: App, args: string[], print: Print): Promise<void> {
	const { values } = parseArgs({ args, options: { head: { type: 'string', multiple: true } } });
	const known = (values.head ?? []).map((text) => {
		const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
		if (!hash) throw new StartError('--head is a number and a hash, as audit:verify prints them: 12:9f86d0…');
		return { sequence: Number(sequence), hash };
	});
	await journal.seal(app.db);
	const { head, sealed, gone, waiting, problems } = await journal.verify(app.db, known);
	await jobRuns.ran(app.db, 'journal_check', { problems: problems.length });
	print(`sealed     ${sealed}, of which ${gone} with their event gone as it may be`);
	print(`waiting    ${waiting}`);
	if (head) print(`head       ${head.sequence}:${head.hash}`);
	for (const problem of problems) print(`PROBLEM    ${problem}`);
	if (problems.length > 0)
		throw new StartError('The journal was changed. What to do is in docs/operations.md, “The journal”.');
	print('The journal is whole.');
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

/** @throws StartError when no such person may act */
async function inTheNameOf(app: App, email: string | undefined, usage: string): Promise<Context> {
	if (!email) throw new StartError(`Usage: ${usage}`);
	await migrate(app.db);
	const who = await standIn(app.db, email);
	if (!who?.appointments.includes('admin')) throw new StartError(`${email} is no administrator.`);
	return app.contextFor(who);
}

async function onMember(
	app: App,
	verb: string,
	args: string[],
	act: (
		context: Context,
		memberId: string,
		values: { role?: string; theme?: string; reason?: string }
	) => Promise<void>
): Promise<void> {
	const { values } = parseArgs({
		args,
		options: Object.fromEntries(
			['email', 'role', 'theme', 'reason', 'as'].map((name) => [name, { type: 'string' as const }])
		)
	}) as { values: Record<string, string | undefined> };
	const { usage } = verbs[verb]!;
	if (!values.email) throw new StartError(`Usage: ${usage}`);
	const context = await inTheNameOf(app, values.as, usage);
	await act(context, await members.idOf(app.db, values.email), values);
}

async function onTheme(
	app: App,
	verb: string,
	args: string[],
	act: (context: Context, values: Record<string, string | undefined>) => Promise<void>
): Promise<void> {
	const { values } = parseArgs({
		args,
		options: Object.fromEntries(
			['theme', 'into', 'to', 'fr', 'en', 'es', 'as'].map((name) => [name, { type: 'string' as const }])
		)
	}) as { values: Record<string, string | undefined> };
	await act(await inTheNameOf(app, values.as, verbs[verb]!.usage), values);
}

async function inviteAll(app: App, args: string[], print: Print): Promise<void> {
	const { values } = parseArgs({
		args,
		options: { csv: { type: 'string' }, as: { type: 'string' }, 'dry-run': { type: 'boolean' } }
	});
	const { usage } = verbs.invite!;
	if (!values.csv) throw new StartError(`Usage: ${usage}`);
	const context = await inTheNameOf(app, values.as, usage);
	const csv = await readFile(values.csv).then(bulk.decoded, (error: unknown) => {
		throw new StartError(`${values.csv} cannot be read.`, { cause: error });
	});
	const { lines, counts } = values['dry-run']
		? await bulk.preview(context, csv)
		: await bulk.send(context, csv);
	for (const { number, email, state, organisation, found, choices } of lines) {
		print(`${number}\t${state}\t${email}\t${found.organisation ?? organisation}`);
		if (!found.organisation) for (const { label } of choices) print(`\t\t\t${label}`);
	}
	const sent = counts.invite ?? 0;
	print(values['dry-run'] ? `${sent} would be invited. Nothing was sent.` : `${sent} invited.`);
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
