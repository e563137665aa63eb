import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { toContent } from '#lib/document/content.ts';
import { roots } from '#lib/document/template.ts';
import { setCountry, setLead, setModality, setNoPartner, setTarget } from './facts.ts';

const factsOf = (doc: Y.Doc) => toContent(doc, 'fr').facts;

function meet(chloe: Y.Doc, diego: Y.Doc): void {
	Y.applyUpdate(diego, Y.encodeStateAsUpdate(chloe));
	Y.applyUpdate(chloe, Y.encodeStateAsUpdate(diego));
}

it('writes what the page reads back', () => {
	const doc = new Y.Doc();
	const lead = { id: '0b0e5a5e-7d0c-4c65-9f0d-0d8f6c7f3a11', name: 'Saint-Denis', place: 'La Réunion (974)' };
	setLead(doc, lead);
	setCountry(doc, 'SN');
	doc.getText(roots.partner).insert(0, 'Matam');
	setModality(doc, 'tourisme-durable');
	setTarget(doc, '8.9', true);
	setTarget(doc, '8.3', true);
	setTarget(doc, '8.9', false);
	expect(factsOf(doc)).toEqual({
		lead,
		partner: { kind: 'territory', country: 'SN', name: 'Matam' },
		modality: 'tourisme-durable',
		targets: ['8.3']
	});
	setLead(doc, null);
	setCountry(doc, '');
	doc.getText(roots.partner).delete(0, 5);
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

it('keeps every letter of a territory that Chloé and Diego name at the same time', () => {
	const [chloe, diego] = [new Y.Doc(), new Y.Doc()];
	chloe.getText(roots.partner).insert(0, 'de Matam');
	meet(chloe, diego);
	chloe.getText(roots.partner).insert(8, ', région du Fleuve');
	diego.getText(roots.partner).insert(0, 'Ville ');
	setCountry(diego, 'SN');
	meet(chloe, diego);
	expect(factsOf(chloe).partner).toEqual({
		kind: 'territory',
		country: 'SN',
		name: 'Ville de Matam, région du Fleuve'
	});
	expect(factsOf(diego)).toEqual(factsOf(chloe));
});

it('gives the territory back to whoever changes their mind about having none', () => {
	const doc = new Y.Doc();
	setCountry(doc, 'SN');
	doc.getText(roots.partner).insert(0, 'Matam');
	setNoPartner(doc, true);
	expect(factsOf(doc).partner).toEqual({ kind: 'none', reason: '' });
	doc.getText(roots.noPartnerReason).insert(0, 'Action menée en réseau');
	expect(factsOf(doc).partner).toEqual({ kind: 'none', reason: 'Action menée en réseau' });
	setNoPartner(doc, false);
	expect(factsOf(doc).partner).toEqual({ kind: 'territory', country: 'SN', name: 'Matam' });
});
