import type { Context } from '#server/context.ts';
import { labelsIn } from '#server/domain/reviews.ts';
import type { CaseContent } from './document/content.ts';
import type { PartKey } from './document/template.ts';

/** The words of a case's page that its authors did not write, in the language of the case; only those it needs. */
export interface CaseNames {
	parts: Record<PartKey, string>;
	country: string | null;
	modality: string | null;
	targets: { code: string; name: string }[];
}

export async function namesFor({ db }: Context, { language, facts }: CaseContent): Promise<CaseNames> {
	const labels = await labelsIn(db, language);
	return {
		parts: labels.parts,
		country:
			facts.partner?.kind === 'territory' && facts.partner.country
				? (labels.countries[facts.partner.country] ?? facts.partner.country)
				: null,
		modality: facts.modality && (labels.modalities[facts.modality] ?? facts.modality),
		targets: facts.targets.map((code) => ({ code, name: labels.targets[code] ?? '' }))
	};
}
