/**
 * What the demonstration says. Only facts of the public presentation of the thematic group; where it is silent, the gap
 * is a question that begins with « À compléter », never a guess. Organisations and accounts are fictitious and say so.
 */
import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import type { ThreadKind } from '#lib/contract/threads.ts';
import type { PartnerFact } from '#lib/document/content.ts';
import type { Block, Inline, ListItem, RichText } from '#lib/document/rich-text.ts';
import type { SectionKey } from '#lib/document/template.ts';

export const demoTheme = {
	slug: 'developpement-economique-international',
	name: 'Développement économique international',
	name_en: 'International economic development',
	name_es: 'Desarrollo económico internacional',
	position: 1,
	launch_year: 2023,
	president:
		'Vice-présidente Enseignement supérieur, Recherche, Europe et Relations internationales, Conseil régional d’Occitanie',
	introduction: [
		'L’action internationale des collectivités territoriales (AICT) s’incarne autour de différents sujets et thématiques. Toutefois, depuis plusieurs années, la question de la capacité de cette politique publique non obligatoire à être motrice et porteuse de développement économique territorial se pose avec force dans nombre de collectivités. Les processus de globalisation, avec les interdépendances de toutes natures qu’ils génèrent, obligent en effet à mutualiser la recherche de solutions locales à des problématiques globales.',
		'L’AICT devient alors un levier indispensable des collectivités territoriales pour soutenir non seulement leur développement et celui de leur partenaire, mais aussi pour faire face aux défis globaux. En effet, le développement économique international des collectivités conjugue à la fois l’attractivité du territoire et le rayonnement de l’économie, ici et là-bas, tout en participant à la réalisation de l’ODD 8.',
		'Prenant acte des enjeux et attentes des collectivités françaises sur ce sujet, Cités Unies France a décidé de lancer une dynamique sur ce sujet en 2023.'
	].join('\n\n')
};

export const demoSubjects = [
	'Offrir un espace de dialogues et d’échanges de bonnes pratiques aux collectivités engagées à l’international sur les questions économiques.',
	'Réaliser des focus sur les principales modalités d’actions des collectivités territoriales sur les questions économiques.',
	'Produire des livrables permettant d’identifier les acteurs liés à ce sujet et qui constituent autant de partenaires pour les collectivités territoriales engagées à l’international, mais aussi les opportunités qu’offre le développement économique international des collectivités à travers l’AICT.'
];

/** Dates are as precise as the source: within a year it gives no order, and neither do we. */
export const demoMilestones: {
	happened_on: string;
	precision: 'year' | 'month' | 'day';
	title: string;
	text: string;
}[] = [
	{
		happened_on: '2023-01-01',
		precision: 'year',
		title: 'Lancement de la dynamique',
		text: 'Cités Unies France décide de lancer une dynamique sur le développement économique international des collectivités.'
	},
	{
		happened_on: '2023-09-19',
		precision: 'day',
		title: 'Atelier des Rencontres de l’AICT 2023',
		text: 'Création de la dynamique thématique et identification des enjeux et activités autour de cette thématique.'
	},
	{
		happened_on: '2024-01-01',
		precision: 'year',
		title:
			'Atelier « A table ! Gastronomie et terroir comme moteurs du rayonnement et de la coopération internationale des collectivités françaises »',
		text: 'Lors des RAICT 2024, de nombreuses collectivités se réunissent autour du rôle de la gastronomie et du terroir dans l’attractivité d’un territoire.'
	},
	{
		happened_on: '2024-01-01',
		precision: 'year',
		title: 'Étude sur les attentes et besoins des collectivités territoriales',
		text: 'Une enquête est menée auprès des collectivités au sujet du développement économique international.'
	},
	{
		happened_on: '2024-01-01',
		precision: 'year',
		title: 'Premier retour sur les résultats de l’enquête',
		text: 'Un premier retour est fait lors des RAICT 2024 ; une synthèse plus complète est en cours de rédaction.'
	}
];

