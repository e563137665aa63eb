/** What the installation says of whoever runs it: on the pages everybody reads. */
import type { Kysely } from 'kysely';
import { settingCharacters, settingNames, type Setting } from '#lib/contract/settings.ts';
import { authorize, can } from '../access.ts';
import type { Context } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { Invalid, NotFound } from '../errors.ts';
import { record, transact, type Trx } from '../events.ts';

/** An empty word was not said yet. */
export type Settings = Record<Setting, string>;

const columns = {
	networkName: 'network_name',
	contactName: 'contact_name',
	contactEmail: 'contact_email',
	contactAddress: 'contact_address',
	publisher: 'publisher',
	host: 'host'
} as const;

/** What anybody may read. */
export async function get(db: Kysely<Database>): Promise<Settings> {
	const row = await db.selectFrom('settings').selectAll().executeTakeFirst();
	return Object.fromEntries(settingNames.map((name) => [name, row?.[columns[name]] ?? ''])) as Settings;
}

/** What every page says in its frame may be this old, so that a page does not ask for it each time. */
const shown_ms = 5_000;
let shown: { at: number; db: Kysely<Database>; settings: Settings } | undefined;

/** null while the database is away: the frame stands all the same. */
export async function ofFrame(db: Kysely<Database>): Promise<Settings | null> {
	if (shown?.db === db && Date.now() - shown.at < shown_ms) return shown.settings;
	try {
		shown = { at: Date.now(), db, settings: await get(db) };
		return shown.settings;
	} catch {
		return null;
	}
}

/** The page where they are changed. @throws NotFound to everyone but administrators */
export async function desk({ who, db }: Context): Promise<{ settings: Settings; mayChange: boolean }> {
	if (!can(who, 'settings.read', null)) throw new NotFound();
	return { settings: await get(db), mayChange: can(who, 'settings.change', null) };
}

/**
 * Everything the form holds, at once. The journal says which settings changed, never their words.
 * @throws NotFound, Forbidden, Invalid email_invalid, setting_too_long
 */
export async function change(context: Context, given: Settings): Promise<void> {
	const { who } = context;
	if (!can(who, 'settings.read', null)) throw new NotFound();
	authorize(who, 'settings.change', null);
	await transact(context, (trx) => write(trx, context, given));
}

/** For those who were let in otherwise. @throws Invalid as change */
export async function write(trx: Trx, context: Context, given: Settings): Promise<void> {
	const fresh = Object.fromEntries(settingNames.map((name) => [name, tidy(name, given[name])])) as Settings;
	if (fresh.contactEmail && !/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(fresh.contactEmail))
		throw new Invalid('email_invalid');

	// Of two who change them at once, the second compares with what the first wrote.
	await trx.selectFrom('settings').select('id').forUpdate().execute();
	const old = await get(trx);
	const changed = settingNames.filter((name) => old[name] !== fresh[name]);
	if (changed.length === 0) return;
	await trx
		.updateTable('settings')
		.set(Object.fromEntries(settingNames.map((name) => [columns[name], fresh[name]])))
		.execute();
	await record(trx, context, 'settings.changed', { settings: changed });
	shown = undefined;
}

function tidy(name: Setting, value: string): string {
	if (value.includes('\0')) throw new Invalid('invalid_input');
	const text = value.toWellFormed().replace(/\r\n?/g, '\n').trim();
	const most = settingCharacters[name];
	if (text.length > most) throw new Invalid('setting_too_long', { most });
	return text;
}
