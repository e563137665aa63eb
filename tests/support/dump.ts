/** Everything a database holds, as text, to be searched for what must not be there. */
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../server/database/tables.ts';

/** Table → its rows as text, bytes read as UTF-8 and as Latin-1. */
export async function dump(db: Kysely<Database>): Promise<Map<string, string>> {
	const { rows } = await sql<{ table: string; column: string; type: string }>`
		select table_name as table, column_name as column, udt_name as type from information_schema.columns
		where table_schema = 'public' order by table_name, ordinal_position`.execute(db);
	const tables = new Map<string, string>();
	for (const name of new Set(rows.map(({ table }) => table))) {
		const columns = rows
			.filter(({ table }) => table === name)
			.map(({ column, type }) => (type === 'bytea' ? sql.ref(column) : sql`${sql.ref(column)}::text`));
		const found = await sql<Record<string, string | Uint8Array | null>>`
			select ${sql.join(columns.map((column, at) => sql`${column} as ${sql.id(`c${at}`)}`))}
			from ${sql.table(name)}`.execute(db);
		const words = found.rows.flatMap((row) =>
			Object.values(row).flatMap((value) =>
				value instanceof Uint8Array
					? [Buffer.from(value).toString('utf8'), Buffer.from(value).toString('latin1')]
					: (value ?? [])
			)
		);
		tables.set(name, words.join('\n'));
	}
	return tables;
}

/** 'table: word' for each of these words, in whatever case it is written. */
export function findIn(tables: Map<string, string>, words: string[]): string[] {
	return [...tables].flatMap(([table, text]) =>
		words.filter((word) => text.toLowerCase().includes(word.toLowerCase())).map((word) => `${table}: ${word}`)
	);
}
