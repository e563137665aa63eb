/** A case as plain data: what is read, compared, hashed, submitted and published. */
import type { Locale } from '../contract/locales.ts';
import type { RichText } from './rich-text.ts';
import type { PartKey, SectionKey } from './template.ts';

export interface LeadFact {
	id: string;
	name: string;
	/** Shown to tell namesakes apart, e.g. "Seine-Saint-Denis (93)". */
	place: string;
}
export interface PartnerFact {
	/** ISO 3166-1 alpha-2. */
	country: string;
	name: string;
}
export interface CaseContent {
	templateVersion: number;
	language: Locale;
	title: string;
	summary: string;
	facts: { lead: LeadFact | null; partner: PartnerFact | null; modality: string | null; targets: string[] };
	sections: Record<SectionKey, RichText>;
}

/** A part that keeps a case from being submitted. have and need count words (sections), characters or items. */
export interface MissingPart {
	part: PartKey;
	reason: 'empty' | 'too_short' | 'too_long';
	have: number;
	need: number;
}
