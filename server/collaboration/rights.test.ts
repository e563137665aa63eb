/** Who may no longer write is out of the open text at once, whichever act took the right away. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createCast, type Cast } from '../../tests/support/cast.ts';
import {
	cookieOf,
	countRows,
	draftCase,
	openRaw,
	startHost,
	until,
	type Host
} from '../../tests/support/collaboration.ts';
import { testDatabase } from '../../tests/support/database.ts';
import * as members from '../domain/members.ts';
import * as memberships from '../domain/memberships.ts';

const place = await testDatabase();
const { db } = place;
let cast: Cast;
let host: Host;
let count = 0;
const reason = 'A changé de poste';

beforeAll(async () => {
	cast = await createCast(db);
	host = await startHost(db, { bus: cast.bus });
});
afterAll(async () => {
	await host.stop();
	await place.close();
});

/** A new colleague of Chloé's. */
async function gisele(appointment?: 'moderator'): Promise<{ id: string; organisationId: string }> {
	const { id } = await db
		.insertInto('members')
		.values({ email: `gisele-${++count}@example.invalid`, name: 'Gisèle', password_hash: 'unusable' })
		.returning('id')
		.executeTakeFirstOrThrow();
	const organisationId = appointment ? cast.network.id : cast.alpha.id;
	await db
		.insertInto('memberships')
		.values({ member_id: id, organisation_id: organisationId, role: 'contributor' })
		.execute();
	if (appointment) await db.insertInto('appointments').values({ member_id: id, role: appointment }).execute();
	return { id, organisationId };
}

function letter(): Uint8Array {
	const doc = new Y.Doc();
	doc.getText('title').insert(0, 'x');
	return Y.encodeStateAsUpdate(doc);
}

type Person = Awaited<ReturnType<typeof gisele>>;
const acts: [string, number, (person: Person) => Promise<void>][] = [
	[
		'Chloé ends the membership',
		4403,
		({ id, organisationId }) =>
			memberships.end(cast.context(cast.chloe), { memberId: id, organisationId, reason })
	],
	[
		'Chloé suspends the membership',
		4403,
		({ id, organisationId }) =>
			memberships.suspend(cast.context(cast.chloe), { memberId: id, organisationId, reason })
	],
	[
		'Boris suspends the account',
		4401,
		({ id }) => members.suspend(cast.context(cast.boris), { memberId: id, reason })
	]
];

test.each(acts)(
	'when %s, the open text closes within two seconds and keeps nothing more',
	async (_act, code, take) => {
		const { documentId } = await draftCase(db, [cast.alpha.id]);
		const person = await gisele();
		const cookie = await cookieOf(db, person.id);
		const raw = await openRaw(host, documentId, cookie);
		raw.sendUpdate(letter());
		await until(() => raw.acknowledged() === 1, 'she writes');
		await take(person);
		const began = Date.now();
		// Her hand does not stop.
		const typing = setInterval(() => raw.sendUpdate(letter()), 5);
		expect(await raw.closed).toBe(code);
		clearInterval(typing);
		expect(Date.now() - began).toBeLessThan(2_000);
		expect(raw.acknowledged()).toBe(1);
		// A colleague writes after her: whatever was waiting has been committed or never will be.
		const chloe = await openRaw(host, documentId, await cookieOf(db, cast.chloe.id));
		chloe.sendUpdate(letter());
		await until(() => chloe.acknowledged() === 1, 'Chloé writes');
		expect(await countRows(db, documentId)).toBe(2);
		const again = await openRaw(host, documentId, cookie);
		expect(await again.closed).toBe(code === 4401 ? 4401 : 4404);
		chloe.socket.terminate();
	}
);

test('when Awa ends an appointment, the text under review closes within two seconds and says nothing more', async () => {
	const { documentId } = await draftCase(db, [cast.alpha.id], 'changes_requested');
	const person = await gisele('moderator');
	const raw = await openRaw(host, documentId, await cookieOf(db, person.id));
	raw.ask();
	await until(() => raw.frames.length > 1, 'she reads');
	await members.endAppointment(cast.context(cast.awa), { memberId: person.id, role: 'moderator', reason });
	const began = Date.now();
	expect(await raw.closed).toBe(4403);
	expect(Date.now() - began).toBeLessThan(2_000);
	const heard = raw.frames.length;
	const chloe = await openRaw(host, documentId, await cookieOf(db, cast.chloe.id));
	chloe.sendUpdate(letter());
	await until(() => chloe.acknowledged() === 1, 'Chloé writes');
	expect(raw.frames).toHaveLength(heard);
	chloe.socket.terminate();
});
