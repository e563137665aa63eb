import { expect, test } from 'vitest';
import { postHtml } from './post-html.ts';

const attacks = [
	'<script>alert(1)</script>',
	'<img src=x onerror=alert(1)>',
	'<svg/onload=alert(1)>',
	'<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
	'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
	'<a href="javascript:alert(1)">x</a>',
	'<iframe srcdoc="<script>alert(1)</script>"></iframe>',
	'<details open ontoggle=alert(1)>',
	'<style>@import "//evil.example"</style>',
	'<form id=location><input name=href>',
	'<base href="//evil.example/">',
	'</p><script>alert(1)</script><p>',
	'<!-- --!><script>alert(1)</script>',
	'[x](javascript:alert(1))',
	'[x](JaVaScRiPt:alert(1))',
	'[x](java\nscript:alert(1))',
	'[x](&#106;avascript:alert(1))',
	'[x](&#x6A;avascript&colon;alert(1))',
	'[x](\u0001javascript:alert(1))',
	'[x]( javascript:alert(1))',
	'[x](<javascript:alert(1)>)',
	'[x](vbscript:msgbox(1))',
	'[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
	'[x](data:image/svg+xml,<svg/onload=alert(1)>)',
	'[x](file:///etc/passwd)',
	'[x](//evil.example)',
	'[x](/deconnexion)',
	'[x](?a=1)',
	'[x](#nav)',
	'[x](blob:https://example.org/1)',
	'[x](https://example.org" onmouseover="alert(1))',
	"[x](https://example.org' onmouseover='alert(1))",
	'[x](https://example.org "t" onmouseover=alert(1))',
	'[x](https://example.org "\\" onmouseover=\\"alert(1)")',
	'<https://example.org/"onmouseover="alert(1)>',
	'<javascript:alert(1)>',
	'<mailto:a@b.example?subject=%3Cscript%3E>',
	'javascript:alert(1)',
	'https://example.org/?q=<script>alert(1)</script>',
	'https://example.org/"onmouseover="alert(1)',
	'www.example.org/<img/src/onerror=alert(1)>',
	'![x](https://evil.example/pixel.png)',
	'![x](javascript:alert(1))',
	'![x" onerror="alert(1)](https://example.org/x.png)',
	'[![x](https://evil.example/pixel.png)](javascript:alert(1))',
	'[x][1]\n\n[1]: javascript:alert(1)',
	'[1]: https://evil.example "x"\n\n[1]',
	'```html" onload="alert(1)\n<script>alert(1)</script>\n```',
	'```<img src=x onerror=alert(1)>\nx\n```',
	'`<script>alert(1)</script>`',
	'    <script>alert(1)</script>',
	'> <script>alert(1)</script>',
	'- <img src=x onerror=alert(1)>',
	'| <script>alert(1)</script> | b |\n|---|---|\n| `<b>` | [x](javascript:alert(1)) |',
	'| a |\n|:-" onmouseover="alert(1)|\n| b |',
	'# <script>alert(1)</script>',
	'Titre\n=====',
	'Titre\n-----',
	'**<b onclick=alert(1)>gras</b>**',
	'&lt;script&gt;alert(1)&lt;/script&gt;',
	'&#60;script&#62;alert(1)&#60;/script&#62;',
	'\u202Egpj.exe\u202C',
	'\u200B\u200D\uFEFF',
	'{{constructor.constructor("alert(1)")()}}',
	']]<img src=x onerror=alert(1)>',
	'${alert(1)}',
	"';alert(1)//",
	'"><script>alert(1)</script>',
	'\uD800<script>alert(1)</script>'
];

const tag = /<\/?([a-z][a-z0-9]*)((?:\s+[a-z-]+="[^"<>]*")*)\s*\/?>/g;
const allowedTags = new Set(
	'p br a em strong s ul ol li blockquote code pre hr table thead tbody tr th td'.split(' ')
);

test.each(attacks)('%j becomes harmless HTML', (body) => {
	const html = postHtml(body);
	// With every tag we allow taken away, nothing is left that a browser would read as one.
	expect(html.replace(tag, '')).not.toMatch(/[<>]/);
	for (const [, name, attributes] of html.matchAll(tag)) {
		expect(allowedTags).toContain(name);
		for (const [, attribute, value] of attributes!.matchAll(/([a-z-]+)="([^"]*)"/g)) {
			if (attribute === 'href') expect(value).toMatch(/^(https?:\/\/|mailto:)/);
			else if (attribute === 'rel') expect(value).toBe('nofollow ugc noopener');
			else if (attribute === 'style') expect(value).toMatch(/^text-align:(left|center|right)$/);
			else if (attribute === 'start') expect(value).toMatch(/^\d+$/);
			else if (attribute === 'class') expect(name).toBe('code');
			else expect(attribute).toBe('title');
		}
	}
});

test('what the toolbar offers is shown', () => {
	expect(postHtml('**gras** et *italique*\ndeuxième ligne')).toBe(
		'<p><strong>gras</strong> et <em>italique</em><br>\ndeuxième ligne</p>\n'
	);
	expect(postHtml('- un\n- deux')).toBe('<ul>\n<li>un</li>\n<li>deux</li>\n</ul>\n');
	expect(postHtml('[Le guide](https://example.org/guide)')).toBe(
		'<p><a href="https://example.org/guide" rel="nofollow ugc noopener">Le guide</a></p>\n'
	);
	expect(postHtml('Voir https://example.org/a?b=1&c=2.')).toBe(
		'<p>Voir <a href="https://example.org/a?b=1&amp;c=2" rel="nofollow ugc noopener">https://example.org/a?b=1&amp;c=2</a>.</p>\n'
	);
	expect(postHtml('# Pas un titre')).toBe('<p># Pas un titre</p>\n');
	expect(postHtml('مرحبا 👩🏽‍🌾')).toBe('<p>مرحبا 👩🏽‍🌾</p>\n');
});

test.each(['>', '[', '*', '`', '<', '![](', '- ', '|a', '&', '\\', '_a ', '[a](', '~~a', '"'])(
	'ten thousand characters of %j are rendered in time',
	(piece) => {
		const start = performance.now();
		postHtml(piece.repeat(10_000 / piece.length));
		expect(performance.now() - start).toBeLessThan(1_000);
	}
);
