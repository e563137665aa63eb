/**
 * What this network lets through, found out by asking for it; nothing here needs an account. A file of its own, so that
 * the page that explains a bad connection needs nothing else to arrive. Its words and addresses are in the page.
 */

const patience_ms = 8_000;
/** The server itself ends a request like this after some 20 s. */
const longPatience_ms = 40_000;
/** Sooner than that, it was somebody in between. */
const long_ms = 15_000;

const root = document.getElementById('connection-test');
const { socket: socketPath, polling: pollingPath } = root.dataset;
const rows = Object.fromEntries(
	[...root.querySelectorAll('[data-check]')].map((row) => [row.dataset.check, row])
);
const start = root.querySelector('[data-start]');
const copy = root.querySelector('[data-copy]');
const table = root.querySelector('table');
const verdict = root.querySelector('[data-verdict]');
const note = root.querySelector('[data-note]');
/** Names no document: the server answers in its own words all the same. */
const nothing = '00000000-0000-0000-0000-000000000000';
let ranAt = '';

/** Each answers { works, detail }: a status or a close code for whoever repairs the network. */
const checks = {
	async http() {
		const response = await ask('/healthz', {}, patience_ms);
		// A portal that wants people to sign in answers 200 to everything.
		const works = response.status === 200 && (response.headers.get('content-type') ?? '').includes('json');
		return { works, detail: `HTTP ${response.status}` };
	},

	websocket: () =>
		new Promise((resolve) => {
			const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${socketPath}/${nothing}`);
			const end = (works, detail) => {
				clearTimeout(timer);
				socket.onclose = null;
				socket.close();
				resolve({ works, detail });
			};
			const timer = setTimeout(() => end(false, 'timeout'), patience_ms);
			// Only our server ends it with a code of its own: what opened it came all the way.
			socket.onclose = ({ code }) => end(code >= 4000, String(code));
		}),

	async polling() {
		const { address, status } = await openPolling();
		if (!address) return { works: false, detail: `HTTP ${status}` };
		const hello = `40${JSON.stringify({ documentId: nothing, query: '' })}`;
		const sent = await ask(address, { method: 'POST', body: hello }, patience_ms);
		if (!sent.ok) return { works: false, detail: `POST ${sent.status}` };
		const heard = await ask(address, {}, patience_ms);
		return { works: (await heard.text()).startsWith('44'), detail: `GET ${heard.status}` };
	},

	async long() {
		const { address, status } = await openPolling();
		if (!address) return { works: false, detail: `HTTP ${status}` };
		const began = performance.now();
		const response = await ask(address, {}, longPatience_ms);
		return { works: response.ok && performance.now() - began > long_ms, detail: `HTTP ${response.status}` };
	}
};

async function openPolling() {
	const address = `${pollingPath}/?EIO=4&transport=polling`;
	const response = await ask(address, {}, patience_ms);
	const sid = /^0.*"sid":"([\w-]+)"/.exec(await response.text())?.[1];
	return { address: sid ? `${address}&sid=${sid}` : null, status: response.status };
}

const ask = (address, request, within_ms) =>
	fetch(address, { ...request, cache: 'no-store', signal: AbortSignal.timeout(within_ms) });

async function run() {
	if (start.ariaDisabled === 'true') return;
	start.ariaDisabled = 'true';
	ranAt = new Date().toISOString();
	table.hidden = false;
	copy.hidden = true;
	verdict.textContent = note.textContent = '';
	verdict.dataset.verdict = '';
	const works = {};
	await Promise.all(
		Object.keys(rows).map(async (name) => {
			show(rows[name], root.dataset.running, '');
			delete rows[name].dataset.works;
			const began = performance.now();
			const outcome = await checks[name]().catch((error) => ({ works: false, detail: error.message }));
			works[name] = outcome.works;
			rows[name].dataset.works = String(outcome.works);
			const word = outcome.works ? root.dataset.good : `${root.dataset.bad} (${outcome.detail})`;
			show(rows[name], word, `${Math.round(performance.now() - began)}\u00a0ms`);
		})
	);
	verdict.dataset.verdict = verdictOf(works);
	verdict.textContent = verdict.dataset[verdict.dataset.verdict];
	copy.hidden = false;
	start.ariaDisabled = null;
	start.textContent = root.dataset.again;
}

function show(row, result, time) {
	row.querySelector('[data-result]').textContent = result;
	row.querySelector('[data-time]').textContent = time;
}

function verdictOf({ http, websocket, polling, long }) {
	if (websocket) return http && polling ? 'fine' : 'fallback';
	if (!polling) return 'none';
	return long ? 'fallback' : 'slow';
}

copy.addEventListener('click', async () => {
	const lines = Object.values(rows).map((row) =>
		[...row.children].map((cell) => cell.textContent.trim()).join('\t')
	);
	try {
		await navigator.clipboard.writeText(
			[`${location.origin} · ${ranAt}`, ...lines, navigator.userAgent].join('\n')
		);
		note.textContent = root.dataset.copied;
	} catch {
		note.textContent = root.dataset.copyFailed;
	}
});
start.addEventListener('click', run);
root.hidden = false;
