/** What a thread is opened for; a discussion is what remains. */
export const threadKinds = ['question', 'need', 'announcement', 'discussion'] as const;
export type ThreadKind = (typeof threadKinds)[number];

/** Bounds of what members write to each other, in characters. */
export const threadLimits = {
	titleLeast: 3,
	titleMost: 200,
	bodyMost: 10_000
};

/** How many posts a thread's page shows at once. */
export const postsPerPage = 50;
