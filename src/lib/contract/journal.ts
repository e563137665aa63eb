/** The acts of the journal, named `noun.what_happened`, by kind. */
export const actKinds = ['account', 'access', 'editorial', 'discussion', 'platform'] as const;
export type ActKind = (typeof actKinds)[number];

const nouns: Record<ActKind, string[]> = {
	/** One's own account, which is nobody's business but one's own and the administrators'. */
	account: [
		'consent',
		'data',
		'email',
		'identity',
		'passkey',
		'password',
		'profile',
		'second_factor',
		'session',
		'sign_in'
	],
	/** Who may do what, and who saw what. */
	access: ['contact', 'invitation', 'member', 'membership', 'organisation', 'request'],
	editorial: ['case', 'review', 'version'],
	discussion: ['post', 'thread'],
	platform: ['demo', 'first_run', 'journal', 'mail', 'registry', 'settings', 'theme']
};

export const nounsOf = (kind: ActKind): string[] => nouns[kind];

/** What nobody thought of is the platform's: administrators alone read it. */
export function kindOf(act: string): ActKind {
	const noun = act.split('.')[0]!;
	return actKinds.find((kind) => nouns[kind].includes(noun)) ?? 'platform';
}

export const isOfAccount = (act: string): boolean => kindOf(act) === 'account';
