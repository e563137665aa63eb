/** Moving between the parts of the writing page, and how far each one is. */
import { missingParts, type CaseContent } from '#lib/document/content.ts';
import { measure } from '#lib/document/rich-text.ts';
import { partKeys, sectionKeys, type PartKey, type SectionKey } from '#lib/document/template.ts';

export type Progress = 'todo' | 'started' | 'done' | 'too_long';

/** How far each part is, by the same measure that decides whether the case can be submitted. */
export function progressOf(content: CaseContent): Record<PartKey, Progress> {
	const missing = new Map(missingParts(content).map((part) => [part.part, part]));
	const of = (part: PartKey): Progress => {
		const lack = missing.get(part);
		if (!lack) return 'done';
		if (lack.reason === 'too_long') return 'too_long';
		return lack.have > 0 || isBegun(content, part) ? 'started' : 'todo';
	};
	return Object.fromEntries(partKeys.map((part) => [part, of(part)])) as Record<PartKey, Progress>;
}

/** Something is there, though not a single whole word or item of what is asked. */
function isBegun(content: CaseContent, part: PartKey): boolean {
	if (part === 'partner') return content.facts.partner !== null;
	return isSection(part) && measure(content.sections[part], content.language).text.trim() !== '';
}

const isSection = (part: PartKey): part is SectionKey => (sectionKeys as readonly string[]).includes(part);

/** Escape in a text: the focus goes to the title of the next part, or to the end of the page. */
export function leavePart(part: PartKey): void {
	const next = partKeys[partKeys.indexOf(part) + 1];
	const target = document.getElementById(next ? `heading-${next}` : 'end-of-case');
	target?.focus({ preventScroll: true });
	target?.scrollIntoView({ block: 'nearest' });
}
