/**
 * Many people asked in at once, by a table made in a spreadsheet. It is shown line by line before anything is sent, and
 * read again when it is: what the preview said is never believed.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { type Kysely } from 'kysely';
import type { Locale } from '#lib/contract/locales.ts';
import type { MembershipRole } from '#lib/contract/roles.ts';
import { authorize, can } from '../access.ts';
import { hashed } from '../auth/sign-in.ts';
import type { Context, Member } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Invalid, isFailure, NotFound } from '../errors.ts';
import { record, transact } from '../events.ts';
import { consume, type Limit } from '../rate-limits.ts';
import { isAddress, perInvited, put } from './invitations.ts';
import { takeTurn } from './turns.ts';
import { searchText } from './search-text.ts';

export const mostLines = 1000;
/** Well under what a request may weigh, as the preview carries it back. */
export const mostBytes = 500_000;
/** Letters an administrator sends this way in a day. */
const perAdministrator: Limit = { points: 3000, duration_s: 24 * 3600 };
/** Whose codes are written alike: the department 31, the commune 31. */
const mostChoices = 20;

export const lineStates = [
	'invite',
	'member',
	'invited',
	'repeated',
	'email_invalid',
	'email_own',
	'organisation_empty',
	'organisation_unknown',
	'organisation_ambiguous',
	'organisation_ended',
	'organisation_refused',
	'role_unknown',
	'role_refused',
	'language_unknown',
	'too_often'
] as const;
export type LineState = (typeof lineStates)[number];

export interface Line {
	/** In the file, the first being 1. */
	number: number;
	/** As these were written. */
	email: string;
	organisation: string;
	role: string;
	language: string;
	/** What was understood, where it was. */
	found: {
		organisationId: string | null;
		organisation: string | null;
		role: MembershipRole | null;
		locale: Locale | null;
	};
	/** What would happen, or what happened. */
	state: LineState;
	/** Among which to choose, when several are called so. */
	choices: { id: string; label: string }[];
}

export interface Batch {
	lines: Line[];
	counts: Partial<Record<LineState, number>>;
}

/** The organisation chosen for a line, by its number. */
export type Choices = Map<number, string>;

export function mayInviteInBulk({ who }: Pick<Context, 'who'>): boolean {
	return can(who, 'invitation.bulk', null);
}

/**
 * What each line would do. Nothing is sent.
 * @throws NotFound; Invalid csv_empty, csv_columns, csv_unreadable, csv_too_large, csv_too_many_lines
 */
export async function preview(context: Context, csv: string, choices: Choices = new Map()): Promise<Batch> {
	const who = requireRight(context);
	const judged = await judge(context.db, who, read(csv), choices);
	return batchOf(judged);
}

/**
 * Invites every line that may be, in one transaction. Sent again, the same table invites nobody twice: they already are.
 * @throws as preview(); TooMany, and then nothing is sent
 */
export async function send(context: Context, csv: string, choices: Choices = new Map()): Promise<Batch> {
	const who = requireRight(context);
	const rows = read(csv);
	return transact(context, async (trx, announce) => {
		// Pressed twice at the same moment, the second waits and finds everybody invited.
		await takeTurn(trx, who);
		const judged = await judge(trx, who, rows, choices);
		const wanted = judged.filter((line) => line.state === 'invite');
		if (wanted.length > 0) await consume(trx, 'invite-bulk', who.id, perAdministrator, wanted.length);
		let sent = 0;
		for (const line of wanted) {
			if (!(await mayWriteTo(trx, line.email))) {
				line.state = 'too_often';
				continue;
			}
			await put(trx, announce, context, {
				email: line.email,
				organisation: line.target!,
				role: line.found.role!,
				locale: line.found.locale!
			});
			sent++;
		}
		if (sent > 0) await record(trx, context, 'invitation.bulk_sent', { count: sent }, who.isDemo);
		return batchOf(judged);
	});
}

/** The lines to put right, as a table that can be sent again once it is. */
export function toCorrect({ lines }: Batch): Line[] {
	return lines.filter(({ state }) => !['invite', 'member', 'invited', 'repeated'].includes(state));
}

/** For a spreadsheet: separated by semicolons, and no cell of it is a formula. */
export function csvOf(rows: string[][]): string {
	const cell = (value: string) => {
		const words = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
		return /[";\n\r]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
	};
	return `\uFEFF${rows.map((row) => `${row.map(cell).join(';')}\r\n`).join('')}`;
}

/** What spreadsheets write: UTF-8, or else Windows-1252, as Excel does in French. */
export function decoded(bytes: Uint8Array): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return new TextDecoder('windows-1252').decode(bytes);
	}
}

