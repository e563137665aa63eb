/**
 * npm run bench -- collab [words of a line…]: live documents beside what else there is, same load, same run, one server at a
 * time. The load comes from this process, each server is another. With TEST_DATABASE_URL on PostgreSQL, beside Hocuspocus and
 * a minimal y-websocket server; without it on the embedded database, beside the bare relay only. BENCH_SECONDS per load (8).
 * With --markdown the table of docs/benchmarks.md comes last; what is on the way goes to the error stream.
 */
import { cpus, loadavg } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import * as Y from 'yjs';
import { engine } from '../../support/database.ts';
import { Client } from './client.ts';
import { Place, type Beginning, type Kind } from './place.ts';
import { history, keystrokes, longText } from './text.ts';

interface Load {
	documents: number;
	/** Per document. */
	writers: number;
	readers: number;
	/** Updates per second of one writer. */
	rate: number;
	/** Everybody says where their cursor is this often. */
	presence_hz?: number;
}
type Figures = Record<string, number>;
/** A line of the table: what is measured, the figures of each server, and what the product promises. */
interface Measure {
	name: string;
	must: string;
	on?: 'postgres' | 'embedded';
	kinds?: Kind[];
	run(place: Place): Promise<Figures>;
}

const seconds = Number(process.env.BENCH_SECONDS ?? 8);
const kinds: Kind[] =
	engine === 'postgres' ? ['relay', 'hocuspocus', 'y-websocket', 'passerelle'] : ['relay', 'passerelle'];
const keeping: Kind[] = ['hocuspocus', 'y-websocket', 'passerelle'];
/** Documents made before an embedded database goes over to its server. */
const prepared = 20;

const bestPeer = 'p95 ≤ best peer × 1.2 + 1 ms';
const measures: Measure[] = [
	{
		name: '1 document, 2 writers',
		must: `peer p50 ≤ 3 ms; ${bestPeer}`,
		run: (place) => typing(place, { documents: 1, writers: 2, readers: 0, rate: 5 })
	},
	{
		name: '1 document, 10 writers + 50 readers',
		must: bestPeer,
		on: 'postgres',
		run: (place) => typing(place, { documents: 1, writers: 10, readers: 50, rate: 5 })
	},
	{
		name: '1 document, 50 writers + 200 readers',
		must: bestPeer,
		on: 'postgres',
		run: (place) => typing(place, { documents: 1, writers: 50, readers: 200, rate: 5 })
	},
	{
		name: '300 clients, 60 documents, 180 updates/s',
		must: 'peer p99 ≤ 25 ms, ack p99 ≤ 50 ms',
		on: 'postgres',
		run: (place) => typing(place, { documents: 60, writers: 3, readers: 2, rate: 1 })
	},
	{
		name: '1,500 clients, 500 documents, 350 updates/s',
		must: 'peer p99 ≤ 25 ms, RSS ≤ 700 MB',
		on: 'postgres',
		run: (place) => typing(place, { documents: 500, writers: 1, readers: 2, rate: 0.7 })
	},
	{
		name: 'embedded: 30 writers, 10 documents',
		must: 'peer p99 ≤ 50 ms, ack p99 ≤ 150 ms',
		on: 'embedded',
		run: (place) => typing(place, { documents: 10, writers: 3, readers: 0, rate: 5 })
	},
	{
		name: '1 document, 20 writers, faster until p95 > 250 ms',
		must: "≥ best peer's",
		on: 'postgres',
		run: (place) => saturate(place, { documents: 1, writers: 20, most_p95_ms: 250 })
	},
	{
		name: 'many documents, faster until p99 > 60 ms',
		must: '≥ 10,000 updates/s',
		on: 'postgres',
		kinds: keeping,
		run: (place) => saturate(place, { documents: 200, writers: 1, most_p99_ms: 60 })
	},
	{
		name: '200 documents × 3 clients, 2 edits/s each',
		must: "processor of server and database per 10,000 deliveries ≤ best peer's",
		on: 'postgres',
		run: (place) => deliveries(place)
	},
	{
		name: 'cold open: 10,000 edits not compacted',
		must: '≤ 150 ms',
		on: 'postgres',
		kinds: ['passerelle'],
		run: (place) => coldOpen(place, { log: history(10_000).log })
	},
	{
		name: 'cold open: 50,000 edits not compacted',
		must: '≤ 600 ms',
		on: 'postgres',
		kinds: ['passerelle'],
		run: (place) => coldOpen(place, { log: history(50_000).log })
	},
	{
		name: 'cold open: a history of 260,000 edits',
		must: "p95 ≤ best peer's",
		on: 'postgres',
		kinds: keeping,
		run: (place) => coldOpen(place, longHistory(place))
	},
	{
		name: '100 clients open that history at once',
		must: "p95 ≤ best peer's",
		on: 'postgres',
		kinds: keeping,
		run: (place) => join(place, 100, longHistory(place))
	},
	{
		name: '150 clients join one document of 4 MB',
		must: 'p95 ≤ 2 s, +200 MB at most',
		on: 'postgres',
		kinds: keeping,
		run: (place) => join(place, 150, { state: longText(4 * 1024 * 1024) })
	},
	{
		name: '100 present at 1 Hz, one writer at 25/s',
		must: 'edit p95 ≤ 50 ms',
		on: 'postgres',
		run: (place) => typing(place, { documents: 1, writers: 1, readers: 99, rate: 25, presence_hz: 1 })
	},
	{
		name: '500 present at 1 Hz, one writer at 25/s',
		must: 'edit p95 ≤ 250 ms',
		on: 'postgres',
		run: (place) => typing(place, { documents: 1, writers: 1, readers: 499, rate: 25, presence_hz: 1 })
	},
	{
		name: '1,000 documents open, one person each; then closed',
		must: '≤ 60 kB each; RSS back within 10 % in 5 min',
		on: 'postgres',
		kinds: keeping,
		run: (place) => openAndClose(place, 1_000)
	},
	{
		name: 'killed while 20 people type',
		must: '0 acknowledged updates lost',
		on: 'postgres',
		kinds: ['hocuspocus', 'passerelle'],
		run: (place) => killed(place)
	}
];

