/** tables.ts is written by hand: this says where it and the migrated database disagree, whichever of them moved. */
import { join } from 'node:path';
import { sql } from 'kysely';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../../tests/support/database.ts';

const { db, close } = await testDatabase();
afterAll(close);

/** 'table.column' → what is read, and whether it is 'required', 'optional' or 'refused' when a row is inserted. */
type Columns = Record<string, { read: string; insert: 'required' | 'optional' | 'refused' }>;

test('tables.ts describes every column of the migrated database', async () => {
	const declared = declaredColumns();
	expect(Object.keys(declared).length).toBeGreaterThan(100);
	expect(declared).toEqual(await liveColumns());
}, 60_000);

async function liveColumns(): Promise<Columns> {
	const { rows } = await sql<{
		table: string;
		column: string;
		type: string;
		nullable: boolean;
		defaulted: boolean;
		generated: boolean;
	}>`
		select table_name as table, column_name as column, udt_name as type, is_nullable = 'YES' as nullable,
			column_default is not null or is_identity = 'YES' as defaulted,
			is_generated = 'ALWAYS' or coalesce(identity_generation = 'ALWAYS', false) as generated
		from information_schema.columns
		where table_schema = 'public' and table_name not like 'kysely_%'`.execute(db);
	return Object.fromEntries(
		rows.map((row) => [
			`${row.table}.${row.column}`,
			{
				read: readAs(row.type) + (row.nullable ? ' | null' : ''),
				insert: row.generated ? 'refused' : row.defaulted || row.nullable ? 'optional' : 'required'
			}
		])
	);
}

function readAs(type: string): string {
	const known: Record<string, string> = {
		uuid: 'string',
		text: 'string',
		varchar: 'string',
		date: 'string',
		int4: 'number',
		int8: 'number',
		bool: 'boolean',
		timestamptz: 'Date',
		bytea: 'Uint8Array',
		jsonb: 'json',
		_text: 'string[]'
	};
	return known[type] ?? `the type ${type}, which this test does not know`;
}

/** Asks the compiler rather than the text, so that no way of writing a column escapes. */
function declaredColumns(): Columns {
	const question = join(import.meta.dirname, 'tables.question.ts');
	const text = `
		import type { Insertable, Selectable } from 'kysely';
		import type { Database } from './tables.ts';
		export type Read = { [T in keyof Database]: Selectable<Database[T]> };
		export type Insert = { [T in keyof Database]: Insertable<Database[T]> };`;
	const options: ts.CompilerOptions = {
		module: ts.ModuleKind.NodeNext,
		moduleResolution: ts.ModuleResolutionKind.NodeNext,
		target: ts.ScriptTarget.ESNext,
		strict: true,
		noEmit: true,
		allowImportingTsExtensions: true,
		types: []
	};
	const host = ts.createCompilerHost(options);
	const { readFile, fileExists, getSourceFile } = host;
	host.readFile = (file) => (file === question ? text : readFile.call(host, file));
	host.fileExists = (file) => file === question || fileExists.call(host, file);
	host.getSourceFile = (file, version) =>
		file === question ? ts.createSourceFile(file, text, version) : getSourceFile.call(host, file, version);
	const program = ts.createProgram([question], options, host);
	const checker = program.getTypeChecker();
	const source = program.getSourceFile(question)!;
	const [read, insert] = ['Read', 'Insert'].map((name) => {
		const symbol = checker
			.getExportsOfModule(checker.getSymbolAtLocation(source)!)
			.find((s) => s.name === name)!;
		return checker.getDeclaredTypeOfSymbol(symbol);
	});

	const columns: Columns = {};
	for (const table of read!.getProperties()) {
		const insertable = checker.getTypeOfSymbol(insert!.getProperty(table.name)!);
		for (const column of checker.getTypeOfSymbol(table).getProperties()) {
			const written = insertable.getProperty(column.name);
			columns[`${table.name}.${column.name}`] = {
				read: describe(checker.getTypeOfSymbol(column), checker),
				insert: !written ? 'refused' : written.flags & ts.SymbolFlags.Optional ? 'optional' : 'required'
			};
		}
	}
	return columns;
}

function describe(type: ts.Type, checker: ts.TypeChecker): string {
	const isNull = (part: ts.Type) => Boolean(part.flags & ts.TypeFlags.Null);
	const parts = type.isUnion() ? type.types : [type];
	const kinds = new Set(parts.filter((part) => !isNull(part)).map((part) => kindOf(part, checker)));
	return [...kinds].sort().join(' | ') + (parts.some(isNull) ? ' | null' : '');
}

function kindOf(type: ts.Type, checker: ts.TypeChecker): string {
	if (type.flags & ts.TypeFlags.StringLike) return 'string';
	if (type.flags & ts.TypeFlags.NumberLike) return 'number';
	if (type.flags & ts.TypeFlags.BooleanLike) return 'boolean';
	const name = type.symbol?.name;
	if (name === 'Date' || name === 'Uint8Array') return name;
	const written = checker.typeToString(type);
	if (written === 'string[]') return written;
	return type.flags & ts.TypeFlags.Object ? 'json' : written;
}
