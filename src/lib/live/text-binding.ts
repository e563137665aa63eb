/** A plain text control and a Y.Text kept equal, without ever moving the caret of the person who types. */
import * as Y from 'yjs';

/** Positions and lengths count UTF-16 units, as both the DOM and Yjs do. */
export interface Splice {
	index: number;
	remove: number;
	insert: string;
}

/**
 * The one splice that turns before into after; null when they are equal. It never cuts a surrogate pair in two.
 * @param caret where the caret stands in `after`: tells which of two equal letters was typed
 */
export function difference(before: string, after: string, caret = after.length): Splice | null {
	if (before === after) return null;
	const shorter = Math.min(before.length, after.length);
	// Nothing behind the caret can be new, so the end is compared first, up to the caret.
	const behind = Math.min(shorter, Math.max(0, after.length - caret));
	let suffix = 0;
	while (suffix < behind && before[before.length - 1 - suffix] === after[after.length - 1 - suffix]) suffix++;
	let prefix = 0;
	while (prefix < shorter - suffix && before[prefix] === after[prefix]) prefix++;
	while (
		suffix < shorter - prefix &&
		before[before.length - 1 - suffix] === after[after.length - 1 - suffix]
	) {
		suffix++;
	}
	if (cutsPair(before, prefix) || cutsPair(after, prefix)) prefix--;
	if (cutsPair(before, before.length - suffix) || cutsPair(after, after.length - suffix)) suffix--;
	return {
		index: prefix,
		remove: before.length - suffix - prefix,
		insert: after.slice(prefix, after.length - suffix)
	};
}

/** Where a position stands after somebody else's splice. An insertion exactly there goes behind it. */
export function moved(position: number, { index, remove, insert }: Splice): number {
	if (position <= index) return position;
	if (position <= index + remove) return index + insert.length;
	return position + insert.length - remove;
}

/** The splices of a Y.Text event, each to be applied to the result of the one before. */
export function splicesOf(delta: Y.YTextEvent['delta']): Splice[] {
	const splices: Splice[] = [];
	let index = 0;
	for (const step of delta) {
		if (step.retain !== undefined) index += step.retain;
		else if (step.delete !== undefined) splices.push({ index, remove: step.delete, insert: '' });
		else if (typeof step.insert === 'string') {
			splices.push({ index, remove: 0, insert: step.insert });
			index += step.insert.length;
		}
	}
	return splices;
}

/**
 * Binds until the returned function is called. Undo and redo (Ctrl+Z, Ctrl+Y, the menus of the system) take back only
 * what was typed in this control.
 */
export function bindText(control: HTMLInputElement | HTMLTextAreaElement, text: Y.Text): () => void {
	const origin = {};
	const history = new Y.UndoManager(text, { trackedOrigins: new Set([origin]) });
	let shown = text.toString();
	/** Other people's splices not shown yet: rewriting a control in the middle of a composition would break it. */
	let postponed: Splice[] = [];
	let composing = false;
	control.value = shown;

	const write = () => {
		if (composing && postponed.length > 0) return;
		const splice = difference(shown, control.value, control.selectionStart ?? undefined);
		shown = control.value;
		if (!splice) return;
		const index = Math.min(postponed.reduce(moved, splice.index), text.length);
		const end = Math.min(postponed.reduce(moved, splice.index + splice.remove), text.length);
		text.doc?.transact(() => {
			text.delete(index, end - index);
			text.insert(index, splice.insert);
		}, origin);
	};

	const show = (splices: Splice[]) => {
		const { selectionStart, selectionEnd, selectionDirection } = control;
		shown = text.toString();
		control.value = shown;
		if (document.activeElement === control && selectionStart !== null && selectionEnd !== null) {
			control.setSelectionRange(
				splices.reduce(moved, selectionStart),
				splices.reduce(moved, selectionEnd),
				selectionDirection ?? undefined
			);
		}
	};

	const onChange = (event: Y.YTextEvent, transaction: Y.Transaction) => {
		if (transaction.origin === origin) return;
		const splices = splicesOf(event.delta);
		if (composing) postponed.push(...splices);
		else show(splices);
	};
	const onCompositionStart = () => {
		composing = true;
	};
	const onCompositionEnd = () => {
		composing = false;
		write();
		if (postponed.length > 0) show(postponed);
		postponed = [];
	};
	const takeBack = (event: Event, redo: boolean) => {
		event.preventDefault();
		if (redo) history.redo();
		else history.undo();
	};
	const onBeforeInput = (event: Event) => {
		const { inputType } = event as InputEvent;
		if (inputType === 'historyUndo') takeBack(event, false);
		if (inputType === 'historyRedo') takeBack(event, true);
	};
	const onKeyDown = (event: Event) => {
		const { key, ctrlKey, metaKey, shiftKey, altKey } = event as KeyboardEvent;
		if ((!ctrlKey && !metaKey) || altKey) return;
		if (key.toLowerCase() === 'z') takeBack(event, shiftKey);
		else if (key.toLowerCase() === 'y') takeBack(event, true);
	};

	const listeners: [string, (event: Event) => void][] = [
		['input', write],
		['compositionstart', onCompositionStart],
		['compositionend', onCompositionEnd],
		['beforeinput', onBeforeInput],
		['keydown', onKeyDown]
	];
	for (const [name, listener] of listeners) control.addEventListener(name, listener);
	text.observe(onChange);
	return () => {
		for (const [name, listener] of listeners) control.removeEventListener(name, listener);
		text.unobserve(onChange);
		history.destroy();
	};
}

/** The position lies between the two halves of one character. */
function cutsPair(text: string, position: number): boolean {
	const before = text.charCodeAt(position - 1);
	const after = text.charCodeAt(position);
	return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
