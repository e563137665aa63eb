/**
 * Makes a live document say again what an earlier state of it said, by the smallest changes: what both have stays where
 * it is, so that somebody who was typing there meanwhile, on a train or in another tab, keeps every word.
 */
import * as Y from 'yjs';
import { partOf, rootsOf, type PartKey } from '#lib/document/template.ts';
import { nodeText, runsOf, sortedJson, type Run } from './live-versions.ts';
import { aligned, slice, words } from './words.ts';

type Parent = Y.XmlFragment | Y.XmlElement;
type Node = Y.XmlElement | Y.XmlText;

/** Spent on finding what two texts have in common; beyond it, the new one replaces the old one whole. */
const patience_ms = 1_000;

/**
 * In one transaction. Everything when no part is named.
 * @param target the earlier state, read only
 */
export function restoreText(doc: Y.Doc, target: Y.Doc, part: PartKey | null): void {
	const deadline = Date.now() + patience_ms;
	const isWanted = (root: string, key: string | null = null) => part === null || partOf(root, key) === part;
	doc.transact(() => {
		for (const [name, kind] of Object.entries(rootsOf.case)) {
			if (kind === 'map') restoreMap(doc.getMap(name), target.getMap(name), (key) => isWanted(name, key));
			else if (!isWanted(name)) continue;
			else if (kind === 'text') restoreRuns(doc.getText(name), runsOf(target.getText(name)), deadline);
			else restoreChildren(doc.getXmlFragment(name), target.getXmlFragment(name), deadline);
		}
	});
}

function restoreMap(map: Y.Map<unknown>, target: Y.Map<unknown>, isWanted: (key: string) => boolean): void {
	for (const key of new Set([...map.keys(), ...target.keys()])) {
		if (!isWanted(key)) continue;
		const wanted = target.get(key);
		if (sortedJson(wanted) === sortedJson(map.get(key))) continue;
		if (wanted === undefined) map.delete(key);
		else map.set(key, structuredClone(wanted));
	}
}

function restoreChildren(parent: Parent, target: Parent, deadline: number): void {
	const present = parent.toArray() as Node[];
	const wanted = target.toArray() as Node[];
	let position = 0;
	for (const { old, fresh, isSame } of aligned(present.map(nodeText), wanted.map(nodeText), deadline)) {
		if (isSame) position += old.length;
		else position = restoreGap(parent, position, slice(present, old), slice(wanted, fresh), deadline);
	}
}

/** What differs between two places that are the same: nodes of a kind become each other, the rest comes or goes. */
function restoreGap(
	parent: Parent,
	start: number,
	present: Node[],
	wanted: Node[],
	deadline: number
): number {
	let position = start;
	for (const { old, fresh, isSame } of aligned(present.map(kindOf), wanted.map(kindOf), deadline)) {
		const before = slice(present, old);
		const after = slice(wanted, fresh);
		if (isSame) {
			for (const [index, node] of before.entries()) restoreNode(node, after[index]!, deadline);
		} else {
			if (before.length > 0) parent.delete(position, before.length);
			if (after.length > 0) parent.insert(position, after.map(copy));
		}
		position += after.length;
	}
	return position;
}

function restoreNode(node: Node, target: Node, deadline: number): void {
	if (node instanceof Y.XmlText) return restoreRuns(node, runsOf(target as Y.XmlText), deadline);
	const wanted = (target as Y.XmlElement).getAttributes() as Record<string, unknown>;
	const present = node.getAttributes() as Record<string, unknown>;
	for (const key of Object.keys(present)) if (!(key in wanted)) node.removeAttribute(key);
	for (const [key, value] of Object.entries(wanted))
		if (sortedJson(value) !== sortedJson(present[key])) node.setAttribute(key, value as string);
	restoreChildren(node, target as Y.XmlElement, deadline);
}

function restoreRuns(text: Y.Text, target: Run[], deadline: number): void {
	const present = tokens(runsOf(text));
	const wanted = tokens(target);
	const delta: ({ retain: number } | { delete: number } | { insert: string; attributes: object })[] = [];
	const length = (some: Token[]) => some.reduce((sum, { text }) => sum + text.length, 0);
	let isChanged = false;
	for (const { old, fresh, isSame } of aligned(
		present.map(({ key }) => key),
		wanted.map(({ key }) => key),
		deadline
	)) {
		const gone = length(slice(present, old));
		if (isSame) {
			delta.push({ retain: gone });
			continue;
		}
		isChanged = true;
		for (const { text, attributes } of slice(wanted, fresh))
			delta.push({ insert: text, attributes: { ...attributes } });
		if (gone > 0) delta.push({ delete: gone });
	}
	if (isChanged) text.applyDelta(delta);
}

interface Token extends Run {
	/** Equal for equal words formatted alike. */
	key: string;
}

function tokens(runs: Run[]): Token[] {
	return runs.flatMap(({ text, attributes }) => {
		const format = Object.keys(attributes).length > 0 ? `\0${sortedJson(attributes)}` : '';
		return words(text).map((word) => ({ text: word, attributes, key: word + format }));
	});
}

/** Not clone(): that one forgets attributes that are not text, such as the level of a heading. */
function copy(node: Node): Node {
	if (node instanceof Y.XmlText) {
		const text = new Y.XmlText();
		text.applyDelta(
			runsOf(node).map(({ text, attributes }) => ({ insert: text, attributes: { ...attributes } }))
		);
		return text;
	}
	const element = new Y.XmlElement(node.nodeName);
	for (const [key, value] of Object.entries(node.getAttributes())) element.setAttribute(key, value as string);
	element.insert(0, (node.toArray() as Node[]).map(copy));
	return element;
}

const kindOf = (node: Node) => (node instanceof Y.XmlElement ? node.nodeName : '#text');
