/** What a reader chose about the pages themselves. The language is also kept in the account; the theme belongs to a screen. */
import type { Cookies, RequestEvent } from '@sveltejs/kit';
import { themes, type Theme } from './contract/themes.ts';
import type { Locale } from './contract/locales.ts';
import { cookieName } from './paraglide/runtime.js';

const aYear_s = 365 * 24 * 3600;
const themeCookie = 'theme';

type Event = Pick<RequestEvent, 'cookies' | 'locals'>;

export function keepLocale({ cookies, locals }: Event, locale: Locale): void {
	cookies.set(cookieName, locale, {
		path: '/',
		maxAge: aYear_s,
		sameSite: 'lax',
		secure: locals.app.secure,
		// Paraglide reads it in the browser too, so that both sides speak the same language.
		httpOnly: false
	});
}

export function keepTheme({ cookies, locals }: Event, theme: Theme): void {
	cookies.set(themeCookie, theme, {
		path: '/',
		maxAge: aYear_s,
		sameSite: 'lax',
		secure: locals.app.secure
	});
}

/** 'system' until another is chosen. */
export function themeOf(cookies: Cookies): Theme {
	const kept = cookies.get(themeCookie);
	return themes.find((theme) => theme === kept) ?? 'system';
}

/** Nobody chose the language of this page: it is the browser's. */
export const isLocaleGuessed = (cookies: Cookies) => cookies.get(cookieName) === undefined;

/**
 * The headers that say which language to speak: those of the request, but that the account goes before what this browser
 * remembers, which is brought up to date. Somebody who chose a language elsewhere finds it here.
 */
export function languageHeaders({ cookies, locals, request }: RequestEvent): Headers {
	const headers = new Headers(request.headers);
	const { who } = locals;
	if (who.kind === 'member' && cookies.get(cookieName) !== who.locale) {
		keepLocale({ cookies, locals }, who.locale);
		headers.set('cookie', `${cookieName}=${who.locale}`);
	}
	return headers;
}

const papers = { light: '#f8f5ee', dark: '#14191b' };

/** Writes the theme into the frame of the page before anything is drawn: nothing flashes. */
export function inTheme(html: string, theme: Theme): string {
	return html
		.replace(' data-theme="%theme%"', theme === 'system' ? '' : ` data-theme="${theme}"`)
		.replace('%scheme%', theme === 'system' ? 'light dark' : theme)
		.replace('%paper-light%', papers[theme === 'system' ? 'light' : theme])
		.replace('%paper-dark%', papers[theme === 'system' ? 'dark' : theme]);
}
