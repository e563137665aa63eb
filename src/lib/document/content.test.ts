import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import {
	canonicalJson,
	fillDocument,
	missingParts,
	parseContent,
	plainText,
	toContent,
	type CaseContent
} from './content.ts';
import { partLabels } from './labels.ts';
import { contentToHtml } from './render.ts';
import { richTextFromText } from './rich-text.ts';
import { limits, minimumWords, roots } from './template.ts';

const leadId = '0b0e5a5e-7d0c-4c65-9f0d-0d8f6c7f3a11';
const words = (count: number) => Array.from({ length: count }, (_, i) => `mot${i}`).join(' ');

/** What Chloé and Diego would submit: every part just long enough. */
function ready(): CaseContent {
	return {
		templateVersion: 1,
		language: 'fr',
		title: 'Ouvrir un marché aux producteurs',
		summary: 'Deux marchés jumelés vendent les produits de l’un chez l’autre.',
		facts: {
			lead: { id: leadId, name: 'Saint-Denis', place: 'Seine-Saint-Denis (93)' },
			partner: { kind: 'territory', country: 'SN', name: 'Ville de Matam' },
			modality: 'gastronomie-et-terroir',
			targets: ['8.2', '8.9', '8.10', '8.a']
		},
		sections: {
			actions: richTextFromText(words(minimumWords.actions)),
			results_here: richTextFromText(words(minimumWords.results_here)),
			results_there: richTextFromText(words(minimumWords.results_there)),
			difficulties: richTextFromText(words(minimumWords.difficulties))
		}
	};
}

function written(content: Partial<CaseContent>): Y.Doc {
	const doc = new Y.Doc();
	fillDocument(doc, content);
	return doc;
}

describe('a live document read as a case', () => {
	it('is what was written in it', () => {
		expect(toContent(written(ready()), 'fr')).toEqual(ready());
	});

	it('may keep the sections that did not change', () => {
		const before = toContent(written(ready()), 'fr');
		const { actions, difficulties } = before.sections;
		const doc = written({
			...ready(),
			sections: { ...ready().sections, results_here: richTextFromText('neuf') }
		});
		const after = toContent(doc, 'fr', { actions, difficulties });
		expect(after.sections.actions).toBe(actions);
		expect(after.sections.results_here).toEqual(richTextFromText('neuf'));
		expect(after.sections.results_there).toEqual(before.sections.results_there);
	});

	it('is empty when nobody wrote', () => {
		const content = toContent(new Y.Doc(), 'en');
		expect(content.facts).toEqual({ lead: null, partner: null, modality: null, targets: [] });
		expect(content.title).toBe('');
		expect(content.sections.difficulties).toEqual({ type: 'doc', content: [] });
	});

	it('ignores facts of the wrong shape, whoever forged them', () => {
		const doc = new Y.Doc();
		const facts = doc.getMap(roots.facts);
		facts.set('lead', { id: 'not an id', name: 'x', place: '' });
		facts.set('partner', { country: 'FR', name: 'x' });
		facts.set('country', ['FR']);
		facts.set('noPartner', 'yes');
		facts.set('modality', { slug: 'x' });
		facts.set('target:8.3', 'yes');
		facts.set('target:<b>', true);
		facts.set('target:8.5', true);
		facts.set('unknown', new Y.Map());
		expect(toContent(doc, 'fr').facts).toEqual({
			lead: null,
			partner: null,
			modality: null,
			targets: ['8.5']
		});
	});

	it('keeps a partner that is only half known', () => {
		const doc = new Y.Doc();
		doc.getMap(roots.facts).set('country', 'Sénégal');
		doc.getText(roots.partner).insert(0, ' Ville\u0000 de\nMatam ');
		const name = 'Ville de Matam';
		expect(toContent(doc, 'fr').facts.partner).toEqual({ kind: 'territory', country: '', name });
	});

	it('may say that there is no partner, and why', () => {
		const content = ready();
		content.facts.partner = { kind: 'none', reason: 'Action menée en réseau' };
		const doc = written(ready());
		fillDocument(doc, { facts: content.facts });
		expect(toContent(doc, 'fr')).toEqual(content);
	});

	it('keeps emoji and right-to-left letters of a title, on one line, without NUL', () => {
		const doc = new Y.Doc();
		doc.getText(roots.title).insert(0, '  Marché 🍇\u0000\n مرحبا ');
		expect(toContent(doc, 'fr').title).toBe('Marché 🍇 مرحبا');
	});
});

