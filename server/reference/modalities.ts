/**
 * The seventeen modalities of action. `targets` are the SDG 8 targets suggested when one is chosen; the authors keep
 * the ones that fit. The slug is part of public addresses: never change one that was published.
 */
export interface ModalitySeed {
	slug: string;
	name: { fr: string; en: string; es: string };
	targets: string[];
}

export const modalitySeeds: ModalitySeed[] = [
	{
		slug: 'gastronomie-et-terroir',
		name: {
			fr: 'Gastronomie et terroir (filières agroalimentaires)',
			en: 'Gastronomy and local produce (agri-food chains)',
			es: 'Gastronomía y productos locales (cadenas agroalimentarias)'
		},
		targets: ['8.9', '8.3']
	},
	{
		slug: 'attractivite-et-rayonnement',
		name: {
			fr: 'Attractivité et rayonnement du territoire',
			en: 'Attractiveness and reach of the territory',
			es: 'Atractivo y proyección del territorio'
		},
		targets: ['8.2']
	},
	{
		slug: 'cooperation-decentralisee-economique',
		name: {
			fr: 'Coopération décentralisée économique (appui au développement local du partenaire)',
			en: 'Decentralised economic cooperation (support for the partner’s local development)',
			es: 'Cooperación descentralizada económica (apoyo al desarrollo local del socio)'
		},
		targets: ['8.3', '8.a']
	},
	{
		slug: 'acteurs-economiques-du-territoire',
		name: {
			fr: 'Acteurs économiques du territoire : réseaux, clubs, écosystèmes',
			en: 'Economic actors of the territory: networks, clubs, ecosystems',
			es: 'Actores económicos del territorio: redes, clubes, ecosistemas'
		},
		targets: ['8.3']
	},
	{
		slug: 'export',
		name: {
			fr: 'Accompagnement des entreprises à l’export et à l’international',
			en: 'Helping enterprises to export and go international',
			es: 'Acompañamiento de las empresas en la exportación y la internacionalización'
		},
		targets: ['8.2', '8.3']
	},
	{
		slug: 'formation-emploi-jeunes',
		name: {
			fr: 'Formation professionnelle, emploi, jeunes',
			en: 'Vocational training, employment, young people',
			es: 'Formación profesional, empleo, jóvenes'
		},
		targets: ['8.5', '8.6', '8.b']
	},
	{
		slug: 'tourisme-durable',
		name: { fr: 'Tourisme durable', en: 'Sustainable tourism', es: 'Turismo sostenible' },
		targets: ['8.9']
	},
	{
		slug: 'economie-sociale-et-solidaire',
		name: {
			fr: 'Économie sociale et solidaire, commerce équitable',
			en: 'Social and solidarity economy, fair trade',
			es: 'Economía social y solidaria, comercio justo'
		},
		targets: ['8.3', '8.10']
	},
	{
		slug: 'innovation-et-recherche',
		name: {
			fr: 'Innovation, recherche, pôles et grappes d’entreprises',
			en: 'Innovation, research, clusters',
			es: 'Innovación, investigación, polos y agrupaciones empresariales'
		},
		targets: ['8.2']
	},
	{
		slug: 'diasporas-et-entrepreneuriat',
		name: {
			fr: 'Diasporas et entrepreneuriat',
			en: 'Diasporas and entrepreneurship',
			es: 'Diásporas y emprendimiento'
		},
		targets: ['8.3']
	},
	{
		slug: 'jumelage-economique',
		name: {
			fr: 'Jumelage à dimension économique',
			en: 'Twinning with an economic dimension',
			es: 'Hermanamiento con dimensión económica'
		},
		targets: []
	},
	{
		slug: 'economie-circulaire',
		name: {
			fr: 'Économie circulaire, transition',
			en: 'Circular economy, transition',
			es: 'Economía circular, transición'
		},
		targets: ['8.4']
	},
	{
		slug: 'missions-salons-vitrines',
		name: {
			fr: 'Missions, salons, délégations, vitrines',
			en: 'Missions, trade fairs, delegations, showcases',
			es: 'Misiones, ferias, delegaciones, escaparates'
		},
		targets: ['8.2']
	},
	{
		slug: 'financement-et-inclusion-financiere',
		name: {
			fr: 'Financement, microfinance, inclusion financière',
			en: 'Funding, microfinance, financial inclusion',
			es: 'Financiación, microfinanzas, inclusión financiera'
		},
		targets: ['8.10', '8.a']
	},
	{
		slug: 'metiers-d-art-et-patrimoine',
		name: {
			fr: 'Métiers d’art, patrimoine, industries créatives',
			en: 'Crafts, heritage, creative industries',
			es: 'Artesanía, patrimonio, industrias creativas'
		},
		targets: ['8.9']
	},
	{
		slug: 'travail-decent-et-achats-responsables',
		name: {
			fr: 'Travail décent, responsabilité sociale des entreprises, achats responsables',
			en: 'Decent work, corporate social responsibility, responsible purchasing',
			es: 'Trabajo decente, responsabilidad social de las empresas, compras responsables'
		},
		targets: ['8.7', '8.8']
	},
	{
		slug: 'cooperation-transfrontaliere',
		name: {
			fr: 'Coopération transfrontalière économique',
			en: 'Cross-border economic cooperation',
			es: 'Cooperación transfronteriza económica'
		},
		targets: ['8.2']
	}
];
