/** Somebody who types words nobody else types, with the stock client, and remembers which were shown as saved. */
import { messageType } from '#lib/contract/collaboration.ts';
import { write, type Writer } from '../support/collaboration.ts';

export interface Typist {
	writer: Writer;
	documentId: string;
	/** In the order of typing. */
	words: string[];
	/** How many of them, from the first on, the save line has shown as saved at some moment. */
	shownSaved: number;
	/** Types on until stopped, a word every so often. */
	begin(every_ms: number): void;
	pause(): void;
	leave(): void;
}

export function typist(
	place: { port: number },
	documentId: string,
	name: string,
	options: Parameters<typeof write>[2]
): Typist {
	const writer = write(place, documentId, options);
	let typing: NodeJS.Timeout | undefined;
	const one: Typist = {
		writer,
		documentId,
		words: [],
		shownSaved: 0,
		begin(every_ms) {
			one.pause();
			typing = setInterval(() => {
				const word = `<${name}:${one.words.length}>`;
				one.words.push(word);
				const text = writer.doc.getText('bench');
				text.insert(text.length, word);
			}, every_ms);
		},
		pause: () => clearInterval(typing),
		leave() {
			one.pause();
			writer.leave();
		}
	};
	const handlers = writer.provider.messageHandlers as unknown as ((...args: unknown[]) => void)[];
	const heard = handlers[messageType.acknowledged]!;
	handlers[messageType.acknowledged] = (...args) => {
		heard(...args);
		// The rule of the save line.
		if (writer.isSaved()) one.shownSaved = one.words.length;
	};
	return one;
}

export const isAllSaved = (one: Typist): boolean =>
	one.words.length > 0 && one.shownSaved === one.words.length && one.writer.isSaved();

/** Words are written whole, so that each stands between its own brackets wherever it ended up. */
export function wordsOf(text: string): Map<string, number> {
	const counts = new Map<string, number>();
	for (const [word] of text.matchAll(/<[^<>]*>/g)) counts.set(word, (counts.get(word) ?? 0) + 1);
	return counts;
}

/** How many of these words the text does not have. */
export function missingFrom(text: string, words: Iterable<string>): number {
	const known = wordsOf(text);
	let missing = 0;
	for (const word of words) if (!known.has(word)) missing++;
	return missing;
}
