/** The mails: whom to, which words, which link; sent over SMTP, or kept to be shown. */
import { createTransport } from 'nodemailer';
import type { Locale } from '#lib/contract/locales.ts';
import type { App } from '../app.ts';
import { issue } from '../auth/tokens.ts';
import type { Notice } from '../auth/notices.ts';
import type { TokenPurpose } from '../database/tables.ts';
import { toHtml, toText, type Letter } from './letter.ts';
import { words } from './mail-words.ts';
import { Permanent, type ClaimedJob, type Handler } from './outbox.ts';

export type Mail = { to: string; locale: Locale; isDemo: boolean; letter: Letter };
export type Transport = (mail: {
	id: string;
	to: string;
	subject: string;
	text: string;
	html: string;
}) => Promise<void>;

type Desk = Pick<App, 'db' | 'env' | 'origins'>;
/** null: there is nobody to write to, and that is all right. */
type Writer = (desk: Desk, payload: Record<string, unknown>) => Promise<Mail | null>;

const writers: Record<string, Writer> = {
	'mail.password_reset': (desk, payload) => toMemberAt(desk, String(payload.email), 'password_reset'),
	'mail.sign_in': (desk, payload) => toMemberAt(desk, String(payload.email), 'sign_in'),
	'mail.email_verification': verifyAddress,
	'mail.email_change': changeAddress,
	'mail.invitation': invite,
	'mail.notice': notify
};

/** One handler per kind of mail. Without a transport, and for the demonstration always, mails are kept instead of sent. */
export function mailHandlers(desk: Desk, transport: Transport | null): Record<string, Handler> {
	const handle =
		(write: Writer): Handler =>
		async (job: ClaimedJob) => {
			const mail = await write(desk, job.payload);
			if (!mail) return 'done';
			const { letter, locale, to } = mail;
			const [text, html] = [toText(letter, locale), toHtml(letter, locale)];
			const isDemo = job.isDemo || mail.isDemo || to.endsWith('@demo.invalid');
			if (isDemo || !transport) return { kept: { to, subject: letter.subject, text }, isDemo };
			await transport({ id: `outbox-${job.id}`, to, subject: letter.subject, text, html });
			return 'done';
		};
	return Object.fromEntries(Object.entries(writers).map(([kind, write]) => [kind, handle(write)]));
}

/** @returns null when the environment names no server */
export function smtpTransport({ smtp }: Pick<App['env'], 'smtp'>): Transport | null {
	if (!smtp) return null;
	// Together far less than a job is lent for.
	const transporter = createTransport({
		url: smtp.url,
		connectionTimeout: 15_000,
		greetingTimeout: 15_000,
		dnsTimeout: 10_000,
		socketTimeout: 20_000,
		disableFileAccess: true,
		disableUrlAccess: true
	});
	const host = /@([^\s<>]+?)>?$/.exec(smtp.from)?.[1] ?? 'localhost';
	return async ({ id, to, subject, text, html }) => {
		try {
			await transporter.sendMail({
				from: smtp.from,
				// An object: an address in words could name two people.
				to: { name: '', address: to },
				subject,
				text,
				html,
				// The same at each try, so that a mail taken twice by a server that did not say so is shown once.
				messageId: `<${id}@${host}>`,
				headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' }
			});
		} catch (error) {
			throw isFinal(error) ? new Permanent((error as Error).message) : error;
		}
	};
}

/** The server refuses this letter or this address for good; a wrong password of ours is none of the letter's fault. */
function isFinal(error: unknown): boolean {
	const { responseCode = 0, code } = error as { responseCode?: number; code?: string };
	return responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
}

async function toMemberAt(
	desk: Desk,
	email: string,
	purpose: 'password_reset' | 'sign_in'
): Promise<Mail | null> {
	const member = await desk.db
		.selectFrom('members')
		.select(['id', 'name', 'email', 'locale', 'is_demo'])
		.where('email', '=', email)
		.where('suspended_at', 'is', null)
		.executeTakeFirst();
	if (!member) return null;
	const token = await issue(desk.db, { purpose, memberId: member.id, email });
	const page = purpose === 'sign_in' ? '/connexion/lien' : '/connexion/nouveau-mot-de-passe';
	return {
		to: email,
		locale: member.locale,
		isDemo: member.is_demo,
		letter: words[member.locale][purpose]({ name: member.name, link: link(desk, page, token) })
	};
}

