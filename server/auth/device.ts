/** A browser in a few words, such as « Firefox, Windows »: enough for its owner to recognise it, too little to follow them. */
export function deviceOf(userAgent: string | null | undefined): string | null {
	if (!userAgent) return null;
	const find = (names: [RegExp, string][]) => names.find(([sign]) => sign.test(userAgent))?.[1];
	const browser = find([
		[/\bEdgA?\//, 'Edge'],
		[/\bOPR\//, 'Opera'],
		[/\b(Firefox|FxiOS)\//, 'Firefox'],
		[/(Chrome|CriOS|Chromium)\//, 'Chrome'],
		[/\bSafari\//, 'Safari']
	]);
	const system = find([
		[/\b(iPhone|iPad)\b/, 'iOS'],
		[/\bAndroid\b/, 'Android'],
		[/\bWindows\b/, 'Windows'],
		[/\bMacintosh\b/, 'macOS'],
		[/\bCrOS\b/, 'ChromeOS'],
		[/\bLinux\b/, 'Linux']
	]);
	return [browser, system].filter(Boolean).join(', ') || null;
}
