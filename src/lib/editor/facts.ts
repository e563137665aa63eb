/** The facts of a case as the controls of the writing page read and write them. */
import * as Y from 'yjs';
import type { CaseContent, LeadFact, PartnerFact } from '#lib/document/content.ts';
import { roots } from '#lib/document/template.ts';

export function setLead(doc: Y.Doc, lead: LeadFact | null): void {
	write(doc, 'lead', lead && { ...lead });
}

/** Only what changes: the country chosen by one person survives the name typed by another. */
export function setPartner(doc: Y.Doc, change: Partial<PartnerFact>): void {
	const facts = doc.getMap(roots.facts);
	const before = facts.get('partner');
	const partner = { country: '', name: '', ...(typeof before === 'object' ? before : {}), ...change };
	write(doc, 'partner', partner.country === '' && partner.name === '' ? null : partner);
}

export function setModality(doc: Y.Doc, slug: string | null): void {
	write(doc, 'modality', slug);
}

/** Each target is its own key, so that two people ticking at once both keep their choice. */
export function setTarget(doc: Y.Doc, code: string, chosen: boolean): void {
	write(doc, `target:${code}`, chosen || null);
}

export type Facts = CaseContent['facts'];

function write(doc: Y.Doc, key: string, value: unknown): void {
	const facts = doc.getMap(roots.facts);
	if (value === null) {
		if (facts.has(key)) facts.delete(key);
	} else facts.set(key, value);
}