export async function run(words: string[] = []): Promise<void> {
	const isMarkdown = words.includes('--markdown');
	const wanted = words.filter((word) => word !== '--markdown');
	const say = isMarkdown ? console.error : console.log;
	const chosen = measures.filter(
		({ name, on = engine }) => on === engine && wanted.every((word) => name.includes(word))
	);
	const conditions =
		`${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ` +
		`database: ${engine}, ${seconds} s per load. Milliseconds and megabytes unless said.\n`;
	say(conditions);
	const began = performance.now();
	const table: string[][] = [];
	for (const measure of chosen) {
		const line_ms = performance.now();
		say(`${measure.name}    must: ${measure.must}`);
		const cells = new Map<Kind, string>();
		for (const kind of measure.kinds ?? kinds) {
			const cell = await measured(measure, kind);
			cells.set(kind, cell);
			say(`  ${kind.padEnd(12)} ${cell}`);
		}
		table.push([measure.name, measure.must, ...kinds.map((kind) => cells.get(kind) ?? '–')]);
		say(`  (${Math.round((performance.now() - line_ms) / 1000)} s)\n`);
	}
	say(`${Math.round((performance.now() - began) / 1000)} s in all`);
	if (!isMarkdown) return;
	console.log(conditions);
	const header = ['load', 'must', ...kinds];
	for (const row of [header, header.map(() => '---'), ...table]) console.log(`| ${row.join(' | ')} |`);
}

async function measured(measure: Measure, kind: Kind): Promise<string> {
	const busy = loadavg()[0]!;
	const place = await Place.open(kind, {
		isEmbedded: engine === 'embedded',
		prepared: engine === 'embedded' ? prepared : 0
	});
	try {
		await place.start();
		const cpu = process.cpuUsage();
		const began = performance.now();
		const figures = await measure.run(place);
		const { user, system } = process.cpuUsage(cpu);
		const own = (user + system) / 1000 / (performance.now() - began);
		return (
			Object.entries(figures)
				.map(([name, value]) => `${name} ${shown(value)}`)
				.join(' · ') +
			(own > 0.9 ? ' [the process that makes the load was itself at its limit]' : '') +
			(busy > 2 * cpus().length ? ` [the machine was busy: load ${busy.toFixed(0)}]` : '')
		);
	} catch (error) {
		return `could not be measured: ${error instanceof Error ? error.message : error}`;
	} finally {
		await place.close();
	}
}

