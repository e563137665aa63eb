/** Makes registry.tsv.gz from the development dependency @etalab/decoupage-administratif. A step of the build. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { constants, gzip } from 'node:zlib';
import { StartError } from '../database/start-error.ts';
import { formatRegistry, readRegistry, registryFile, type RegistryRow, type Succession } from './registry.ts';
import { metropoleDeLyon, specialStatus } from './special-status.ts';

const source = '@etalab/decoupage-administratif';
/** Raise it when the rows or columns below change, so that every machine makes its file again. */
const layout = 2;
/** The year that the package's version 6 describes. */
const edition = 2026;

interface Place {
	code: string;
	nom: string;
	zone: 'metro' | 'drom' | 'com';
}
interface Department extends Place {
	region: string;
}
interface Commune extends Place {
	type: 'commune-actuelle' | 'commune-deleguee' | 'commune-associee' | 'arrondissement-municipal';
	departement: string;
	region: string;
	siren?: string;
	population?: number;
	/** Of the commune that a delegated or associated one is part of. */
	chefLieu?: string;
}
interface Intercommunality {
	code: string;
	nom: string;
	type: string;
	populationMunicipale?: number;
	membres: { code: string; populationMunicipale?: number }[];
}

/**
 * Does nothing when the file was already made from the installed version, or when the package is not installed
 * (a production install) and the file is there.
 * @throws StartError when there is neither file nor package
 */
export async function compileRegistry(): Promise<void> {
	const version = await installedVersion();
	const present = await readRegistry().catch(() => null);
	if (version === null) {
		if (present) return;
		throw new StartError(
			`The registry of collectivités cannot be made: ${source} is not installed. Run: npm ci`
		);
	}
	const stamp = `${source} ${version}, edition ${edition}, layout ${layout}`;
	if (present?.stamp === stamp) return;

	const regions = await read<Place>('regions');
	const departments = await read<Department>('departements');
	const communes = await read<Commune>('communes');
	const groups = [...(await read<Intercommunality>('epci')), ...(await read<Intercommunality>('ept'))];
	const rows = [
		...withoutLyon(territories(regions, departments, communes), groups),
		...intercommunalities(groups, communes, departments, regions),
		...specialAuthorities(regions, departments, communes)
	].sort((a, b) => compare(a.kind, b.kind) || compare(a.code, b.code));

	const text = formatRegistry(stamp, rows, successions(communes));
	const bytes = await promisify(gzip)(text, { level: constants.Z_BEST_COMPRESSION });
	// Written aside then renamed: a build that is interrupted leaves no half file behind.
	const aside = new URL(`./registry.tsv.gz.${process.pid}`, registryFile);
	await writeFile(aside, bytes);
	await rename(aside, registryFile);
}

function territories(regions: Place[], departments: Department[], everyCommune: Commune[]): RegistryRow[] {
	const communes = everyCommune.filter((commune) => commune.type === 'commune-actuelle');
	const regionNames = new Map(regions.map((region) => [region.code, region.nom]));
	const departmentNames = new Map(departments.map((department) => [department.code, department.nom]));
	const none = { siren: null, departmentCode: null, departmentName: null, regionName: null };

	return [
		// Overseas, the source lists one entry twice, as a region and as a department, that is neither in law.
		...regions.map((region) => ({
			...none,
			kind: region.zone === 'com' ? ('special' as const) : ('region' as const),
			code: region.code,
			name: region.nom,
			population: sum(communes.filter((commune) => commune.region === region.code))
		})),
		...departments
			.filter((department) => department.zone !== 'com')
			.map((department) => ({
				...none,
				kind: 'department' as const,
				code: department.code,
				name: department.nom,
				departmentCode: department.code,
				regionName: regionNames.get(department.region) ?? null,
				population: sum(communes.filter((commune) => commune.departement === department.code))
			})),
		...communes.map((commune) => ({
			kind: 'commune' as const,
			code: commune.code,
			name: commune.nom,
			siren: commune.siren ?? null,
			departmentCode: commune.departement,
			departmentName: departmentNames.get(commune.departement) ?? null,
			regionName: regionNames.get(commune.region) ?? null,
			population: commune.population ?? null
		}))
	];
}

function intercommunalities(
	groups: Intercommunality[],
	communes: Commune[],
	departments: Department[],
	regions: Place[]
): RegistryRow[] {
	const departmentOf = new Map(communes.map((commune) => [commune.code, commune.departement]));
	const byCode = new Map(departments.map((department) => [department.code, department]));
	const regionNames = new Map(regions.map((region) => [region.code, region.nom]));

	return groups.map((group) => {
		const department = byCode.get(mainDepartment(group, departmentOf));
		return {
			// The Métropole de Lyon stands among them in the source, but is a collectivité of its own kind.
			kind: group.type === 'MET69' ? ('special' as const) : ('intercommunality' as const),
			code: group.code,
			name: spelledOut(group.nom),
			siren: group.code,
			departmentCode: department?.code ?? null,
			departmentName: department?.nom ?? null,
			regionName: (department && regionNames.get(department.region)) ?? null,
			population:
				group.populationMunicipale ?? sum(group.membres.map((m) => ({ population: m.populationMunicipale })))
		};
	});
}

