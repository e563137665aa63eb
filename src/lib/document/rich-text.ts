/** The rich text of a section, as ProseMirror JSON restricted to what the editor offers. No DOM here. */
export type Mark = { type: 'bold' } | { type: 'italic' } | { type: 'link'; attrs: { href: string } };
export interface TextNode {
	type: 'text';
	text: string;
	marks?: Mark[];
}
export type Inline = TextNode | { type: 'hardBreak' };
export type Block =
	| { type: 'paragraph'; content?: Inline[] }
	| { type: 'heading'; attrs: { level: 3 | 4 }; content?: Inline[] }
	| { type: 'bulletList'; content: ListItem[] }
	| { type: 'orderedList'; content: ListItem[] }
	| { type: 'blockquote'; content: Block[] };
export interface ListItem {
	type: 'listItem';
	content: Block[];
}
export interface RichText {
	type: 'doc';
	content: Block[];
}