describe('the canonical JSON', () => {
	it('does not depend on the order of keys', () => {
		const content = ready();
		const shuffled = JSON.parse(
			JSON.stringify(content, Object.keys(flatKeys(content)).reverse())
		) as CaseContent;
		expect(Object.keys(shuffled)[0]).not.toBe(Object.keys(content)[0]);
		expect(canonicalJson(shuffled)).toBe(canonicalJson(content));
	});

	it('does not depend on who ticked what first', () => {
		const one = written(ready());
		const other = new Y.Doc();
		other.getMap(roots.facts).set('target:8.a', true);
		const { targets, ...facts } = ready().facts;
		fillDocument(other, ready());
		for (const code of targets.toReversed()) other.getMap(roots.facts).set(`target:${code}`, true);
		expect(facts.lead).not.toBeNull();
		expect(canonicalJson(toContent(other, 'fr'))).toBe(canonicalJson(toContent(one, 'fr')));
	});

	it('is the same for two people who typed in two orders', () => {
		fc.assert(
			fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), fc.nat(), (text, seed) => {
				const whole = new Y.Doc();
				whole.getText(roots.title).insert(0, text);
				const [chloe, diego] = [new Y.Doc(), new Y.Doc()];
				const letters = [...text];
				const cut = letters.slice(0, seed % (letters.length + 1)).join('').length;
				chloe.getText(roots.title).insert(0, text.slice(cut));
				Y.applyUpdate(diego, Y.encodeStateAsUpdate(chloe));
				if (cut > 0) diego.getText(roots.title).insert(0, text.slice(0, cut));
				Y.applyUpdate(chloe, Y.encodeStateAsUpdate(diego));
				expect(canonicalJson(toContent(chloe, 'fr'))).toBe(canonicalJson(toContent(diego, 'fr')));
				expect(canonicalJson(toContent(chloe, 'fr'))).toBe(canonicalJson(toContent(whole, 'fr')));
			})
		);
	});

	it('reads back as it was written', () => {
		const json = canonicalJson(ready());
		expect(parseContent(json)).toEqual(ready());
		expect(canonicalJson(parseContent(json))).toBe(json);
		const alone = ready();
		alone.facts.partner = { kind: 'none', reason: '' };
		expect(parseContent(canonicalJson(alone))).toEqual(alone);
		const empty = canonicalJson(toContent(new Y.Doc(), 'es'));
		expect(canonicalJson(parseContent(empty))).toBe(empty);
	});

	it('is refused when it is anything else', () => {
		const broken: ((content: Record<string, unknown>) => unknown)[] = [
			(content) => ({ ...content, templateVersion: 99 }),
			(content) => ({ ...content, language: 'de' }),
			(content) => ({ ...content, title: 3 }),
			(content) => ({ ...content, sections: {} }),
			(content) => ({ ...content, facts: { ...(content.facts as object), targets: ['<b>'] } }),
			(content) => ({ ...content, facts: { ...(content.facts as object), lead: { id: '1' } } }),
			...[
				undefined,
				{ country: 'SN', name: 'Matam' },
				{ kind: 'territory', country: 'Sénégal', name: 'Matam' },
				{ kind: 'territory', country: '', name: '' },
				{ kind: 'territory', country: 'SN' },
				{ kind: 'none' }
			].map((partner) => (content: Record<string, unknown>) => ({
				...content,
				facts: { ...(content.facts as object), partner }
			})),
			() => []
		];
		for (const change of broken) {
			expect(() => parseContent(JSON.stringify(change({ ...ready() })))).toThrow();
		}
		expect(() => parseContent('not json')).toThrow();
	});
});

describe('what is missing before submitting', () => {
	it('is everything in an empty case, in the order of the template', () => {
		const missing = missingParts(toContent(new Y.Doc(), 'fr'));
		expect(missing.map((part) => part.part)).toEqual([
			'title',
			'summary',
			'lead',
			'partner',
			'modality',
			'targets',
			'actions',
			'results_here',
			'results_there',
			'difficulties'
		]);
		expect(missing.every((part) => part.reason === 'empty')).toBe(true);
		expect(missing.at(-1)).toEqual({ part: 'difficulties', reason: 'empty', have: 0, need: 60 });
	});

	it('is nothing when every part just reaches its minimum', () => {
		expect(missingParts(ready())).toEqual([]);
	});

	it('is one word when one word is missing', () => {
		const content = ready();
		content.sections.difficulties = richTextFromText(words(59));
		expect(missingParts(content)).toEqual([
			{ part: 'difficulties', reason: 'too_short', have: 59, need: 60 }
		]);
	});

	it('counts characters of a title as people see them, to the last one', () => {
		const content = ready();
		content.title = '🍇'.repeat(limits.titleCharacters);
		expect(missingParts(content)).toEqual([]);
		content.title += '!';
		expect(missingParts(content)).toEqual([{ part: 'title', reason: 'too_long', have: 101, need: 100 }]);
	});

	it('is a partner without its country, targets in excess, a section without end', () => {
		const content = ready();
		content.facts.partner = { kind: 'territory', country: '', name: 'Matam' };
		content.facts.targets = ['8.1', '8.2', '8.3', '8.4', '8.5', '8.6'];
		content.sections.actions = richTextFromText('a'.repeat(limits.sectionCharacters + 1));
		expect(missingParts(content)).toEqual([
			{ part: 'partner', reason: 'empty', have: 0, need: 1 },
			{ part: 'targets', reason: 'too_long', have: 6, need: 5 },
			{ part: 'actions', reason: 'too_long', have: 40_001, need: 40_000 }
		]);
	});
});