export const demoOrganisations = {
	/** Owns the four cases. */
	space: 'Espace de démonstration (fictif)',
	/** Is invited to write the fourth with it. */
	guest: 'Collectivité invitée de démonstration (fictive)'
};
export type DemoOrganisation = keyof typeof demoOrganisations;

/** Nobody's name: the part each account plays. Whoever reviews belongs to neither organisation. */
export const demoMembers = {
	contributor: {
		email: 'contribution@demo.invalid',
		name: 'Contribution (démonstration)',
		organisation: 'space'
	},
	referent: { email: 'referent@demo.invalid', name: 'Référent (démonstration)', organisation: 'space' },
	member: { email: 'membre@demo.invalid', name: 'Membre (démonstration)', organisation: 'space' },
	guest: { email: 'partenaire@demo.invalid', name: 'Partenaire (démonstration)', organisation: 'guest' },
	moderator: { email: 'moderation@demo.invalid', name: 'Modération (démonstration)', organisation: null },
	lead: { email: 'pilotage@demo.invalid', name: 'Pilotage thématique (démonstration)', organisation: null },
	admin: { email: 'administration@demo.invalid', name: 'Administration (démonstration)', organisation: null }
} as const satisfies Record<string, { email: string; name: string; organisation: DemoOrganisation | null }>;
export type DemoPart = keyof typeof demoMembers;

export const roleOf: Record<DemoPart, MembershipRole | AppointmentRole> = {
	contributor: 'contributor',
	referent: 'referent',
	member: 'member',
	guest: 'contributor',
	moderator: 'moderator',
	lead: 'lead',
	admin: 'admin'
};

export interface DemoCase {
	/** How far through the workflow it goes. */
	ends: 'co_writing' | 'in_review' | 'changes_requested' | 'published';
	title: string;
	summary: string;
	modality: string;
	targets: string[];
	/** null: left to be chosen, and shown as missing. */
	partner: PartnerFact | null;
	sections: Partial<Record<SectionKey, RichText>>;
	/** What the moderator asks for. */
	reason?: string;
	/** In the thread of the case. */
	posts: { by: DemoPart; body: string }[];
}

const noPartner: PartnerFact = {
	kind: 'none',
	reason: 'La présentation de la dynamique thématique n’en cite aucun.'
};

