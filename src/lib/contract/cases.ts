export const caseStates = [
	'draft',
	'co_writing',
	'submitted',
	'in_review',
	'changes_requested',
	'published',
	'in_revision'
] as const;
export type CaseState = (typeof caseStates)[number];

/** The states in which the organisations of a case write in it. */
export const writableStates: readonly CaseState[] = [
	'draft',
	'co_writing',
	'changes_requested',
	'in_revision'
];

/** Of the reason a moderator gives when asking for changes. */
export const reasonCharacters = 5_000;

/** Of the name somebody gives to a version. */
export const versionNameCharacters = 100;
