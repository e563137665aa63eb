/** The rich text of a section, as ProseMirror JSON restricted to what the editor offers. No DOM here. */
import * as Y from 'yjs';
import { characterCount, wordCount } from './count.ts';

export type Mark = { type: 'bold' } | { type: 'italic' } | { type: 'link'; attrs: { href: string } };
export interface TextNode {
	type: 'text';
	text: string;
	marks?: Mark[];
}
export type Inline = TextNode | { type: 'hardBreak' };
export type Block =
	| { type: 'paragraph'; content?: Inline[] }
	| { type: 'heading'; attrs: { level: 3 | 4 }; content?: Inline[] }
	| { type: 'bulletList'; content: ListItem[] }
	| { type: 'orderedList'; content: ListItem[] }
	| { type: 'blockquote'; content: Block[] };
export interface ListItem {
	type: 'listItem';
	content: Block[];
}
export interface RichText {
	type: 'doc';
	content: Block[];
}

/** Lists and quotes nested deeper than this are flattened to paragraphs: their words stay, their shape goes. */
export const maximumDepth = 12;
const hrefCharacters = 2000;

/**
 * What people wrote in a section. No word is lost: a node the editor does not offer becomes paragraphs of its text.
 * The same words and shape always give the same JSON, whoever typed them and in whatever order.
 */
export function fragmentToRichText(fragment: Y.XmlFragment): RichText {
	const content = blocksOf(fragment.toArray(), 0);
	while (content.length > 0 && isEmptyParagraph(content[content.length - 1]!)) content.pop();
	// The editor leaves an empty paragraph first when everything is taken back, then given back.
	return { type: 'doc', content: content.slice(content.findIndex((block) => !isEmptyParagraph(block))) };
}

/** One paragraph per blank-line-separated piece; a single line break stays a line break. */
export function richTextFromText(text: string): RichText {
	const content: Block[] = [];
	for (const piece of cleanText(text).split(/\r?\n\s*\n/)) {
		const inline: Inline[] = [];
		for (const line of piece.trim().split(/\r?\n/)) {
			if (inline.length > 0) inline.push({ type: 'hardBreak' });
			if (line !== '') inline.push({ type: 'text', text: line });
		}
		if (inline.length > 0) content.push({ type: 'paragraph', content: inline });
	}
	return { type: 'doc', content };
}

/** Escaped HTML. Links leave only to http, https and mailto. */
export function richTextToHtml(richText: RichText): string {
	return blocksToHtml(richText.content, 0);
}

/** One line per paragraph, heading or line break. */
export function richTextToText(richText: RichText): string {
	let text = '';
	// An explicit stack: this also reads what did not pass through fragmentToRichText.
	const stack: (Block | ListItem)[] = richText.content.toReversed();
	for (let node = stack.pop(); node; node = stack.pop()) {
		if (node.type === 'paragraph' || node.type === 'heading') {
			if (text !== '') text += '\n';
			for (const inline of node.content ?? []) text += inline.type === 'text' ? inline.text : '\n';
		} else {
			for (let i = node.content.length - 1; i >= 0; i--) stack.push(node.content[i]!);
		}
	}
	return text;
}

export interface Measure {
	text: string;
	/** Of the text, as characterCount and wordCount give them. */
	characters: number;
	words: number;
}

/** Counted once for each text that was read: counting words is slow, and several parts of a page ask. */
export function measure(richText: RichText, locale: string): Measure {
	const known = measures.get(richText);
	if (known?.locale === locale) return known;
	const text = richTextToText(richText);
	const counted = { locale, text, characters: characterCount(text), words: wordCount(text, locale) };
	measures.set(richText, counted);
	return counted;
}
const measures = new WeakMap<RichText, Measure & { locale: string }>();

/** Without what Postgres cannot store: NUL, and halves of a surrogate pair. */
export function cleanText(text: string): string {
	return text.replaceAll('\u0000', '').toWellFormed();
}

