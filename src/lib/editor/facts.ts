/** The facts of a case as the controls of the writing page read and write them. */
import * as Y from 'yjs';
import type { CaseContent, LeadFact } from '#lib/document/content.ts';
import { roots } from '#lib/document/template.ts';

export function setLead(doc: Y.Doc, lead: LeadFact | null): void {
	write(doc, 'lead', lead && { ...lead });
}

/** An ISO code, or '' for none. Its name is a text, typed by several people at once. */
export function setCountry(doc: Y.Doc, code: string): void {
	write(doc, 'country', code || null);
}

/** The country and the name that were given stay, and come back with a change of mind. */
export function setNoPartner(doc: Y.Doc, none: boolean): void {
	write(doc, 'noPartner', none || null);
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
