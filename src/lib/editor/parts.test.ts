import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { fillDocument, toContent } from '#lib/document/content.ts';
import { richTextFromText } from '#lib/document/rich-text.ts';
import { limits } from '#lib/document/template.ts';
import { setCountry } from './facts.ts';
import { progressOf } from './parts.ts';

it('says of each part whether it is to do, begun, ready or too long', () => {
	const doc = new Y.Doc();
	const { sections } = toContent(doc, 'fr');
	fillDocument(doc, {
		title: 'a'.repeat(limits.titleCharacters + 1),
		summary: 'Une phrase.',
		sections: {
			...sections,
			actions: richTextFromText('un début'),
			results_here: richTextFromText('mot '.repeat(15)),
			results_there: richTextFromText('…')
		}
	});
	setCountry(doc, 'SN');
	expect(progressOf(toContent(doc, 'fr'))).toEqual({
		title: 'too_long',
		summary: 'done',
		lead: 'todo',
		partner: 'started',
		modality: 'todo',
		targets: 'todo',
		actions: 'started',
		results_here: 'done',
		results_there: 'started',
		difficulties: 'todo'
	});
});
