import MarkdownIt from 'markdown-it';

// What the toolbar above the box offers, and no more: no HTML, no pictures, no headings that would break the page's.
const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: 12 }).disable([
	'image',
	'heading',
	'lheading',
	'reference'
]);
markdown.validateLink = (href) => /^(https?:\/\/|mailto:)/i.test(href.trim());
markdown.renderer.rules.link_open = (tokens, index, options, _env, self) => {
	tokens[index]?.attrSet('rel', 'nofollow ugc noopener');
	return self.renderToken(tokens, index, options);
};

/** The body of a post, as its author typed it, into HTML that is safe to insert in a page. */
export function postHtml(body: string): string {
	return markdown.render(body);
}
