/** What this network lets through, found out by asking for it. Nothing here needs an account. */
import { collaborationPath, pollingPath } from '../contract/collaboration.ts';

export const checks = ['http', 'websocket', 'polling', 'long'] as const;
export type Check = (typeof checks)[number];

export interface Outcome {
	works: boolean;
	duration_ms: number;
	/** For whoever repairs the network: a status, a close code. Empty when there is nothing to say. */
	detail: string;
}

export type Verdict = 'good' | 'fallback' | 'slow' | 'bad';

const patience_ms = 8_000;
/** The server itself ends a request like this after 20 s. */
const longPatience_ms = 40_000;
/** Sooner than that, it was somebody in between. */
const long_ms = 15_000;
/** Names no document: the server answers in its own words all the same. */
const nothing = '00000000-0000-0000-0000-000000000000';

/** @param origin of the page, e.g. `https://passerelle.example.org` */
export async function runCheck(check: Check, origin: string): Promise<Outcome> {
	const began = performance.now();
	const outcome = await attempts[check](origin).catch((error: unknown) => ({
		works: false,
		detail: error instanceof Error ? error.message : ''
	}));
	return { ...outcome, duration_ms: Math.round(performance.now() - began) };
}

export function verdictOf(outcomes: Record<Check, Outcome>): Verdict {
	if (outcomes.websocket.works) return outcomes.http.works && outcomes.polling.works ? 'good' : 'fallback';
	if (!outcomes.polling.works) return 'bad';
	return outcomes.long.works ? 'fallback' : 'slow';
}

type Answer = Omit<Outcome, 'duration_ms'>;

const attempts: Record<Check, (origin: string) => Promise<Answer>> = {
	async http(origin) {
		const response = await ask(`${origin}/healthz`, {}, patience_ms);
		// A portal that wants to be signed in to answers 200 to everything.
		const works = response.status === 200 && (response.headers.get('content-type') ?? '').includes('json');
		return { works, detail: `HTTP ${response.status}` };
	},

	websocket: (origin) =>
		new Promise((resolve) => {
			const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}${collaborationPath}/${nothing}`);
			const end = (answer: Answer) => {
				clearTimeout(timer);
				socket.onclose = null;
				socket.close();
				resolve(answer);
			};
			const timer = setTimeout(() => end({ works: false, detail: 'timeout' }), patience_ms);
			// Only our server ends it with a code of its own: what opened it came all the way.
			socket.onclose = ({ code }) => end({ works: code >= 4000, detail: code >= 4000 ? '' : String(code) });
		}),

	async polling(origin) {
		const line = await openPolling(origin);
		if (line.address === null) return line.refused;
		const sent = await ask(
			line.address,
			{ method: 'POST', body: `40{"documentId":"${nothing}"}` },
			patience_ms
		);
		if (!sent.ok) return { works: false, detail: `POST ${sent.status}` };
		const heard = await ask(line.address, {}, patience_ms);
		const words = await heard.text();
		return { works: words.startsWith('44'), detail: words.startsWith('44') ? '' : `GET ${heard.status}` };
	},

	async long(origin) {
		const line = await openPolling(origin);
		if (line.address === null) return line.refused;
		const began = performance.now();
		const response = await ask(line.address, {}, longPatience_ms);
		const waited_ms = performance.now() - began;
		return {
			works: response.ok && waited_ms > long_ms,
			detail: response.ok && waited_ms > long_ms ? '' : `HTTP ${response.status}`
		};
	}
};

type Polling = { address: string } | { address: null; refused: Answer };

async function openPolling(origin: string): Promise<Polling> {
	const address = `${origin}${pollingPath}/?EIO=4&transport=polling`;
	const response = await ask(address, {}, patience_ms);
	const words = await response.text();
	const sid = /^0.*"sid":"([\w-]+)"/.exec(words)?.[1];
	if (sid) return { address: `${address}&sid=${sid}` };
	return { address: null, refused: { works: false, detail: `HTTP ${response.status}` } };
}

function ask(address: string, request: RequestInit, within_ms: number): Promise<Response> {
	return fetch(address, { ...request, cache: 'no-store', signal: AbortSignal.timeout(within_ms) });
}