/** Latencies of people who type steadily: to a peer who listens, and until the words are said to be kept. */
async function typing(place: Place, load: Load): Promise<Figures> {
	const { documents, writers, readers, rate, presence_hz = 0 } = load;
	const peers: number[] = [];
	const acknowledgements: number[] = [];
	const clients: Client[] = [];
	const stops: (() => void)[] = [];
	let sent = 0;
	let expected = 0;
	let heard = 0;
	let isMeasured = false;
	let isWarm = false;
	/** A server is rarely as cold as one that has just begun: this many a second at least, before anything is measured. */
	const atFirst = Math.max(rate, 200 / (documents * writers));
	const starts: (() => void)[] = [];
	const repeat = (everySecond: number, act: () => void, { atFirst = everySecond } = {}) => {
		let timer: NodeJS.Timeout;
		const again = () => {
			act();
			const rate = isWarm ? everySecond : atFirst;
			// Around the asked rate, so that people do not beat in step.
			timer = setTimeout(again, (1000 / rate) * (0.5 + Math.random()));
		};
		starts.push(() => (timer = setTimeout(again, (1000 / everySecond) * Math.random())));
		stops.push(() => clearTimeout(timer));
	};
	for (const name of await place.documents(documents)) {
		/** When each update left, by client id and clock. */
		const left = new Map<number, number[]>();
		for (let index = 0; index < writers + readers; index++) {
			const isWriter = index < writers;
			// One listener per document reads what it hears; more would measure this process.
			const isListener = index === writers + readers - 1;
			const doc = new Y.Doc();
			const moments: number[] = [];
			let acknowledged = 0;
			const client = await Client.open(place, name, place.cookie(clients.length), {
				onUpdate: isListener
					? (update, at_ms) => {
							for (const moment of momentsOf(update, left, doc.clientID)) {
								if (!isMeasured) continue;
								peers.push(at_ms - moment);
								heard++;
							}
						}
					: undefined,
				onAcknowledged: (count, at_ms) => {
					for (; acknowledged < count; acknowledged++)
						if (isMeasured) acknowledgements.push(at_ms - moments[acknowledged]!);
				}
			});
			clients.push(client);
			if (presence_hz > 0) {
				let clock = 0;
				repeat(presence_hz, () =>
					client.presence(doc.clientID, ++clock, {
						user: { name: `Bench ${index}` },
						cursor: { anchor: clock, head: clock }
					})
				);
			}
			if (!isWriter) continue;
			left.set(doc.clientID, moments);
			doc.on('update', (update: Uint8Array) => {
				moments.push(performance.now());
				if (isMeasured) sent++;
				if (isMeasured && !isListener) expected++;
				client.update(update);
			});
			repeat(rate, () => doc.getText('bench').insert(moments.length, 'x'), { atFirst });
		}
	}
	await Promise.all(clients.map(({ joined }) => joined));
	for (const start of starts) start();
	await wait(3_000);
	isWarm = true;
	await wait(1_000);
	await place.reading();
	const cpu_s = place.cpu_s();
	isMeasured = true;
	await wait(seconds * 1000);
	isMeasured = false;
	const used_s = place.cpu_s() - cpu_s;
	const { rssMost, loopDelay_ms } = await place.reading();
	for (const stop of stops) stop();
	for (const client of clients) client.leave();
	return {
		'updates/s': sent / seconds,
		'heard %': (100 * heard) / Math.max(1, expected),
		'peer p50': percentile(peers, 50),
		p95: percentile(peers, 95),
		p99: percentile(peers, 99),
		'ack p50': percentile(acknowledgements, 50),
		'ack p99': percentile(acknowledgements, 99),
		'loop p99': loopDelay_ms,
		MB: rssMost / 1e6,
		'cpu s': used_s
	};
}

/** When the updates inside this one left, but for those of the listener. */
function* momentsOf(update: Uint8Array, left: Map<number, number[]>, own: number): Generator<number> {
	const { from, to } = Y.parseUpdateMeta(update);
	for (const [client, end] of to) {
		if (client === own) continue;
		for (let clock = from.get(client)!; clock < end; clock++) {
			const moment = left.get(client)?.[clock];
			if (moment !== undefined) yield moment;
		}
	}
}

