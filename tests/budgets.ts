/** `npm run budgets`: what each page makes a browser fetch, compressed as it travels, beside what it may. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { readOnlyForVisitors } from '../src/lib/scriptless.server.ts';

const root = join(import.meta.dirname, '..');

/** Bytes of JavaScript a page may make a visitor fetch, and a member: what it asks for later included. */
export const visitorAtMost = 40_000;
export const memberAtMost = 80_000;
/**
 * Where people write, with the line or without. Of it 58 kB are the frame every page with script shares, 24 kB are Yjs,
 * 90 kB Tiptap and ProseMirror, 12 kB the other way to write where WebSockets are blocked: what remains is ours.
 */
export const editorAtMost = 235_000;
/** Every component there is, on one page. */
export const showcaseAtMost = 95_000;
/** All the typefaces together, whatever the page. */
export const fontsAtMost = 60_000;

const editors = ['/fiches/[reference]/ecrire', '/hors-connexion'];
/** Visitors are sent elsewhere, or read without script: what these pages carry is for members, or makes one. */
const forMembers =
	/^\/(compte|administration|interface|organisations|invitation|deconnexion|moderation|discussions\/nouvelle)/;
const isForMembers = (route: string) => forMembers.test(route) || readOnlyForVisitors.includes(route);

function most(route: string): number {
	if (editors.includes(route)) return editorAtMost;
	if (route === '/interface') return showcaseAtMost;
	return isForMembers(route) ? memberAtMost : visitorAtMost;
}

export interface Weight {
	route: string;
	/** Bytes, brotli: before the page can be used, and what it fetches after that by itself. */
	javascript: number;
	later: number;
	styles: number;
	atMost: number;
}

interface Node {
	imports: string[];
	stylesheets: string[];
	server?: { csr?: boolean };
	universal?: { csr?: boolean };
}
interface Manifest {
	client: { start: string; app: string };
	nodes: (() => Promise<Node>)[];
	routes: { id: string; page: { layouts: (number | undefined)[]; leaf: number } | null }[];
}

/** @throws when the pages are not built */
export async function weigh(): Promise<{ pages: Weight[]; fonts: number }> {
	const file = join(root, 'build/server/manifest.js');
	if (!existsSync(file)) throw new Error('The pages are not built. Run: npm run build');
	// The nodes come from beside the manifest: those of the very build that is served.
	const manifest = await readManifest(file);
	const pages: Weight[] = [];
	for (const { id, page } of manifest.routes) {
		if (!page) continue;
		const nodes = await Promise.all(
			[...page.layouts, page.leaf]
				.filter((index) => index !== undefined)
				.map((index) => manifest.nodes[index]!())
		);
		const options = nodes.flatMap(({ server, universal }) => [server?.csr, universal?.csr]);
		const isScripted = options.filter((csr) => csr !== undefined).at(-1) !== false;
		const entries = [manifest.client.start, manifest.client.app, ...nodes.flatMap(({ imports }) => imports)];
		const { first, later } = isScripted ? follow(entries) : { first: [], later: [] };
		pages.push({
			route: id,
			javascript: sum(first),
			later: sum(later),
			styles: sum([...new Set(nodes.flatMap(({ stylesheets }) => stylesheets))]),
			atMost: most(id)
		});
	}
	return {
		pages: pages.sort((one, other) => one.route.localeCompare(other.route)),
		fonts: sum(
			readdirSync(join(root, 'build/client/_app/immutable/assets'))
				.filter((name) => /\.(woff2?|ttf|otf)$/.test(name))
				.map((name) => `_app/immutable/assets/${name}`)
		)
	};
}

async function readManifest(file: string): Promise<Manifest> {
	const { manifest } = (await import(pathToFileURL(file).href)) as { manifest: Manifest };
	return manifest;
}

/** Files fetched before a page can be used, then those it may ask for by itself. Other pages are not followed. */
function follow(entries: string[]): { first: string[]; later: string[] } {
	const first = closure(entries);
	const asked = [...first].flatMap((file) => importsOf(file).later).filter((file) => !/\/nodes\//.test(file));
	const all = new Set([...first, ...closure(asked, true)]);
	return { first: [...first], later: [...all].filter((file) => !first.has(file)) };
}

function closure(entries: string[], alsoLater = false): Set<string> {
	const found = new Set<string>();
	const visit = (file: string) => {
		if (found.has(file)) return;
		found.add(file);
		const { now, later } = importsOf(file);
		[...now, ...(alsoLater ? later : [])].forEach(visit);
	};
	entries.forEach(visit);
	return found;
}

function importsOf(file: string): { now: string[]; later: string[] } {
	const code = readFileSync(join(root, 'build/client', file), 'utf8');
	const paths = (pattern: RegExp) =>
		[...code.matchAll(pattern)].map((match) => posix.join(posix.dirname(file), match[1]!));
	return {
		now: paths(/(?:from|\bimport)\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g),
		later: paths(/\bimport\(\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g)
	};
}

const sizes = new Map<string, number>();
function sum(files: string[]): number {
	return files.reduce((total, file) => total + size(file), 0);
}
function size(file: string): number {
	const path = join(root, 'build/client', file);
	const known = sizes.get(file);
	if (known !== undefined) return known;
	const bytes = /\.woff2?$/.test(file)
		? readFileSync(path).length
		: existsSync(`${path}.br`)
			? readFileSync(`${path}.br`).length
			: brotliCompressSync(readFileSync(path)).length;
	sizes.set(file, bytes);
	return bytes;
}

export function table({ pages, fonts }: Awaited<ReturnType<typeof weigh>>): string {
	const kilo = (bytes: number) => (bytes === 0 ? '·' : (bytes / 1000).toFixed(1));
	const rows = [
		['page', 'JavaScript', 'later', 'styles', 'at most'],
		...pages.map(({ route, javascript, later, styles, atMost }) => [
			route,
			kilo(javascript),
			kilo(later),
			kilo(styles),
			`${atMost / 1000}${javascript + later > atMost ? '  TOO HEAVY' : ''}`
		])
	];
	const width = Math.max(...rows.map(([route]) => route!.length));
	const lines = rows.map(([route, ...cells]) =>
		[route!.padEnd(width), ...cells.map((cell) => cell.padStart(11))].join('').trimEnd()
	);
	return [
		...lines,
		'',
		`Typefaces ${kilo(fonts)}, at most ${fontsAtMost / 1000}. In kB of 1000 bytes, brotli.`
	].join('\n');
}

/** One line for each thing over its budget. */
export function tooHeavy({ pages, fonts }: Awaited<ReturnType<typeof weigh>>): string[] {
	const over = pages
		.filter(({ javascript, later, atMost }) => javascript + later > atMost)
		.map(({ route, javascript, later, atMost }) => `${route}: ${javascript + later} bytes of ${atMost}`);
	return fonts > fontsAtMost ? [...over, `typefaces: ${fonts} bytes of ${fontsAtMost}`] : over;
}

if (import.meta.main) {
	const weights = await weigh();
	console.log(table(weights));
	process.exitCode = tooHeavy(weights).length > 0 ? 1 : 0;
}
