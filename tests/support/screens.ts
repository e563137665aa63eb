/** Every screen of the demonstration: who sees it, and what it takes to see it as a person does. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Browser, type BrowserContextOptions, type Page } from '@playwright/test';
import { demoAccounts } from '../../server/demo/accounts.ts';
import type { Installation } from './app.ts';
import { saveLine, section, signIn } from './people.ts';

export type Viewer = 'visitor' | 'reader of English' | 'contributor' | 'referent' | 'moderator' | 'admin';

export interface Screen {
	/** Also the name of its picture. */
	name: string;
	/** Of src/routes; null for the error page. */
	route: string | null;
	path: string;
	as: Viewer;
	status?: number;
	/** What a person does before the screen is as shown. */
	prepare?(page: Page, people: People): Promise<void>;
	/** One of the ten whose order, names and looks are kept. */
	main?: true;
}

/** The cases of the demonstration, in the order it writes them. */
const published = 'DEI-2026-0001';
const submitted = 'DEI-2026-0002';
const returned = 'DEI-2026-0003';
const shared = 'DEI-2026-0004';

async function editorIsOpen(page: Page): Promise<void> {
	await expect(section(page, 'actions')).toBeEditable();
	await expect(saveLine(page)).toHaveAttribute('data-save', 'saved');
}
const isLive = (page: Page) =>
	expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true', { timeout: 30_000 });

