/** The posts of one thread in one page: those the server rendered, then those that arrive while it is read. */
import type { PostView } from '../contract/live.ts';
import { postSequence } from './post-sequence.ts';
import { borrowSocket, type LiveSocket } from './socket.svelte.ts';

const batch_ms = 900;

export class ThreadFeed {
	/** Oldest first. */
	posts = $state.raw<PostView[]>([]);
	/** How many replies of others arrived together, as a new object each time so that each is said once. */
	arrived = $state.raw<{ count: number; first: number } | null>(null);
	/** The reader's session ended meanwhile. */
	isSessionEnded = $state(false);

	#threadId: string;
	#sequence;
	#own: string[] = [];
	#fresh: PostView[] = [];
	#telling: ReturnType<typeof setTimeout> | undefined;

	/** @param posts the newest of the thread, as read after lastNumber */
	constructor(threadId: string, posts: PostView[], lastNumber: number) {
		this.#threadId = threadId;
		this.posts = posts;
		this.#sequence = postSequence({
			known: posts.at(-1)?.number ?? lastNumber,
			fetchAfter: (number) => fetchAfter(threadId, number),
			take: (taken) => this.#take(taken)
		});
	}

	/** What the page was given again, after a reply for instance. */
	merge(posts: PostView[]): void {
		for (const post of posts) this.#sequence.hear(post);
	}

	/** The reader's own reply: shown at once, never announced to its author. */
	own(post: PostView): void {
		this.#own.push(post.id);
		this.#fresh = this.#fresh.filter((fresh) => fresh.id !== post.id);
		this.#sequence.hear(post);
	}

	/**
	 * Listens until the returned function is called. In the browser only.
	 * @param live over the wire, which is for members; without it, what is new shows on coming back to the page
	 */
	listen({ live: isLive }: { live: boolean }): () => void {
		const borrowed = isLive ? borrowSocket() : null;
		const threadId = this.#threadId;
		const catchUp = () => void this.#sequence.catchUp();
		const onShown = () => document.visibilityState === 'visible' && catchUp();
		const onPageShow = (event: PageTransitionEvent) => event.persisted && catchUp();
		let live: LiveSocket | null = null;
		let stopped = false;

		const join = () =>
			live?.emit('thread.join', { threadId }, (answer) => {
				// What was committed between the page and the join is asked for here.
				if (answer.ok) this.#sequence.hearOf(answer.lastNumber);
				else if (answer.reason === 'unavailable') setTimeout(() => !stopped && join(), 5_000);
			});
		const onPost = (news: { threadId: string; post: PostView }) => {
			if (news.threadId === threadId) this.#sequence.hear(news.post);
		};
		const onHeads = ({ heads }: { heads: Record<string, number> }) =>
			this.#sequence.hearOf(heads[threadId] ?? 0);
		const onEnded = () => (this.isSessionEnded = true);

		void borrowed?.socket
			.then((open) => {
				if (stopped) return;
				live = open;
				open.on('connect', join);
				open.on('post.created', onPost);
				open.on('threads.heads', onHeads);
				open.on('session.ended', onEnded);
				if (open.connected) join();
			})
			// Without the code of the wire, the events below still catch up.
			.catch(() => undefined);
		document.addEventListener('visibilitychange', onShown);
		window.addEventListener('pageshow', onPageShow);
		window.addEventListener('online', catchUp);

		return () => {
			stopped = true;
			this.#sequence.stop();
			clearTimeout(this.#telling);
			document.removeEventListener('visibilitychange', onShown);
			window.removeEventListener('pageshow', onPageShow);
			window.removeEventListener('online', catchUp);
			if (live) {
				live.emit('thread.leave', { threadId });
				live
					.off('connect', join)
					.off('post.created', onPost)
					.off('threads.heads', onHeads)
					.off('session.ended', onEnded);
			}
			borrowed?.giveBack();
		};
	}

	#take(taken: PostView[]): void {
		this.posts = [...this.posts, ...taken];
		this.#fresh.push(...taken.filter((post) => !this.#own.includes(post.id)));
		this.#telling ??= setTimeout(() => {
			this.#telling = undefined;
			const [first] = this.#fresh;
			if (first) this.arrived = { count: this.#fresh.length, first: first.number };
			this.#fresh = [];
		}, batch_ms);
	}
}

async function fetchAfter(threadId: string, number: number): Promise<PostView[]> {
	const response = await fetch(`/api/threads/${threadId}/posts?after=${number}`, { cache: 'no-store' });
	if (!response.ok) throw new Error(`catch-up answered ${response.status}`);
	return ((await response.json()) as { posts: PostView[] }).posts;
}
