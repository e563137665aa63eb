import { expect, test } from 'vitest';
import { catchUpLimit, type PostView } from '../contract/live.ts';
import { postSequence } from './post-sequence.ts';

const post = (number: number): PostView => ({
	id: `post-${number}`,
	threadId: 'thread',
	number,
	authorName: 'Diego',
	authorAddress: null,
	organisationName: null,
	html: `<p>${number}</p>`,
	language: 'fr',
	createdAt: '2026-11-23T10:00:00.000Z'
});

/** Chloé's page knows posts 1 to `known` of a thread that holds 1 to `held`. */
function chloeReads({ known, held }: { known: number; held: number }) {
	const server = { held, asked: 0, down: false };
	const shown: number[] = [];
	const sequence = postSequence({
		known,
		retry_ms: 5,
		take: (posts) => shown.push(...posts.map(({ number }) => number)),
		fetchAfter: async (after) => {
			server.asked++;
			await new Promise((done) => setTimeout(done, 1));
			if (server.down) throw new Error('no answer');
			const count = Math.min(catchUpLimit, Math.max(0, server.held - after));
			return Array.from({ length: count }, (_, index) => post(after + 1 + index));
		}
	});
	return { server, shown, sequence };
}

test('the next reply is shown without asking anything', () => {
	const { sequence, shown, server } = chloeReads({ known: 3, held: 4 });
	sequence.hear(post(4));
	expect(shown).toEqual([4]);
	expect(server.asked).toBe(0);
});

test('a reply that comes twice is shown once', () => {
	const { sequence, shown } = chloeReads({ known: 3, held: 4 });
	sequence.hear(post(4));
	sequence.hear(post(4));
	sequence.hear(post(2));
	expect(shown).toEqual([4]);
});

test('a missing number is asked for, and everything is shown in order', async () => {
	const { sequence, shown } = chloeReads({ known: 3, held: 7 });
	sequence.hear(post(6));
	sequence.hear(post(5));
	sequence.hear(post(7));
	await sequence.catchUp();
	expect(shown).toEqual([4, 5, 6, 7]);
});

test('more than one answer can hold is asked for until nothing is left', async () => {
	const { sequence, shown, server } = chloeReads({ known: 0, held: catchUpLimit * 2 + 3 });
	await sequence.catchUp();
	expect(shown).toHaveLength(catchUpLimit * 2 + 3);
	expect(server.asked).toBe(3);
});

test('what was written while the answer was on its way is asked for too', async () => {
	const { sequence, shown, server } = chloeReads({ known: 1, held: 2 });
	const first = sequence.catchUp();
	server.held = 3;
	sequence.hearOf(3);
	await first;
	expect(shown).toEqual([2, 3]);
});

test('a line that is down is tried again by itself', async () => {
	const { sequence, shown, server } = chloeReads({ known: 1, held: 2 });
	server.down = true;
	await sequence.catchUp();
	expect(shown).toEqual([]);
	server.down = false;
	await expect.poll(() => shown).toEqual([2]);
	sequence.stop();
});

test('a page that was left hears nothing any more', async () => {
	const { sequence, shown } = chloeReads({ known: 1, held: 5 });
	const asked = sequence.catchUp();
	sequence.stop();
	await asked;
	sequence.hear(post(2));
	expect(shown).toEqual([]);
});
