/** The rich text of one section, live. Loaded only by pages where people write: it weighs more than all the rest. */
import { Editor } from '@tiptap/core';
import { Collaboration } from '@tiptap/extension-collaboration';
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret';
import { Placeholder } from '@tiptap/extensions';
import { StarterKit } from '@tiptap/starter-kit';
import type { WebsocketProvider } from 'y-websocket';
import type * as Y from 'yjs';
import { characterCount } from '#lib/document/rich-text.ts';
import { addressOf } from './address.ts';

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
			StarterKit.configure({
				// Undo must take back one's own words only; the collaboration extension brings its own.
				undoRedo: false,
				code: false,
				codeBlock: false,
				horizontalRule: false,
				strike: false,
				underline: false,
				gapcursor: false,
				// It would add an empty paragraph, that is a change, just by looking.
				trailingNode: false,
				heading: { levels: [3, 4] },
				dropcursor: { color: false, class: 'drop-caret' },
				link: {
					openOnClick: false,
					defaultProtocol: 'https',
					HTMLAttributes: { target: null, rel: 'noopener noreferrer nofollow', class: null },
					isAllowedUri: (url) => addressOf(url) !== null
				}
			}),
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
		onTransaction: () => options.onChange(),
		onFocus: () => options.onFocus(true),
		onBlur: () => options.onFocus(false)
	});
	return editor;
}

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
