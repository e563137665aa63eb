import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { characterCount, wordCount } from './count.ts';
import {
	appendRichText,
	fragmentToRichText,
	maximumDepth,
	parseRichText,
	richTextFromText,
	richTextToHtml,
	richTextToText,
	safeHref,
	type Block,
	type Inline,
	type Mark,
	type RichText
} from './rich-text.ts';

const emptyFragment = () => new Y.Doc().getXmlFragment('section:actions');

function element(name: string, ...children: (Y.XmlElement | Y.XmlText | string)[]): Y.XmlElement {
	const node = new Y.XmlElement(name);
	node.insert(
		0,
		children.map((child) => (typeof child === 'string' ? new Y.XmlText(child) : child))
	);
	return node;
}

function read(...children: (Y.XmlElement | Y.XmlText)[]): RichText {
	const fragment = emptyFragment();
	fragment.push(children);
	return fragmentToRichText(fragment);
}

/** Built from the outside in: Yjs itself recurses when it integrates a nested element in one go. */
function nest(parent: Y.XmlFragment, name: string, depth: number, text: string): void {
	for (let i = 0; i < depth; i++) {
		const child = new Y.XmlElement(name);
		parent.push([child]);
		parent = child;
	}
	parent.push([element('paragraph', text)]);
}

