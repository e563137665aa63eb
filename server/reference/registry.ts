/**
 * The official registry of French collectivités as this product carries it: one gzipped TSV, made at build time by
 * compile-registry.ts and read at start by import.ts. Its first line says what it was made from.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { OrganisationKind } from '../database/tables.ts';

export const registryFile = new URL('./registry.tsv.gz', import.meta.url);

export interface RegistryRow {
	kind: OrganisationKind;
	/** INSEE code; the SIREN for intercommunalities. Unique within a kind. */
	code: string;
	name: string;
	siren: string | null;
	departmentCode: string | null;
	departmentName: string | null;
	regionName: string | null;
	/** Inhabitants, the municipal count of the legal population. */
	population: number | null;
	/** What else it is known by, for search: the departments of a region that is also a department. */
	alias?: string | null;
}

/** Of one that is no authority, or no longer: who does its work. A commune that merged keeps its row, and points there. */
export interface Succession {
	kind: OrganisationKind;
	code: string;
	byKind: OrganisationKind;
	byCode: string;
	/** YYYY-MM-DD, when the source says. */
	since: string | null;
}

export interface Registry {
	/** What it was made from, e.g. "@etalab/decoupage-administratif 6.0.0, edition 2026, layout 2". */
	stamp: string;
	/** SHA-256 of the text, so that the compression of another machine changes nothing. */
	digest: string;
	/** The year it describes. */
	edition: number;
	rows: RegistryRow[];
	successions: Succession[];
}

/** @throws Error ENOENT when the build step has not made the file */
export async function readRegistry(): Promise<Registry> {
	const text = (await promisify(gunzip)(await readFile(registryFile))).toString('utf8');
	return parseRegistry(text);
}

export function parseRegistry(text: string): Registry {
	const [stamp = '', ...lines] = text.trimEnd().split('\n');
	const edition = Number(/edition (\d{4})/.exec(stamp)?.[1]);
	if (!edition) throw new Error('the registry does not say which year it describes');
	const isSuccession = (line: string) => line.startsWith('>');
	return {
		stamp,
		digest: createHash('sha256').update(text).digest('hex'),
		edition,
		rows: lines.filter((line) => !isSuccession(line)).map(parseRow),
		successions: lines.filter(isSuccession).map(parseSuccession)
	};
}

export function formatRegistry(stamp: string, rows: RegistryRow[], successions: Succession[] = []): string {
	return [stamp, ...rows.map(formatRow), ...successions.map(formatSuccession)].join('\n') + '\n';
}

function parseRow(line: string): RegistryRow {
	const [kind, code, name, siren, departmentCode, departmentName, regionName, population, alias] =
		line.split('\t');
	if (!kind || !code || !name) throw new Error(`the registry has a line that cannot be read: ${line}`);
	return {
		kind: kind as OrganisationKind,
		code,
		name,
		siren: siren || null,
		departmentCode: departmentCode || null,
		departmentName: departmentName || null,
		regionName: regionName || null,
		population: population ? Number(population) : null,
		alias: alias || null
	};
}

function formatRow(row: RegistryRow): string {
	return [
		row.kind,
		row.code,
		row.name,
		row.siren ?? '',
		row.departmentCode ?? '',
		row.departmentName ?? '',
		row.regionName ?? '',
		row.population ?? '',
		row.alias ?? ''
	].join('\t');
}

function parseSuccession(line: string): Succession {
	const [kind, code, byKind, byCode, since] = line.slice(1).split('\t');
	if (!kind || !code || !byKind || !byCode)
		throw new Error(`the registry has a line that cannot be read: ${line}`);
	return {
		kind: kind as OrganisationKind,
		code,
		byKind: byKind as OrganisationKind,
		byCode,
		since: since || null
	};
}

function formatSuccession({ kind, code, byKind, byCode, since }: Succession): string {
	return `>${[kind, code, byKind, byCode, since ?? ''].join('\t')}`;
}