interface Row {
	number: number;
	email: string;
	organisation: string;
	role: string;
	language: string;
}

const headers: Record<Exclude<keyof Row, 'number'>, string[]> = {
	email: [
		'e mail',
		'email',
		'mail',
		'courriel',
		'adresse',
		'adresse electronique',
		'adresse e mail',
		'adresse mail',
		'email address',
		'correo',
		'correo electronico'
	],
	organisation: [
		'organisation',
		'organization',
		'organizacion',
		'collectivite',
		'siren',
		'insee',
		'siren insee',
		'code'
	],
	role: ['role', 'rol'],
	language: ['langue', 'language', 'idioma', 'lengua']
};

const roleWords: Record<MembershipRole, string[]> = {
	member: ['membre', 'member', 'miembro'],
	contributor: [
		'contributeur',
		'contributrice',
		'contributeur rice',
		'contributeur trice',
		'contributor',
		'colaborador',
		'colaboradora'
	],
	referent: ['referent', 'referente', 'referent e']
};
const languageWords: Record<Locale, string[]> = {
	fr: ['fr', 'francais', 'french', 'frances'],
	en: ['en', 'anglais', 'english', 'ingles'],
	es: ['es', 'espagnol', 'spanish', 'espanol']
};
const named = <W extends string>(words: Record<W, string[]>, typed: string): W | undefined =>
	(Object.keys(words) as W[]).find((word) => words[word].includes(searchText(typed)));

function read(csv: string): Row[] {
	if (csv.includes('\0')) throw new Invalid('csv_unreadable', { line: 1 });
	if (Buffer.byteLength(csv) > mostBytes) throw new Invalid('csv_too_large');
	const text = csv.toWellFormed().replace(/^\uFEFF/, '');
	if (!text.trim()) throw new Invalid('csv_empty');
	const [first = ''] = text.trimStart().split('\n');
	const delimiter = [';', '\t', ','].find((mark) => first.includes(mark)) ?? ';';
	let records: { record: string[]; info: { lines: number } }[];
	try {
		records = parse(text, {
			delimiter,
			info: true,
			trim: true,
			relax_column_count: true,
			skip_empty_lines: true,
			skip_records_with_empty_values: true,
			// The names of the columns, and one more to know that there are too many.
			to: mostLines + 2
		}) as never;
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		throw new Invalid('csv_unreadable', { line: Number(error.lines ?? 1) });
	}
	const [head, ...rest] = records;
	const columns = (head?.record ?? []).map((name) => named(headers, name));
	if (!columns.includes('email') || !columns.includes('organisation')) throw new Invalid('csv_columns');
	if (rest.length === 0) throw new Invalid('csv_empty');
	if (rest.length > mostLines) throw new Invalid('csv_too_many_lines', { most: mostLines });
	const cell = (record: string[], column: keyof typeof headers) =>
		(record[columns.indexOf(column)] ?? '').replace(/\s+/g, ' ').slice(0, 300);
	return rest.map(({ record, info }) => ({
		number: info.lines,
		email: cell(record, 'email').toLowerCase(),
		organisation: cell(record, 'organisation'),
		role: cell(record, 'role'),
		language: cell(record, 'language')
	}));
}

interface Found {
	id: string;
	name: string;
	isDemo: boolean;
	isEnded: boolean;
	label: string;
	keys: string[];
}
interface Judged extends Line {
	target?: Found;
}