/** The fastest offered rate at which peers still hear in time, the keystrokes being made beforehand. */
async function saturate(
	place: Place,
	{
		documents,
		writers,
		most_p95_ms = Infinity,
		most_p99_ms = Infinity
	}: { documents: number; writers: number; most_p95_ms?: number; most_p99_ms?: number }
): Promise<Figures> {
	const step_s = 4;
	const isInTime = ({ p95, p99, 'heard %': heard }: Figures) =>
		p95! <= most_p95_ms && p99! <= most_p99_ms && heard! > 99;
	let best: Figures = { 'updates/s': 0 };
	for (let rate = 2_000; rate < 200_000; rate = Math.round(rate * 1.3)) {
		let result = await offer(place, { documents, writers, rate, step_s });
		// A checkpoint of the database is not yet a limit: what is one comes again.
		if (!isInTime(result)) result = await offer(place, { documents, writers, rate, step_s });
		if (!isInTime(result)) break;
		best = result;
		// The load could not be made any faster.
		if (result['updates/s']! < rate * 0.85) break;
	}
	return best;
}

async function offer(
	place: Place,
	{ documents, writers, rate, step_s }: { documents: number; writers: number; rate: number; step_s: number }
): Promise<Figures> {
	const warm_s = 1;
	const each = Math.ceil((rate * (step_s + warm_s)) / (documents * writers));
	const left = new Map<number, number[]>();
	const peers: number[] = [];
	const people: { client: Client; frames: Uint8Array[]; moments: number[] }[] = [];
	const readers: Client[] = [];
	let heard = 0;
	let expected = 0;
	const strokes = keystrokesOnce(each);
	for (const name of await place.documents(documents)) {
		for (let index = 0; index < writers; index++) {
			const { clientId, updates } = strokes(documents * writers, people.length);
			const moments: number[] = [];
			left.set(clientId, moments);
			const client = await Client.open(place, name, place.cookie(people.length));
			await client.joined;
			people.push({ client, frames: updates.map((update) => client.frame(2, update)), moments });
		}
		readers.push(
			await Client.open(place, name, place.cookie(people.length), {
				onUpdate: (update, at_ms) => {
					for (const moment of momentsOf(update, left, 0)) {
						if (moment < begin_ms) continue;
						peers.push(at_ms - moment);
						heard++;
					}
				}
			})
		);
	}
	const started_ms = performance.now();
	const begin_ms = started_ms + warm_s * 1000;
	let isOver = false;
	while (!isOver) {
		const now = performance.now();
		isOver = now - started_ms >= (warm_s + step_s) * 1000;
		const due = Math.min(each, Math.floor(((now - started_ms) / 1000 / (warm_s + step_s)) * each));
		for (const { client, frames, moments } of people)
			while (moments.length < due) {
				client.sendFrame(frames[moments.length]!);
				moments.push(now);
				if (now >= begin_ms) expected++;
			}
		await wait(4);
	}
	for (let waited = 0; heard < expected && waited < 2_000; waited += 50) await wait(50);
	for (const { client } of people) client.leave();
	for (const reader of readers) reader.leave();
	await wait(500);
	return {
		'updates/s': expected / step_s,
		'heard %': (100 * heard) / Math.max(1, expected),
		'peer p50': percentile(peers, 50),
		p95: percentile(peers, 95),
		p99: percentile(peers, 99)
	};
}

/** People's keystrokes are all alike but for the client id: made for one, and kept for the next step when long enough. */
const strokesMade = new Map<number, { clientId: number; updates: Uint8Array[] }>();
function keystrokesOnce(each: number) {
	return (people: number, person: number) => {
		const key = people * 1_000 + person;
		const known = strokesMade.get(key);
		// A document has heard a client id at most once: longer ones are made anew, shorter ones belong to other documents.
		if (known && known.updates.length >= each) return { ...known, updates: known.updates.slice(0, each) };
		const made = keystrokes(each);
		strokesMade.set(key, made);
		return made;
	};
}

async function deliveries(place: Place): Promise<Figures> {
	const {
		'updates/s': rate,
		'heard %': heard,
		'peer p50': p50,
		p99,
		'cpu s': cpu
	} = await typing(place, {
		documents: 200,
		writers: 3,
		readers: 0,
		rate: 2
	});
	const delivered = rate! * seconds * 2;
	return {
		'cpu s per 10,000 deliveries': (cpu! / delivered) * 10_000,
		'heard %': heard!,
		'peer p50': p50!,
		p99: p99!
	};
}