export const demoCases: DemoCase[] = [
	{
		ends: 'published',
		title: 'Faire émerger une dynamique thématique à partir d’un atelier',
		summary:
			'Un atelier tenu le 19 septembre 2023 a permis de créer une dynamique thématique et de dégager trois sujets à investiguer.',
		modality: 'acteurs-economiques-du-territoire',
		targets: ['8.3'],
		partner: noPartner,
		sections: {
			actions: text(
				p(
					'Depuis plusieurs années, la question de la capacité de l’action internationale des collectivités territoriales (AICT) à porter le développement économique territorial se pose dans nombre de collectivités. Prenant acte de leurs attentes, Cités Unies France (CUF) a décidé de lancer une dynamique sur ce sujet en 2023.'
				),
				p(
					'L’atelier tenu le 19 septembre 2023, lors des Rencontres de l’AICT de CUF, a permis d’identifier trois sujets à investiguer :'
				),
				list(
					'offrir un espace de dialogues et d’échanges de bonnes pratiques ;',
					'réaliser des focus sur les principales modalités d’actions ;',
					'produire des livrables sur les acteurs et les opportunités.'
				),
				missing('le déroulé de l’atelier, le nombre de participants et la méthode d’animation.'),
				missing(
					'la cible de développement durable. La présentation parle de l’ODD 8 dans son ensemble ; la cible 8.3 est celle que propose la modalité choisie.'
				),
				source('parties « Création » et « Rôles et missions »')
			),
			results_here: text(
				p(
					'L’atelier a permis la création de la dynamique thématique et l’identification des enjeux et des activités autour de cette thématique. Trois sujets à investiguer en sont sortis.'
				),
				missing('ce qui a changé dans les collectivités participantes, et comment on le sait.'),
				source('partie « Événements marquants »')
			),
			results_there: text(
				missing(
					'la présentation ne décrit aucun effet chez les partenaires à l’étranger. Parmi les participants, qui pourrait demander à son territoire partenaire ce que cette dynamique a changé pour lui ?'
				)
			),
			difficulties: text(
				p(
					'La présentation ne dit pas ce qui n’a pas marché. Cette fiche ne l’invente pas : elle pose les questions auxquelles ses futurs auteurs devront répondre.'
				),
				list(
					'Quelles collectivités auraient dû être présentes et ne l’étaient pas ? Pourquoi ?',
					'Parmi les sujets évoqués, lesquels n’ont pas été retenus, et sur quels critères ?',
					'Qu’est-ce qui a été difficile pour passer d’un atelier à un travail suivi ?',
					'Que feriez-vous autrement si l’atelier était à refaire ?'
				),
				p(
					'La présentation relève une seule limite, générale : les liens entre l’action internationale des collectivités et le développement économique international sont « assez récents ».'
				),
				source('partie « Perspectives »')
			)
		},
		posts: []
	},
	{
		ends: 'in_review',
		title: '« A table ! » : réunir des collectivités autour de la gastronomie et du terroir',
		summary:
			'Lors des RAICT 2024, un atelier a réuni de nombreuses collectivités autour du rôle de la gastronomie et du terroir dans l’attractivité d’un territoire.',
		modality: 'gastronomie-et-terroir',
		targets: ['8.3', '8.9'],
		partner: noPartner,
		sections: {
			actions: text(
				p(
					'L’atelier « A table ! Gastronomie et terroir comme moteurs du rayonnement et de la coopération internationale des collectivités françaises » s’est tenu lors des Rencontres de l’action internationale des collectivités territoriales (RAICT) 2024.'
				),
				p(
					'Une fiche-repère « Gastronomie et terroir » était annoncée pour 2025 parmi les publications de la dynamique.'
				),
				missing('la date exacte, les intervenants, le programme, et si la fiche-repère est parue.'),
				source('parties « Événements marquants » et « Publications »')
			),
			results_here: text(
				p(
					'L’atelier a permis de réunir de nombreuses collectivités autour du rôle de la gastronomie et du terroir dans l’attractivité d’un territoire.'
				),
				missing('combien de collectivités, lesquelles, et ce qu’elles ont fait ensuite.'),
				source('partie « Événements marquants »')
			),
			results_there: text(
				missing(
					'la présentation ne dit rien des producteurs, des restaurateurs ou des collectivités partenaires à l’étranger. Qu’y ont-ils gagné, et qui peut le dire à leur place ?'
				)
			),
			difficulties: text(
				p(
					'La présentation ne cite aucune difficulté. Voici ce qu’une collectivité voudrait savoir avant de s’en inspirer, et que les auteurs de cette fiche ne peuvent pas inventer :'
				),
				list(
					'Des producteurs ou des filières ont-ils refusé de participer ? Pour quelles raisons ?',
					'Que coûte une telle rencontre, en temps d’agents et en argent ?',
					'Qu’est-ce qui reste une fois l’atelier terminé, et qu’est-ce qui s’est arrêté ?',
					'Dans quels territoires déconseilleriez-vous de commencer par la gastronomie ?',
					'Comment éviter de parler de rayonnement ici sans rien apporter au partenaire là-bas ?'
				)
			)
		},
		posts: [
			{
				by: 'moderator',
				body: 'Quels résultats les collectivités présentes ont-elles constatés, ici et là-bas ? Y a-t-il une source publique que la fiche pourrait citer ?'
			},
			{ by: 'referent', body: 'À qui pourrions-nous demander la liste des collectivités qui ont participé ?' }
		]
	},
	{
		ends: 'changes_requested',
		title: 'Enquêter sur les attentes et besoins des collectivités',
		summary:
			'Une étude interroge les collectivités territoriales sur leurs attentes et leurs besoins en matière de développement économique international.',
		modality: 'acteurs-economiques-du-territoire',
		targets: ['8.3'],
		partner: noPartner,
		sections: {
			actions: text(
				p(
					'Une étude sur les attentes et besoins des collectivités territoriales au sujet du développement économique international a été lancée. Un premier retour sur les résultats de l’enquête a été réalisé lors des RAICT 2024.'
				),
				p(
					'Une « Analyse des résultats de l’enquête de 2024 auprès des collectivités » était annoncée pour 2025 parmi les publications.'
				),
				missing('le questionnaire, la période de collecte, et qui a été interrogé.'),
				source('parties « Événements marquants » et « Publications »')
			),
			results_here: text(
				p(
					'Un premier retour a été fait lors des RAICT 2024 ; une synthèse plus complète était en cours de rédaction au moment de la présentation.'
				),
				missing('le nombre de réponses, ce qu’elles disent, et ce qui a été décidé ensuite.'),
				source('partie « Événements marquants »')
			),
			results_there: text(
				missing(
					'l’enquête s’adresse aux collectivités françaises. Comment connaître aussi les attentes et les besoins de leurs partenaires à l’étranger, avec leurs propres mots ?'
				)
			),
			difficulties: text(
				p(
					'La présentation ne dit pas ce qui a été difficile dans cette enquête. Une collectivité ou un réseau qui voudrait faire la même aurait besoin de réponses à ces questions :'
				),
				list(
					'Quelles collectivités n’ont pas répondu, et que faut-il en conclure ?',
					'Quelles questions ont été mal comprises, ou n’ont servi à rien ?',
					'Combien de temps a pris l’analyse, et pourquoi la synthèse demande-t-elle plus de temps que le premier retour ?',
					'Que demanderiez-vous autrement la prochaine fois, et que ne demanderiez-vous plus ?'
				)
			)
		},
		reason: [
			'Merci pour cette fiche. Trois points avant de la publier :',
			'1. Combien de collectivités ont été interrogées, combien ont répondu, et d’où vient ce chiffre ?',
			'2. Que peut-on dire publiquement du premier retour fait lors des RAICT 2024 ?',
			'3. La synthèse est-elle parue ? Si oui, citez-la ; sinon, écrivez-le.',
			'Si une réponse n’existe pas ou n’est pas publique, dites-le dans la fiche : c’est aussi une information utile.'
		].join('\n'),
		posts: [
			{
				by: 'contributor',
				body: 'Le premier retour a-t-il laissé une trace écrite que nous pourrions citer, ou faut-il attendre la synthèse ?'
			}
		]
	},
	{
		ends: 'co_writing',
		title: 'Un séminaire pour l’exemple (2012)',
		summary:
			'Une publication de mars 2012 rend compte d’un séminaire sur la dimension économique du développement durable dans la coopération décentralisée.',
		modality: 'cooperation-decentralisee-economique',
		targets: ['8.3'],
		partner: null,
		sections: {
			actions: text(
				p(
					'« La dimension économique du développement durable dans la coopération décentralisée : un séminaire pour l’exemple » : cette publication de mars 2012 est signée par le MEAE, le CNER, Cités Unies France et l’AFD. En juin 2013, les mêmes ont publié un « État des lieux de la coopération économique décentralisée ».'
				),
				missing('où et quand s’est tenu le séminaire, qui l’a organisé, comment il s’est déroulé.'),
				source('partie « Publications »')
			),
			results_here: text(missing('que sont devenus les participants et leurs projets depuis 2012 ?')),
			results_there: text(missing('quels territoires partenaires étaient concernés, et qu’en disent-ils ?'))
		},
		posts: [
			{
				by: 'guest',
				body: 'Qui a encore le document de 2012 ? Pouvons-nous écrire ensemble la partie « résultats là-bas » ?'
			}
		]
	}
];

