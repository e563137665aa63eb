/**
 * The words of the mails. They are here rather than in messages/, which belong to the screens and are compiled for them.
 * `Letters` makes a language that lacks one fail to compile.
 */
import type { Locale } from '#lib/contract/locales.ts';
import type { Notice } from '../auth/notices.ts';
import type { AppointmentRole, MembershipRole } from '#lib/contract/roles.ts';
import type { MembershipNotice } from '../membership-letters.ts';
import type { Letter } from './letter.ts';

type ToMember = (values: { name: string; link: string }) => Letter;
type Letters = Record<
	'password_reset' | 'sign_in' | 'email_verification' | 'email_change' | Notice,
	ToMember
> & {
	address_in_use(values: { link: string }): Letter;
	code(values: { code: string }): Letter;
	test(): Letter;
	invitation(values: { organisation: string; inviter: string | null; link: string }): Letter;
	case_guest(values: { title: string; inviter: string | null; link: string }): Letter;
	sign_up(values: { link: string }): Letter;
	join_requested(values: { name: string; organisation: string; link: string }): Letter;
} & Record<MembershipNotice, (values: Change) => Letter>;

interface Change {
	name: string;
	/** Empty for what concerns the whole account. */
	organisation: string;
	role: string;
	/** In the words of who decided. */
	reason: string;
	link: string;
}

/** Roles as they stand in a sentence. */
export const roleWords: Record<Locale, Record<MembershipRole | AppointmentRole, string>> = {
	fr: {
		member: 'membre',
		contributor: 'contributeur ou contributrice',
		referent: 'référent ou référente',
		moderator: 'modération',
		lead: 'pilotage thématique',
		admin: 'administration'
	},
	en: {
		member: 'member',
		contributor: 'contributor',
		referent: 'referent',
		moderator: 'moderation',
		lead: 'thematic lead',
		admin: 'administration'
	},
	es: {
		member: 'miembro',
		contributor: 'colaborador o colaboradora',
		referent: 'referente',
		moderator: 'moderación',
		lead: 'coordinación temática',
		admin: 'administración'
	}
};

