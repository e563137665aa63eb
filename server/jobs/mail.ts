/** The mails: whom to, which words, which link; sent over SMTP, or kept to be shown. */
import { createTransport } from 'nodemailer';
import { locales, type Locale } from '#lib/contract/locales.ts';
import type { App } from '../app.ts';
import * as mailedCodes from '../auth/mailed-codes.ts';
import { issue } from '../auth/tokens.ts';
import * as settings from '../domain/settings.ts';
import type { Notice } from '../auth/notices.ts';
import type { TokenPurpose } from '../database/tables.ts';
import type { MembershipNotice } from '../membership-letters.ts';
import { toHtml, toText, type Letter } from './letter.ts';
import { roleWords, words } from './mail-words.ts';
import { Permanent, type ClaimedJob, type Handler } from './outbox.ts';

export type Mail = {
	to: string;
	locale: Locale;
	isDemo: boolean;
	letter: Letter;
	/** Whose letter it is, when they have an account. */ memberId?: string | null;
};
export type Transport = (mail: {
	id: string;
	to: string;
	subject: string;
	text: string;
	html: string;
}) => Promise<void>;

type Place = Pick<App, 'db' | 'env' | 'origins'>;
/** network: the name that whoever runs it gave. */
type Desk = Place & { network: string };
/** null: there is nobody to write to, and that is all right. */
type Writer = (desk: Desk, payload: Record<string, unknown>) => Promise<Mail | null>;

const writers: Record<string, Writer> = {
	'mail.password_reset': (desk, payload) => toMemberAt(desk, String(payload.email), 'password_reset'),
	'mail.sign_in': (desk, payload) => toMemberAt(desk, String(payload.email), 'sign_in'),
	'mail.email_verification': verifyAddress,
	'mail.email_change': changeAddress,
	'mail.invitation': invite,
	'mail.case_guest': askToWrite,
	'mail.notice': notify,
	'mail.code': mailCode,
	'mail.sign_up': signUp,
	'mail.join_requested': askReferents,
	'mail.membership': tellChange,
	'mail.test': test
};

/** One handler per kind of mail. Without a transport, and for the demonstration always, mails are kept instead of sent. */
export function mailHandlers(place: Place, transport: Transport | null): Record<string, Handler> {
	const handle =
		(write: Writer): Handler =>
		async (job: ClaimedJob) => {
			const network = networkOf(await settings.get(place.db));
			const mail = await write({ ...place, network }, job.payload);
			if (!mail) return 'done';
			const { letter, locale, to, memberId } = mail;
			const [text, html] = [toText(letter, network), toHtml(letter, locale, network)];
			const isDemo = job.isDemo || mail.isDemo || to.endsWith('@demo.invalid');
			if (isDemo || !transport)
				return { kept: { to, subject: letter.subject, text }, isDemo, memberId: memberId ?? null };
			await transport({ id: `outbox-${job.id}`, to, subject: letter.subject, text, html });
			return { memberId: memberId ?? null };
		};
	return Object.fromEntries(Object.entries(writers).map(([kind, write]) => [kind, handle(write)]));
}

