/** No reply is missed or doubled: posts are taken in the order of their numbers, whatever the order they arrive in. */
import { catchUpLimit, type PostView } from '../contract/live.ts';

export interface PostSequence {
	/** Number of the last post taken. */
	readonly known: number;
	/** A post arrived. Taken when it is the next one, dropped when known, else the missing ones are asked for. */
	hear(post: PostView): void;
	/** The newest number was said: asks for what is missing, if anything. */
	hearOf(number: number): void;
	/** Asks what came after the last known post. Calls made meanwhile share the answer, and one more is asked. */
	catchUp(): Promise<void>;
	stop(): void;
}

/**
 * @param fetchAfter the posts after a number, oldest first, at most catchUpLimit; rejects when there is no answer
 * @param take called with new posts, each once, in order
 */
export function postSequence(options: {
	known: number;
	fetchAfter: (number: number) => Promise<PostView[]>;
	take: (posts: PostView[]) => void;
	retry_ms?: number;
}): PostSequence {
	const { fetchAfter, take, retry_ms = 3_000 } = options;
	let known = options.known;
	let stopped = false;
	let running: Promise<void> | null = null;
	let askedMeanwhile = false;
	let retry: ReturnType<typeof setTimeout> | undefined;

	function takeNext(posts: PostView[]): void {
		const fresh: PostView[] = [];
		for (const post of posts) {
			if (post.number !== known + 1) continue;
			known = post.number;
			fresh.push(post);
		}
		if (fresh.length > 0) take(fresh);
	}

	async function run(): Promise<void> {
		try {
			do {
				askedMeanwhile = false;
				let posts: PostView[];
				do {
					posts = await fetchAfter(known);
					if (stopped) return;
					takeNext(posts);
				} while (posts.length >= catchUpLimit);
			} while (askedMeanwhile);
		} catch {
			// No answer is not the end: the line may be back before anything else tells so.
			clearTimeout(retry);
			if (!stopped) retry = setTimeout(() => void catchUp(), retry_ms);
		}
	}

	function catchUp(): Promise<void> {
		if (stopped) return Promise.resolve();
		if (running) {
			askedMeanwhile = true;
			return running;
		}
		running = run().finally(() => (running = null));
		return running;
	}

	return {
		get known() {
			return known;
		},
		hear(post) {
			if (stopped || post.number <= known) return;
			if (post.number === known + 1) takeNext([post]);
			else void catchUp();
		},
		hearOf(number) {
			if (number > known) void catchUp();
		},
		catchUp,
		stop() {
			stopped = true;
			clearTimeout(retry);
		}
	};
}