const french = (network: string): Letters => ({
	password_reset: ({ name, link }) => ({
		subject: 'Choisir un nouveau mot de passe',
		paragraphs: [
			`Bonjour ${name},`,
			`Quelqu’un, vous sans doute, a demandé à changer le mot de passe de votre compte ${network}. Le lien sert une seule fois, pendant une heure.`
		],
		link: { label: 'Choisir un nouveau mot de passe', address: link },
		asides: ['Si vous n’avez rien demandé, ne faites rien : votre mot de passe reste le même.']
	}),
	sign_in: ({ name, link }) => ({
		subject: 'Votre lien de connexion',
		paragraphs: [
			`Bonjour ${name},`,
			`Voici le lien pour vous connecter à ${network} sans mot de passe. Il sert une seule fois, pendant quinze minutes.`
		],
		link: { label: 'Me connecter', address: link },
		asides: ['Si vous n’avez rien demandé, ne faites rien et ne transmettez ce lien à personne.']
	}),
	email_verification: ({ name, link }) => ({
		subject: 'Confirmer votre adresse',
		paragraphs: [
			`Bonjour ${name},`,
			`Confirmez que cette adresse est bien celle de votre compte ${network}. Le lien sert une seule fois, pendant deux jours.`
		],
		link: { label: 'Confirmer mon adresse', address: link },
		asides: [`Si vous n’avez pas de compte ${network}, ne faites rien.`]
	}),
	email_change: ({ name, link }) => ({
		subject: 'Confirmer votre nouvelle adresse',
		paragraphs: [
			`Bonjour ${name},`,
			`Vous avez demandé à recevoir à cette adresse ce que ${network} vous écrit, et à vous connecter avec elle. Le lien sert une seule fois, pendant un jour.`
		],
		link: { label: 'Utiliser cette adresse', address: link },
		asides: ['Si vous n’avez rien demandé, ne faites rien : cette adresse ne sera pas utilisée.']
	}),
	test: () => ({
		subject: 'Votre courrier part',
		paragraphs: [
			'Bonjour,',
			'Si vous lisez ceci, la plateforme sait envoyer du courrier : invitations, liens et avertissements arriveront à leurs destinataires.'
		],
		asides: ['Cette lettre d’essai a été demandée par la personne qui administre la plateforme.']
	}),
	code: ({ code }) => ({
		subject: `Votre code ${network}`,
		paragraphs: [
			'Bonjour,',
			`Tapez ce code dans la page d’où vous l’avez demandé : ${code}`,
			'Il sert une seule fois, pendant quinze minutes.'
		],
		asides: ['Si vous n’avez rien demandé, ne faites rien et ne donnez ce code à personne.']
	}),
	passkey_added: ({ name, link }) => ({
		subject: 'Une clé d’accès ouvre désormais votre compte',
		paragraphs: [
			`Bonjour ${name},`,
			`Une clé d’accès vient d’être ajoutée à votre compte ${network} : l’appareil qui la garde permet d’y entrer.`
		],
		link: { label: 'Ce n’était pas moi', address: link },
		asides: ['Si c’était vous, vous n’avez rien à faire.']
	}),
	passkey_removed: ({ name, link }) => ({
		subject: 'Une clé d’accès est retirée de votre compte',
		paragraphs: [
			`Bonjour ${name},`,
			`Une clé d’accès vient d’être retirée de votre compte ${network} : elle ne l’ouvre plus.`
		],
		link: { label: 'Ce n’était pas moi', address: link },
		asides: ['Si c’était vous, vous n’avez rien à faire.']
	}),
	identity_linked: ({ name, link }) => ({
		subject: 'Votre compte s’ouvre aussi avec votre identité professionnelle',
		paragraphs: [
			`Bonjour ${name},`,
			`Votre compte ${network} vient d’être relié à votre identité professionnelle : vous pouvez désormais entrer avec elle.`
		],
		link: { label: 'Ce n’était pas moi', address: link },
		asides: ['Si c’était vous, vous n’avez rien à faire.']
	}),
	identity_unlinked: ({ name, link }) => ({
		subject: 'Votre identité professionnelle n’ouvre plus votre compte',
		paragraphs: [
			`Bonjour ${name},`,
			`Le lien entre votre compte ${network} et votre identité professionnelle vient d’être retiré.`
		],
		link: { label: 'Ce n’était pas moi', address: link },
		asides: ['Si c’était vous, vous n’avez rien à faire.']
	}),
	address_in_use: ({ link }) => ({
		subject: 'Cette adresse a déjà un compte',
		paragraphs: [
			'Bonjour,',
			`Quelqu’un a voulu utiliser cette adresse pour un autre compte ${network}. Elle en a déjà un\u00a0: le vôtre. Rien n’a changé.`
		],
		link: { label: 'Me connecter', address: link },
		asides: ['Si c’était vous, connectez-vous avec cette adresse.']
	}),
	invitation: ({ organisation, inviter, link }) => ({
		subject: `Invitation à rejoindre ${organisation} sur ${network}`,
		paragraphs: [
			'Bonjour,',
			`${inviter ?? 'Un membre'} vous invite à rejoindre ${organisation} sur ${network}, où des collectivités écrivent ensemble leurs bonnes pratiques à l’international et en discutent. L’invitation vaut quatorze jours.`
		],
		link: { label: 'Voir l’invitation', address: link },
		asides: ['Si cette invitation ne vous concerne pas, ne faites rien : aucun compte ne sera créé.']
	}),
	case_guest: ({ title, inviter, link }) => ({
		subject: `Invitation à écrire dans la fiche ${title}`,
		paragraphs: [
			'Bonjour,',
			`${inviter ?? 'Un membre'} vous invite à écrire avec son équipe dans la fiche « ${title} » sur ${network} : vous pouvez la lire en entier, en discuter, et écrire dans les rubriques qui vous concernent.`
		],
		link: { label: 'Ouvrir la fiche', address: link },
		asides: [
			`La fiche s’ouvre avec un compte ${network} à cette adresse. Si vous n’en avez pas encore, demandez-en un à la personne qui vous invite.`
		]
	}),
	password_changed: ({ name, link }) => ({
		subject: 'Votre mot de passe a changé',
		paragraphs: [
			`Bonjour ${name},`,
			`Le mot de passe de votre compte ${network} vient de changer, et les autres appareils ont été déconnectés.`
		],
		link: { label: 'Ce n’était pas moi', address: link },
		asides: ['Si c’était vous, vous n’avez rien à faire.']
	}),
	email_changed: ({ name }) => ({
		subject: 'L’adresse de votre compte a changé',
		paragraphs: [
			`Bonjour ${name},`,
			`Votre compte ${network} utilise désormais une autre adresse que celle-ci. Nous ne vous écrirons plus ici.`
		],
		asides: ['Si ce n’était pas vous, prévenez tout de suite la personne qui administre votre plateforme.']
	}),
	second_factor_on: ({ name, link }) => ({
		subject: 'Un code est désormais demandé à la connexion',
		paragraphs: [
			`Bonjour ${name},`,
			`La double authentification vient d’être activée sur votre compte ${network}\u00a0: un code de votre application est demandé à chaque connexion.`
		],
		link: { label: 'Ce n’était pas moi', address: link },
		asides: ['Gardez vos codes de secours en lieu sûr, hors de votre téléphone.']
	}),
	second_factor_off: ({ name, link }) => ({
		subject: 'Le code n’est plus demandé à la connexion',
		paragraphs: [
			`Bonjour ${name},`,
			`La double authentification vient d’être retirée de votre compte ${network}\u00a0: le mot de passe seul suffit désormais.`
		],
		link: { label: 'Ce n’était pas moi', address: link },
		asides: ['Si c’était vous, vous n’avez rien à faire.']
	}),
	sign_up: ({ link }) => ({
		subject: `Confirmer votre adresse pour rejoindre ${network}`,
		paragraphs: [
			'Bonjour,',
			`Quelqu’un, vous sans doute, souhaite rejoindre ${network} avec cette adresse. Confirmez-la pour dire qui vous êtes et au nom de quelle organisation. Le lien sert une seule fois, pendant deux jours.`
		],
		link: { label: 'Continuer mon inscription', address: link },
		asides: ['Si vous n’avez rien demandé, ne faites rien : aucun compte ne sera créé.']
	}),
	join_requested: ({ name, organisation, link }) => ({
		subject: `Une demande pour rejoindre ${organisation}`,
		paragraphs: [
			`Bonjour ${name},`,
			`Quelqu’un demande à rejoindre ${organisation} sur ${network}. Vous pouvez accepter ou refuser, en disant pourquoi.`
		],
		link: { label: 'Voir la demande', address: link },
		asides: ['Vous recevez ce message parce que vous répondez aux demandes de cette organisation.']
	}),
	join_approved: ({ name, organisation, role, link }) => ({
		subject: `Vous avez rejoint ${organisation}`,
		paragraphs: [
			`Bonjour ${name},`,
			`Votre demande est acceptée : vous parlez désormais au nom de ${organisation} sur ${network} (rôle : ${role}).`
		],
		link: { label: 'Me connecter', address: link },
		asides: []
	}),
	join_refused: ({ name, organisation, reason }) => ({
		subject: `Votre demande pour ${organisation}`,
		paragraphs: [
			`Bonjour ${name},`,
			`Votre demande pour rejoindre ${organisation} sur ${network} n’a pas été acceptée.`,
			`Motif : ${reason}`
		],
		asides: ['Si vous pensez à une erreur, adressez-vous à votre organisation.']
	}),
	role_changed: ({ name, organisation, role, reason, link }) => ({
		subject: `Votre rôle pour ${organisation} a changé`,
		paragraphs: [
			`Bonjour ${name},`,
			`Votre rôle pour ${organisation} sur ${network} est désormais : ${role}.`,
			`Motif : ${reason}`
		],
		link: { label: 'Voir mon compte', address: link },
		asides: []
	}),
	membership_ended: ({ name, organisation, reason, link }) => ({
		subject: `Vous ne parlez plus au nom de ${organisation}`,
		paragraphs: [
			`Bonjour ${name},`,
			`Votre rattachement à ${organisation} sur ${network} a pris fin. Ce que vous avez écrit en son nom reste signé.`,
			`Motif : ${reason}`
		],
		link: { label: 'Voir mon compte', address: link },
		asides: []
	}),
	membership_suspended: ({ name, organisation, reason, link }) => ({
		subject: `Votre rattachement à ${organisation} est suspendu`,
		paragraphs: [
			`Bonjour ${name},`,
			`Vous ne pouvez plus agir au nom de ${organisation} sur ${network}, jusqu’à nouvel ordre.`,
			`Motif : ${reason}`
		],
		link: { label: 'Voir mon compte', address: link },
		asides: []
	}),
	membership_restored: ({ name, organisation, reason, link }) => ({
		subject: `Votre rattachement à ${organisation} est rétabli`,
		paragraphs: [
			`Bonjour ${name},`,
			`Vous pouvez de nouveau agir au nom de ${organisation} sur ${network}.`,
			`Motif : ${reason}`
		],
		link: { label: 'Voir mon compte', address: link },
		asides: []
	}),
	account_suspended: ({ name, reason }) => ({
		subject: 'Votre compte est suspendu',
		paragraphs: [
			`Bonjour ${name},`,
			`Votre compte ${network} est suspendu : vous ne pouvez plus vous connecter, jusqu’à nouvel ordre. Ce que vous avez écrit reste.`,
			`Motif : ${reason}`
		],
		asides: []
	}),
	account_restored: ({ name, reason, link }) => ({
		subject: 'Votre compte est rétabli',
		paragraphs: [
			`Bonjour ${name},`,
			`Vous pouvez de nouveau vous connecter à ${network}.`,
			`Motif : ${reason}`
		],
		link: { label: 'Voir mon compte', address: link },
		asides: []
	}),
	appointed: ({ name, role, link }) => ({
		subject: 'Un nouveau rôle vous est confié',
		paragraphs: [
			`Bonjour ${name},`,
			`Un rôle vous est confié sur ${network} : ${role}. Il peut demander la double authentification.`
		],
		link: { label: 'Voir mon compte', address: link },
		asides: []
	}),
	appointment_ended: ({ name, role, reason, link }) => ({
		subject: 'Un de vos rôles a pris fin',
		paragraphs: [`Bonjour ${name},`, `Votre rôle sur ${network} a pris fin : ${role}.`, `Motif : ${reason}`],
		link: { label: 'Voir mon compte', address: link },
		asides: []
	})
});

