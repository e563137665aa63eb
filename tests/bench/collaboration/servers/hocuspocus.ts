/** Hocuspocus with its defaults (it stores two to ten seconds after an edit) and the whole state in one row of PostgreSQL. */
import { Server } from '@hocuspocus/server';
import { Pool } from 'pg';
import * as Y from 'yjs';
import { answerReadings } from '../meter.ts';

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
await pool.query('create table if not exists bench_documents (name text primary key, data bytea not null)');

const server = new Server({
	address: '127.0.0.1',
	port: Number(process.env.PORT),
	quiet: true,
	stopOnSignals: false,
	async onLoadDocument({ documentName, document }) {
		const { rows } = await pool.query<{ data: Buffer }>('select data from bench_documents where name = $1', [
			documentName
		]);
		if (rows[0]) Y.applyUpdate(document, rows[0].data);
		return document;
	},
	async onStoreDocument({ documentName, document }) {
		await pool.query(
			'insert into bench_documents (name, data) values ($1, $2) on conflict (name) do update set data = excluded.data',
			[documentName, Buffer.from(Y.encodeStateAsUpdate(document))]
		);
	}
});
await server.listen();
process.send!('listening');
answerReadings();
