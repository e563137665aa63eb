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
}

export interface Registry {
	/** What it was made from, e.g. "@etalab/decoupage-administratif 6.0.0, layout 1". */
	stamp: string;
	/** SHA-256 of the text, so that the compression of another machine changes nothing. */
	digest: string;
	rows: RegistryRow[];
}

/** @throws Error ENOENT when the build step has not made the file */
export async function readRegistry(): Promise<Registry> {
	const text = (await promisify(gunzip)(await readFile(registryFile))).toString('utf8');
	return parseRegistry(text);
}

export function parseRegistry(text: string): Registry {
	const [stamp = '', ...lines] = text.trimEnd().split('\n');
	return { stamp, digest: createHash('sha256').update(text).digest('hex'), rows: lines.map(parseRow) };
}

export function formatRegistry(stamp: string, rows: RegistryRow[]): string {
	return [stamp, ...rows.map(formatRow)].join('\n') + '\n';
}

function parseRow(line: string): RegistryRow {
	const [kind, code, name, siren, departmentCode, departmentName, regionName, population] = line.split('\t');
	if (!kind || !code || !name) throw new Error(`the registry has a line that cannot be read: ${line}`);
	return {
		kind: kind as OrganisationKind,
		code,
		name,
		siren: siren || null,
		departmentCode: departmentCode || null,
		departmentName: departmentName || null,
		regionName: regionName || null,
		population: population ? Number(population) : null
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
		row.population ?? ''
	].join('\t');
}
