/** The guided template of a case: which parts it has, and what each must hold before it can be submitted. */
export const templateVersion = 1;

/**
 * The shape of live texts. Raise it with every root, key, node or mark that an editor built before would drop: where
 * somebody writes with the new one, older pages are then told to reload.
 */
export const schemaVersion = 1;

export const sectionKeys = ['actions', 'results_here', 'results_there', 'difficulties'] as const;
export type SectionKey = (typeof sectionKeys)[number];

export const partKeys = [
	'title',
	'summary',
	'lead',
	'partner',
	'modality',
	'targets',
	...sectionKeys
] as const;
export type PartKey = (typeof partKeys)[number];

export const limits = {
	titleCharacters: 100,
	summaryCharacters: 280,
	partnerCharacters: 120,
	/** Why there is no partner territory. */
	noPartnerWords: 3,
	noPartnerCharacters: 280,
	targets: 5,
	/** Of the text of one section, in characters. */
	sectionCharacters: 40_000
};

/** Words asked for before submission. The failure section is compulsory: no practice is transferable without it. */
export const minimumWords: Record<SectionKey, number> = {
	actions: 30,
	results_here: 15,
	results_there: 15,
	difficulties: 60
};

/** Names of the root types of a case's Y.Doc; nothing else may appear in it. */
export const roots = {
	/** Y.Text, so that two people typing in the title at once both keep their letters. */
	title: 'title',
	/** Y.Text. */
	summary: 'summary',
	/** Y.Text: the partner territory's name. */
	partner: 'partner',
	/** Y.Text: why there is none. */
	noPartnerReason: 'no_partner_reason',
	/** Y.Map: lead → {id, name, place}, country → ISO code, noPartner → true, modality → slug, `target:8.3` → true. */
	facts: 'facts',
	/** Y.XmlFragment, one per section. */
	section: (key: SectionKey) => `section:${key}`
} as const;

/** Name and kind of every root of a live document of this kind. */
export const rootsOf: Record<'case' | 'bench', Record<string, 'text' | 'map' | 'xml'>> = {
	case: {
		[roots.title]: 'text',
		[roots.summary]: 'text',
		[roots.partner]: 'text',
		[roots.noPartnerReason]: 'text',
		[roots.facts]: 'map',
		...Object.fromEntries(sectionKeys.map((key) => [roots.section(key), 'xml' as const]))
	},
	bench: { bench: 'text' }
};

/** The part that a root of a live document belongs to, or one key of the facts. */
export function partOf(root: string, key: string | null = null): PartKey | undefined {
	let name = root.replace(/^section:/, '');
	if (root === roots.noPartnerReason) name = 'partner';
	else if (root === roots.facts) {
		name = key ?? '';
		if (name === 'country' || name === 'noPartner') name = 'partner';
		else if (name.startsWith('target:')) name = 'targets';
	}
	return partKeys.find((part) => part === name);
}
