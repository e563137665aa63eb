/** The embedded engine, in a thread of its own so that a long query never holds up the sockets. */
import { existsSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import type { EngineAnswer, EngineQuestion, EngineSettings } from './embedded.ts';

const port = parentPort!;
const { folder, dump } = workerData as EngineSettings;

let engine: PGlite;
try {
	engine = await start();
	port.postMessage({ id: 0, result: null } satisfies EngineAnswer);
	port.on('message', (question: EngineQuestion) => void answer(question));
} catch (error) {
	port.postMessage({ id: 0, error: plainError(error) } satisfies EngineAnswer);
}

async function start(): Promise<PGlite> {
	if (folder === null) return open(undefined, dump);
	if (existsSync(join(folder, 'PG_VERSION'))) return open(folder);

	// Created beside and renamed when complete, so that a first start cut short is simply begun again.
	if (existsSync(folder)) {
		if (readdirSync(folder).length > 0) throw new Error(`${folder} holds files that are not a database`);
		rmdirSync(folder);
	}
	const beginning = `${folder}-beginning`;
	rmSync(beginning, { recursive: true, force: true });
	await (await open(beginning, dump)).close();
	renameSync(beginning, folder);
	return open(folder);
}

function open(dataDir: string | undefined, loaded?: Uint8Array<ArrayBuffer> | null): Promise<PGlite> {
	return PGlite.create({
		dataDir,
		loadDataDir: loaded ? new Blob([loaded]) : undefined,
		extensions: { pg_trgm },
		// The same values as the parsers given to pg in connection.ts.
		parsers: {
			20: (value: string) => Number(value),
			1082: (value: string) => value,
			17: parseBytes
		},
		// PGlite's own go through an array of one string per byte.
		serializers: { 17: serializeBytes }
	});
}

async function answer({ id, ask, sql, parameters }: EngineQuestion): Promise<void> {
	try {
		if (ask === 'query') {
			const { rows, affectedRows, fields, command } = await engine.query<object>(sql!, parameters);
			const result = { rows, affectedRows, fields, command };
			port.postMessage({ id, result } satisfies EngineAnswer, ownedBuffers(rows));
		} else if (ask === 'dump') {
			const bytes = new Uint8Array(await (await engine.dumpDataDir('none')).arrayBuffer());
			port.postMessage({ id, result: bytes } satisfies EngineAnswer, [bytes.buffer]);
		} else {
			await engine.close();
			port.postMessage({ id, result: null } satisfies EngineAnswer);
			port.close();
		}
	} catch (error) {
		port.postMessage({ id, error: plainError(error) } satisfies EngineAnswer);
		// After a trap the engine's memory cannot be trusted, and its next query may never answer.
		if (error instanceof WebAssembly.RuntimeError || (error as Error)?.name === 'ExitStatus') process.exit(1);
	}
}

/** Bytes made here are given away rather than copied. */
function ownedBuffers(rows: object[]): ArrayBuffer[] {
	const buffers: ArrayBuffer[] = [];
	for (const row of rows)
		for (const value of Object.values(row))
			if (value instanceof Uint8Array) buffers.push(value.buffer as ArrayBuffer);
	return buffers;
}

function parseBytes(text: string): Uint8Array {
	const bytes = new Uint8Array((text.length - 2) / 2);
	Buffer.from(bytes.buffer).write(text.slice(2), 'hex');
	return bytes;
}

function serializeBytes(value: unknown): string {
	if (!(value instanceof Uint8Array)) throw new Error('a bytea takes a Uint8Array');
	return '\\x' + Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex');
}

/** What code looks at in an error; never the parameters, which are people's words. */
function plainError(error: unknown): Record<string, unknown> {
	if (!(error instanceof Error)) return { message: String(error) };
	const { message, name, code, severity, detail, hint, schema, table, column, constraint, where, stack } =
		error as Error & Record<string, unknown>;
	return { message, name, code, severity, detail, hint, schema, table, column, constraint, where, stack };
}
