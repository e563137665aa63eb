import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closeCode } from '../contract/collaboration.ts';
import {
	afterEvent,
	initialFacts,
	isAcknowledged,
	saveState,
	type SaveEvent,
	type SaveFacts
} from './save-state.ts';

const play = (events: SaveEvent[], from: SaveFacts = initialFacts) => events.reduce(afterEvent, from);
const shown = (events: SaveEvent[], from?: SaveFacts) => saveState(play(events, from));

const opened: SaveEvent[] = [
	{ type: 'localRead', kept: true, hasPending: false },
	{ type: 'connected' },
	{ type: 'access', canWrite: true },
	{ type: 'sentAnswer', carriesWords: false },
	{ type: 'synced' },
	{ type: 'acknowledged', count: 1 }
];
const typed: SaveEvent[] = [{ type: 'changed', carried: true }, { type: 'sentUpdate' }];

describe('« Enregistré »', () => {
	it('is shown when everything sent is acknowledged, and not one frame earlier', () => {
		expect(shown(opened.slice(0, 5)).kind).toBe('opening');
		expect(shown(opened)).toEqual({ kind: 'saved' });
		expect(shown([...opened, ...typed])).toEqual({ kind: 'saving' });
		expect(shown([...opened, ...typed, ...typed, { type: 'acknowledged', count: 2 }])).toEqual({
			kind: 'saving'
		});
		expect(shown([...opened, ...typed, ...typed, { type: 'acknowledged', count: 3 }])).toEqual({
			kind: 'saved'
		});
	});

	it('waits for the server to have asked for the words of this tab', () => {
		const unasked = opened.filter((event) => event.type !== 'sentAnswer');
		expect(shown(unasked).kind).toBe('opening');
	});

	it('waits for the acknowledgement of words kept on this device since a last visit', () => {
		const comingBack: SaveEvent[] = [
			{ type: 'localRead', kept: true, hasPending: true },
			{ type: 'connected' },
			{ type: 'sentAnswer', carriesWords: true },
			{ type: 'synced' }
		];
		expect(shown(comingBack.slice(0, 1))).toEqual({ kind: 'opening' });
		expect(shown(comingBack)).toEqual({ kind: 'saving' });
		expect(shown([...comingBack, { type: 'acknowledged', count: 1 }])).toEqual({ kind: 'saved' });
	});

	it('waits for the copy on this device to have been read', () => {
		expect(shown(opened.slice(1)).kind).toBe('opening');
		expect(shown([...opened.slice(1), opened[0]!])).toEqual({ kind: 'saved' });
	});

	it('does not count what an earlier connection acknowledged', () => {
		const events: SaveEvent[] = [
			...opened,
			...typed,
			{ type: 'acknowledged', count: 2 },
			{ type: 'disconnected' },
			{ type: 'connected' },
			{ type: 'synced' }
		];
		expect(shown(events)).toEqual({ kind: 'opening' });
		expect(shown([...events, { type: 'sentAnswer', carriesWords: false }])).toEqual({ kind: 'opening' });
		expect(shown([...events, { type: 'sentAnswer', carriesWords: true }])).toEqual({ kind: 'saving' });
	});

	it('is not shown for a change that no frame carries', () => {
		const lost: SaveEvent[] = [
			...opened,
			{ type: 'changed', carried: false },
			{ type: 'acknowledged', count: 9 }
		];
		expect(shown(lost)).toEqual({ kind: 'saving' });
	});

	it('is never shown after any sequence unless all of its conditions hold at the end', () => {
		const event: fc.Arbitrary<SaveEvent> = fc.oneof(
			fc.record({ type: fc.constant('localRead' as const), kept: fc.boolean(), hasPending: fc.boolean() }),
			fc.record({ type: fc.constantFrom('connected' as const, 'disconnected' as const, 'synced' as const) }),
			fc.record({
				type: fc.constantFrom(
					'sentUpdate' as const,
					'slow' as const,
					'retry' as const,
					'unreachable' as const
				)
			}),
			fc.record({ type: fc.constant('sentAnswer' as const), carriesWords: fc.boolean() }),
			fc.record({ type: fc.constant('changed' as const), carried: fc.boolean() }),
			fc.record({ type: fc.constant('acknowledged' as const), count: fc.nat(6) }),
			fc.record({ type: fc.constant('access' as const), canWrite: fc.boolean() }),
			fc.record({ type: fc.constant('waiting' as const), waiting: fc.boolean() }),
			fc.record({
				type: fc.constant('closed' as const),
				code: fc.constantFrom(1006, 1012, 4401, 4403, 4404, 4503)
			})
		);
		fc.assert(
			fc.property(fc.array(event, { maxLength: 25 }), (events) => {
				const facts = play(events);
				const lastConnected = events.findLastIndex((e) => e.type === 'connected');
				const connection = events.slice(lastConnected + 1);
				const frames = connection.filter((e) => e.type === 'sentAnswer' || e.type === 'sentUpdate').length;
				const acknowledged = Math.max(0, ...connection.map((e) => (e.type === 'acknowledged' ? e.count : 0)));
				if (saveState(facts).kind !== 'saved') return;
				expect(lastConnected).toBeGreaterThanOrEqual(0);
				expect(connection.some((e) => e.type === 'disconnected' || e.type === 'closed')).toBe(false);
				expect(connection.some((e) => e.type === 'sentAnswer')).toBe(true);
				expect(acknowledged).toBeGreaterThanOrEqual(frames);
				expect(events.some((e) => e.type === 'localRead')).toBe(true);
				expect(facts.pending).toBe(false);
			}),
			{ numRuns: 2000 }
		);
	});
});