async function judge(db: Kysely<Database>, who: Member, rows: Row[], choices: Choices): Promise<Judged[]> {
	const known = await organisationsNamed(
		db,
		rows.map((row) => row.organisation)
	);
	const emails = [...new Set(rows.map((row) => row.email))];
	const members = await db
		.selectFrom('members')
		.leftJoin('memberships', (join) =>
			join.onRef('memberships.member_id', '=', 'members.id').on('ended_at', 'is', null)
		)
		.select(['members.id', 'email', 'organisation_id'])
		.where('email', 'in', emails)
		.execute();
	const open = await db
		.selectFrom('invitations')
		.select(['email', 'organisation_id'])
		.where('email', 'in', emails)
		.where('accepted_at', 'is', null)
		.where('withdrawn_at', 'is', null)
		.where('expires_at', '>', new Date())
		.execute();
	const pair = (email: string, id: string | null) => `${email} ${id}`;
	const belong = new Set(members.map((row) => pair(row.email, row.organisation_id)));
	const invited = new Set(open.map((row) => pair(row.email, row.organisation_id)));
	const own = members.find((row) => row.id === who.id)?.email;
	const seen = new Set<string>();

	return rows.map((row): Judged => {
		const found: Line['found'] = {
			organisationId: null,
			organisation: null,
			role: null,
			locale: null
		};
		const line: Judged = { ...row, found, state: 'invite', choices: [] };
		const be = (state: LineState) => Object.assign(line, { state });
		if (!isAddress(row.email)) return be('email_invalid');
		if (row.email === own) return be('email_own');
		if (!row.organisation) return be('organisation_empty');
		const candidates = known(row.organisation).filter((one) => can(who, 'member.invite', one));
		const standing = candidates.filter((one) => !one.isEnded);
		if (candidates.length === 0)
			return be(known(row.organisation).length > 0 ? 'organisation_refused' : 'organisation_unknown');
		if (standing.length === 0) return be('organisation_ended');
		const target =
			standing.length === 1 ? standing[0] : standing.find(({ id }) => id === choices.get(row.number));
		if (standing.length > 1)
			line.choices = standing.slice(0, mostChoices).map(({ id, label }) => ({ id, label }));
		if (!target) return be('organisation_ambiguous');
		line.target = target;
		found.organisationId = target.id;
		found.organisation = target.label;
		found.role = row.role ? (named(roleWords, row.role) ?? null) : 'contributor';
		if (!found.role) return be('role_unknown');
		if (found.role === 'referent' && !can(who, 'referent.name', target)) return be('role_refused');
		found.locale = row.language ? (named(languageWords, row.language) ?? null) : who.locale;
		if (!found.locale) return be('language_unknown');
		const one = pair(row.email, target.id);
		if (seen.has(one)) return be('repeated');
		seen.add(one);
		if (belong.has(one)) return be('member');
		if (invited.has(one)) return be('invited');
		return line;
	});
}

/** By a code of the registry (31555, a SIREN, commune:31555) or by the whole name. One question for the whole table. */
async function organisationsNamed(
	db: Kysely<Database>,
	typed: string[]
): Promise<(words: string) => Found[]> {
	const wanted = [...new Set(typed.flatMap(keysOf))];
	const rows =
		wanted.length === 0
			? []
			: await db
					.selectFrom('organisations')
					.select([
						'id',
						'kind',
						'code',
						'siren',
						'name',
						'name_words',
						'department_name',
						'is_demo',
						'ended_on'
					])
					.where((eb) =>
						eb.or([eb('name_words', 'in', wanted), eb('code', 'in', wanted), eb('siren', 'in', wanted)])
					)
					.orderBy('kind')
					.orderBy('code')
					.orderBy('id')
					.execute();
	const found = rows.map((row): Found => ({
		id: row.id,
		name: row.name,
		isDemo: row.is_demo,
		isEnded: row.ended_on !== null,
		label: [row.name, row.department_name, row.code && `${row.kind}:${row.code}`].filter(Boolean).join(', '),
		keys: [row.name_words, row.code, row.siren, row.code && `${row.kind}:${row.code}`].filter(
			(key): key is string => key !== null
		)
	}));
	return (words) => {
		const keys = keysOf(words);
		const kind = /^[a-z_]+:/.test(words.toLowerCase().trim()) ? words.toLowerCase().trim() : null;
		return found.filter((one) =>
			kind ? one.keys.some((key) => key.toLowerCase() === kind) : one.keys.some((key) => keys.includes(key))
		);
	};
}

function keysOf(typed: string): string[] {
	const bare = typed
		.replace(/^[a-z_]+:/i, '')
		.replace(/[\s\u00A0\u202F]/g, '')
		.toUpperCase();
	const keys = [searchText(typed)];
	if (/^[0-9AB]{2,9}$/.test(bare)) keys.push(bare);
	// A spreadsheet takes 01004 for a number and drops its zero.
	if (/^\d{4}$/.test(bare)) keys.push(`0${bare}`);
	if (/^\d$/.test(bare)) keys.push(`0${bare}`);
	return keys.filter(Boolean);
}

async function mayWriteTo(db: Kysely<Database>, email: string): Promise<boolean> {
	try {
		await consume(db, 'invited', hashed(email), perInvited);
		return true;
	} catch (error) {
		if (isFailure(error)) return false;
		throw error;
	}
}

function batchOf(judged: Judged[]): Batch {
	const counts: Batch['counts'] = {};
	for (const { state } of judged) counts[state] = (counts[state] ?? 0) + 1;
	const lines = judged.map(({ target: _, ...line }): Line => line);
	return { lines, counts };
}

/** @throws NotFound to everyone but administrators */
function requireRight({ who }: Context): Member {
	if (!can(who, 'invitation.bulk', null)) throw new NotFound();
	authorize(who, 'invitation.bulk', null);
	return who;
}