/** From opening the socket until the document was received, each time another document that nobody has open. */
async function coldOpen(place: Place, beginning: Beginning): Promise<Figures> {
	const times: number[] = [];
	for (const name of await place.documents(12, beginning)) {
		const began = performance.now();
		const client = await Client.open(place, name, place.cookie(0));
		await client.joined;
		times.push(performance.now() - began);
		client.leave();
		await wait(300);
	}
	return { p50: percentile(times, 50), p95: percentile(times, 95) };
}

async function join(place: Place, count: number, beginning: Beginning): Promise<Figures> {
	const [name] = await place.documents(1, beginning);
	const before = await place.reading({ settle: true });
	const clients: Client[] = [];
	const times = await Promise.all(
		Array.from({ length: count }, async (_, index) => {
			const began = performance.now();
			const client = await Client.open(place, name!, place.cookie(index));
			clients.push(client);
			await client.joined;
			return performance.now() - began;
		})
	);
	const { rssMost, loopDelay_ms } = await place.reading();
	for (const client of clients) client.leave();
	return {
		p50: percentile(times, 50),
		p95: percentile(times, 95),
		'+MB': (rssMost - before.rss) / 1e6,
		'loop p99': loopDelay_ms
	};
}

let made: ReturnType<typeof history> | undefined;
function longHistory({ kind }: Place): Beginning {
	made ??= history(260_000);
	// The minimal server has nothing but its log.
	return kind === 'y-websocket' ? { log: made.log } : { state: made.state };
}

async function openAndClose(place: Place, count: number): Promise<Figures> {
	const { state } = history(3_000);
	const names = await place.documents(count, { state });
	// What every process holds after its first document is not the price of a document.
	const first = await Client.open(place, (await place.documents(1, { state }))[0]!, place.cookie(0));
	await first.joined;
	const before = await place.reading({ settle: true });
	const clients: Client[] = [];
	for (const name of names) {
		const client = await Client.open(place, name, place.cookie(clients.length));
		await client.joined;
		clients.push(client);
	}
	await wait(2_000);
	const open = await place.reading({ settle: true });
	for (const client of clients) client.leave();
	const closed_ms = performance.now();
	let after = await place.reading({ settle: true });
	// The five minutes are promised by one; of the others a minute says enough.
	const most_ms = place.kind === 'passerelle' ? 300_000 : 60_000;
	while (after.rss > before.rss * 1.1 && performance.now() - closed_ms < most_ms) {
		await wait(5_000);
		after = await place.reading({ settle: true });
	}
	return {
		'kB each': (open.rss - before.rss) / 1e3 / count,
		'MB before': before.rss / 1e6,
		open: open.rss / 1e6,
		closed: after.rss / 1e6,
		'after s': (performance.now() - closed_ms) / 1000,
		'loop p99': open.loopDelay_ms
	};
}

/** What was said to be kept and is not there when the server is back. */
async function killed(place: Place): Promise<Figures> {
	const [name] = await place.documents(1);
	const counts = new Map<number, { sent: number; acknowledged: number }>();
	const clients: Client[] = [];
	const timers: NodeJS.Timeout[] = [];
	for (let index = 0; index < 20; index++) {
		const { clientId, updates } = keystrokes(2_000);
		const count = { sent: 0, acknowledged: 0 };
		counts.set(clientId, count);
		const client = await Client.open(place, name!, place.cookie(index), {
			onAcknowledged: (acknowledged) => (count.acknowledged = acknowledged)
		});
		await client.joined;
		clients.push(client);
		timers.push(setInterval(() => client.update(updates[count.sent++]!), 33));
	}
	await wait(5_000);
	await place.kill();
	for (const timer of timers) clearInterval(timer);
	await place.start();
	const reader = await Client.open(place, name!, place.cookie(0));
	const there = Y.parseUpdateMeta(await reader.joined).to;
	reader.leave();
	let sent = 0;
	let acknowledged = 0;
	let lost = 0;
	for (const [clientId, count] of counts) {
		sent += count.sent;
		acknowledged += count.acknowledged;
		lost += Math.max(0, count.acknowledged - (there.get(clientId) ?? 0));
	}
	return { sent, acknowledged, 'acknowledged and lost': lost };
}

function percentile(values: number[], rank: number): number {
	if (values.length === 0) return NaN;
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * rank) / 100))]!;
}

function shown(value: number): string {
	if (Number.isNaN(value)) return '–';
	if (value >= 1_000) return Math.round(value).toLocaleString('en');
	return value.toFixed(value < 10 ? 1 : 0);
}
