/** A case somebody has really written, without a browser: its words are committed as the collaboration server would. */
import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import * as Y from 'yjs';
import { fillDocument, type CaseContent } from '#lib/document/content.ts';
import { richTextFromText } from '#lib/document/rich-text.ts';
import type { Context } from '../../server/context.ts';
import type { Database } from '../../server/database/tables.ts';
import * as cases from '../../server/domain/cases.ts';
import * as documents from '../../server/domain/documents.ts';
import * as organisations from '../../server/domain/organisations.ts';

/** The few reference rows a complete case names. */
export async function seedReference(db: Kysely<Database>): Promise<void> {
	await db
		.insertInto('modalities')
		.values({
			slug: 'gastronomie-et-terroir',
			position: 1,
			name_fr: 'Gastronomie et terroir',
			name_en: 'Food and terroir',
			name_es: 'Gastronomía y terruño'
		})
		.onConflict((conflict) => conflict.doNothing())
		.execute();
	const names = {
		name_fr: 'Cible',
		name_en: 'Target',
		name_es: 'Meta',
		text_fr: '-',
		text_en: '-',
		text_es: '-'
	};
	await db
		.insertInto('targets')
		.values(['8.3', '8.9'].map((code, position) => ({ code, goal: 8, position, ...names })))
		.onConflict((conflict) => conflict.doNothing())
		.execute();
	await db
		.insertInto('countries')
		.values({ code: 'SN', name_fr: 'Sénégal', name_en: 'Senegal', name_es: 'Senegal' })
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

/** Everything a submission asks for. */
export function completeContent(
	lead: CaseContent['facts']['lead'],
	changes: Partial<CaseContent> = {}
): CaseContent {
	const words = (count: number, word: string) => richTextFromText(Array(count).fill(word).join(' '));
	return {
		templateVersion: 1,
		language: 'fr',
		title: 'Des marchés paysans à Rufisque',
		summary: 'Deux collectivités relancent un marché de producteurs.',
		facts: {
			lead,
			partner: { kind: 'territory', country: 'SN', name: 'Ville de Rufisque' },
			modality: 'gastronomie-et-terroir',
			targets: ['8.3', '8.9']
		},
		sections: {
			actions: words(40, 'agir'),
			results_here: words(20, 'ici'),
			results_there: words(20, 'là-bas'),
			difficulties: words(70, 'échec')
		},
		...changes
	};
}

/** Commits these parts to the live document of a case. */
export async function writeDraft(
	db: Kysely<Database>,
	documentId: string,
	content: Partial<CaseContent>
): Promise<void> {
	const doc = await documents.load(db, documentId);
	const before = Y.encodeStateVector(doc);
	fillDocument(doc, content);
	await db
		.insertInto('live_updates')
		.values({ document_id: documentId, data: Y.encodeStateAsUpdate(doc, before) })
		.execute();
}

/** A draft of this member's first organisation, with everything a submission asks for. */
export async function createCompleteCase(
	context: Context,
	changes: Partial<CaseContent> = {}
): Promise<{ reference: string; documentId: string; content: CaseContent }> {
	if (context.who.kind !== 'member') throw new Error('a visitor writes nothing');
	const { organisationId } = context.who.memberships[0]!;
	const { reference } = await cases.create(context, { organisationId, clientKey: randomUUID() });
	const documentId = (await cases.get(context, reference)).documentId!;
	const { id, name, place } = await organisations.get(context, organisationId);
	const content = completeContent({ id, name, place }, changes);
	await writeDraft(context.db, documentId, content);
	return { reference, documentId, content };
}