/** Paris, Corsica, Alsace, Martinique, Guyane and Mayotte, as the authorities they are. */
function specialAuthorities(
	regions: Place[],
	departments: Department[],
	everyCommune: Commune[]
): RegistryRow[] {
	const communes = everyCommune.filter((commune) => commune.type === 'commune-actuelle');
	const nameOf = (kind: string, code: string) =>
		(kind === 'region' ? regions : kind === 'department' ? departments : communes).find(
			(place) => place.code === code
		)?.nom ?? '';
	return specialStatus.map(({ code, name, siren, replaces, departmentCode, population }) => {
		const isIn = (commune: Commune) =>
			'region' in population
				? commune.region === population.region
				: population.departments.includes(commune.departement);
		const department = departments.find((one) => one.code === departmentCode);
		const region = regions.find((one) => one.code === communes.find(isIn)?.region);
		return {
			kind: 'special',
			code,
			name,
			siren,
			departmentCode,
			departmentName: department?.nom ?? null,
			regionName: region?.nom ?? null,
			population: sum(communes.filter(isIn)),
			alias: [
				...new Set(
					replaces.flatMap((place) => [
						nameOf(place.kind, place.code),
						...(departmentCode ? [] : [place.code])
					])
				)
			].join(' ')
		};
	});
}

/** Its inhabitants are not those of the department around it. */
function withoutLyon(rows: RegistryRow[], groups: Intercommunality[]): RegistryRow[] {
	const lyon = groups.find((group) => group.code === metropoleDeLyon.code);
	return rows.map((row) =>
		row.kind === 'department' && row.code === metropoleDeLyon.department && row.population && lyon
			? { ...row, population: row.population - (lyon.populationMunicipale ?? 0) }
			: row
	);
}

/** Communes that became part of another, and places that are no authority by themselves. */
function successions(communes: Commune[]): Succession[] {
	const merged = communes.flatMap(({ code, type, chefLieu }): Succession[] =>
		(type === 'commune-deleguee' || type === 'commune-associee') && chefLieu && chefLieu !== code
			? [{ kind: 'commune', code, byKind: 'commune', byCode: chefLieu, since: null }]
			: []
	);
	const replaced = specialStatus.flatMap(({ code: byCode, replaces, since }) =>
		replaces.map(({ kind, code }): Succession => ({ kind, code, byKind: 'special', byCode, since }))
	);
	return [...merged, ...replaced].sort((a, b) => compare(a.kind, b.kind) || compare(a.code, b.code));
}

/** The department of most members; of two with as many, the more populated, then the first in order of code. */
function mainDepartment(group: Intercommunality, departmentOf: Map<string, string>): string {
	const found = new Map<string, { members: number; population: number }>();
	for (const member of group.membres) {
		const code = departmentOf.get(member.code);
		if (!code) continue;
		const so = found.get(code) ?? { members: 0, population: 0 };
		found.set(code, {
			members: so.members + 1,
			population: so.population + (member.populationMunicipale ?? 0)
		});
	}
	const [first] = [...found].sort(
		([codeA, a], [codeB, b]) => b.members - a.members || b.population - a.population || compare(codeA, codeB)
	);
	return first?.[0] ?? '';
}

/** "CC du Pays de Pontchâteau St-Gildas-des-Bois" → "Communauté de communes du Pays de Pontchâteau Saint-Gildas-des-Bois" */
function spelledOut(name: string): string {
	return name
		.replace(/^CC /, 'Communauté de communes ')
		.replace(/^CA /, "Communauté d'agglomération ")
		.replace(/^CU /, 'Communauté urbaine ')
		.replace(/\bSt-/g, 'Saint-')
		.replace(/''(.+?)''/g, '« $1 »')
		.replace(/"(.+?)"/g, '« $1 »')
		.replace(/ +/g, ' ')
		.trim();
}

/** null when no place has a known population. */
function sum(places: { population?: number | undefined }[]): number | null {
	const known = places.flatMap((place) => place.population ?? []);
	return known.length === 0 ? null : known.reduce((total, population) => total + population, 0);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

async function read<T>(name: string): Promise<T[]> {
	return JSON.parse(await readFile(inPackage(`data/${name}.json`), 'utf8'));
}

async function installedVersion(): Promise<string | null> {
	try {
		return JSON.parse(await readFile(inPackage('package.json'), 'utf8')).version;
	} catch {
		return null;
	}
}

const inPackage = (path: string) => fileURLToPath(import.meta.resolve(`${source}/${path}`));

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileRegistry();
