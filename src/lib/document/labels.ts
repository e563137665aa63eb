/** The names of the parts of the template. They belong to it, and are frozen with a version when it is published. */
import type { Locale } from '../contract/locales.ts';
import type { PartKey } from './template.ts';

export const partLabels: Record<Locale, Record<PartKey, string>> = {
	fr: {
		title: 'Titre',
		summary: 'En une phrase',
		lead: 'Collectivité porteuse',
		partner: 'Territoire partenaire',
		modality: 'Modalité d’action',
		targets: 'Cibles de développement durable',
		actions: 'Ce que nous avons fait',
		results_here: 'Résultats ici',
		results_there: 'Résultats là-bas',
		difficulties: 'Ce qui n’a pas marché'
	},
	en: {
		title: 'Title',
		summary: 'In one sentence',
		lead: 'Lead local authority',
		partner: 'Partner territory',
		modality: 'Type of action',
		targets: 'Sustainable development targets',
		actions: 'What we did',
		results_here: 'Results here',
		results_there: 'Results there',
		difficulties: 'What did not work'
	},
	es: {
		title: 'Título',
		summary: 'En una frase',
		lead: 'Entidad responsable',
		partner: 'Territorio socio',
		modality: 'Modalidad de acción',
		targets: 'Metas de desarrollo sostenible',
		actions: 'Lo que hicimos',
		results_here: 'Resultados aquí',
		results_there: 'Resultados allá',
		difficulties: 'Lo que no funcionó'
	}
};

/** Said in the place of a partner territory, with the reason its authors gave. */
export function withoutPartner(language: Locale, reason: string): string {
	const { statement, colon } = noPartner[language];
	return reason === '' ? statement : statement + colon + reason;
}

const noPartner: Record<Locale, { statement: string; colon: string }> = {
	fr: { statement: 'Aucun territoire partenaire', colon: '\u00a0: ' },
	en: { statement: 'No partner territory', colon: ': ' },
	es: { statement: 'Ningún territorio socio', colon: ': ' }
};