export const screens: Screen[] = [
	{ name: 'accueil', route: '/', path: '/', as: 'visitor', main: true },
	{ name: 'fiches', route: '/fiches', path: '/fiches', as: 'visitor', main: true },
	{ name: 'fiches-aucune', route: '/fiches', path: '/fiches?recherche=zzz', as: 'visitor' },
	{
		name: 'fiche-publiee',
		route: '/fiches/[reference]',
		path: `/fiches/${published}`,
		as: 'visitor',
		main: true
	},
	{
		name: 'fiche-version',
		route: '/fiches/[reference]/v[number]',
		path: `/fiches/${published}/v1`,
		as: 'visitor'
	},
	{ name: 'recherche', route: '/recherche', path: '/recherche?mots=dynamique', as: 'visitor' },
	{ name: 'recherche-rien', route: '/recherche', path: '/recherche?mots=zzz', as: 'contributor' },
	{ name: 'plan', route: '/plan', path: '/plan', as: 'visitor' },
	{ name: 'accessibilite', route: '/accessibilite', path: '/accessibilite', as: 'visitor' },
	{ name: 'mentions-legales', route: '/mentions-legales', path: '/mentions-legales', as: 'visitor' },
	{ name: 'dynamique', route: '/dynamique', path: '/dynamique', as: 'visitor' },
	{ name: 'aide-reseau', route: '/aide/reseau', path: '/aide/reseau', as: 'visitor' },
	{ name: 'discussions', route: '/discussions', path: '/discussions', as: 'visitor', main: true },
	{
		name: 'discussion',
		route: '/discussions/[id]',
		path: '/discussions',
		as: 'visitor',
		prepare: openFirstThread
	},
	{ name: 'hors-connexion', route: '/hors-connexion', path: '/hors-connexion', as: 'visitor' },
	{ name: 'connexion', route: '/connexion', path: '/connexion', as: 'visitor', main: true },
	{
		name: 'connexion-refusee',
		route: '/connexion',
		path: '/connexion?vers=/fiches',
		as: 'visitor',
		prepare: async (page) => {
			await page.getByLabel('Adresse électronique').fill('personne@example.org');
			await page.getByRole('button', { name: 'Se connecter' }).click();
			await expect(page.getByRole('alert')).toBeVisible();
		}
	},
	{ name: 'introuvable', route: null, path: '/fiches/DEI-2026-9999', as: 'visitor', status: 404 },
	{ name: 'accueil-membre', route: '/', path: '/', as: 'contributor', main: true },
	{
		name: 'menu-du-compte',
		route: '/',
		path: '/',
		as: 'contributor',
		prepare: (page) => page.locator('header [popovertarget=compte]').click()
	},
	{
		name: 'langue-et-apparence',
		route: '/fiches',
		path: '/fiches',
		as: 'moderator',
		// On a narrow screen these choices are at the foot of the page, and the menu is closed.
		prepare: (page) => page.locator('header [popovertarget=preferences]').click()
	},
	{
		name: 'langue-proposee',
		route: '/',
		path: '/',
		as: 'reader of English'
	},
	{ name: 'fiche-nouvelle', route: '/fiches/nouvelle', path: '/fiches/nouvelle', as: 'contributor' },
	{
		name: 'fiche-bureau',
		route: '/fiches/[reference]',
		path: `/fiches/${returned}`,
		as: 'contributor',
		main: true
	},
	{
		name: 'fiche-apercu',
		route: '/fiches/[reference]/apercu',
		path: `/fiches/${shared}/apercu`,
		as: 'contributor'
	},
	{
		name: 'fiche-soumettre',
		route: '/fiches/[reference]/soumettre',
		path: `/fiches/${shared}/soumettre`,
		as: 'contributor'
	},
	{
		name: 'historique',
		route: '/fiches/[reference]/historique',
		path: `/fiches/${returned}/historique`,
		as: 'contributor'
	},
	{
		name: 'historique-changement',
		route: '/fiches/[reference]/historique',
		path: `/fiches/${returned}/historique`,
		as: 'contributor',
		prepare: async (page) => {
			await page
				.getByRole('link', { name: /^Voir ce changement/ })
				.first()
				.click();
			await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ce qui a changé');
		}
	},
	{
		name: 'historique-restaurer',
		route: '/fiches/[reference]/historique/restaurer',
		path: `/fiches/${returned}/historique`,
		as: 'contributor',
		prepare: async (page) => {
			await page
				.getByRole('link', { name: /^Restaurer/ })
				.first()
				.click();
			await expect(page.getByRole('heading', { level: 1 })).toHaveText('Restaurer une version');
		}
	},
	{
		name: 'ecrire',
		route: '/fiches/[reference]/ecrire',
		path: `/fiches/${shared}/ecrire`,
		as: 'contributor',
		prepare: editorIsOpen,
		main: true
	},
	{
		name: 'ecrire-lien',
		route: '/fiches/[reference]/ecrire',
		path: `/fiches/${shared}/ecrire`,
		as: 'contributor',
		prepare: async (page) => {
			await editorIsOpen(page);
			await section(page, 'actions').click();
			await page.keyboard.press('Alt+F10');
			await page.getByRole('toolbar').first().getByRole('button', { name: 'Lien' }).press('Enter');
			await expect(page.getByRole('dialog')).toBeVisible();
		}
	},
	{
		name: 'ecrire-choisir',
		route: '/fiches/[reference]/ecrire',
		path: `/fiches/${shared}/ecrire`,
		as: 'contributor',
		prepare: async (page) => {
			await editorIsOpen(page);
			await page.locator('#control-invite').click();
			await page.keyboard.type('toulouse');
			await expect(page.getByRole('option', { name: /Toulouse/ }).first()).toBeVisible();
		}
	},
	{
		name: 'fiche-discussion',
		route: '/fiches/[reference]/discussion',
		path: `/fiches/${published}/discussion`,
		as: 'contributor',
		prepare: isLive
	},
	{
		name: 'discussion-membre',
		route: '/discussions/[id]',
		path: '/discussions',
		as: 'contributor',
		prepare: async (page) => {
			await openFirstThread(page);
			await isLive(page);
		},
		main: true
	},
	{
		name: 'discussion-nouvelle',
		route: '/discussions/nouvelle',
		path: '/discussions/nouvelle',
		as: 'contributor',
		prepare: async (page) => {
			await isLive(page);
			await page.getByRole('button', { name: 'Publier la discussion' }).click();
			await expect(page.getByRole('alert')).toBeVisible();
		}
	},
	{ name: 'compte', route: '/compte', path: '/compte', as: 'contributor', main: true },
	{ name: 'compte-adresse', route: '/compte/adresse', path: '/compte/adresse', as: 'contributor' },
	{
		name: 'compte-adresse-perimee',
		route: '/compte/adresse/verification',
		path: '/compte/adresse/verification?jeton=passe',
		as: 'contributor',
		status: 410
	},
	{
		name: 'compte-mot-de-passe',
		route: '/compte/mot-de-passe',
		path: '/compte/mot-de-passe',
		as: 'contributor',
		prepare: async (page) => {
			await isLive(page);
			await page.locator('main form button').click();
			await expect(page.getByRole('alert')).toBeVisible();
		}
	},
	{
		name: 'compte-second-facteur',
		route: '/compte/second-facteur',
		path: '/compte/second-facteur',
		as: 'referent',
		prepare: async (page, people) => {
			await isLive(page);
			await page.getByLabel('Votre mot de passe actuel').fill(people.passwordOf('referent'));
			await page.getByRole('button', { name: 'Commencer' }).click();
			await expect(page.locator('svg.picture')).toBeVisible();
		}
	},
	{ name: 'profil', route: '/compte/profil', path: '/compte/profil', as: 'contributor' },
	{
		name: 'donnees',
		route: '/compte/donnees',
		path: '/compte/donnees?refus=current_wrong',
		as: 'contributor'
	},
	{ name: 'effacer', route: '/compte/effacer', path: '/compte/effacer', as: 'contributor' },
	{
		name: 'membre',
		route: '/membres/[id]',
		path: '/compte/profil',
		as: 'contributor',
		prepare: async (page) => {
			await page.getByRole('link', { name: 'Voir ma page' }).click();
			await expect(page.getByText('C’est votre page')).toBeVisible();
		}
	},
	{ name: 'confidentialite', route: '/confidentialite', path: '/confidentialite', as: 'visitor' },
	{
		name: 'inviter',
		route: '/organisations/invitations',
		path: '/organisations/invitations',
		as: 'referent',
		prepare: async (page) => {
			await isLive(page);
			await page.getByLabel('Adresse de la personne invitée').fill('gisele@example.org');
			await page.getByRole('button', { name: 'Envoyer l’invitation' }).click();
			await expect(page.getByText('L’invitation est partie.')).toBeVisible();
		}
	},
	{ name: 'administration', route: '/administration', path: '/administration', as: 'admin' },
	{
		name: 'courrier',
		route: '/administration/courrier',
		path: '/administration/courrier',
		as: 'admin',
		prepare: async (page) => {
			await isLive(page);
			const first = page.locator('main details summary').first();
			if (await first.isVisible()) await first.click();
		}
	},
	{
		name: 'invitations-en-nombre',
		route: '/administration/invitations',
		path: '/administration/invitations',
		as: 'admin'
	},
	{
		name: 'invitations-en-nombre-apercu',
		route: '/administration/invitations',
		path: '/administration/invitations',
		as: 'admin',
		prepare: async (page) => {
			await isLive(page);
			await page
				.getByLabel('Ou coller le tableau')
				.fill(
					[
						'courriel;organisation;rôle',
						'camille@demo.invalid;Espace de démonstration (fictif);membre',
						'camille@demo.invalid;Espace de démonstration (fictif);membre',
						'sans-arobase;Espace de démonstration (fictif);membre',
						'dominique@demo.invalid;Ville imaginaire;membre'
					].join('\n')
				);
			await page.getByRole('button', { name: 'Voir ce qui se passerait' }).click();
			await expect(page.getByRole('heading', { name: 'Avant d’envoyer' })).toBeVisible();
		}
	},
	// Of an installation that is run already: what everybody finds there.
	{
		name: 'premiers-pas',
		route: '/premiers-pas',
		path: '/premiers-pas?jeton=passe',
		as: 'visitor',
		status: 404
	},
	{ name: 'etat', route: '/administration/etat', path: '/administration/etat', as: 'admin' },
	{ name: 'reglages', route: '/administration/reglages', path: '/administration/reglages', as: 'admin' },
	{
		name: 'taxonomie',
		route: '/administration/taxonomie',
		path: '/administration/taxonomie',
		as: 'admin'
	},
	{
		name: 'taxonomie-une',
		route: '/administration/taxonomie/[slug]',
		path: '/administration/taxonomie/developpement-economique-international',
		as: 'admin'
	},
	{ name: 'journal', route: '/administration/journal', path: '/administration/journal', as: 'admin' },
	{
		name: 'journal-personnel',
		route: '/administration/journal',
		path: '/administration/journal?genre=account',
		as: 'contributor'
	},
	{
		name: 'invitation',
		route: '/invitation',
		path: '/invitation?jeton=passe',
		status: 410,
		as: 'visitor',
		prepare: (page, people) => followMail(page, people, 'invitation')
	},
	{
		name: 'connexion-oubli',
		route: '/connexion/oubli',
		path: '/connexion/oubli',
		as: 'visitor',
		prepare: async (page, people) => {
			await page.getByLabel('Adresse électronique').fill(people.emailOf('contributor'));
			await page.getByRole('button', { name: 'Choisir un nouveau mot de passe' }).click();
			await expect(page.getByText('Si cette adresse ouvre un compte')).toBeVisible();
		}
	},
	{
		name: 'connexion-nouveau-mot-de-passe',
		route: '/connexion/nouveau-mot-de-passe',
		path: '/connexion/nouveau-mot-de-passe?jeton=passe',
		status: 410,
		as: 'visitor',
		prepare: (page, people) => followMail(page, people, 'nouveau-mot-de-passe')
	},
	{
		name: 'connexion-lien-perime',
		route: '/connexion/lien',
		path: '/connexion/lien?jeton=passe',
		as: 'visitor',
		status: 410
	},
	{ name: 'connexion-cle', route: '/connexion/cle', path: '/connexion/cle', as: 'visitor' },
	{
		name: 'connexion-sso-probleme',
		route: '/connexion/sso/probleme',
		path: '/connexion/sso/probleme?raison=sso_unverified',
		as: 'visitor'
	},
	// The demonstration has no identity provider: its page is seen by the journeys of one.
	{
		name: 'connexion-sso-suite',
		route: '/connexion/sso/suite',
		path: '/connexion/sso/suite',
		as: 'visitor',
		status: 404
	},
	{ name: 'compte-confirmer', route: '/compte/confirmer', path: '/compte/confirmer', as: 'contributor' },
	{ name: 'compte-cles', route: '/compte/cles', path: '/compte/cles', as: 'contributor' },
	{ name: 'connexion-code', route: '/connexion/code', path: '/connexion/code', as: 'visitor' },
	{
		name: 'organisations',
		route: '/organisations',
		path: '/organisations?recherche=saint+den',
		as: 'visitor'
	},
	{
		name: 'organisations-aucune',
		route: '/organisations',
		path: '/organisations?recherche=zzzz',
		as: 'visitor'
	},
	{
		name: 'organisation',
		route: '/organisations/[id]',
		path: '/organisations/commune-93066',
		as: 'visitor'
	},
	{
		name: 'organisation-succedee',
		route: '/organisations/[id]',
		path: '/organisations/departement-68',
		as: 'referent'
	},
	{
		name: 'organisation-nouvelle',
		route: '/organisations/nouvelle',
		path: '/organisations/nouvelle',
		as: 'referent',
		prepare: async (page) => {
			await page.getByRole('button', { name: 'Ajouter' }).click();
			await expect(page.getByRole('alert')).toBeVisible();
		}
	},
	{
		name: 'membres',
		route: '/organisations/[id]/membres',
		path: '/compte',
		as: 'referent',
		prepare: async (page) => {
			await page.getByRole('link', { name: /^Membres\s:/ }).click();
			await page
				.getByRole('link', { name: /^Modifier le rôle\s:/ })
				.first()
				.click();
			await expect(page.getByLabel('Pourquoi')).toBeVisible();
		}
	},
	{
		name: 'demandes',
		route: '/organisations/demandes',
		path: '/organisations/demandes',
		as: 'referent'
	},
	{
		name: 'compte-quitter',
		route: '/compte/quitter',
		path: '/compte',
		as: 'contributor',
		prepare: async (page) => {
			await page.getByRole('link', { name: /^Quitter/ }).click();
			await expect(page.getByRole('heading', { level: 1 })).toContainText('Quitter');
		}
	},
	{
		name: 'inscription',
		route: '/inscription',
		path: '/inscription',
		as: 'visitor',
		prepare: async (page) => {
			await page.getByLabel('Adresse électronique').fill('gisele@demo.invalid');
			await page.getByRole('button', { name: 'Recevoir le lien' }).click();
			await expect(page.getByText('Regardez votre boîte')).toBeVisible();
		}
	},
	{
		name: 'inscription-confirmation',
		route: '/inscription/confirmation',
		path: '/inscription/confirmation?jeton=passe',
		as: 'visitor',
		status: 410,
		prepare: async (page, people) => {
			await page.goto(`${people.origin}/inscription`);
			await page.getByLabel('Adresse électronique').fill('hugo@demo.invalid');
			await page.getByRole('button', { name: 'Recevoir le lien' }).click();
			await expect(page.getByText('Regardez votre boîte')).toBeVisible();
			await followMail(page, people, 'inscription/confirmation');
		}
	},
	{ name: 'deconnexion', route: '/deconnexion', path: '/deconnexion', as: 'contributor' },
	{ name: 'interface', route: '/interface', path: '/interface', as: 'contributor', prepare: isLive },
	{ name: 'moderation', route: '/moderation', path: '/moderation', as: 'moderator' },
	{
		name: 'relire',
		route: '/moderation/[reference]',
		path: `/moderation/${submitted}`,
		as: 'moderator',
		prepare: isLive,
		main: true
	}
];

