/** A letter as plain text and as HTML, from the same words. */
import type { Locale } from '#lib/contract/locales.ts';

export interface Letter {
	subject: string;
	paragraphs: string[];
	link?: { label: string; address: string };
	/** Smaller, at the end. */
	asides: string[];
}

/** @param sender the name of the network */
export function toText({ paragraphs, link, asides }: Letter, sender: string): string {
	const parts = [...paragraphs, ...(link ? [`${link.label}\n${link.address}`] : []), ...asides];
	return `${parts.map(plain).join('\n\n')}\n\n-- \n${plain(sender)}\n`;
}

/** No picture, no tracker, nothing fetched: what is read is what was sent. */
export function toHtml(
	{ subject, paragraphs, link, asides }: Letter,
	locale: Locale,
	sender: string
): string {
	const paragraph = (text: string, style = '') =>
		`<p style="margin:0 0 16px;${style}">${escape(plain(text))}</p>`;
	const button = link
		? `<p style="margin:0 0 16px"><a href="${escape(link.address)}" style="display:inline-block;padding:12px 24px;` +
			`border-radius:8px;background:#0e5a63;color:#ffffff;font-weight:600;text-decoration:none">` +
			`${escape(link.label)}</a></p>` +
			paragraph(link.address, 'font-size:14px;color:#4d585b;word-break:break-all;')
		: '';
	return (
		`<!doctype html>\n<html lang="${locale}"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width"><title>${escape(plain(subject))}</title></head>` +
		`<body style="margin:0;padding:24px;background:#f8f5ee;color:#1b2427;` +
		`font:16px/1.55 'Segoe UI',Helvetica,Arial,sans-serif">` +
		`<div style="max-width:560px;margin:0 auto;padding:24px;background:#fffdf9">` +
		`<p style="margin:0 0 24px;font-size:20px;font-weight:600;color:#0e5a63">${escape(plain(sender))}</p>` +
		paragraphs.map((text) => paragraph(text)).join('') +
		button +
		asides.map((text) => paragraph(text, 'font-size:14px;color:#4d585b;')).join('') +
		`</div></body></html>\n`
	);
}

/** Names come from people: one line, nothing that is not to be seen. */
function plain(text: string): string {
	// eslint-disable-next-line no-control-regex
	return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, ' ');
}

function escape(text: string): string {
	const entities: Record<string, string> = {
		'&': '&amp;',
		'<': '&lt;',
		'>': '&gt;',
		'"': '&quot;',
		"'": '&#39;'
	};
	return text.replace(/[&<>"']/g, (sign) => entities[sign]!);
}