describe('reading what the editor wrote', () => {
	it('keeps paragraphs, headings, lists, quotes, line breaks and marks', () => {
		const heading = element('heading', 'Étapes');
		heading.setAttribute('level', 3 as unknown as string);
		const text = new Y.XmlText();
		text.insert(0, 'Chloé ');
		text.insert(6, 'signe', { bold: {}, italic: {} });
		text.insert(11, ' la convention', {
			bold: null,
			italic: null,
			link: { href: 'https://exemple.fr/a', target: null }
		});
		const richText = read(
			heading,
			element('paragraph', text, element('hardBreak'), 'puis part.'),
			element(
				'bulletList',
				element('listItem', element('paragraph', 'un')),
				element('listItem', element('paragraph', 'deux'))
			),
			element('blockquote', element('paragraph', 'cité'))
		);
		expect(richText.content).toEqual([
			{ type: 'heading', attrs: { level: 3 }, content: [{ type: 'text', text: 'Étapes' }] },
			{
				type: 'paragraph',
				content: [
					{ type: 'text', text: 'Chloé ' },
					{ type: 'text', text: 'signe', marks: [{ type: 'bold' }, { type: 'italic' }] },
					{
						type: 'text',
						text: ' la convention',
						marks: [{ type: 'link', attrs: { href: 'https://exemple.fr/a' } }]
					},
					{ type: 'hardBreak' },
					{ type: 'text', text: 'puis part.' }
				]
			},
			{
				type: 'bulletList',
				content: [
					{ type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'un' }] }] },
					{ type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'deux' }] }] }
				]
			},
			{ type: 'blockquote', content: [{ type: 'paragraph', content: [{ type: 'text', text: 'cité' }] }] }
		]);
		expect(richTextToText(richText)).toBe('Étapes\nChloé signe la convention\npuis part.\nun\ndeux\ncité');
		expect(richTextToHtml(richText)).toBe(
			'<h3 dir="auto">Étapes</h3><p dir="auto">Chloé <em><strong>signe</strong></em>' +
				'<a href="https://exemple.fr/a" rel="noopener noreferrer nofollow"> la convention</a><br>puis part.</p>' +
				'<ul><li><p dir="auto">un</p></li><li><p dir="auto">deux</p></li></ul>' +
				'<blockquote><p dir="auto">cité</p></blockquote>'
		);
	});

	it('reads marks that carry the hash of an overlap', () => {
		const text = new Y.XmlText();
		text.insert(0, 'ici', { 'link--AbCdEf12': { href: 'https://exemple.fr' }, 'bold--01234567': {} });
		expect(read(element('paragraph', text)).content).toEqual([
			{
				type: 'paragraph',
				content: [
					{
						type: 'text',
						text: 'ici',
						marks: [{ type: 'bold' }, { type: 'link', attrs: { href: 'https://exemple.fr/' } }]
					}
				]
			}
		]);
	});

	it('loses no word of nodes it does not know, wherever they are', () => {
		const cell = (text: string) => element('tableCell', element('paragraph', text));
		const richText = read(
			element('table', element('tableRow', cell('alpha'), cell('beta'))),
			element('paragraph', 'avant', element('mention', 'gamma'), 'après'),
			element('bulletList', element('paragraph', 'delta'), element('listItem')),
			element('codeBlock', 'epsilon'),
			new Y.XmlText('zêta')
		);
		const words = richTextToText(richText).split(/\s+/);
		expect(words).toEqual(['alpha', 'beta', 'avant', 'gamma', 'après', 'delta', 'epsilon', 'zêta']);
	});

	it('turns links to javascript, data and vbscript into plain text', () => {
		const hostile = [
			'javascript:alert(1)',
			' JaVaScRiPt:alert(1)',
			'java\nscript:alert(1)',
			'\u0001javascript:alert(1)',
			'data:text/html,<script>alert(1)</script>',
			'vbscript:msgbox(1)',
			'file:///etc/passwd',
			'//exemple.fr',
			'https://' + 'a'.repeat(3000)
		];
		for (const href of hostile) {
			const text = new Y.XmlText();
			text.insert(0, 'cliquez', { link: { href } });
			const richText = read(element('paragraph', text));
			expect(richText.content, href).toEqual([
				{ type: 'paragraph', content: [{ type: 'text', text: 'cliquez' }] }
			]);
		}
		const forged: RichText = {
			type: 'doc',
			content: [
				{
					type: 'paragraph',
					content: [
						{ type: 'text', text: 'x', marks: [{ type: 'link', attrs: { href: 'javascript:alert(1)' } }] }
					]
				}
			]
		};
		expect(richTextToHtml(forged)).toBe('<p dir="auto">x</p>');
		expect(safeHref('mailto:cooperation@exemple.fr')).toBe('mailto:cooperation@exemple.fr');
	});

	it('escapes what looks like HTML', () => {
		const html = richTextToHtml(read(element('paragraph', '<img src=x onerror="a()"> & \'co\'')));
		expect(html).toBe('<p dir="auto">&#60;img src=x onerror=&#34;a()&#34;&#62; &#38; &#39;co&#39;</p>');
	});

	it('flattens nesting of 3,000 levels and keeps its words', { timeout: 30_000 }, () => {
		for (const name of ['blockquote', 'bulletList', 'listItem', 'unknown']) {
			const fragment = emptyFragment();
			nest(fragment, name, 3000, 'au fond');
			const richText = fragmentToRichText(fragment);
			expect(richTextToText(richText)).toBe('au fond');
			expect(depthOf(richText.content)).toBeLessThanOrEqual(2 * (maximumDepth + 1));
			expect(parseRichText(JSON.parse(JSON.stringify(richText)))).toEqual(richText);
			expect(richTextToHtml(richText)).toContain('au fond');
		}
		const fragment = emptyFragment();
		fragment.push([element('paragraph')]);
		nest(fragment.get(0) as Y.XmlElement, 'span', 3000, 'tout');
		expect(richTextToText(fragmentToRichText(fragment)).trim()).toBe('tout');
	});

	it('reads 150,000 paragraphs without running out of stack', { timeout: 30_000 }, () => {
		const fragment = emptyFragment();
		fragment.push(Array.from({ length: 150_000 }, () => element('unknown', element('paragraph', 'mot'))));
		const richText = fragmentToRichText(fragment);
		expect(richText.content).toHaveLength(150_000);
		expect(richTextToText(richText)).toHaveLength(150_000 * 4 - 1);
	});

	it('keeps emoji and right-to-left text, drops NUL and half characters', () => {
		const richText = read(element('paragraph', '👩🏽‍🌾 مرحبا\u0000 \ud83d!'));
		expect(richTextToText(richText)).toBe('👩🏽‍🌾 مرحبا \ufffd!');
	});

	it('gives the same JSON for the same text, however it was typed', () => {
		const pieces = ['Nous ', 'avons ', 'réuni ', 'vingt ', 'entreprises'];
		const inOneGo = read(element('paragraph', pieces.join('')));
		const fragment = emptyFragment();
		const text = new Y.XmlText();
		fragment.push([new Y.XmlElement('paragraph'), element('paragraph'), element('paragraph')]);
		(fragment.get(0) as Y.XmlElement).push([text]);
		for (const piece of pieces.toReversed()) text.insert(0, piece);
		text.format(3, 4, { bold: {} });
		text.format(3, 4, { bold: null });
		(fragment.get(0) as Y.XmlElement).push([new Y.XmlText(), new Y.XmlText('')]);
		expect(fragmentToRichText(fragment)).toEqual(inOneGo);
	});

	it('begins and ends with words, whatever was left empty around them', () => {
		const fragment = emptyFragment();
		fragment.push([new Y.XmlElement('paragraph'), new Y.XmlElement('paragraph')]);
		appendRichText(fragment, richTextFromText('un\n\ndeux'));
		fragment.push([new Y.XmlElement('paragraph')]);
		expect(fragmentToRichText(fragment)).toEqual(richTextFromText('un\n\ndeux'));
	});

	it('gives nothing for an empty section, opened or not', () => {
		expect(read()).toEqual({ type: 'doc', content: [] });
		expect(read(element('paragraph'))).toEqual({ type: 'doc', content: [] });
	});
});