const english = (network: string): Letters => ({
	password_reset: ({ name, link }) => ({
		subject: 'Choose a new password',
		paragraphs: [
			`Hello ${name},`,
			`Somebody, probably you, asked to change the password of your ${network} account. The link works once, for one hour.`
		],
		link: { label: 'Choose a new password', address: link },
		asides: ['If you asked for nothing, do nothing: your password stays the same.']
	}),
	sign_in: ({ name, link }) => ({
		subject: 'Your sign-in link',
		paragraphs: [
			`Hello ${name},`,
			`Here is the link to sign in to ${network} without a password. It works once, for fifteen minutes.`
		],
		link: { label: 'Sign me in', address: link },
		asides: ['If you asked for nothing, do nothing and give this link to nobody.']
	}),
	email_verification: ({ name, link }) => ({
		subject: 'Confirm your address',
		paragraphs: [
			`Hello ${name},`,
			`Confirm that this is the address of your ${network} account. The link works once, for two days.`
		],
		link: { label: 'Confirm my address', address: link },
		asides: [`If you have no ${network} account, do nothing.`]
	}),
	email_change: ({ name, link }) => ({
		subject: 'Confirm your new address',
		paragraphs: [
			`Hello ${name},`,
			`You asked to receive what ${network} writes to you at this address, and to sign in with it. The link works once, for one day.`
		],
		link: { label: 'Use this address', address: link },
		asides: ['If you asked for nothing, do nothing: this address will not be used.']
	}),
	test: () => ({
		subject: 'Your mail leaves',
		paragraphs: [
			'Hello,',
			'If you read this, the platform can send mail: invitations, links and notices will reach those they are written to.'
		],
		asides: ['This test letter was asked for by whoever administers the platform.']
	}),
	code: ({ code }) => ({
		subject: `Your ${network} code`,
		paragraphs: [
			'Hello,',
			`Type this code in the page where you asked for it: ${code}`,
			'It works once, for fifteen minutes.'
		],
		asides: ['If you asked for nothing, do nothing and give this code to nobody.']
	}),
	passkey_added: ({ name, link }) => ({
		subject: 'A passkey now opens your account',
		paragraphs: [
			`Hello ${name},`,
			`A passkey has just been added to your ${network} account: the device that keeps it can sign in.`
		],
		link: { label: 'It was not me', address: link },
		asides: ['If it was you, there is nothing to do.']
	}),
	passkey_removed: ({ name, link }) => ({
		subject: 'A passkey was removed from your account',
		paragraphs: [
			`Hello ${name},`,
			`A passkey has just been removed from your ${network} account: it no longer opens it.`
		],
		link: { label: 'It was not me', address: link },
		asides: ['If it was you, there is nothing to do.']
	}),
	identity_linked: ({ name, link }) => ({
		subject: 'Your account also opens with your professional identity',
		paragraphs: [
			`Hello ${name},`,
			`Your ${network} account has just been linked to your professional identity: you can now sign in with it.`
		],
		link: { label: 'It was not me', address: link },
		asides: ['If it was you, there is nothing to do.']
	}),
	identity_unlinked: ({ name, link }) => ({
		subject: 'Your professional identity no longer opens your account',
		paragraphs: [
			`Hello ${name},`,
			`The link between your ${network} account and your professional identity has just been removed.`
		],
		link: { label: 'It was not me', address: link },
		asides: ['If it was you, there is nothing to do.']
	}),
	address_in_use: ({ link }) => ({
		subject: 'This address already has an account',
		paragraphs: [
			'Hello,',
			`Somebody wanted to use this address for another ${network} account. It already has one: yours. Nothing has changed.`
		],
		link: { label: 'Sign in', address: link },
		asides: ['If it was you, sign in with this address.']
	}),
	invitation: ({ organisation, inviter, link }) => ({
		subject: `Invitation to join ${organisation} on ${network}`,
		paragraphs: [
			'Hello,',
			`${inviter ?? 'A member'} invites you to join ${organisation} on ${network}, where local governments write about their good practice abroad together, and discuss it. The invitation holds for fourteen days.`
		],
		link: { label: 'See the invitation', address: link },
		asides: ['If this invitation is not for you, do nothing: no account will be made.']
	}),
	case_guest: ({ title, inviter, link }) => ({
		subject: `Invitation to write in the case ${title}`,
		paragraphs: [
			'Hello,',
			`${inviter ?? 'A member'} invites you to write with their team in the case “${title}” on ${network}: you may read all of it, discuss it, and write in the sections that concern you.`
		],
		link: { label: 'Open the case', address: link },
		asides: [
			`The case opens with a ${network} account at this address. If you have none yet, ask the person who invites you for one.`
		]
	}),
	password_changed: ({ name, link }) => ({
		subject: 'Your password has changed',
		paragraphs: [
			`Hello ${name},`,
			`The password of your ${network} account has just changed, and other devices were signed out.`
		],
		link: { label: 'It was not me', address: link },
		asides: ['If it was you, there is nothing to do.']
	}),
	email_changed: ({ name }) => ({
		subject: 'The address of your account has changed',
		paragraphs: [
			`Hello ${name},`,
			`Your ${network} account now uses another address than this one. We will no longer write to you here.`
		],
		asides: ['If it was not you, tell the person who administers your platform at once.']
	}),
	second_factor_on: ({ name, link }) => ({
		subject: 'A code is now asked for at sign-in',
		paragraphs: [
			`Hello ${name},`,
			`Two-step sign-in has just been turned on for your ${network} account: a code from your app is asked for each time you sign in.`
		],
		link: { label: 'It was not me', address: link },
		asides: ['Keep your recovery codes in a safe place, away from your phone.']
	}),
	second_factor_off: ({ name, link }) => ({
		subject: 'The code is no longer asked for at sign-in',
		paragraphs: [
			`Hello ${name},`,
			`Two-step sign-in has just been removed from your ${network} account: the password alone is now enough.`
		],
		link: { label: 'It was not me', address: link },
		asides: ['If it was you, there is nothing to do.']
	}),
	sign_up: ({ link }) => ({
		subject: `Confirm your address to join ${network}`,
		paragraphs: [
			'Hello,',
			`Somebody, probably you, wants to join ${network} with this address. Confirm it to say who you are and which organisation you speak for. The link works once, for two days.`
		],
		link: { label: 'Continue', address: link },
		asides: ['If you asked for nothing, do nothing: no account will be made.']
	}),
	join_requested: ({ name, organisation, link }) => ({
		subject: `A request to join ${organisation}`,
		paragraphs: [
			`Hello ${name},`,
			`Somebody asks to join ${organisation} on ${network}. You may accept or refuse, saying why.`
		],
		link: { label: 'See the request', address: link },
		asides: ['You receive this message because you answer the requests of this organisation.']
	}),
	join_approved: ({ name, organisation, role, link }) => ({
		subject: `You have joined ${organisation}`,
		paragraphs: [
			`Hello ${name},`,
			`Your request is accepted: you now speak for ${organisation} on ${network} (role: ${role}).`
		],
		link: { label: 'Sign in', address: link },
		asides: []
	}),
	join_refused: ({ name, organisation, reason }) => ({
		subject: `Your request about ${organisation}`,
		paragraphs: [
			`Hello ${name},`,
			`Your request to join ${organisation} on ${network} was not accepted.`,
			`Reason: ${reason}`
		],
		asides: ['If you think this is a mistake, ask your organisation.']
	}),
	role_changed: ({ name, organisation, role, reason, link }) => ({
		subject: `Your role for ${organisation} has changed`,
		paragraphs: [
			`Hello ${name},`,
			`Your role for ${organisation} on ${network} is now: ${role}.`,
			`Reason: ${reason}`
		],
		link: { label: 'See my account', address: link },
		asides: []
	}),
	membership_ended: ({ name, organisation, reason, link }) => ({
		subject: `You no longer speak for ${organisation}`,
		paragraphs: [
			`Hello ${name},`,
			`You are no longer attached to ${organisation} on ${network}. What you wrote in its name stays signed.`,
			`Reason: ${reason}`
		],
		link: { label: 'See my account', address: link },
		asides: []
	}),
	membership_suspended: ({ name, organisation, reason, link }) => ({
		subject: `You may not act for ${organisation} for now`,
		paragraphs: [
			`Hello ${name},`,
			`You may no longer act for ${organisation} on ${network}, until further notice.`,
			`Reason: ${reason}`
		],
		link: { label: 'See my account', address: link },
		asides: []
	}),
	membership_restored: ({ name, organisation, reason, link }) => ({
		subject: `You may act for ${organisation} again`,
		paragraphs: [
			`Hello ${name},`,
			`You may again act for ${organisation} on ${network}.`,
			`Reason: ${reason}`
		],
		link: { label: 'See my account', address: link },
		asides: []
	}),
	account_suspended: ({ name, reason }) => ({
		subject: 'Your account is suspended',
		paragraphs: [
			`Hello ${name},`,
			`Your ${network} account is suspended: you can no longer sign in, until further notice. What you wrote stays.`,
			`Reason: ${reason}`
		],
		asides: []
	}),
	account_restored: ({ name, reason, link }) => ({
		subject: 'Your account is open again',
		paragraphs: [`Hello ${name},`, `You may sign in to ${network} again.`, `Reason: ${reason}`],
		link: { label: 'See my account', address: link },
		asides: []
	}),
	appointed: ({ name, role, link }) => ({
		subject: 'You are given a new role',
		paragraphs: [
			`Hello ${name},`,
			`You are given a role on ${network}: ${role}. It may ask for two-step sign-in.`
		],
		link: { label: 'See my account', address: link },
		asides: []
	}),
	appointment_ended: ({ name, role, reason, link }) => ({
		subject: 'One of your roles has ended',
		paragraphs: [`Hello ${name},`, `Your role on ${network} has ended: ${role}.`, `Reason: ${reason}`],
		link: { label: 'See my account', address: link },
		asides: []
	})
});