async function verifyAddress(desk: Desk, payload: Record<string, unknown>): Promise<Mail | null> {
	const member = await findMember(desk, payload.memberId);
	if (!member) return null;
	return withToken(desk, member, 'email_verification', member.email, '/compte/adresse/verification');
}

async function changeAddress(desk: Desk, payload: Record<string, unknown>): Promise<Mail | null> {
	const member = await findMember(desk, payload.memberId);
	if (!member) return null;
	const to = String(payload.email);
	const taken = await desk.db
		.selectFrom('members')
		.select('locale')
		.where('email', '=', to)
		.executeTakeFirst();
	// Whoever asked is not told; the holder of the address is.
	if (taken) {
		const letter = words[taken.locale].address_in_use({ link: link(desk, '/connexion') });
		return { to, locale: taken.locale, isDemo: member.is_demo, letter };
	}
	return withToken(desk, member, 'email_change', to, '/compte/adresse');
}

async function withToken(
	desk: Desk,
	member: { id: string; name: string; locale: Locale; is_demo: boolean },
	purpose: Extract<TokenPurpose, 'email_verification' | 'email_change'>,
	to: string,
	page: string
): Promise<Mail> {
	const token = await issue(desk.db, { purpose, memberId: member.id, email: to });
	const letter = words[member.locale][purpose]({ name: member.name, link: link(desk, page, token) });
	return { to, locale: member.locale, isDemo: member.is_demo, letter };
}

async function invite(desk: Desk, payload: Record<string, unknown>): Promise<Mail | null> {
	const invitation = await desk.db
		.selectFrom('invitations')
		.innerJoin('organisations', 'organisations.id', 'invitations.organisation_id')
		.leftJoin('members as inviter', 'inviter.id', 'invitations.invited_by')
		.select([
			'invitations.id',
			'invitations.email',
			'invitations.locale',
			'invitations.is_demo',
			'invitations.expires_at',
			'organisations.name as organisation',
			'inviter.name as inviter'
		])
		.where('invitations.id', '=', String(payload.invitationId))
		.where('accepted_at', 'is', null)
		.where('withdrawn_at', 'is', null)
		.executeTakeFirst();
	if (!invitation || invitation.expires_at.getTime() <= Date.now()) return null;
	const { id, email, locale, organisation, inviter } = invitation;
	const token = await issue(desk.db, {
		purpose: 'invitation',
		invitationId: id,
		email,
		expiresAt: invitation.expires_at
	});
	const letter = words[locale].invitation({ organisation, inviter, link: link(desk, '/invitation', token) });
	return { to: email, locale, isDemo: invitation.is_demo, letter };
}

async function notify(desk: Desk, payload: Record<string, unknown>): Promise<Mail | null> {
	const member = await findMember(desk, payload.memberId);
	if (!member) return null;
	const { locale, name } = member;
	const letter = words[locale][payload.notice as Notice]({ name, link: link(desk, '/connexion/oubli') });
	return {
		to: typeof payload.to === 'string' ? payload.to : member.email,
		locale,
		isDemo: member.is_demo,
		letter
	};
}

function findMember({ db }: Desk, id: unknown) {
	return db
		.selectFrom('members')
		.select(['id', 'name', 'email', 'locale', 'is_demo'])
		.where('id', '=', String(id))
		.where('suspended_at', 'is', null)
		.executeTakeFirst();
}

/** Never from the Host header of whoever asked. */
function link({ env, origins }: Desk, page: string, token?: string): string {
	const [first] = origins;
	const origin = env.origin ?? first;
	if (!origin) throw new Error('the address of this installation is not known yet');
	return `${origin}${page}${token ? `?jeton=${token}` : ''}`;
}