export const demoThreads: {
	by: DemoPart;
	visibility: 'public' | 'members';
	kind: ThreadKind;
	title: string;
	body: string;
	replies: { by: DemoPart; body: string }[];
}[] = [
	{
		by: 'member',
		visibility: 'public',
		kind: 'question',
		title: 'Gastronomie et terroir : que s’est-il passé chez vous depuis l’atelier « A table ! » ?',
		body: 'Vous y étiez, ou vous auriez aimé y être ? Qu’avez-vous commencé depuis, qu’avez-vous laissé de côté, et pourquoi ?',
		replies: []
	},
	{
		by: 'referent',
		visibility: 'members',
		kind: 'need',
		title: 'Demande d’appui : par où commencer un projet de développement économique international ?',
		body: 'Avant d’écrire à un partenaire, qui consultez-vous dans votre collectivité ? Et à l’extérieur ? Quelle première étape conseilleriez-vous, et laquelle éviteriez-vous ?',
		replies: [
			{
				by: 'guest',
				body: 'Partez-vous d’un partenariat existant, ou d’une demande d’entreprises de votre territoire ?'
			}
		]
	},
	{
		by: 'contributor',
		visibility: 'members',
		kind: 'need',
		title: 'Besoin : comment repérez-vous les acteurs économiques de votre territoire ?',
		body: 'Tenez-vous une liste ? Qui la met à jour, et à quel rythme ? Que faites-vous des acteurs qui ne répondent pas ?',
		replies: [{ by: 'lead', body: 'Cherchez-vous des acteurs en France, à l’étranger, ou des deux côtés ?' }]
	},
	{
		by: 'moderator',
		visibility: 'public',
		kind: 'question',
		title: 'Que mesurez-vous ici, et là-bas ?',
		body: 'Emplois, chiffre d’affaires, visites, compétences… : quels résultats économiques de votre action internationale suivez-vous réellement ? D’où viennent les chiffres, et qui les relève chez votre partenaire ?',
		replies: [
			{
				by: 'guest',
				body: 'Et quand rien n’est mesuré : à quoi voyez-vous que quelque chose a changé, ou n’a pas changé ?'
			}
		]
	},
	{
		by: 'lead',
		visibility: 'public',
		kind: 'question',
		title: 'Quels acteurs de l’internationalisation de l’économie cherchez-vous ?',
		body: 'En France et à l’international, quels acteurs vous manquent aujourd’hui pour soutenir votre action économique à l’international ? Une réunion ou un atelier de la dynamique serait-il le bon endroit pour les rencontrer ?',
		replies: []
	},
	{
		by: 'moderator',
		visibility: 'public',
		kind: 'question',
		title: 'Quelles modalités d’action voulez-vous voir traitées en premier ?',
		body: 'La dynamique veut réaliser des focus sur les principales modalités d’action des collectivités. Par laquelle commencer, et qu’aimeriez-vous y trouver ?',
		replies: [
			{
				by: 'contributor',
				body: 'Faut-il partir de la liste des dix-sept modalités, ou de ce que vous faites déjà ? Laquelle manque, selon vous ?'
			}
		]
	}
];

function text(...content: Block[]): RichText {
	return { type: 'doc', content };
}

function p(...words: (string | Inline)[]): Block {
	return {
		type: 'paragraph',
		content: words.map((word) => (typeof word === 'string' ? { type: 'text', text: word } : word))
	};
}

function list(...items: string[]): Block {
	return {
		type: 'bulletList',
		content: items.map((item): ListItem => ({ type: 'listItem', content: [p(item)] }))
	};
}

/** A gap, said as one. */
function missing(words: string): Block {
	return p({ type: 'text', text: 'À compléter', marks: [{ type: 'bold' }] }, ` : ${words}`);
}

function source(parts: string): Block {
	return p({
		type: 'text',
		text: `Source : présentation de la dynamique « Développement économique international », ${parts}.`,
		marks: [{ type: 'italic' }]
	});
}