const spanish = (network: string): Letters => ({
	password_reset: ({ name, link }) => ({
		subject: 'Elegir una nueva contraseña',
		paragraphs: [
			`Hola, ${name}:`,
			`Alguien, seguramente usted, ha pedido cambiar la contraseña de su cuenta de ${network}. El enlace sirve una sola vez, durante una hora.`
		],
		link: { label: 'Elegir una nueva contraseña', address: link },
		asides: ['Si no ha pedido nada, no haga nada: su contraseña sigue siendo la misma.']
	}),
	sign_in: ({ name, link }) => ({
		subject: 'Su enlace de acceso',
		paragraphs: [
			`Hola, ${name}:`,
			`Este es el enlace para entrar en ${network} sin contraseña. Sirve una sola vez, durante quince minutos.`
		],
		link: { label: 'Entrar', address: link },
		asides: ['Si no ha pedido nada, no haga nada y no dé este enlace a nadie.']
	}),
	email_verification: ({ name, link }) => ({
		subject: 'Confirmar su dirección',
		paragraphs: [
			`Hola, ${name}:`,
			`Confirme que esta dirección es la de su cuenta de ${network}. El enlace sirve una sola vez, durante dos días.`
		],
		link: { label: 'Confirmar mi dirección', address: link },
		asides: [`Si no tiene cuenta en ${network}, no haga nada.`]
	}),
	email_change: ({ name, link }) => ({
		subject: 'Confirmar su nueva dirección',
		paragraphs: [
			`Hola, ${name}:`,
			`Ha pedido recibir en esta dirección lo que ${network} le escribe, y entrar con ella. El enlace sirve una sola vez, durante un día.`
		],
		link: { label: 'Usar esta dirección', address: link },
		asides: ['Si no ha pedido nada, no haga nada: esta dirección no se utilizará.']
	}),
	test: () => ({
		subject: 'Su correo sale',
		paragraphs: [
			'Hola:',
			'Si lee esto, la plataforma puede enviar correo: las invitaciones, los enlaces y los avisos llegarán a sus destinatarios.'
		],
		asides: ['Esta carta de prueba la pidió quien administra la plataforma.']
	}),
	code: ({ code }) => ({
		subject: `Su código de ${network}`,
		paragraphs: [
			'Hola:',
			`Escriba este código en la página donde lo ha pedido: ${code}`,
			'Sirve una sola vez, durante quince minutos.'
		],
		asides: ['Si no ha pedido nada, no haga nada y no dé este código a nadie.']
	}),
	passkey_added: ({ name, link }) => ({
		subject: 'Una llave de acceso abre ahora su cuenta',
		paragraphs: [
			`Hola, ${name}:`,
			`Se acaba de añadir una llave de acceso a su cuenta de ${network}: el dispositivo que la guarda permite entrar en ella.`
		],
		link: { label: 'No he sido yo', address: link },
		asides: ['Si ha sido usted, no tiene que hacer nada.']
	}),
	passkey_removed: ({ name, link }) => ({
		subject: 'Se ha retirado una llave de acceso de su cuenta',
		paragraphs: [
			`Hola, ${name}:`,
			`Se acaba de retirar una llave de acceso de su cuenta de ${network}: ya no la abre.`
		],
		link: { label: 'No he sido yo', address: link },
		asides: ['Si ha sido usted, no tiene que hacer nada.']
	}),
	identity_linked: ({ name, link }) => ({
		subject: 'Su cuenta se abre también con su identidad profesional',
		paragraphs: [
			`Hola, ${name}:`,
			`Su cuenta de ${network} se acaba de vincular a su identidad profesional: ahora puede entrar con ella.`
		],
		link: { label: 'No he sido yo', address: link },
		asides: ['Si ha sido usted, no tiene que hacer nada.']
	}),
	identity_unlinked: ({ name, link }) => ({
		subject: 'Su identidad profesional ya no abre su cuenta',
		paragraphs: [
			`Hola, ${name}:`,
			`Se acaba de retirar el vínculo entre su cuenta de ${network} y su identidad profesional.`
		],
		link: { label: 'No he sido yo', address: link },
		asides: ['Si ha sido usted, no tiene que hacer nada.']
	}),
	address_in_use: ({ link }) => ({
		subject: 'Esta dirección ya tiene una cuenta',
		paragraphs: [
			'Hola:',
			`Alguien ha querido usar esta dirección para otra cuenta de ${network}. Ya tiene una: la suya. Nada ha cambiado.`
		],
		link: { label: 'Entrar', address: link },
		asides: ['Si ha sido usted, entre con esta dirección.']
	}),
	invitation: ({ organisation, inviter, link }) => ({
		subject: `Invitación a unirse a ${organisation} en ${network}`,
		paragraphs: [
			'Hola:',
			`${inviter ?? 'Un miembro'} le invita a unirse a ${organisation} en ${network}, donde gobiernos locales escriben juntos sus buenas prácticas internacionales y conversan sobre ellas. La invitación es válida catorce días.`
		],
		link: { label: 'Ver la invitación', address: link },
		asides: ['Si esta invitación no es para usted, no haga nada: no se creará ninguna cuenta.']
	}),
	case_guest: ({ title, inviter, link }) => ({
		subject: `Invitación a escribir en la ficha ${title}`,
		paragraphs: [
			'Hola:',
			`${inviter ?? 'Un miembro'} le invita a escribir con su equipo en la ficha «${title}» en ${network}: puede leerla entera, comentarla y escribir en los apartados que le conciernen.`
		],
		link: { label: 'Abrir la ficha', address: link },
		asides: [
			`La ficha se abre con una cuenta de ${network} en esta dirección. Si aún no tiene una, pídala a quien le invita.`
		]
	}),
	password_changed: ({ name, link }) => ({
		subject: 'Su contraseña ha cambiado',
		paragraphs: [
			`Hola, ${name}:`,
			`La contraseña de su cuenta de ${network} acaba de cambiar y se ha cerrado la sesión en los demás dispositivos.`
		],
		link: { label: 'No he sido yo', address: link },
		asides: ['Si ha sido usted, no tiene que hacer nada.']
	}),
	email_changed: ({ name }) => ({
		subject: 'La dirección de su cuenta ha cambiado',
		paragraphs: [
			`Hola, ${name}:`,
			`Su cuenta de ${network} usa ahora una dirección distinta de esta. Ya no le escribiremos aquí.`
		],
		asides: ['Si no ha sido usted, avise enseguida a la persona que administra su plataforma.']
	}),
	second_factor_on: ({ name, link }) => ({
		subject: 'Ahora se pide un código al entrar',
		paragraphs: [
			`Hola, ${name}:`,
			`Se acaba de activar la verificación en dos pasos en su cuenta de ${network}: se pide un código de su aplicación cada vez que entra.`
		],
		link: { label: 'No he sido yo', address: link },
		asides: ['Guarde sus códigos de recuperación en un lugar seguro, fuera de su teléfono.']
	}),
	second_factor_off: ({ name, link }) => ({
		subject: 'Ya no se pide el código al entrar',
		paragraphs: [
			`Hola, ${name}:`,
			`Se acaba de quitar la verificación en dos pasos de su cuenta de ${network}: ahora basta la contraseña.`
		],
		link: { label: 'No he sido yo', address: link },
		asides: ['Si ha sido usted, no tiene que hacer nada.']
	}),
	sign_up: ({ link }) => ({
		subject: `Confirmar su dirección para unirse a ${network}`,
		paragraphs: [
			'Hola:',
			`Alguien, seguramente usted, quiere unirse a ${network} con esta dirección. Confírmela para decir quién es y en nombre de qué organización habla. El enlace sirve una sola vez, durante dos días.`
		],
		link: { label: 'Continuar', address: link },
		asides: ['Si no ha pedido nada, no haga nada: no se creará ninguna cuenta.']
	}),
	join_requested: ({ name, organisation, link }) => ({
		subject: `Una solicitud para unirse a ${organisation}`,
		paragraphs: [
			`Hola, ${name}:`,
			`Alguien pide unirse a ${organisation} en ${network}. Puede aceptarla o rechazarla, diciendo por qué.`
		],
		link: { label: 'Ver la solicitud', address: link },
		asides: ['Recibe este mensaje porque usted responde a las solicitudes de esta organización.']
	}),
	join_approved: ({ name, organisation, role, link }) => ({
		subject: `Se ha unido a ${organisation}`,
		paragraphs: [
			`Hola, ${name}:`,
			`Su solicitud ha sido aceptada: ahora habla en nombre de ${organisation} en ${network} (función: ${role}).`
		],
		link: { label: 'Entrar', address: link },
		asides: []
	}),
	join_refused: ({ name, organisation, reason }) => ({
		subject: `Su solicitud sobre ${organisation}`,
		paragraphs: [
			`Hola, ${name}:`,
			`Su solicitud para unirse a ${organisation} en ${network} no ha sido aceptada.`,
			`Motivo: ${reason}`
		],
		asides: ['Si cree que es un error, diríjase a su organización.']
	}),
	role_changed: ({ name, organisation, role, reason, link }) => ({
		subject: `Su función en ${organisation} ha cambiado`,
		paragraphs: [
			`Hola, ${name}:`,
			`Su función en ${organisation} en ${network} es ahora: ${role}.`,
			`Motivo: ${reason}`
		],
		link: { label: 'Ver mi cuenta', address: link },
		asides: []
	}),
	membership_ended: ({ name, organisation, reason, link }) => ({
		subject: `Ya no habla en nombre de ${organisation}`,
		paragraphs: [
			`Hola, ${name}:`,
			`Ya no está vinculado a ${organisation} en ${network}. Lo que escribió en su nombre sigue firmado.`,
			`Motivo: ${reason}`
		],
		link: { label: 'Ver mi cuenta', address: link },
		asides: []
	}),
	membership_suspended: ({ name, organisation, reason, link }) => ({
		subject: `Su vínculo con ${organisation} está suspendido`,
		paragraphs: [
			`Hola, ${name}:`,
			`Ya no puede actuar en nombre de ${organisation} en ${network}, hasta nuevo aviso.`,
			`Motivo: ${reason}`
		],
		link: { label: 'Ver mi cuenta', address: link },
		asides: []
	}),
	membership_restored: ({ name, organisation, reason, link }) => ({
		subject: `Su vínculo con ${organisation} se ha restablecido`,
		paragraphs: [
			`Hola, ${name}:`,
			`Puede actuar de nuevo en nombre de ${organisation} en ${network}.`,
			`Motivo: ${reason}`
		],
		link: { label: 'Ver mi cuenta', address: link },
		asides: []
	}),
	account_suspended: ({ name, reason }) => ({
		subject: 'Su cuenta está suspendida',
		paragraphs: [
			`Hola, ${name}:`,
			`Su cuenta de ${network} está suspendida: ya no puede entrar, hasta nuevo aviso. Lo que ha escrito permanece.`,
			`Motivo: ${reason}`
		],
		asides: []
	}),
	account_restored: ({ name, reason, link }) => ({
		subject: 'Su cuenta está abierta de nuevo',
		paragraphs: [`Hola, ${name}:`, `Puede entrar de nuevo en ${network}.`, `Motivo: ${reason}`],
		link: { label: 'Ver mi cuenta', address: link },
		asides: []
	}),
	appointed: ({ name, role, link }) => ({
		subject: 'Se le confía una nueva función',
		paragraphs: [
			`Hola, ${name}:`,
			`Se le confía una función en ${network}: ${role}. Puede exigir la verificación en dos pasos.`
		],
		link: { label: 'Ver mi cuenta', address: link },
		asides: []
	}),
	appointment_ended: ({ name, role, reason, link }) => ({
		subject: 'Una de sus funciones ha terminado',
		paragraphs: [`Hola, ${name}:`, `Su función en ${network} ha terminado: ${role}.`, `Motivo: ${reason}`],
		link: { label: 'Ver mi cuenta', address: link },
		asides: []
	})
});

/** @param network the name people know this platform by */
export const words: Record<Locale, (network: string) => Letters> = { fr: french, en: english, es: spanish };
