/** A case as plain data: what is read, compared, hashed, submitted and published. */
import * as Y from 'yjs';
import { locales, type Locale } from '../contract/locales.ts';
import { characterCount, wordCount } from './count.ts';
import {
	appendRichText,
	cleanText,
	fragmentToRichText,
	measure,
	parseRichText,
	richTextToText,
	type RichText
} from './rich-text.ts';
import {
	limits,
	minimumWords,
	roots,
	sectionKeys,
	templateVersion,
	type PartKey,
	type SectionKey
} from './template.ts';

export interface LeadFact {
	id: string;
	name: string;
	/** Shown to tell namesakes apart, e.g. "Seine-Saint-Denis (93)". */
	place: string;
}
/** One line each. country: ISO 3166-1 alpha-2. What was not given yet is empty, but never both country and name. */
export type PartnerFact =
	{ kind: 'territory'; country: string; name: string } | { kind: 'none'; reason: string };
export interface CaseContent {
	templateVersion: number;
	language: Locale;
	/** One line. */
	title: string;
	/** One line. */
	summary: string;
	facts: {
		lead: LeadFact | null;
		partner: PartnerFact | null;
		modality: string | null;
		/** Codes in the order of the goals: 8.1, 8.2, … 8.10, 8.a. */
		targets: string[];
	};
	sections: Record<SectionKey, RichText>;
}

/** A part that keeps a case from being submitted. have and need count words (sections), characters or items. */
export interface MissingPart {
	part: PartKey;
	reason: 'empty' | 'too_short' | 'too_long';
	have: number;
	need: number;
}

/**
 * Reads a live document. Whatever is in it, the result is well formed; nothing typed is shortened.
 * @param unchanged sections read before and not changed since, to be taken as they are
 */
export function toContent(
	doc: Y.Doc,
	language: Locale,
	unchanged: Partial<CaseContent['sections']> = {}
): CaseContent {
	return {
		templateVersion,
		language,
		title: oneLine(doc.getText(roots.title).toString()),
		summary: oneLine(doc.getText(roots.summary).toString()),
		facts: readFacts(doc),
		sections: eachSection(
			(key) => unchanged[key] ?? fragmentToRichText(doc.getXmlFragment(roots.section(key)))
		)
	};
}

/** The facts alone: cheap enough to read at each change. */
export function readFacts(doc: Y.Doc): CaseContent['facts'] {
	const facts = doc.getMap(roots.facts);
	const targets: string[] = [];
	for (const [key, value] of facts.entries()) {
		const code = key.startsWith('target:') ? key.slice('target:'.length) : '';
		if (value === true && targetCode.test(code)) targets.push(code);
	}
	return {
		lead: readLead(facts.get('lead')),
		partner: readPartner(doc),
		modality: readModality(facts.get('modality')),
		targets: targets.sort(byTarget)
	};
}

/** Writes the given parts into a live document, replacing them. For building documents on the server. */
export function fillDocument(doc: Y.Doc, content: Partial<CaseContent>): void {
	doc.transact(() => {
		const replace = (root: string, words: string) => {
			const text = doc.getText(root);
			text.delete(0, text.length);
			text.insert(0, words);
		};
		if (content.title !== undefined) replace(roots.title, content.title);
		if (content.summary !== undefined) replace(roots.summary, content.summary);
		if (content.facts) {
			const facts = doc.getMap(roots.facts);
			facts.clear();
			const { lead, partner, modality, targets } = content.facts;
			if (lead) facts.set('lead', { ...lead });
			const isTerritory = partner?.kind === 'territory';
			if (isTerritory && partner.country !== '') facts.set('country', partner.country);
			if (partner?.kind === 'none') facts.set('noPartner', true);
			replace(roots.partner, isTerritory ? partner.name : '');
			replace(roots.noPartnerReason, partner?.kind === 'none' ? partner.reason : '');
			if (modality) facts.set('modality', modality);
			for (const code of targets) facts.set(`target:${code}`, true);
		}
		for (const key of sectionKeys) {
			const richText = content.sections?.[key];
			if (!richText) continue;
			const fragment = doc.getXmlFragment(roots.section(key));
			fragment.delete(0, fragment.length);
			appendRichText(fragment, richText);
		}
	});
}

/** The text that is hashed: keys sorted, no spaces, strings exactly as they are. Equal contents give equal bytes. */
export function canonicalJson(content: CaseContent): string {
	return sorted(content);
}

/** @throws Error when the text is not a content of this template */
export function parseContent(json: string): CaseContent {
	if (json.length > jsonCharacters) throw new Error('the content is too long');
	const value = record(JSON.parse(json));
	const facts = record(value.facts);
	const sections = record(value.sections);
	const language = locales.find((locale) => locale === value.language);
	if (value.templateVersion !== templateVersion) throw new Error('the content is of another template');
	if (!language) throw new Error('the language is unknown');
	const lead = readLead(facts.lead);
	const partner = parsePartner(facts.partner);
	const modality = readModality(facts.modality);
	const targets = facts.targets;
	if (lead === null && facts.lead !== null) throw new Error('the lead organisation is malformed');
	if (modality === null && facts.modality !== null) throw new Error('the modality is malformed');
	if (
		!Array.isArray(targets) ||
		!targets.every((code) => typeof code === 'string' && targetCode.test(code))
	) {
		throw new Error('the targets are malformed');
	}
	return {
		templateVersion,
		language,
		title: string(value.title),
		summary: string(value.summary),
		facts: { lead, partner, modality, targets: targets as string[] },
		sections: eachSection((key) => parseRichText(sections[key]))
	};
}