it('writes a rich text that reads back the same', () => {
	fc.assert(
		fc.property(richTexts, (richText) => {
			const fragment = emptyFragment();
			appendRichText(fragment, richText);
			const first = fragmentToRichText(fragment);
			const again = emptyFragment();
			appendRichText(again, first);
			expect(fragmentToRichText(again)).toEqual(first);
			expect(wordsOf(first)).toEqual(wordsOf(richText));
			expect(parseRichText(JSON.parse(JSON.stringify(first)))).toEqual(first);
			expect(richTextToHtml(first)).not.toMatch(/<script|javascript:/i);
		}),
		{ numRuns: 200 }
	);
});

it('refuses JSON that is not a rich text', () => {
	const refused: unknown[] = [
		null,
		[],
		'texte',
		{ type: 'doc' },
		{ type: 'doc', content: [{ type: 'image' }] },
		{ type: 'doc', content: [{ type: 'heading', attrs: { level: 1 }, content: [] }] },
		{ type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: 3 }] }] },
		{ type: 'doc', content: [{ type: 'bulletList', content: [{ type: 'paragraph' }] }] }
	];
	for (const value of refused) expect(() => parseRichText(value)).toThrow();
	let deep: unknown = { type: 'paragraph' };
	for (let i = 0; i < 5000; i++) deep = { type: 'blockquote', content: [deep] };
	expect(() => parseRichText({ type: 'doc', content: [deep] })).toThrow('nested too deep');
});

it('makes paragraphs of plain text', () => {
	expect(richTextToText(richTextFromText('Un.\nDeux.\n\n\nTrois.\n'))).toBe('Un.\nDeux.\nTrois.');
	expect(richTextFromText(' \n ').content).toEqual([]);
});

it('counts words as a reader would', () => {
	expect(wordCount('L’échec nous a appris, dit-elle : 3 leçons !', 'fr')).toBe(8);
	expect(wordCount('—… !? 👍', 'fr')).toBe(0);
	expect(wordCount('مرحبا بكم', 'fr')).toBe(2);
	expect(wordCount('', 'fr')).toBe(0);
	expect(characterCount('é👍')).toBe(2);
});

const marks = fc.subarray<Mark>([
	{ type: 'bold' },
	{ type: 'italic' },
	{ type: 'link', attrs: { href: 'https://exemple.fr/' } }
]);
const inline: fc.Arbitrary<Inline> = fc.oneof(
	fc
		.record({ text: fc.string({ unit: 'binary', minLength: 1 }), marks })
		.map(({ text, marks }): Inline =>
			marks.length ? { type: 'text', text, marks } : { type: 'text', text }
		),
	fc.constant<Inline>({ type: 'hardBreak' })
);
const content = fc.array(inline, { minLength: 1, maxLength: 4 });
const { block } = fc.letrec<{ block: Block }>((tie) => ({
	block: fc.oneof(
		{ maxDepth: 3 },
		content.map((content): Block => ({ type: 'paragraph', content })),
		fc.constant<Block>({ type: 'paragraph' }),
		content.map((content): Block => ({ type: 'heading', attrs: { level: 4 }, content })),
		fc
			.array(tie('block'), { minLength: 1, maxLength: 3 })
			.map((content): Block => ({ type: 'blockquote', content })),
		fc
			.array(fc.array(tie('block'), { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 })
			.map((items): Block => ({
				type: 'bulletList',
				content: items.map((content) => ({ type: 'listItem', content }))
			}))
	)
}));
const richTexts = fc.array(block, { maxLength: 5 }).map((content): RichText => ({ type: 'doc', content }));

const wordsOf = (richText: RichText) =>
	richTextToText(richText)
		.replaceAll('\u0000', '')
		.toWellFormed()
		.split(/\s+/)
		.filter((word) => word !== '');

function depthOf(value: unknown): number {
	if (typeof value !== 'object' || value === null) return 0;
	const inner = (value as { content?: unknown[] }).content ?? (Array.isArray(value) ? value : []);
	return Math.max(0, ...inner.map((child) => 1 + depthOf(child)));
}
