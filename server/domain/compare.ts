/** What changed between two states of a case, part by part, in words. */
import type { CaseContent } from '#lib/document/content.ts';
import { withoutPartner } from '#lib/document/labels.ts';
import type { CaseLabels } from '#lib/document/render.ts';
import type { Block, RichText } from '#lib/document/rich-text.ts';
import { partKeys, type PartKey, type SectionKey } from '#lib/document/template.ts';
import { aligned, slice, words } from './words.ts';

export interface Piece {
	change: 'same' | 'added' | 'removed';
	text: string;
	/** The id of who wrote it or took it away, when attribution.ts was asked and the log says. */
	by?: string;
}
export interface Line {
	form: 'paragraph' | 'heading' | 'item' | 'quote';
	/** reformatted: the same words, in bold or as a link. */
	change: 'same' | 'added' | 'removed' | 'changed' | 'reformatted';
	pieces: Piece[];
}
export interface PartDifference {
	part: PartKey;
	isChanged: boolean;
	lines: Line[];
}

/** Spent on one comparison; beyond it, what is not compared yet shows as removed and written anew. */
const patience_ms = 1_000;
/** Lines with fewer of their words in common are two lines. */
const leastInCommon = 0.3;

/** Every part of the template, in its order. */
export function compareContents(
	before: CaseContent,
	after: CaseContent,
	labels: CaseLabels
): PartDifference[] {
	const deadline = Date.now() + patience_ms;
	return partKeys.map((part) => {
		const lines = compareLines(linesOf(before, part, labels), linesOf(after, part, labels), deadline);
		return { part, lines, isChanged: lines.some(({ change }) => change !== 'same') };
	});
}

interface PlainLine {
	form: Line['form'];
	text: string;
	/** Equal for lines that are alike in everything. */
	key: string;
}

function linesOf(content: CaseContent, part: PartKey, labels: CaseLabels): PlainLine[] {
	const { lead, partner, modality, targets } = content.facts;
	const plain = (...texts: (string | undefined)[]) => {
		const text = texts.filter(Boolean).join(', ');
		return text === '' ? [] : [{ form: 'paragraph' as const, text, key: text }];
	};
	switch (part) {
		case 'title':
		case 'summary':
			return plain(content[part]);
		case 'lead':
			return plain(lead?.name, lead?.place);
		case 'partner':
			return partner?.kind === 'none'
				? plain(withoutPartner(content.language, partner.reason))
				: plain(partner?.name, partner ? (labels.countries[partner.country] ?? partner.country) : '');
		case 'modality':
			return plain(modality ? (labels.modalities[modality] ?? modality) : '');
		case 'targets':
			return targets.flatMap((code) => plain(`${code} ${labels.targets[code] ?? ''}`.trim()));
		default:
			return richLines(content.sections[part satisfies SectionKey]);
	}
}

function richLines({ content }: RichText): PlainLine[] {
	const lines: PlainLine[] = [];
	const add = (block: Block, form: Line['form'], place: string) => {
		if (block.type === 'paragraph' || block.type === 'heading') {
			const text = (block.content ?? []).map((node) => (node.type === 'text' ? node.text : '\n')).join('');
			const own = block.type === 'heading' ? 'heading' : form;
			if (text !== '') lines.push({ form: own, text, key: `${place} ${JSON.stringify(block)}` });
		} else if (block.type === 'blockquote') {
			for (const inner of block.content) add(inner, 'quote', `${place}>`);
		} else {
			const mark = block.type === 'bulletList' ? '*' : '1';
			for (const item of block.content)
				for (const inner of item.content) add(inner, 'item', `${place}${mark}`);
		}
	};
	for (const block of content) add(block, 'paragraph', '');
	return lines;
}

function compareLines(before: PlainLine[], after: PlainLine[], deadline: number): Line[] {
	const lines: Line[] = [];
	const keys = (some: PlainLine[]) => some.map(({ key }) => key);
	for (const { old, fresh, isSame } of aligned(keys(before), keys(after), deadline)) {
		const gone = slice(before, old);
		const come = slice(after, fresh);
		if (isSame) {
			for (const line of come) lines.push(whole(line, 'same'));
			continue;
		}
		const paired = Math.min(gone.length, come.length);
		for (let index = 0; index < paired; index++)
			lines.push(...compareLine(gone[index]!, come[index]!, deadline));
		for (const line of gone.slice(paired)) lines.push(whole(line, 'removed'));
		for (const line of come.slice(paired)) lines.push(whole(line, 'added'));
	}
	return lines;
}

function compareLine(before: PlainLine, after: PlainLine, deadline: number): Line[] {
	const [old, fresh] = [words(before.text), words(after.text)];
	const pieces: Piece[] = [];
	let gone = '';
	let come = '';
	let common = 0;
	const settle = () => {
		// What was taken in on the way, and is a space alone on one side.
		if (gone.trim() === '' && come.trim() !== '') gone = '';
		if (come.trim() === '' && gone.trim() !== '') come = '';
		if (gone !== '') pieces.push({ change: 'removed', text: gone });
		if (come !== '') pieces.push({ change: 'added', text: come });
		gone = come = '';
	};
	const stretches = aligned(old, fresh, deadline);
	for (const [index, stretch] of stretches.entries()) {
		const text = slice(fresh, stretch.fresh).join('');
		const isBetweenChanges = index > 0 && index < stretches.length - 1;
		if (!stretch.isSame) {
			gone += slice(old, stretch.old).join('');
			come += text;
		} else if (isBetweenChanges && !/[\p{L}\p{N}]/u.test(text)) {
			// Only a space in common: two sentences cut to pieces by it would be hard to read.
			gone += text;
			come += text;
		} else {
			settle();
			pieces.push({ change: 'same', text });
			common += text.length;
		}
	}
	settle();
	if (common < leastInCommon * Math.min(before.text.length, after.text.length))
		return [whole(before, 'removed'), whole(after, 'added')];
	const change = before.text === after.text ? 'reformatted' : 'changed';
	return [{ form: after.form, change, pieces }];
}

function whole({ form, text }: PlainLine, change: Piece['change']): Line {
	return { form, change, pieces: [{ change, text }] };
}
