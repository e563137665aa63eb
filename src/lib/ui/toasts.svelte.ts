/** Short words about what was just done, shown by toaster.svelte. Browser only: on the server, a page says it in a banner. */
export interface Toast {
	id: number;
	words: string;
	tone: 'neutral' | 'positive' | 'danger';
	/** Undo it, see it. */
	action?: { label: string; run: () => void };
}

let last = 0;
let list = $state<Toast[]>([]);

/** At most this many at once: the oldest goes. */
const shownAtMost = 3;

export const toasts = {
	get list(): readonly Toast[] {
		return list;
	},
	show(words: string, { tone = 'neutral', action }: Partial<Pick<Toast, 'tone' | 'action'>> = {}): number {
		const id = ++last;
		list = [...list, { id, words, tone, action }].slice(-shownAtMost);
		return id;
	},
	dismiss(id: number): void {
		list = list.filter((toast) => toast.id !== id);
	}
};
