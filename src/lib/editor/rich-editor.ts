/** The rich text of one section, live. Loaded only by pages where people write: it weighs more than all the rest. */
import { Editor, Extension, type Extensions } from '@tiptap/core';
import { Blockquote } from '@tiptap/extension-blockquote';
import { Bold } from '@tiptap/extension-bold';
import { Collaboration } from '@tiptap/extension-collaboration';
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import { Document } from '@tiptap/extension-document';
import { HardBreak } from '@tiptap/extension-hard-break';
import { Heading } from '@tiptap/extension-heading';
import { Italic } from '@tiptap/extension-italic';
import { BulletList } from '@tiptap/extension-list/bullet-list';
import { ListItem } from '@tiptap/extension-list/item';
import { ListKeymap } from '@tiptap/extension-list/keymap';
import { OrderedList } from '@tiptap/extension-list/ordered-list';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Text } from '@tiptap/extension-text';
import { Dropcursor } from '@tiptap/extensions/drop-cursor';
import { Placeholder } from '@tiptap/extensions/placeholder';
import { Plugin } from '@tiptap/pm/state';
import type { WebsocketProvider } from 'y-websocket';
import type * as Y from 'yjs';
import { characterCount } from '#lib/document/count.ts';
import { Link } from './link-mark.ts';

export type { Editor };

export interface RichEditorOptions {
	element: HTMLElement;
	fragment: Y.XmlFragment;
	provider: WebsocketProvider;
	editable: boolean;
	/** Of the text, for spelling. */
	language: string;
	labelledBy: string;
	describedBy: string;
	placeholder: string;
	/** Characters a section may hold: what would exceed it is not pasted, what was typed is never cut. */
	most: number;
	onChange(): void;
	onRefusedPaste(): void;
	onLeave(): void;
	onToolbar(): void;
	onFocus(isHere: boolean): void;
}

export function createRichEditor(options: RichEditorOptions): Editor {
	const user = (options.provider.awareness.getLocalState()?.user ?? {}) as Record<string, unknown>;
	/** True when there is room for it; otherwise nothing is taken and the person is told. */
	const hasRoom = (editor: Editor, incoming: string) => {
		const { from, to } = editor.state.selection;
		const doc = editor.state.doc;
		const kept = characterCount(doc.textContent) - characterCount(doc.textBetween(from, to));
		return kept + characterCount(incoming) <= options.most;
	};
	const refuseTooLong = (event: Event, transfer: DataTransfer | null) => {
		// Asked before the editor reads it: a book in HTML would freeze the page while it is understood.
		const isHuge = (transfer?.getData('text/html').length ?? 0) > hugeHtml;
		if (!isHuge && hasRoom(editor, transfer?.getData('text/plain') ?? '')) return false;
		event.preventDefault();
		options.onRefusedPaste();
		return true;
	};

	const editor = new Editor({
		element: options.element,
		editable: options.editable,
		// The page's own style: a <style> made here would be refused by the security policy.
		injectCSS: false,
		extensions: [
			...written,
			Readonly,
			Placeholder.configure({ placeholder: options.placeholder }),
			Collaboration.configure({ fragment: options.fragment }),
			CollaborationCaret.configure({
				provider: options.provider,
				user,
				render: caret,
				selectionRender: ({ color }) => ({ class: 'remote-selection', style: `--ink: ${color}` })
			})
		],
		editorProps: {
			attributes: {
				class: 'prose',
				role: 'textbox',
				'aria-multiline': 'true',
				'aria-labelledby': options.labelledBy,
				'aria-describedby': options.describedBy,
				lang: options.language,
				dir: 'auto',
				spellcheck: 'true'
			},
			transformPastedHTML: fitHtml,
			handleDOMEvents: {
				paste: (_, event) => refuseTooLong(event, event.clipboardData),
				drop: (view, event) => !view.dragging && refuseTooLong(event, event.dataTransfer)
			},
			handleKeyDown: (_, event) => {
				if (event.key === 'F10' && event.altKey) options.onToolbar();
				else if (event.key === 'Escape' && !event.isComposing) options.onLeave();
				else return false;
				event.preventDefault();
				return true;
			}
		},
		coreExtensionOptions: { tabindex: { value: '0' } },
		onTransaction: () => options.onChange(),
		onFocus: () => options.onFocus(true),
		onBlur: () => options.onFocus(false)
	});
	return editor;
}

/**
 * What a section may hold, and no more: other nodes would be text that nobody can read elsewhere. No undo, the
 * collaboration brings one that takes back one's own words only; no trailing paragraph, a change made just by looking.
 */
const written: Extensions = [
	Document,
	Paragraph,
	Text,
	Heading.configure({ levels: [3, 4] }),
	Bold,
	Italic,
	Link,
	BulletList,
	OrderedList,
	ListItem,
	ListKeymap,
	Blockquote,
	HardBreak,
	Dropcursor.configure({ color: false, class: 'drop-caret' })
];

/** A text one may not write in says so, and can still be reached with the keyboard. */
const Readonly = Extension.create({
	name: 'readonly',
	addProseMirrorPlugins() {
		const { editor } = this;
		return [
			new Plugin({
				props: { attributes: () => ({ 'aria-readonly': String(!editor.options.editable) }) }
			})
		];
	}
});

/** Headings at the two levels a section has; tables as paragraphs, or the words of two cells would become one. */
function fitHtml(html: string): string {
	return html
		.replace(/<(\/?)h([1-6])(?=[\s>])/gi, (_, slash: string, level: string) =>
			Number(level) <= 3 ? `<${slash}h3` : `<${slash}h4`
		)
		.replace(/<(\/?)(?:table|thead|tbody|tfoot|tr|td|th|caption)(?=[\s>])/gi, '<$1div')
		.replace(/<(?:colgroup|col)(?=[\s>])[^>]*>|<\/colgroup>/gi, '');
}

const hugeHtml = 4_000_000;

function caret(user: Record<string, unknown>): HTMLElement {
	const line = document.createElement('span');
	line.className = 'remote-caret';
	// A name in the middle of a sentence would be read as a part of it.
	line.setAttribute('aria-hidden', 'true');
	line.style.setProperty('--ink', String(user.color));
	const label = document.createElement('span');
	label.className = 'remote-name';
	label.textContent = String(user.name ?? '').slice(0, 60);
	line.append(label);
	return line;
}