describe('while the words are on their way', () => {
	it('says that the database refuses, then that all is well', () => {
		const refused: SaveEvent[] = [...opened, ...typed, { type: 'waiting', waiting: true }];
		expect(shown(refused)).toEqual({ kind: 'waiting' });
		expect(shown([...refused, { type: 'acknowledged', count: 2 }])).toEqual({ kind: 'saved' });
	});

	it('says that it waits when no answer comes for a long time', () => {
		expect(shown([...opened, ...typed, { type: 'slow' }])).toEqual({ kind: 'waiting' });
		expect(shown([...opened, ...typed, { type: 'slow' }, { type: 'acknowledged', count: 2 }]).kind).toBe(
			'saved'
		);
	});

	it('says offline, and whether this device keeps a copy', () => {
		expect(shown([...opened, { type: 'disconnected' }])).toEqual({ kind: 'offline', kept: true });
		const private_: SaveEvent[] = [{ type: 'localRead', kept: false, hasPending: false }, ...opened.slice(1)];
		expect(shown([...private_, { type: 'disconnected' }])).toEqual({ kind: 'offline', kept: false });
	});

	it('stops promising that this device keeps the words once it cannot, until its copy is whole again', () => {
		const cut: SaveEvent[] = [...opened, ...typed, { type: 'disconnected' }];
		const full: SaveEvent[] = [...cut, { type: 'localWritten', kept: false }];
		expect(shown(cut)).toEqual({ kind: 'offline', kept: true });
		expect(shown(full)).toEqual({ kind: 'offline', kept: false });
		expect(shown([...full, { type: 'localWritten', kept: true }])).toEqual({ kind: 'offline', kept: true });
	});

	it('says offline when the first connection cannot be made', () => {
		const blocked: SaveEvent[] = [opened[0]!, { type: 'unreachable' }];
		expect(shown(blocked.slice(0, 1))).toEqual({ kind: 'opening' });
		expect(shown(blocked)).toEqual({ kind: 'offline', kept: true });
		expect(shown([...blocked, ...opened.slice(1)])).toEqual({ kind: 'saved' });
	});

	it('keeps asking before leaving until all is acknowledged, across connections', () => {
		const offline = play([...opened, { type: 'disconnected' }, { type: 'changed', carried: false }]);
		expect(offline.pending).toBe(true);
		const back = play(
			[{ type: 'connected' }, { type: 'sentAnswer', carriesWords: true }, { type: 'synced' }],
			offline
		);
		expect(back.pending).toBe(true);
		expect(afterEvent(back, { type: 'acknowledged', count: 1 }).pending).toBe(false);
	});
});