describe('a case without a partner', () => {
	const missingWhy = (reason: string) => {
		const content = ready();
		content.facts.partner = { kind: 'none', reason };
		return missingParts(content);
	};

	it('says why in three words at least', () => {
		expect(missingWhy('')).toEqual([{ part: 'partner', reason: 'empty', have: 0, need: 3 }]);
		expect(missingWhy('aucun … cité !')).toEqual([
			{ part: 'partner', reason: 'too_short', have: 2, need: 3 }
		]);
		expect(missingWhy('Action en réseau')).toEqual([]);
	});

	it('says it briefly', () => {
		expect(missingWhy('a b '.repeat(limits.noPartnerCharacters / 4))).toEqual([]);
		expect(missingWhy('a b '.repeat(limits.noPartnerCharacters / 4) + '!')).toEqual([
			{ part: 'partner', reason: 'too_long', have: 281, need: 280 }
		]);
	});
});

it('every word of a case can be searched', () => {
	const alone = ready();
	alone.facts.partner = { kind: 'none', reason: 'Action en réseau' };
	expect(plainText(alone)).toContain('Action en réseau');
	const text = plainText(ready());
	for (const expected of ['Ouvrir un marché', 'jumelés', 'Saint-Denis', 'Matam', 'mot59']) {
		expect(text).toContain(expected);
	}
});

describe('the HTML of a case', () => {
	const labels = {
		parts: partLabels.fr,
		countries: { SN: 'Sénégal' },
		modalities: { 'gastronomie-et-terroir': 'Gastronomie et terroir' },
		targets: { '8.9': 'Tourisme durable' }
	};

	it('names what the authors chose and shows what they wrote', () => {
		const html = contentToHtml(ready(), labels);
		expect(html).toContain(
			'<article class="case" lang="fr"><h1 dir="auto">Ouvrir un marché aux producteurs</h1>'
		);
		expect(html).toContain('Ville de Matam, Sénégal');
		expect(html).toContain('Gastronomie et terroir');
		expect(html).toContain('<strong>8.9</strong> Tourisme durable');
		expect(html).toContain('<h2 id="part-difficulties">Ce qui n’a pas marché</h2><p dir="auto">mot0 ');
	});

	it('says that there is no partner, and why, in the language of the case', () => {
		const content = ready();
		content.facts.partner = { kind: 'none', reason: 'Action menée <b>en réseau' };
		expect(contentToHtml(content, labels)).toContain(
			'>Aucun territoire partenaire\u00a0: Action menée &#60;b&#62;en réseau</dd>'
		);
		expect(contentToHtml({ ...content, language: 'en' }, labels)).toContain('>No partner territory: Action');
	});

	it('shows no heading for a part nobody filled', () => {
		expect(contentToHtml(toContent(new Y.Doc(), 'fr'), labels)).toBe(
			'<article class="case" lang="fr"></article>'
		);
	});

	it('lets no markup of an author through', () => {
		const content = ready();
		content.title = '<script>alert(1)</script>';
		content.summary = '"><img src=x onerror=alert(1)>';
		content.facts.lead = { id: leadId, name: '<b>x</b>', place: '</dd>' };
		content.facts.partner = { kind: 'territory', country: 'FR', name: '<i>' };
		content.sections.actions = richTextFromText('<iframe>');
		const html = contentToHtml(content, labels);
		expect(html).not.toMatch(/<(script|img|b|i|iframe)[ >]/);
	});
});

function flatKeys(value: unknown, keys: Record<string, true> = {}): Record<string, true> {
	if (typeof value === 'object' && value !== null) {
		for (const [key, inner] of Object.entries(value)) {
			if (!Array.isArray(value)) keys[key] = true;
			flatKeys(inner, keys);
		}
	}
	return keys;
}