/** The address in its normal form, or null when it is not one a reader may be sent to. */
export function safeHref(href: unknown): string | null {
	if (typeof href !== 'string' || href.length > hrefCharacters) return null;
	try {
		const url = new URL(href.trim());
		const isAllowed =
			['http:', 'https:', 'mailto:'].includes(url.protocol) && url.href.length <= hrefCharacters;
		return isAllowed ? url.href : null;
	} catch {
		return null;
	}
}

export function escapeHtml(text: string): string {
	return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Writes a rich text at the end of a fragment, in the shape the editor itself writes. */
export function appendRichText(fragment: Y.XmlFragment, richText: RichText): void {
	fragment.push(richText.content.map(elementOf));
}

/** @throws Error when the value is not a rich text exactly as fragmentToRichText gives it */
export function parseRichText(value: unknown): RichText {
	const doc = record(value, 'doc');
	return { type: 'doc', content: list(doc.content).map((block) => parseBlock(block, 0)) };
}

type XmlNode = Y.XmlElement | Y.XmlText | Y.XmlHook;

function blocksOf(nodes: XmlNode[], depth: number): Block[] {
	const blocks: Block[] = [];
	let loose: Inline[] = [];
	const flush = () => {
		const content = tidy(loose);
		if (content) blocks.push({ type: 'paragraph', content });
		loose = [];
	};
	for (const node of nodes) {
		if (node instanceof Y.XmlText || (node instanceof Y.XmlElement && node.nodeName === 'hardBreak')) {
			addInline(loose, node);
			continue;
		}
		if (!(node instanceof Y.XmlElement)) continue;
		flush();
		const name = node.nodeName;
		if (name === 'paragraph' || name === 'heading') {
			const inline: Inline[] = [];
			for (const child of node.toArray()) addInline(inline, child as XmlNode);
			const content = tidy(inline);
			if (name === 'heading' && content) {
				const level = Number(node.getAttribute('level')) > 3 ? 4 : 3;
				blocks.push({ type: 'heading', attrs: { level }, content });
			} else {
				blocks.push(content ? { type: 'paragraph', content } : { type: 'paragraph' });
			}
		} else if (depth >= maximumDepth) {
			const content = tidy([{ type: 'text', text: textOf(node) }]);
			if (content) blocks.push({ type: 'paragraph', content });
		} else if (name === 'bulletList' || name === 'orderedList') {
			const content = listItems(node, depth + 1);
			if (content.length > 0) blocks.push({ type: name, content });
		} else {
			const content = blocksOf(node.toArray() as XmlNode[], depth + 1);
			if (name !== 'blockquote') for (const block of content) blocks.push(block);
			else if (content.length > 0) blocks.push({ type: 'blockquote', content });
		}
	}
	flush();
	return blocks;
}

function listItems(list: Y.XmlElement, depth: number): ListItem[] {
	const items: ListItem[] = [];
	for (const child of list.toArray() as XmlNode[]) {
		const isItem = child instanceof Y.XmlElement && child.nodeName === 'listItem';
		const content = blocksOf(isItem ? (child.toArray() as XmlNode[]) : [child], depth);
		if (isItem || content.length > 0) {
			items.push({ type: 'listItem', content: content.length > 0 ? content : [{ type: 'paragraph' }] });
		}
	}
	return items;
}

function addInline(inline: Inline[], node: XmlNode): void {
	if (node instanceof Y.XmlText) {
		for (const run of node.toDelta() as { insert: unknown; attributes?: Record<string, unknown> }[]) {
			if (typeof run.insert !== 'string') continue;
			const marks = marksOf(run.attributes ?? {});
			inline.push(
				marks.length > 0 ? { type: 'text', text: run.insert, marks } : { type: 'text', text: run.insert }
			);
		}
	} else if (node instanceof Y.XmlElement) {
		if (node.nodeName === 'hardBreak') inline.push({ type: 'hardBreak' });
		// Spaces around it, or its first and last words would melt into their neighbours.
		else inline.push({ type: 'text', text: ` ${textOf(node)} ` });
	}
}

/** All the text under a node, without recursion: a hostile document can nest as deep as it likes. */
function textOf(node: Y.XmlElement): string {
	const pieces: string[] = [];
	const stack: unknown[] = [node];
	while (stack.length > 0) {
		const next = stack.pop();
		if (next instanceof Y.XmlText) {
			for (const run of next.toDelta() as { insert: unknown }[]) {
				if (typeof run.insert === 'string') pieces.push(run.insert);
			}
		} else if (next instanceof Y.XmlElement) {
			pieces.push(' ');
			const children = next.toArray();
			for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]);
		}
	}
	return pieces.join('').replace(/\s+/g, ' ').trim();
}

