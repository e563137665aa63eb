/**
 * Authorities that the geographic code does not describe as such: one collectivité where it shows a region and its
 * departments, or a commune and its department. Kept by hand; codes are those INSEE gives to "collectivités territoriales
 * et communes exerçant les compétences départementales", SIREN those of the Répertoire Sirene.
 */
export interface SpecialStatus {
	code: string;
	name: string;
	siren: string;
	/** Whose work it does, since when; these rows stay, and point to it. */
	replaces: { kind: 'region' | 'department' | 'commune'; code: string }[];
	since: string;
	/** The department its address stands in; none when it covers several. */
	departmentCode: string | null;
	/** Its inhabitants are those of this region or these departments. */
	population: { region: string } | { departments: string[] };
}

export const specialStatus: SpecialStatus[] = [
	{
		code: '20R',
		name: 'Collectivité de Corse',
		siren: '200076958',
		replaces: [
			{ kind: 'region', code: '94' },
			{ kind: 'department', code: '2A' },
			{ kind: 'department', code: '2B' }
		],
		since: '2018-01-01',
		departmentCode: null,
		population: { region: '94' }
	},
	{
		code: '6AE',
		name: 'Collectivité européenne d’Alsace',
		siren: '200094332',
		replaces: [
			{ kind: 'department', code: '67' },
			{ kind: 'department', code: '68' }
		],
		since: '2021-01-01',
		departmentCode: null,
		population: { departments: ['67', '68'] }
	},
	{
		code: '75C',
		name: 'Ville de Paris',
		siren: '217500016',
		replaces: [
			{ kind: 'commune', code: '75056' },
			{ kind: 'department', code: '75' }
		],
		since: '2019-01-01',
		departmentCode: '75',
		population: { departments: ['75'] }
	},
	{
		code: '972R',
		name: 'Collectivité territoriale de Martinique',
		siren: '200055507',
		replaces: [
			{ kind: 'region', code: '02' },
			{ kind: 'department', code: '972' }
		],
		since: '2016-01-01',
		departmentCode: '972',
		population: { departments: ['972'] }
	},
	{
		code: '973R',
		name: 'Collectivité territoriale de Guyane',
		siren: '200052678',
		replaces: [
			{ kind: 'region', code: '03' },
			{ kind: 'department', code: '973' }
		],
		since: '2016-01-01',
		departmentCode: '973',
		population: { departments: ['973'] }
	},
	{
		code: '976R',
		name: 'Département-Région de Mayotte',
		siren: '229850003',
		replaces: [
			{ kind: 'region', code: '06' },
			{ kind: 'department', code: '976' }
		],
		since: '2026-01-01',
		departmentCode: '976',
		population: { departments: ['976'] }
	}
];

/** The department of the Rhône stops where the Métropole de Lyon begins, since 2015. */
export const metropoleDeLyon = { code: '200046977', department: '69' };
