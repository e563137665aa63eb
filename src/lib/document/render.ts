/** A case as HTML, once for all: this is what a published version keeps. */
import type { CaseContent } from './content.ts';
import { withoutPartner } from './labels.ts';
import { escapeHtml, richTextToHtml } from './rich-text.ts';
import type { PartKey, SectionKey } from './template.ts';

/** Every word of the page that its authors did not write, in the language of the case. */
export interface CaseLabels {
	/** partLabels[language]. */
	parts: Record<PartKey, string>;
	/** Names by ISO code, by slug, by target code; one that is missing shows as its code. */
	countries: Readonly<Record<string, string>>;
	modalities: Readonly<Record<string, string>>;
	targets: Readonly<Record<string, string>>;
}

/**
 * One `<article>`: title (h1), summary, facts, sections (h2) with the results here and there side by side.
 * A part nobody filled is not shown.
 */
export function contentToHtml(content: CaseContent, labels: CaseLabels): string {
	const { lead, partner, modality, targets } = content.facts;
	const facts: [PartKey, string][] = [];
	if (lead) facts.push(['lead', escapeHtml(lead.place ? `${lead.name}, ${lead.place}` : lead.name)]);
	if (partner?.kind === 'none') {
		facts.push(['partner', escapeHtml(withoutPartner(content.language, partner.reason))]);
	} else if (partner) {
		const country = labels.countries[partner.country] ?? partner.country;
		facts.push(['partner', escapeHtml([partner.name, country].filter((word) => word !== '').join(', '))]);
	}
	if (modality) facts.push(['modality', escapeHtml(labels.modalities[modality] ?? modality)]);
	if (targets.length > 0) {
		const items = targets.map((code) => {
			const name = labels.targets[code];
			return `<li><strong>${escapeHtml(code)}</strong>${name ? ` ${escapeHtml(name)}` : ''}</li>`;
		});
		facts.push(['targets', `<ul>${items.join('')}</ul>`]);
	}
	const term = ([part, html]: [PartKey, string]) =>
		`<div class="case-fact case-fact-${part}"><dt>${escapeHtml(labels.parts[part])}</dt><dd dir="auto">${html}</dd></div>`;
	const section = (key: SectionKey) => {
		const html = richTextToHtml(content.sections[key]);
		if (html === '') return '';
		const id = `part-${key}`;
		return `<section class="case-section" aria-labelledby="${id}"><h2 id="${id}">${escapeHtml(labels.parts[key])}</h2>${html}</section>`;
	};
	const sides = section('results_here') + section('results_there');
	return [
		`<article class="case" lang="${content.language}">`,
		content.title === '' ? '' : `<h1 dir="auto">${escapeHtml(content.title)}</h1>`,
		content.summary === '' ? '' : `<p class="case-summary" dir="auto">${escapeHtml(content.summary)}</p>`,
		facts.length === 0 ? '' : `<dl class="case-facts">${facts.map(term).join('')}</dl>`,
		section('actions'),
		sides === '' ? '' : `<div class="case-sides">${sides}</div>`,
		section('difficulties'),
		'</article>'
	].join('');
}