/** Neighbours with the same marks become one, so that how the text was typed leaves no trace. */
function tidy(inline: Inline[]): Inline[] | undefined {
	const merged: Inline[] = [];
	for (const node of inline) {
		const last = merged[merged.length - 1];
		if (node.type === 'text' && last?.type === 'text' && sameMarks(last.marks, node.marks)) {
			last.text += node.text;
		} else {
			merged.push(node.type === 'text' ? { ...node } : node);
		}
	}
	const cleaned: Inline[] = [];
	for (const node of merged) {
		if (node.type === 'text') node.text = cleanText(node.text);
		if (node.type !== 'text' || node.text !== '') cleaned.push(node);
	}
	return cleaned.length > 0 ? cleaned : undefined;
}

/** y-prosemirror names a mark that may overlap itself `link--` and eight characters of a hash. */
function marksOf(attributes: Record<string, unknown>): Mark[] {
	let bold = false;
	let italic = false;
	let href: string | null = null;
	for (const key of Object.keys(attributes).sort()) {
		const value = attributes[key];
		if (value === null || value === undefined || value === false) continue;
		const name = key.replace(/--[a-zA-Z0-9+/=]{8}$/, '');
		if (name === 'bold') bold = true;
		else if (name === 'italic') italic = true;
		else if (name === 'link') href ??= safeHref((value as { href?: unknown }).href);
	}
	const marks: Mark[] = [];
	if (bold) marks.push({ type: 'bold' });
	if (italic) marks.push({ type: 'italic' });
	if (href !== null) marks.push({ type: 'link', attrs: { href } });
	return marks;
}

const sameMarks = (a: Mark[] = [], b: Mark[] = []) =>
	a.length === b.length &&
	a.every((mark, i) => {
		const other = b[i]!;
		return mark.type === 'link'
			? other.type === 'link' && other.attrs.href === mark.attrs.href
			: other.type === mark.type;
	});

const isEmptyParagraph = (block: Block) => block.type === 'paragraph' && block.content === undefined;

function blocksToHtml(blocks: Block[], depth: number): string {
	if (depth > maximumDepth) {
		return `<p dir="auto">${escapeHtml(richTextToText({ type: 'doc', content: blocks }))}</p>`;
	}
	return blocks
		.map((block) => {
			switch (block.type) {
				case 'paragraph':
					return block.content ? `<p dir="auto">${inlineToHtml(block.content)}</p>` : '';
				case 'heading': {
					const tag = block.attrs.level === 4 ? 'h4' : 'h3';
					return `<${tag} dir="auto">${inlineToHtml(block.content ?? [])}</${tag}>`;
				}
				case 'blockquote':
					return `<blockquote>${blocksToHtml(block.content, depth + 1)}</blockquote>`;
				case 'bulletList':
				case 'orderedList': {
					const tag = block.type === 'bulletList' ? 'ul' : 'ol';
					const items = block.content.map((item) => `<li>${blocksToHtml(item.content, depth + 1)}</li>`);
					return `<${tag}>${items.join('')}</${tag}>`;
				}
			}
		})
		.join('');
}

