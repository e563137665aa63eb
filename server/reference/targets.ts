/**
 * The twelve targets of Sustainable Development Goal 8. The full texts are those of resolution A/RES/70/1 of the United
 * Nations General Assembly (25 September 2015) in its three languages; the short names are ours.
 */
export interface TargetSeed {
	code: string;
	/** The year the text itself names; a past one is shown as past. */
	deadline: number | null;
	name: { fr: string; en: string; es: string };
	text: { fr: string; en: string; es: string };
}

export const targetSeeds: TargetSeed[] = [
	{
		code: '8.1',
		deadline: null,
		name: {
			fr: 'Croissance économique par habitant',
			en: 'Economic growth per capita',
			es: 'Crecimiento económico per cápita'
		},
		text: {
			fr: 'Maintenir un taux de croissance économique par habitant adapté au contexte national et, en particulier, un taux de croissance annuelle du produit intérieur brut d’au moins 7 % dans les pays les moins avancés.',
			en: 'Sustain per capita economic growth in accordance with national circumstances and, in particular, at least 7 per cent gross domestic product growth per annum in the least developed countries.',
			es: 'Mantener el crecimiento económico per cápita de conformidad con las circunstancias nacionales y, en particular, un crecimiento del producto interno bruto de al menos el 7% anual en los países menos adelantados.'
		}
	},
	{
		code: '8.2',
		deadline: null,
		name: {
			fr: 'Productivité, diversification et innovation',
			en: 'Productivity, diversification and innovation',
			es: 'Productividad, diversificación e innovación'
		},
		text: {
			fr: 'Parvenir à un niveau élevé de productivité économique par la diversification, la modernisation technologique et l’innovation, notamment en mettant l’accent sur les secteurs à forte valeur ajoutée et à forte intensité de main-d’œuvre.',
			en: 'Achieve higher levels of economic productivity through diversification, technological upgrading and innovation, including through a focus on high-value added and labour-intensive sectors.',
			es: 'Lograr niveles más elevados de productividad económica mediante la diversificación, la modernización tecnológica y la innovación, entre otras cosas centrándose en los sectores con gran valor añadido y un uso intensivo de la mano de obra.'
		}
	},
	{
		code: '8.3',
		deadline: null,
		name: {
			fr: 'Emplois décents, entrepreneuriat et petites entreprises',
			en: 'Decent jobs, entrepreneurship and small enterprises',
			es: 'Empleo decente, emprendimiento y pequeñas empresas'
		},
		text: {
			fr: 'Promouvoir des politiques axées sur le développement qui favorisent des activités productives, la création d’emplois décents, l’entrepreneuriat, la créativité et l’innovation et stimulent la croissance des microentreprises et des petites et moyennes entreprises et facilitent leur intégration dans le secteur formel, y compris par l’accès aux services financiers.',
			en: 'Promote development-oriented policies that support productive activities, decent job creation, entrepreneurship, creativity and innovation, and encourage the formalization and growth of micro-, small- and medium-sized enterprises, including through access to financial services.',
			es: 'Promover políticas orientadas al desarrollo que apoyen las actividades productivas, la creación de puestos de trabajo decentes, el emprendimiento, la creatividad y la innovación, y fomentar la formalización y el crecimiento de las microempresas y las pequeñas y medianas empresas, incluso mediante el acceso a servicios financieros.'
		}
	},
	{
		code: '8.4',
		deadline: 2030,
		name: {
			fr: 'Utilisation efficiente des ressources',
			en: 'Resource efficiency',
			es: 'Uso eficiente de los recursos'
		},
		text: {
			fr: 'Améliorer progressivement, jusqu’en 2030, l’efficience de l’utilisation des ressources mondiales du point de vue de la consommation comme de la production et s’attacher à ce que la croissance économique n’entraîne plus la dégradation de l’environnement, comme prévu dans le cadre décennal de programmation relatif à la consommation et à la production durables, les pays développés montrant l’exemple en la matière.',
			en: 'Improve progressively, through 2030, global resource efficiency in consumption and production and endeavour to decouple economic growth from environmental degradation, in accordance with the 10-Year Framework of Programmes on Sustainable Consumption and Production, with developed countries taking the lead.',
			es: 'Mejorar progresivamente, de aquí a 2030, la producción y el consumo eficientes de los recursos mundiales y procurar desvincular el crecimiento económico de la degradación del medio ambiente, conforme al Marco Decenal de Programas sobre Modalidades de Consumo y Producción Sostenibles, empezando por los países desarrollados.'
		}
	},
	{
		code: '8.5',
		deadline: 2030,
		name: {
			fr: 'Plein emploi, travail décent et égalité salariale',
			en: 'Full employment, decent work and equal pay',
			es: 'Pleno empleo, trabajo decente e igualdad salarial'
		},
		text: {
			fr: 'D’ici à 2030, parvenir au plein emploi productif et garantir à toutes les femmes et à tous les hommes, y compris les jeunes et les personnes handicapées, un travail décent et un salaire égal pour un travail de valeur égale.',
			en: 'By 2030, achieve full and productive employment and decent work for all women and men, including for young people and persons with disabilities, and equal pay for work of equal value.',
			es: 'De aquí a 2030, lograr el empleo pleno y productivo y el trabajo decente para todas las mujeres y los hombres, incluidos los jóvenes y las personas con discapacidad, así como la igualdad de remuneración por trabajo de igual valor.'
		}
	},
	{
		code: '8.6',
		deadline: 2020,
		name: {
			fr: 'Jeunes sans emploi, études ni formation',
			en: 'Young people not in work, education or training',
			es: 'Jóvenes sin empleo, estudios ni capacitación'
		},
		text: {
			fr: 'D’ici à 2020, réduire considérablement la proportion de jeunes non scolarisés et sans emploi ni formation.',
			en: 'By 2020, substantially reduce the proportion of youth not in employment, education or training.',
			es: 'De aquí a 2020, reducir considerablemente la proporción de jóvenes que no están empleados y no cursan estudios ni reciben capacitación.'
		}
	},
	{
		code: '8.7',
		deadline: 2025,
		name: {
			fr: 'Fin du travail forcé et du travail des enfants',
			en: 'End of forced labour and child labour',
			es: 'Fin del trabajo forzoso y del trabajo infantil'
		},
		text: {
			fr: 'Prendre des mesures immédiates et efficaces pour supprimer le travail forcé, mettre fin à l’esclavage moderne et à la traite d’êtres humains, interdire et éliminer les pires formes de travail des enfants, y compris le recrutement et l’utilisation d’enfants soldats et, d’ici à 2025, mettre fin au travail des enfants sous toutes ses formes.',
			en: 'Take immediate and effective measures to eradicate forced labour, end modern slavery and human trafficking and secure the prohibition and elimination of the worst forms of child labour, including recruitment and use of child soldiers, and by 2025 end child labour in all its forms.',
			es: 'Adoptar medidas inmediatas y eficaces para erradicar el trabajo forzoso, poner fin a las formas contemporáneas de esclavitud y la trata de personas y asegurar la prohibición y eliminación de las peores formas de trabajo infantil, incluidos el reclutamiento y la utilización de niños soldados, y, de aquí a 2025, poner fin al trabajo infantil en todas sus formas.'
		}
	},
	{
		code: '8.8',
		deadline: null,
		name: {
			fr: 'Droits des travailleurs et sécurité au travail',
			en: 'Labour rights and safety at work',
			es: 'Derechos laborales y seguridad en el trabajo'
		},
		text: {
			fr: 'Défendre les droits des travailleurs, promouvoir la sécurité sur le lieu de travail et assurer la protection de tous les travailleurs, y compris les migrants, en particulier les femmes, et ceux qui ont un emploi précaire.',
			en: 'Protect labour rights and promote safe and secure working environments for all workers, including migrant workers, in particular women migrants, and those in precarious employment.',
			es: 'Proteger los derechos laborales y promover un entorno de trabajo seguro y sin riesgos para todos los trabajadores, incluidos los trabajadores migrantes, en particular las mujeres migrantes y las personas con empleos precarios.'
		}
	},
	{
		code: '8.9',
		deadline: 2030,
		name: { fr: 'Tourisme durable', en: 'Sustainable tourism', es: 'Turismo sostenible' },
		text: {
			fr: 'D’ici à 2030, élaborer et mettre en œuvre des politiques visant à développer un tourisme durable qui crée des emplois et mette en valeur la culture et les produits locaux.',
			en: 'By 2030, devise and implement policies to promote sustainable tourism that creates jobs and promotes local culture and products.',
			es: 'De aquí a 2030, elaborar y poner en práctica políticas encaminadas a promover un turismo sostenible que cree puestos de trabajo y promueva la cultura y los productos locales.'
		}
	},
	{
		code: '8.10',
		deadline: null,
		name: {
			fr: 'Accès aux services bancaires et financiers',
			en: 'Access to banking and financial services',
			es: 'Acceso a los servicios bancarios y financieros'
		},
		text: {
			fr: 'Renforcer la capacité des institutions financières nationales de favoriser et généraliser l’accès de tous aux services bancaires et financiers et aux services d’assurance.',
			en: 'Strengthen the capacity of domestic financial institutions to encourage and expand access to banking, insurance and financial services for all.',
			es: 'Fortalecer la capacidad de las instituciones financieras nacionales para fomentar y ampliar el acceso a los servicios bancarios, financieros y de seguros para todos.'
		}
	},
	{
		code: '8.a',
		deadline: null,
		name: { fr: 'Aide pour le commerce', en: 'Aid for Trade', es: 'Ayuda para el comercio' },
		text: {
			fr: 'Accroître l’appui apporté dans le cadre de l’initiative Aide pour le commerce aux pays en développement, en particulier aux pays les moins avancés, y compris par l’intermédiaire du cadre intégré renforcé pour l’assistance technique liée au commerce en faveur des pays les moins avancés.',
			en: 'Increase Aid for Trade support for developing countries, in particular least developed countries, including through the Enhanced Integrated Framework for Trade-related Technical Assistance to Least Developed Countries.',
			es: 'Aumentar el apoyo a la iniciativa de ayuda para el comercio en los países en desarrollo, en particular los países menos adelantados, incluso mediante el Marco Integrado Mejorado para la Asistencia Técnica a los Países Menos Adelantados en Materia de Comercio.'
		}
	},
	{
		code: '8.b',
		deadline: 2020,
		name: {
			fr: 'Stratégie mondiale pour l’emploi des jeunes',
			en: 'Global strategy for youth employment',
			es: 'Estrategia mundial para el empleo de los jóvenes'
		},
		text: {
			fr: 'D’ici à 2020, élaborer et mettre en œuvre une stratégie mondiale en faveur de l’emploi des jeunes et appliquer le Pacte mondial pour l’emploi de l’Organisation internationale du Travail.',
			en: 'By 2020, develop and operationalize a global strategy for youth employment and implement the Global Jobs Pact of the International Labour Organization.',
			es: 'De aquí a 2020, desarrollar y poner en marcha una estrategia mundial para el empleo de los jóvenes y aplicar el Pacto Mundial para el Empleo de la Organización Internacional del Trabajo.'
		}
	}
];
