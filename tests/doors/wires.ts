/** The two wires, opened as server/main.ts opens them, and what they answer to somebody's cookie. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Kysely } from 'kysely';
import * as decoding from 'lib0/decoding';
import { pino } from 'pino';
import { io } from 'socket.io-client';
import * as Y from 'yjs';
import { messageType } from '#lib/contract/collaboration.ts';
import type { JoinAnswer } from '#lib/contract/live.ts';
import type { App } from '../../server/app.ts';
import { memoryBus } from '../../server/bus/memory.ts';
import type { Database } from '../../server/database/tables.ts';
import { openDoors } from '../../server/doors.ts';
import { openRaw, until } from '../support/collaboration.ts';
import { engine, testEnv } from '../support/database.ts';
import { openPolledRaw } from '../support/polling.ts';
import { policy, type Person } from './world.ts';

/** What a live document answered: closed at once, or open with these rights; then whether words sent there were kept. */
export interface Opened {
	refusal: number | string | null;
	rights: number | null;
	isWritten: boolean;
}

export async function openWires(db: Kysely<Database>) {
	const bus = memoryBus((error) => {
		throw error;
	});
	const app: App = {
		env: testEnv(policy),
		db,
		databaseKind: engine,
		bus,
		log: pino({ level: 'silent' }),
		origins: new Set(),
		secure: false,
		contextFor: (who) => ({ who, db, bus }),
		close: async () => {}
	};
	const http = createServer((_request, response) => response.writeHead(404).end());
	http.listen(0, '127.0.0.1');
	await once(http, 'listening');
	const { port } = http.address() as AddressInfo;
	const origin = `http://127.0.0.1:${port}`;
	app.origins.add(origin);
	const doors = openDoors(http, app, { exclusive: true });

	return {
		/** 'joined', or why not, for each. */
		async joinThreads({ cookie }: Person, threadIds: string[]): Promise<string[]> {
			const socket = io(origin, {
				transports: ['websocket'],
				reconnection: false,
				forceNew: true,
				extraHeaders: { cookie, origin }
			});
			const refusal = await new Promise<string | null>((resolve) => {
				socket.once('connect', () => resolve(null));
				socket.once('connect_error', (error) => resolve(error.message));
			});
			const answers: string[] = [];
			for (const threadId of threadIds) {
				const joined = refusal ?? ((await socket.emitWithAck('thread.join', { threadId })) as JoinAnswer);
				answers.push(typeof joined === 'string' ? joined : joined.ok ? 'joined' : joined.reason);
			}
			socket.disconnect();
			return answers;
		},

		async open(
			line: 'socket' | 'polling',
			{ cookie }: Person,
			documentId: string,
			kind: 'case' | 'bench' = 'case'
		): Promise<Opened> {
			const place = { port, origin };
			let raw;
			try {
				raw = await (line === 'socket'
					? openRaw(place, documentId, cookie)
					: openPolledRaw(place, documentId, cookie));
			} catch (error) {
				const { data } = error as { data?: { code: number } };
				return { refusal: data?.code ?? String(error), rights: null, isWritten: false };
			}
			const { frames, closed } = raw;
			let refusal: number | null = null;
			void closed.then((code) => (refusal = code));
			const rightsHeard = () => frames.map(rightsIn).find((rights) => rights !== null);
			await until(() => refusal !== null || rightsHeard() !== undefined, 'a door answers');
			const rights = rightsHeard() ?? null;
			if (rights === null) return { refusal, rights, isWritten: false };
			raw.sendUpdate(words(kind));
			await until(() => refusal !== null || raw.acknowledged() > 0, 'words are kept or refused');
			const isWritten = raw.acknowledged() > 0;
			if ('terminate' in raw.socket) raw.socket.terminate();
			else raw.socket.disconnect();
			return { refusal: isWritten ? null : refusal, rights, isWritten };
		},

		async close() {
			await doors.close();
			http.closeAllConnections();
			http.close();
		}
	};
}

function rightsIn(frame: Uint8Array): number | null {
	const decoder = decoding.createDecoder(frame);
	return decoding.readVarUint(decoder) === messageType.access ? decoding.readVarUint(decoder) : null;
}

/** In the title of a case, which is no guest's part, or in the one text of the bench. */
function words(kind: 'case' | 'bench'): Uint8Array {
	const doc = new Y.Doc();
	doc.getText(kind === 'bench' ? 'bench' : 'title').insert(0, 'x');
	return Y.encodeStateAsUpdate(doc);
}