function inlineToHtml(inline: Inline[]): string {
	return inline
		.map((node) => {
			if (node.type === 'hardBreak') return '<br>';
			let html = escapeHtml(node.text);
			for (const mark of node.marks ?? []) {
				if (mark.type === 'bold') html = `<strong>${html}</strong>`;
				else if (mark.type === 'italic') html = `<em>${html}</em>`;
				else {
					const href = safeHref(mark.attrs.href);
					if (href) html = `<a href="${escapeHtml(href)}" rel="noopener noreferrer nofollow">${html}</a>`;
				}
			}
			return html;
		})
		.join('');
}

function elementOf(node: Block | ListItem): Y.XmlElement {
	const element = new Y.XmlElement(node.type);
	if (node.type === 'heading') {
		// The editor stores numbers, which the types of Yjs do not foresee.
		element.setAttribute('level', node.attrs.level as unknown as string);
	}
	if (node.type !== 'paragraph' && node.type !== 'heading') {
		element.insert(0, node.content.map(elementOf));
		return element;
	}
	const children: (Y.XmlText | Y.XmlElement)[] = [];
	let run: { insert: string; attributes: Record<string, object> }[] = [];
	const flush = () => {
		if (run.length === 0) return;
		const text = new Y.XmlText();
		text.applyDelta(run);
		children.push(text);
		run = [];
	};
	for (const inline of node.content ?? []) {
		if (inline.type === 'hardBreak') {
			flush();
			children.push(new Y.XmlElement('hardBreak'));
			continue;
		}
		const attributes: Record<string, object> = {};
		for (const mark of inline.marks ?? []) attributes[mark.type] = mark.type === 'link' ? mark.attrs : {};
		run.push({ insert: inline.text, attributes });
	}
	flush();
	element.insert(0, children);
	return element;
}

function parseBlock(value: unknown, depth: number): Block {
	const block = record(value);
	switch (block.type) {
		case 'paragraph':
			return block.content === undefined
				? { type: 'paragraph' }
				: { type: 'paragraph', content: list(block.content).map(parseInline) };
		case 'heading': {
			const { level } = record(block.attrs);
			if (level !== 3 && level !== 4) throw new Error('a heading is of level 3 or 4');
			return { type: 'heading', attrs: { level }, content: list(block.content ?? []).map(parseInline) };
		}
		case 'blockquote':
			return { type: 'blockquote', content: parseBlocks(block.content, depth + 1) };
		case 'bulletList':
		case 'orderedList':
			return {
				type: block.type,
				content: list(block.content).map((item) => ({
					type: 'listItem',
					content: parseBlocks(record(item, 'listItem').content, depth + 1)
				}))
			};
		default:
			throw new Error('unknown block');
	}
}

function parseBlocks(value: unknown, depth: number): Block[] {
	if (depth > maximumDepth) throw new Error('nested too deep');
	return list(value).map((block) => parseBlock(block, depth));
}

function parseInline(value: unknown): Inline {
	const node = record(value);
	if (node.type === 'hardBreak') return { type: 'hardBreak' };
	if (node.type !== 'text' || typeof node.text !== 'string') throw new Error('unknown inline node');
	if (node.marks === undefined) return { type: 'text', text: node.text };
	const marks = list(node.marks).map((value): Mark => {
		const mark = record(value);
		if (mark.type === 'bold' || mark.type === 'italic') return { type: mark.type };
		const href = mark.type === 'link' ? record(mark.attrs).href : undefined;
		if (typeof href !== 'string' || safeHref(href) === null) throw new Error('unknown mark');
		return { type: 'link', attrs: { href } };
	});
	return { type: 'text', text: node.text, marks };
}

function record(value: unknown, type?: string): Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw new Error('an object was expected');
	const object = value as Record<string, unknown>;
	if (type !== undefined && object.type !== type) throw new Error(`a ${type} was expected`);
	return object;
}

function list(value: unknown): unknown[] {
	if (!Array.isArray(value)) throw new Error('a list was expected');
	return value;
}