/** What keeps the case from being submitted, in the order of the template; none: it is ready. */
export function missingParts(content: CaseContent): MissingPart[] {
	const missing: MissingPart[] = [];
	const check = (part: PartKey, have: number, least: number, most: number) => {
		if (have === 0 && least > 0) missing.push({ part, reason: 'empty', have, need: least });
		else if (have < least) missing.push({ part, reason: 'too_short', have, need: least });
		else if (have > most) missing.push({ part, reason: 'too_long', have, need: most });
	};
	const { lead, partner, modality, targets } = content.facts;
	check('title', characterCount(content.title), 1, limits.titleCharacters);
	check('summary', characterCount(content.summary), 1, limits.summaryCharacters);
	check('lead', lead ? 1 : 0, 1, 1);
	if (partner?.kind === 'none') {
		const characters = characterCount(partner.reason);
		if (characters > limits.noPartnerCharacters) check('partner', characters, 0, limits.noPartnerCharacters);
		else check('partner', wordCount(partner.reason, content.language), limits.noPartnerWords, Infinity);
	} else {
		const characters = partner?.country ? characterCount(partner.name) : 0;
		check('partner', characters, 1, limits.partnerCharacters);
	}
	check('modality', modality ? 1 : 0, 1, 1);
	check('targets', targets.length, 1, limits.targets);
	for (const key of sectionKeys) {
		const { characters, words } = measure(content.sections[key], content.language);
		if (characters > limits.sectionCharacters) check(key, characters, 0, limits.sectionCharacters);
		else check(key, words, minimumWords[key], Infinity);
	}
	return missing;
}

/** Every word of the case, for searching. */
export function plainText(content: CaseContent): string {
	const { lead, partner } = content.facts;
	return [
		content.title,
		content.summary,
		lead?.name ?? '',
		lead?.place ?? '',
		partner?.kind === 'territory' ? partner.name : (partner?.reason ?? ''),
		...sectionKeys.map((key) => richTextToText(content.sections[key]))
	]
		.filter((text) => text !== '')
		.join('\n');
}

/** Well above what a live document may hold. */
const jsonCharacters = 20_000_000;
const factCharacters = 300;
const targetCode = /^(1[0-7]|[1-9])\.(1?\d|[a-d])$/;
const countryCode = /^[A-Z]{2}$/;
const identifier = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

function readLead(value: unknown): LeadFact | null {
	if (typeof value !== 'object' || value === null) return null;
	const { id, name, place } = value as Record<string, unknown>;
	if (typeof id !== 'string' || !identifier.test(id) || !isShort(name)) return null;
	return { id, name: oneLine(name), place: isShort(place) ? oneLine(place) : '' };
}

function readPartner(doc: Y.Doc): PartnerFact | null {
	const facts = doc.getMap(roots.facts);
	if (facts.get('noPartner') === true)
		return { kind: 'none', reason: oneLine(doc.getText(roots.noPartnerReason).toString()) };
	const chosen = facts.get('country');
	const country = typeof chosen === 'string' && countryCode.test(chosen) ? chosen : '';
	const name = oneLine(doc.getText(roots.partner).toString());
	return country === '' && name === '' ? null : { kind: 'territory', country, name };
}

function parsePartner(value: unknown): PartnerFact | null {
	if (value === null) return null;
	const { kind, country, name, reason } = record(value);
	if (kind === 'none') return { kind, reason: string(reason) };
	const isTerritory = kind === 'territory' && typeof country === 'string' && /^([A-Z]{2})?$/.test(country);
	if (!isTerritory || (country === '' && name === '')) throw new Error('the partner is malformed');
	return { kind, country, name: string(name) };
}

function readModality(value: unknown): string | null {
	return typeof value === 'string' && /^[a-z0-9-]{1,80}$/.test(value) ? value : null;
}

const isShort = (value: unknown): value is string =>
	typeof value === 'string' && value.length <= factCharacters;
const oneLine = (text: string) => cleanText(text).replace(/\s+/g, ' ').trim();

/** 8.2 before 8.10, numbers before letters. */
function byTarget(a: string, b: string): number {
	const [goalA = '', targetA = ''] = a.split('.');
	const [goalB = '', targetB = ''] = b.split('.');
	const rank = (target: string) => (/\d/.test(target) ? Number(target) : 100 + target.charCodeAt(0));
	return Number(goalA) - Number(goalB) || rank(targetA) - rank(targetB);
}

function eachSection(read: (key: SectionKey) => RichText): Record<SectionKey, RichText> {
	return Object.fromEntries(sectionKeys.map((key) => [key, read(key)])) as Record<SectionKey, RichText>;
}

function sorted(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
	if (typeof value !== 'object' || value === null) return JSON.stringify(value);
	const entries = Object.entries(value)
		.filter(([, entry]) => entry !== undefined)
		.sort(([a], [b]) => (a < b ? -1 : 1));
	return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${sorted(entry)}`).join(',')}}`;
}

function record(value: unknown): Record<string, unknown> {
	if (typeof value !== 'object' || value === null || Array.isArray(value))
		throw new Error('an object was expected');
	return value as Record<string, unknown>;
}

function string(value: unknown): string {
	if (typeof value !== 'string') throw new Error('a text was expected');
	return value;
}