describe('where WebSockets are blocked', () => {
	const polled = opened.map((event): SaveEvent =>
		event.type === 'connected' ? { type: 'connected', fallback: true } : event
	);

	it('tells the truth about saving all the same, and that the connection is the fallback', () => {
		expect(shown(polled.slice(0, 5)).kind).toBe('opening');
		expect(shown(polled)).toEqual({ kind: 'saved' });
		expect(shown([...polled, ...typed])).toEqual({ kind: 'saving' });
		expect(play(polled).fallback).toBe(true);
		expect(play([...polled, ...typed]).fallback).toBe(true);
	});

	it('says so no more when that connection ends, nor on the next one when it is a WebSocket', () => {
		expect(play([...polled, { type: 'disconnected' }]).fallback).toBe(false);
		expect(play([...polled, { type: 'disconnected' }, ...opened.slice(1)]).fallback).toBe(false);
		expect(play([...polled, { type: 'closed', code: closeCode.sessionEnded }]).fallback).toBe(false);
	});
});

describe('when the server ends the connection for good', () => {
	it('says why, and whether words are in danger', () => {
		const ends = {
			sessionEnded: 'sessionEnded',
			forbidden: 'forbidden',
			missing: 'missing',
			outdated: 'outdated'
		} as const;
		for (const reason of Object.values(ends)) {
			const closed: SaveEvent = { type: 'closed', code: closeCode[reason] };
			expect(shown([...opened, ...typed, closed])).toEqual({ kind: 'failed', reason, unsaved: true });
		}
		expect(shown([...opened, { type: 'closed', code: closeCode.sessionEnded }])).toEqual({
			kind: 'failed',
			reason: 'sessionEnded',
			unsaved: false
		});
	});

	it('only reads when the right was withdrawn after the last word was saved', () => {
		expect(shown([...opened, { type: 'closed', code: closeCode.forbidden }])).toEqual({ kind: 'reading' });
	});

	it('comes back when the person signed in again', () => {
		const facts = play([
			...opened,
			...typed,
			{ type: 'closed', code: closeCode.sessionEnded },
			{ type: 'retry' }
		]);
		expect(saveState(facts)).toEqual({ kind: 'offline', kept: true });
		const back: SaveEvent[] = [
			{ type: 'connected' },
			{ type: 'sentAnswer', carriesWords: true },
			{ type: 'synced' },
			{ type: 'acknowledged', count: 1 }
		];
		expect(shown(back, facts)).toEqual({ kind: 'saved' });
	});

	it('tries again by itself after any other code', () => {
		for (const code of [1006, closeCode.restarting, closeCode.unavailable]) {
			expect(shown([...opened, { type: 'closed', code }]).kind).toBe('offline');
		}
	});
});

describe('a member who may only read', () => {
	const reader: SaveEvent[] = [
		{ type: 'localRead', kept: true, hasPending: false },
		{ type: 'connected' },
		{ type: 'access', canWrite: false },
		{ type: 'sentAnswer', carriesWords: false },
		{ type: 'synced' }
	];

	it('reads, without any acknowledgement', () => {
		expect(shown(reader)).toEqual({ kind: 'reading' });
	});

	it('is told when words written before the right was withdrawn have nowhere to go', () => {
		const events = reader.map((event): SaveEvent =>
			event.type === 'sentAnswer' ? { type: 'sentAnswer', carriesWords: true } : event
		);
		expect(shown(events)).toEqual({ kind: 'failed', reason: 'forbidden', unsaved: true });
	});

	it('is not frightened by words the server already has', () => {
		const events: SaveEvent[] = [{ type: 'localRead', kept: true, hasPending: true }, ...reader.slice(1)];
		expect(shown(events)).toEqual({ kind: 'reading' });
		expect(isAcknowledged(play(events))).toBe(false);
	});
});
