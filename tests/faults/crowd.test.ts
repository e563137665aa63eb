import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import * as documents from '../../server/domain/documents.ts';
import { createCast } from '../support/cast.ts';
import { cookieOf, until } from '../support/collaboration.ts';
import { engine, testDatabase } from '../support/database.ts';
import type { CrowdCount, CrowdOrder } from './crowd-process.ts';
import { amount, isTimed, report } from './level.ts';
import { serverProcess, type ServerProcess } from './server-process.ts';
import { wordsOf } from './typist.ts';

const people = amount(100, 1_000, 1_000);
const perDocument = 20;

const place = await testDatabase({ onDisk: true });
let server: ServerProcess | undefined;
let crowd: ChildProcess | undefined;
afterAll(async () => {
	crowd?.kill('SIGKILL');
	await server?.kill();
	await place.close();
});

test(`killed with ${people} people connected, on ${engine}: all are back, and what they typed meanwhile is saved once`, async () => {
	const cast = await createCast(place.db);
	const members = [cast.awa, cast.boris, cast.chloe, cast.diego, cast.efua];
	const cookies = await Promise.all(members.map(({ id }) => cookieOf(place.db, id)));
	const documentIds = await Promise.all(
		Array.from({ length: people / perDocument }, () => documents.create(place.db, 'bench', { isDemo: false }))
	);
	await place.release();
	// A thousand people have more addresses than this one.
	server = await serverProcess(place.variables, { limits: { addressSockets: 10_000 } });
	await server.start();
	const order: CrowdOrder = { port: server.port, documentIds, cookies, people };
	const child = (crowd = fork(join(import.meta.dirname, 'crowd-process.ts'), [JSON.stringify(order)], {
		execArgv: []
	}));
	const count = async (): Promise<CrowdCount> => {
		child.send('count');
		const [answer] = (await once(child, 'message')) as [CrowdCount];
		return answer;
	};
	const everybody = async (what: 'inside' | 'saved') => {
		let last = 0;
		await until(
			async () => {
				await pause(50);
				last = (await count())[what];
				return last === people;
			},
			`${people} ${what}`,
			120_000
		).catch((error: unknown) => {
			throw new Error(`only ${last} of ${people} are ${what}`, { cause: error });
		});
	};
	await everybody('inside');
	const before = (await count()).attempts;
	await server.kill();
	const killed = performance.now();
	child.send('type');
	await pause(1_000);
	expect((await count()).saved).toBe(0);
	await server.start();
	const up = performance.now();
	await everybody('inside');
	const back_s = (performance.now() - killed) / 1000;
	const sinceUp_s = (performance.now() - up) / 1000;
	await everybody('saved');
	const saved_s = (performance.now() - killed) / 1000;
	const { attempts } = await count();
	const memory_mb = server.memory() / 2 ** 20;
	await server.kill();
	const db = await place.reopen();
	const seen = new Map<string, number>();
	for (const id of documentIds)
		for (const [word, times] of wordsOf((await documents.load(db, id)).getText('bench').toJSON()))
			seen.set(word, (seen.get(word) ?? 0) + times);
	report(
		`Killed with ${people} people connected, on ${engine}: all back ${back_s.toFixed(1)} s after the kill ` +
			`(${sinceUp_s.toFixed(1)} s after the start), all saved after ${saved_s.toFixed(1)} s, ` +
			`${((attempts - before) / people).toFixed(1)} attempts each, server at ${memory_mb.toFixed(0)} MB`
	);
	expect(seen.size).toBe(people);
	expect([...new Set(seen.values())]).toEqual([1]);
	if (isTimed) expect(back_s).toBeLessThan(30);
}, 300_000);