async function openFirstThread(page: Page): Promise<void> {
	// The oldest: the pictures of a thread must not change with the one that was answered last.
	const link = page.locator('main a[href^="/discussions/"]').filter({ hasNotText: 'Ouvrir' }).last();
	await link.click();
	await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Discussions');
}

/** The address of every page there is, as src/routes names them. */
export function routes(): string[] {
	const folder = join(import.meta.dirname, '../../src/routes');
	return readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.map((path) => path.replaceAll('\\', '/'))
		.filter((path) => /(^|\/)\+page\.svelte$/.test(path))
		.map((path) => `/${path.replace(/\/?\+page\.svelte$/, '')}`)
		.sort();
}

/** Opens what a mail leads to: where no mail is sent, an administrator reads it on a page. */
async function followMail(page: Page, people: People, link: string): Promise<void> {
	const admin = await people.page('admin');
	await admin.goto(`${people.origin}/administration/courrier`);
	const address = await admin.locator(`main pre a[href*="/${link}?"]`).first().getAttribute('href');
	await page.goto(address!);
}

/** One browser for each viewer, signed in once. */
export interface People {
	origin: string;
	page(as: Viewer): Promise<Page>;
	emailOf(as: Viewer): string;
	passwordOf(as: Viewer): string;
	close(): Promise<void>;
}

