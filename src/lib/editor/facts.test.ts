import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { toContent } from '#lib/document/content.ts';
import { setLead, setModality, setPartner, setTarget } from './facts.ts';

const factsOf = (doc: Y.Doc) => toContent(doc, 'fr').facts;

function meet(chloe: Y.Doc, diego: Y.Doc): void {
	Y.applyUpdate(diego, Y.encodeStateAsUpdate(chloe));
	Y.applyUpdate(chloe, Y.encodeStateAsUpdate(diego));
}

it('writes what the page reads back', () => {
	const doc = new Y.Doc();
	const lead = { id: '0b0e5a5e-7d0c-4c65-9f0d-0d8f6c7f3a11', name: 'Saint-Denis', place: 'La Réunion (974)' };
	setLead(doc, lead);
	setPartner(doc, { country: 'SN' });
	setPartner(doc, { name: 'Matam' });
	setModality(doc, 'tourisme-durable');
	setTarget(doc, '8.9', true);
	setTarget(doc, '8.3', true);
	setTarget(doc, '8.9', false);
	expect(factsOf(doc)).toEqual({
		lead,
		partner: { country: 'SN', name: 'Matam' },
		modality: 'tourisme-durable',
		targets: ['8.3']
	});
	setLead(doc, null);
	setPartner(doc, { country: '', name: '' });
	setModality(doc, null);
	expect(factsOf(doc)).toEqual({ lead: null, partner: null, modality: null, targets: ['8.3'] });
});

it('keeps the targets Chloé and Diego tick at the same time', () => {
	const [chloe, diego] = [new Y.Doc(), new Y.Doc()];
	setTarget(chloe, '8.2', true);
	setTarget(diego, '8.9', true);
	meet(chloe, diego);
	expect(factsOf(chloe).targets).toEqual(['8.2', '8.9']);
	expect(factsOf(diego)).toEqual(factsOf(chloe));
});