/** Before anybody gave it a name, that of the product. In one line: it stands in subjects. */
export function networkOf({ networkName }: Pick<settings.Settings, 'networkName'>): string {
	return networkName.replace(/\s+/g, ' ') || 'Passerelle';
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
		letter: words[member.locale](desk.network)[purpose]({ name: member.name, link: link(desk, page, token) }),
		memberId: member.id
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
		.select(['id', 'locale'])
		.where('email', '=', to)
		.executeTakeFirst();
	// Whoever asked is not told; the holder of the address is.
	if (taken) {
		const letter = words[taken.locale](desk.network).address_in_use({ link: link(desk, '/connexion') });
		return { to, locale: taken.locale, isDemo: member.is_demo, letter, memberId: taken.id };
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
	const letter = words[member.locale](desk.network)[purpose]({
		name: member.name,
		link: link(desk, page, token)
	});
	return { to, locale: member.locale, isDemo: member.is_demo, letter, memberId: member.id };
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
	const letter = words[locale](desk.network).invitation({
		organisation,
		inviter,
		link: link(desk, '/invitation', token)
	});
	return { to: email, locale, isDemo: invitation.is_demo, letter, memberId: null };
}

async function askToWrite(desk: Desk, payload: Record<string, unknown>): Promise<Mail | null> {
	const guest = await desk.db
		.selectFrom('case_guests as guest')
		.innerJoin('cases', 'cases.id', 'guest.case_id')
		.leftJoin('members', 'members.id', 'guest.member_id')
		.leftJoin('members as inviter', 'inviter.id', 'guest.invited_by')
		.select([
			'guest.email',
			'guest.member_id',
			'cases.reference',
			'cases.title',
			'cases.language',
			'cases.is_demo',
			'members.locale',
			'members.suspended_at',
			'inviter.name as inviter'
		])
		.where('guest.id', '=', String(payload.guestId))
		.where('guest.ended_at', 'is', null)
		.executeTakeFirst();
	if (!guest || guest.suspended_at) return null;
	const locale = guest.locale ?? guest.language;
	const letter = words[locale](desk.network).case_guest({
		title: guest.title || guest.reference,
		inviter: guest.inviter,
		link: link(desk, `/fiches/${guest.reference}/ecrire`)
	});
	return { to: guest.email, locale, isDemo: guest.is_demo, letter, memberId: guest.member_id };
}

async function notify(desk: Desk, payload: Record<string, unknown>): Promise<Mail | null> {
	const member = await findMember(desk, payload.memberId);
	if (!member) return null;
	const { locale, name } = member;
	const letter = words[locale](desk.network)[payload.notice as Notice]({
		name,
		link: link(desk, '/connexion/oubli')
	});
	return {
		to: typeof payload.to === 'string' ? payload.to : member.email,
		locale,
		isDemo: member.is_demo,
		letter,
		memberId: member.id
	};
}

/** To somebody signed in, or on their way through the identity provider; by now either may be over. */
async function mailCode(desk: Desk, payload: Record<string, unknown>): Promise<Mail | null> {
	if (typeof payload.signOnId === 'string') {
		const signOn = await desk.db
			.selectFrom('sign_ons')
			.select('id')
			.where('id', '=', payload.signOnId)
			.executeTakeFirst();
		if (!signOn) return null;
		const locale = payload.locale as Locale;
		const code = await mailedCodes.issue(desk.db, { signOnId: signOn.id });
		const letter = words[locale](desk.network).code({ code });
		return { to: String(payload.email), locale, isDemo: false, letter, memberId: null };
	}
	const member = await findMember(desk, payload.memberId);
	const session =
		member &&
		(await desk.db
			.selectFrom('sessions')
			.select('id')
			.where('id', '=', String(payload.sessionId))
			.where('member_id', '=', member.id)
			.executeTakeFirst());
	if (!session) return null;
	const code = await mailedCodes.issue(desk.db, { sessionId: session.id });
	const letter = words[member.locale](desk.network).code({ code });
	return { to: member.email, locale: member.locale, isDemo: member.is_demo, letter, memberId: member.id };
}

/** Whoever runs the installation sees whether mail leaves. */
function test(desk: Desk, payload: Record<string, unknown>): Promise<Mail> {
	const locale = locales.find((known) => known === payload.locale) ?? 'fr';
	return Promise.resolve({
		to: String(payload.email),
		locale,
		isDemo: false,
		letter: words[locale](desk.network).test()
	});
}

async function signUp(desk: Desk, payload: Record<string, unknown>): Promise<Mail | null> {
	const to = String(payload.email);
	const isDemo = to.endsWith('@demo.invalid');
	const member = await desk.db
		.selectFrom('members')
		.select(['id', 'locale', 'suspended_at'])
		.where('email', '=', to)
		.executeTakeFirst();
	// Whoever asked is not told; the holder of the address is, but for a closed account, which learnt why already.
	if (member?.suspended_at) return null;
	if (member) {
		const letter = words[member.locale](desk.network).address_in_use({ link: link(desk, '/connexion') });
		return { to, locale: member.locale, isDemo, letter, memberId: member.id };
	}
	const locale = locales.find((known) => known === payload.locale) ?? 'fr';
	const token = await issue(desk.db, { purpose: 'sign_up', email: to });
	return {
		to,
		locale,
		isDemo,
		letter: words[locale](desk.network).sign_up({ link: link(desk, '/inscription/confirmation', token) })
	};
}

/** One of those who may answer, unless the answer was given before the letter leaves. */
async function askReferents(desk: Desk, payload: Record<string, unknown>): Promise<Mail | null> {
	const request = await desk.db
		.selectFrom('join_requests')
		.innerJoin('organisations', 'organisations.id', 'join_requests.organisation_id')
		.select([
			'join_requests.id',
			'join_requests.is_demo',
			'join_requests.organisation_id',
			'organisations.name as organisation'
		])
		.where('join_requests.id', '=', String(payload.requestId))
		.where('decided_at', 'is', null)
		.executeTakeFirst();
	if (!request) return null;
	const answers = await findMember(desk, payload.to);
	if (!answers) return null;
	return {
		to: answers.email,
		locale: answers.locale,
		isDemo: request.is_demo,
		letter: words[answers.locale](desk.network).join_requested({
			name: answers.name,
			organisation: request.organisation,
			link: link(desk, '/organisations/demandes')
		}),
		memberId: answers.id
	};
}

async function tellChange(desk: Desk, payload: Record<string, unknown>): Promise<Mail | null> {
	const member = payload.memberId
		? await desk.db
				.selectFrom('members')
				.select(['id', 'name', 'email', 'locale', 'is_demo'])
				.where('id', '=', String(payload.memberId))
				.executeTakeFirst()
		: {
				name: String(payload.name),
				email: String(payload.email),
				locale: locales.find((known) => known === payload.locale) ?? 'fr',
				is_demo: false,
				id: null
			};
	if (!member) return null;
	const organisation = payload.organisationId
		? await desk.db
				.selectFrom('organisations')
				.select('name')
				.where('id', '=', String(payload.organisationId))
				.executeTakeFirst()
		: undefined;
	const { email: to, locale, name } = member;
	const role = typeof payload.role === 'string' ? (payload.role as keyof (typeof roleWords)['fr']) : 'member';
	const letter = words[locale](desk.network)[payload.notice as MembershipNotice]({
		name,
		organisation: organisation?.name ?? '',
		role: roleWords[locale][role] ?? '',
		reason: typeof payload.reason === 'string' ? payload.reason : '',
		link: link(desk, payload.notice === 'join_approved' ? '/connexion' : '/compte')
	});
	return { to, locale, isDemo: member.is_demo, letter, memberId: member.id };
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
