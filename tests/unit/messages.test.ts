/** Every sentence of the screens is a message, in three languages, used, and set as French is set. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';
import { locales, type Locale } from '../../src/lib/contract/locales.ts';

const root = join(import.meta.dirname, '../..');

/** A sentence, or its variants by number as the message format writes them. */
type Message = string | { declarations: string[]; selectors: string[]; match: Record<string, string> }[];
type Catalogue = Record<string, Message>;
type Catalogues = Record<Locale, Catalogue>;
/** Path → text. */
type Sources = Record<string, string>;

const catalogues = Object.fromEntries(
	locales.map((locale) => {
		const { $schema: _, ...messages } = JSON.parse(
			readFileSync(join(root, `messages/${locale}.json`), 'utf8')
		) as Catalogue;
		return [locale, messages];
	})
) as Catalogues;
const screens = read('src', /\.(svelte|ts)$/);
const codes = { ...read('server', /\.ts$/), ...read('src/lib', /(contract\/.*|\.server)\.ts$/) };

function read(folder: string, name: RegExp): Sources {
	const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
		.filter((path) => name.test(path) && !/\.test\.ts$|\/paraglide\//.test(path));
	return Object.fromEntries(files.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const sentencesOf = (message: Message): string[] =>
	typeof message === 'string' ? [message] : message.flatMap(({ match }) => Object.values(match));

const paramsOf = (message: Message): string =>
	[...new Set(sentencesOf(message).flatMap((sentence) => sentence.match(/\{\w+\}/g) ?? []))].sort().join(' ');

function missing(all: Catalogues): string[] {
	const keys = new Set(locales.flatMap((locale) => Object.keys(all[locale])));
	return [...keys].flatMap((key) =>
		locales
			.filter((locale) => !sentencesOf(all[locale][key] ?? '').some((sentence) => sentence.trim()))
			.map((locale) => `${key} is missing in ${locale}`)
	);
}

function differingParams(all: Catalogues): string[] {
	return Object.entries(all.fr).flatMap(([key, french]) =>
		locales
			.filter((locale) => locale in all && key in all[locale])
			.filter((locale) => paramsOf(all[locale][key]!) !== paramsOf(french))
			.map((locale) => `${key}: ${paramsOf(all[locale][key]!)} in ${locale}, ${paramsOf(french)} in fr`)
	);
}

/**
 * The code of a failure is looked up as `failure_<code>`: such a message is used when its code is written on the server
 * or in a form, whole or as a noun followed by what ails it.
 */
function isThrown(code: string, thrown: string): boolean {
	const noun = /^(.+)_(empty|too_long|too_short)$/.exec(code)?.[1];
	return thrown.includes(`'${code}'`) || (noun !== undefined && thrown.includes(`'${noun}'`));
}

function unused(all: Catalogues, pages: Sources, doors: Sources): string[] {
	const used = new Set(
		Object.values(pages).flatMap((text) => [...text.matchAll(/\bm\.(\w+)/g)].map((match) => match[1]))
	);
	const thrown = Object.values(doors).join('\n');
	return Object.keys(all.fr).filter(
		(key) => !used.has(key) && !(key.startsWith('failure_') && isThrown(key.slice('failure_'.length), thrown))
	);
}

/** Codes that only an operator meets, printed as they are by the command line. */
const atTheCommandLine = [
	'history_broken',
	'invalid_email',
	'invalid_name',
	'not_frozen',
	'organisation_needed'
];

function unknown(all: Catalogues, pages: Sources, doors: Sources): string[] {
	const asked = Object.entries(pages).flatMap(([path, text]) =>
		[...text.matchAll(/\bm\.([a-z]\w*)\b/g)].map((match) => ({ path, key: match[1]! }))
	);
	const failed = Object.entries(doors).flatMap(([path, text]) =>
		[...text.matchAll(/new (?:NotFound|Forbidden|Invalid|Conflict)\(\s*'(\w+)'/g)].map((match) => ({
			path,
			code: match[1]!,
			key: `failure_${match[1]}`
		}))
	);
	return [...asked, ...failed.filter(({ code }) => !atTheCommandLine.includes(code))]
		.filter(({ key }) => !(key in all.fr))
		.map(({ path, key }) => `${key}, asked by ${path}`);
}

const noBreak = '\u00a0';
const narrow = '\u202f';
/** [what is wrong, how it is seen] in a French sentence. */
const slips: [string, RegExp][] = [
	['straight apostrophe', /\p{L}'|'\p{L}/u],
	['straight quotes', /"/],
	['three dots rather than an ellipsis', /\.\.\./],
	[
		'no narrow no-break space before ; ! or ?',
		new RegExp(`[^${narrow}${noBreak}\\s?!(][;!?]|[ ${noBreak}][;!?]`, 'u')
	],
	// An address and an hour keep their colon tight.
	['no no-break space before a colon', /[^\s\u00a0/\d]:(?!\/\/)|[ \u202f]:/u],
	['no no-break space inside « »', /«[^\u00a0]|[^\u00a0]»/u],
	['a space before a comma or a full stop', /\s[,.](?!\d)/u]
];

function badlySet(french: Catalogue): string[] {
	return Object.entries(french).flatMap(([key, message]) =>
		sentencesOf(message).flatMap((sentence) =>
			slips.filter(([, slip]) => slip.test(sentence)).map(([what]) => `${key}: ${what}: ${sentence}`)
		)
	);
}

interface Node {
	type: string;
	start: number;
	[key: string]: unknown;
}

/** Attributes, and properties of our components, that people read or hear. */
const spoken =
	/^(aria-(label|description|roledescription|valuetext|placeholder)|title|placeholder|alt|label|hint|legend|description|summary|none|optional|failure|content)$/;
const isNode = (value: unknown): value is Node =>
	typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
/** A word in capitals alone is the name of a format, the same in every language. */
const hasWords = (text: string) => /\p{L}/u.test(text) && !/^\s*\p{Lu}{2,5}\s*$/u.test(text);

/** What a person would read in a .svelte file that does not come from a message, with its line. */
function hardCoded(pages: Sources): string[] {
	return Object.entries(pages)
		.filter(([path]) => path.endsWith('.svelte'))
		.flatMap(([path, source]) => {
			const found: string[] = [];
			const report = (text: unknown, { start }: Node) => {
				if (typeof text === 'string' && hasWords(text))
					found.push(`${path}:${source.slice(0, start).split('\n').length}: ${text.trim()}`);
			};
			const tree = parse(source, { modern: true, filename: path });
			markup(tree.fragment as unknown as Node, report);
			for (const script of [tree.instance, tree.module])
				if (script) sentencesIn(script.content as unknown as Node, report);
			return found;
		});
}

type Report = (text: unknown, node: Node) => void;

function markup(node: Node, report: Report): void {
	// A drawing may carry its own style.
	if (node.type === 'RegularElement' && (node.name === 'style' || node.name === 'script')) return;
	if (node.type === 'StyleDirective' || isForMachines(node)) return;
	if (node.type === 'Text') return report(node.data, node);
	if (node.type === 'ExpressionTag') return shown(node.expression as Node, report);
	if (node.type === 'Attribute') {
		if (!spoken.test(String(node.name))) return;
		const values = Array.isArray(node.value) ? (node.value as Node[]) : [node.value];
		for (const value of values.filter(isNode)) markup(value, report);
		return;
	}
	for (const [key, child] of Object.entries(node)) {
		if (key === 'expression' || key === 'test' || key === 'context') continue;
		for (const each of Array.isArray(child) ? (child as unknown[]) : [child])
			if (isNode(each)) markup(each, report);
	}
}

/** <meta name="robots"> and its like. */
function isForMachines(node: Node): boolean {
	if (node.type !== 'RegularElement' || node.name !== 'meta') return false;
	const name = (node.attributes as Node[]).find((attribute) => attribute.name === 'name')?.value;
	return Array.isArray(name) && (name as Node[])[0]?.data !== 'description';
}

/** The strings that an expression may become: its branches, not what it compares or passes on. */
function shown(node: Node, report: Report): void {
	const follow = (...children: unknown[]) => children.filter(isNode).forEach((child) => shown(child, report));
	if (node.type === 'Literal') report(node.value, node);
	else if (node.type === 'TemplateLiteral') {
		for (const quasi of node.quasis as Node[]) report((quasi.value as { cooked: string }).cooked, node);
		follow(...(node.expressions as Node[]));
	} else if (node.type === 'ConditionalExpression') follow(node.consequent, node.alternate);
	else if (node.type === 'LogicalExpression') follow(node.right);
	else if (node.type === 'BinaryExpression' && node.operator === '+') follow(node.left, node.right);
}

/** In a script only a whole sentence gives itself away: a capital, a space, another word. */
function sentencesIn(node: Node, report: Report): void {
	const text = node.type === 'Literal' ? node.value : undefined;
	if (typeof text === 'string' && /^\p{Lu}\p{Ll}*\s+\p{L}/u.test(text)) report(text, node);
	for (const child of Object.values(node))
		for (const each of Array.isArray(child) ? (child as unknown[]) : [child])
			if (isNode(each)) sentencesIn(each, report);
}

test('every message exists in every language', () => {
	expect(missing(catalogues)).toEqual([]);
});
test('a message takes the same values in every language', () => {
	expect(differingParams(catalogues)).toEqual([]);
});
test('every message is used', () => {
	expect(unused(catalogues, screens, codes)).toEqual([]);
});
test('every message asked for exists, and every failure has its sentence', () => {
	expect(unknown(catalogues, screens, codes)).toEqual([]);
});
test('French is set as French', () => {
	expect(badlySet(catalogues.fr)).toEqual([]);
});
test('no sentence is written in a page', () => {
	expect(hardCoded(screens)).toEqual([]);
});

const sound: Catalogues = {
	fr: { hello: 'Bonjour {name}\u202f!' },
	en: { hello: 'Hello {name}!' },
	es: { hello: '¡Hola {name}!' }
};
const greeting: Sources = { 'src/hello.svelte': '<p title={m.hello()}>{m.hello({ name })} · 2</p>' };

test('nothing is wrong with a sound catalogue', () => {
	expect([
		...missing(sound),
		...differingParams(sound),
		...unused(sound, greeting, {}),
		...unknown(sound, greeting, {}),
		...badlySet(sound.fr),
		...hardCoded(greeting)
	]).toEqual([]);
});

test('a language that lacks a message, or leaves it empty, is told', () => {
	expect(missing({ ...sound, es: {} })).toEqual(['hello is missing in es']);
	expect(missing({ ...sound, en: { hello: ' ' } })).toEqual(['hello is missing in en']);
	expect(missing({ ...sound, en: { ...sound.en, more: 'More' } })).toHaveLength(2);
});

test('a language that forgets a value is told', () => {
	expect(differingParams({ ...sound, en: { hello: 'Hello!' } })).toHaveLength(1);
});

test('a message that nobody shows is told, and one that does not exist', () => {
	expect(unused({ ...sound, fr: { ...sound.fr, failure_gone: 'Partie.' } }, {}, {})).toEqual([
		'hello',
		'failure_gone'
	]);
	const doors = { 'server/door.ts': `throw new Conflict('gone')` };
	expect(unused({ ...sound, fr: { failure_gone: 'Partie.' } }, {}, doors)).toEqual([]);
	expect(unknown(sound, { 'src/bye.svelte': '{m.bye()}' }, doors)).toEqual([
		'bye, asked by src/bye.svelte',
		'failure_gone, asked by server/door.ts'
	]);
});

test.each([
	"L'heure",
	'Quoi ?',
	'Quoi\u00a0?',
	'Quoi?',
	'Un;deux',
	'Note : deux',
	'Note: deux',
	'« deux »',
	'«\u00a0deux»',
	'"deux"',
	'Trois...',
	'Un , deux'
])('a slip in “%s” is told', (sentence) => {
	expect(badlySet({ key: sentence })).not.toEqual([]);
});

test.each([
	'Quoi\u202f?',
	'Note\u00a0: deux',
	'«\u00a0deux\u00a0»',
	'L’heure',
	'https://exemple.fr/page',
	'Vraiment\u202f?!'
])('“%s” is left alone', (sentence) => {
	expect(badlySet({ key: sentence })).toEqual([]);
});

test.each([
	'<p>Bonjour</p>',
	'<img alt="Un pont" src="/pont.webp" />',
	'<button aria-label="Fermer">×</button>',
	'<Field label="Nom" />',
	'<p>{isOpen ? "Ouvert" : m.closed()}</p>',
	'<p>{`Bonjour ${name}`}</p>',
	'<p>{name ?? "Personne"}</p>',
	'{#if open}<p title="Encore {name}">·</p>{/if}',
	'{#each list as item (item)}<li>{item} fois</li>{/each}',
	'<Banner>{#snippet action()}Réessayer{/snippet}</Banner>',
	'<svelte:head><title>Accueil</title></svelte:head>',
	'<svelte:head><meta name="description" content="Un pont" /></svelte:head>',
	'<script lang="ts">const words = "Bonjour tout le monde";</script>{words}'
])('the hard-coded words of %s are told', (source) => {
	expect(hardCoded({ 'src/page.svelte': source })).toHaveLength(1);
});

test.each([
	'<p class="lead words" lang="fr">{m.hello()}</p>',
	'<Button kind="secondary" href="/fiches">{kind === "primary" ? m.one() : m.two()}</Button>',
	'<!-- Une remarque --><style>p { color: red }</style><p>+ 3 · {name}</p>',
	'<svg aria-hidden="true"><path d="M1 2h3" /></svg>',
	'<svelte:head><meta name="robots" content="noindex" /></svelte:head>',
	'<div style:height="{height}px"><a href="/v1.json">JSON</a></div>'
])('%s is left alone', (source) => {
	expect(hardCoded({ 'src/page.svelte': source })).toEqual([]);
});
