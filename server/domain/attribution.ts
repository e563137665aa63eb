/** Who wrote each word that came, and who took away each word that went. */
import * as Y from 'yjs';
import { roots, sectionKeys, type PartKey } from '#lib/document/template.ts';
import type { Line, PartDifference, Piece } from './compare.ts';

/** The id of a member; undefined when nobody knows any more. */
export type WhoseCharacter = (id: Y.ID) => string | undefined;

/** A character of the text is looked for this far: what people typed was tidied before it was compared. */
const tidiedAtMost = 100;

/** The same differences, each piece that came or went cut where its author changes. Facts stay as they are: they are no text. */
export function attribute(
	parts: PartDifference[],
	before: { doc: Y.Doc; removedBy: WhoseCharacter },
	after: { doc: Y.Doc; writtenBy: WhoseCharacter }
): PartDifference[] {
	return parts.map((difference) => {
		if (!difference.isChanged || !isText(difference.part)) return difference;
		const old = new Characters(before.doc, difference.part, before.removedBy);
		const fresh = new Characters(after.doc, difference.part, after.writtenBy);
		const lines = difference.lines.map((line): Line => ({
			...line,
			pieces: line.pieces.flatMap((piece): Piece[] => {
				if (piece.change === 'removed') return cut(piece, old.authorsOf(piece.text));
				const authors = fresh.authorsOf(piece.text);
				if (piece.change === 'added') return cut(piece, authors);
				old.authorsOf(piece.text);
				return [piece];
			})
		}));
		return { ...difference, lines };
	});
}

function cut({ change, text }: Piece, authors: (string | undefined)[]): Piece[] {
	const pieces: Piece[] = [];
	for (let index = 0; index < text.length; index++) {
		const last = pieces.at(-1);
		const by = authors[index];
		// A space, or a line break that is no character of the text, goes with the word before it.
		if (last && (last.by === by || (by === undefined && /\s/.test(text[index]!)))) last.text += text[index];
		else pieces.push(by === undefined ? { change, text: text[index]! } : { change, text: text[index]!, by });
	}
	return pieces;
}

/** The visible characters of one part, read once from its beginning to its end. */
class Characters {
	readonly #all: { character: string; id: Y.ID }[];
	readonly #whose: WhoseCharacter;
	#at = 0;

	constructor(doc: Y.Doc, part: PartKey, whose: WhoseCharacter) {
		this.#all = [...charactersOf(typeOf(doc, part))];
		this.#whose = whose;
	}

	/** Of each UTF-16 unit of what comes next. */
	authorsOf(text: string): (string | undefined)[] {
		return Array.from({ length: text.length }, (_, index) => {
			const end = Math.min(this.#all.length, this.#at + tidiedAtMost);
			for (let next = this.#at; next < end; next++) {
				const { character, id } = this.#all[next]!;
				if (character !== text[index]) continue;
				this.#at = next + 1;
				return this.#whose(id);
			}
			return undefined;
		});
	}
}

const isText = (part: PartKey) =>
	part === 'title' || part === 'summary' || sectionKeys.some((key) => key === part);

function typeOf(doc: Y.Doc, part: PartKey): Y.AbstractType<unknown> {
	const section = sectionKeys.find((key) => key === part);
	if (section) return doc.getXmlFragment(roots.section(section)) as Y.AbstractType<unknown>;
	return doc.getText(part === 'title' ? roots.title : roots.summary) as Y.AbstractType<unknown>;
}

function* charactersOf(type: Y.AbstractType<unknown>): Generator<{ character: string; id: Y.ID }> {
	for (let item = type._start; item; item = item.right) {
		if (item.deleted) continue;
		const { content, id } = item;
		if (content instanceof Y.ContentType) yield* charactersOf(content.type as Y.AbstractType<unknown>);
		else if (content instanceof Y.ContentString)
			for (let index = 0; index < content.str.length; index++)
				yield { character: content.str[index]!, id: Y.createID(id.client, id.clock + index) };
	}
}
