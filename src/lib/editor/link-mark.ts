/** Links of the rich text. The stock extension brings a parser of every top-level domain, a tenth of the editor's weight. */
import { InputRule, Mark, markPasteRule } from '@tiptap/core';
import { Plugin } from '@tiptap/pm/state';
import { safeHref } from '#lib/document/rich-text.ts';
import { addressOf } from './address.ts';

declare module '@tiptap/core' {
	interface Commands<ReturnType> {
		link: {
			/** href: as addressOf gives it. */
			setLink: (attributes: { href: string }) => ReturnType;
			unsetLink: () => ReturnType;
		};
	}
}

export const Link = Mark.create({
	name: 'link',
	priority: 1000,
	keepOnSplit: false,
	inclusive: false,
	addAttributes: () => ({
		href: { default: null, parseHTML: (element) => addressOf(element.getAttribute('href') ?? '') }
	}),
	parseHTML: () => [
		{ tag: 'a[href]', getAttrs: (element) => addressOf(element.getAttribute('href') ?? '') !== null && null }
	],
	// Whatever another client wrote into the document, no other kind of address becomes one to click on.
	renderHTML: ({ mark }) => [
		'a',
		{ href: safeHref(mark.attrs.href) ?? '', rel: 'noopener noreferrer nofollow' },
		0
	],
	addCommands: () => ({
		setLink:
			(attributes) =>
			({ commands }) =>
				commands.setMark('link', attributes),
		unsetLink:
			() =>
			({ commands }) =>
				commands.unsetMark('link', { extendEmptyMarkRange: true })
	}),
	addInputRules() {
		return [
			new InputRule({
				find: /(?:^|\s)((?:https?:\/\/|www\.)\S+)[ \u00a0]$/,
				handler: ({ state, range, match }) => {
					const [typed, address] = match;
					const words = withoutPunctuation(address!);
					const href = addressOf(words);
					if (href === null) return null;
					const from = range.from + typed.indexOf(address!);
					state.tr.addMark(from, from + words.length, this.type.create({ href }));
					// Where a keyboard composes words, the space is already in the text.
					if (range.to - range.from < typed.length) state.tr.insertText(typed.at(-1)!, range.to);
				}
			})
		];
	},
	addPasteRules() {
		return [
			markPasteRule({
				type: this.type,
				find: (text) =>
					[...text.matchAll(/(?<=^|\s)https?:\/\/\S+/g)].flatMap((match) => {
						const words = withoutPunctuation(match[0]);
						const href = addressOf(words);
						return href === null ? [] : [{ index: match.index, text: words, data: { href } }];
					}),
				getAttributes: (match) => ({ href: (match.data as { href: string }).href })
			})
		];
	},
	addProseMirrorPlugins() {
		return [
			new Plugin({
				props: {
					/** An address pasted over words makes them a link to it. */
					handlePaste: (view, event) => {
						const pasted = event.clipboardData?.getData('text/plain').trim() ?? '';
						const href = /^(https?:|mailto:|www\.)\S+$/.test(pasted) ? addressOf(pasted) : null;
						if (href === null || view.state.selection.empty) return false;
						return this.editor.commands.setLink({ href });
					}
				}
			})
		];
	}
});

/** A full stop ends the sentence, not the address. */
function withoutPunctuation(address: string): string {
	return address.replace(/[.,;:!?)\]»"’]+$/, '');
}
