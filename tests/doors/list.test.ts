/** The list of doors is the whole list: routes and actions are read from the modules, events from the contract. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { collaborationPath, pollingPath } from '#lib/contract/collaboration.ts';
import { abilities } from '../../server/access.ts';
import { pages, wires, withoutDoor } from './list.ts';
import { doors } from './modules.ts';
import { triedElsewhere, untried } from './tries.ts';

test('every page, action and address of data is listed, and no other', () => {
	expect(Object.keys(pages).sort()).toEqual([...doors.keys()].sort());
});

test('so is every event of the live wire, and each line of live documents', () => {
	const contract = readFileSync(join(import.meta.dirname, '../../src/lib/contract/live.ts'), 'utf8');
	const requests = /interface LiveRequests \{([\s\S]*?)\n\}/.exec(contract)![1]!;
	const events = [...requests.matchAll(/^\t'([\w.]+)':/gm)].map((match) => match[1]!);
	expect(events.length).toBeGreaterThan(0);
	const lines = [collaborationPath, pollingPath].map((path) => `${path.replace(/\/$/, '')}/`);
	expect(Object.keys(wires).sort()).toEqual([...events, ...lines].sort());
});

test('every verb of the table is asked at some door, or is said to have none', () => {
	const asked = new Set<string>([...Object.values(pages), ...Object.values(wires)].flat());
	expect(abilities.filter((ability) => !asked.has(ability))).toEqual([...withoutDoor]);
});

test('every verb is tried by every role at each of its doors', () => {
	expect(untried({ ...pages, ...wires }, withoutDoor)).toEqual([]);
	const root = join(import.meta.dirname, '../..');
	expect(Object.values(triedElsewhere).filter((file) => !existsSync(join(root, file)))).toEqual([]);
});
