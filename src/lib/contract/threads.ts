/** Bounds of what members write to each other, in characters. */
export const threadLimits = {
	titleLeast: 3,
	titleMost: 200,
	bodyMost: 10_000
};

/** How many posts a thread's page shows at once. */
export const postsPerPage = 50;