export function peopleOf(
	browser: Browser,
	installation: Installation,
	options: BrowserContextOptions = {}
): People {
	const open = new Map<Viewer, Promise<Page>>();
	const account = (role: Viewer) => demoAccounts(installation).find((each) => each.role === role)!;
	const enter = async (as: Viewer) => {
		const locale = as === 'reader of English' ? 'en-GB' : options.locale;
		const page = await (await browser.newContext({ ...options, locale })).newPage();
		if (as !== 'visitor' && as !== 'reader of English') await signIn(page, installation.origin, account(as));
		return page;
	};
	return {
		origin: installation.origin,
		page(as) {
			if (!open.has(as)) open.set(as, enter(as));
			return open.get(as)!;
		},
		emailOf: (as) => account(as).email,
		passwordOf: (as) => account(as).password,
		async close() {
			for (const page of open.values()) await (await page).context().close();
		}
	};
}

/** Opens a screen and brings it to the state its name promises. */
export async function show(people: People, screen: Screen): Promise<Page> {
	const page = await people.page(screen.as);
	const response = await page.goto(people.origin + screen.path);
	expect(response?.status(), screen.name).toBe(screen.status ?? 200);
	await screen.prepare?.(page, people);
	await page.evaluate(() => document.fonts.ready);
	return page;
}
