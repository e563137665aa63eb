/**
 * The words of the mails. They are here rather than in messages/, which belong to the screens and are compiled for them.
 * `Letters` makes a language that lacks one fail to compile.
 */
import type { Locale } from '#lib/contract/locales.ts';
import type { Notice } from '../auth/notices.ts';
import type { Letter } from './letter.ts';

type ToMember = (values: { name: string; link: string }) => Letter;
type Letters = Record<
	'password_reset' | 'sign_in' | 'email_verification' | 'email_change' | Notice,
	ToMember
> & {
	address_in_use(values: { link: string }): Letter;
	invitation(values: { organisation: string; inviter: string | null; link: string }): Letter;
};

const french: Letters = {
	password_reset: ({ name, link }) => ({
		subject: 'Choisir un nouveau mot de passe',
		paragraphs: [
			`Bonjour ${name},`,
			'Quelqu’un, vous sans doute, a demandé à changer le mot de passe de votre compte Passerelle. Le lien sert une seule fois, pendant une heure.'
		],
		link: { label: 'Choisir un nouveau mot de passe', address: link },
		asides: ['Si vous n’avez rien demandé, ne faites rien : votre mot de passe reste le même.']
	}),
	sign_in: ({ name, link }) => ({
		subject: 'Votre lien de connexion',
		paragraphs: [
			`Bonjour ${name},`,
			'Voici le lien pour vous connecter à Passerelle sans mot de passe. Il sert une seule fois, pendant quinze minutes.'
		],
		link: { label: 'Me connecter', address: link },
		asides: ['Si vous n’avez rien demandé, ne faites rien et ne transmettez ce lien à personne.']
	}),
	email_verification: ({ name, link }) => ({
		subject: 'Confirmer votre adresse',
		paragraphs: [
			`Bonjour ${name},`,
			'Confirmez que cette adresse est bien celle de votre compte Passerelle. Le lien sert une seule fois, pendant deux jours.'
		],
		link: { label: 'Confirmer mon adresse', address: link },
		asides: ['Si vous n’avez pas de compte Passerelle, ne faites rien.']
	}),
	email_change: ({ name, link }) => ({
		subject: 'Confirmer votre nouvelle adresse',
		paragraphs: [
			`Bonjour ${name},`,
			'Vous avez demandé à recevoir à cette adresse ce que Passerelle vous écrit, et à vous connecter avec elle. Le lien sert une seule fois, pendant un jour.'
		],
		link: { label: 'Utiliser cette adresse', address: link },
		asides: ['Si vous n’avez rien demandé, ne faites rien : cette adresse ne sera pas utilisée.']
	}),
	address_in_use: ({ link }) => ({
		subject: 'Cette adresse a déjà un compte',
		paragraphs: [
			'Bonjour,',
			'Quelqu’un a voulu utiliser cette adresse pour un autre compte Passerelle. Elle en a déjà un : le vôtre. Rien n’a changé.'
		],
		link: { label: 'Me connecter', address: link },
		asides: ['Si c’était vous, connectez-vous avec cette adresse.']
	}),
	invitation: ({ organisation, inviter, link }) => ({
		subject: `Invitation à rejoindre ${organisation} sur Passerelle`,
		paragraphs: [
			'Bonjour,',
			`${inviter ?? 'Un membre'} vous invite à rejoindre ${organisation} sur Passerelle, où des collectivités écrivent ensemble leurs bonnes pratiques à l’international et en discutent. L’invitation vaut quatorze jours.`
		],
		link: { label: 'Voir l’invitation', address: link },
		asides: ['Si cette invitation ne vous concerne pas, ne faites rien : aucun compte ne sera créé.']
	}),
	password_changed: ({ name, link }) => ({
		subject: 'Votre mot de passe a changé',
		paragraphs: [
			`Bonjour ${name},`,
			'Le mot de passe de votre compte Passerelle vient de changer, et les autres appareils ont été déconnectés.'
		],
		link: { label: 'Ce n’était pas moi', address: link },
		asides: ['Si c’était vous, vous n’avez rien à faire.']
	}),
	email_changed: ({ name }) => ({
		subject: 'L’adresse de votre compte a changé',
		paragraphs: [
			`Bonjour ${name},`,
			'Votre compte Passerelle utilise désormais une autre adresse que celle-ci. Nous ne vous écrirons plus ici.'
		],
		asides: ['Si ce n’était pas vous, prévenez tout de suite la personne qui administre votre plateforme.']
	}),
	second_factor_on: ({ name, link }) => ({
		subject: 'Un code est désormais demandé à la connexion',
		paragraphs: [
			`Bonjour ${name},`,
			'La double authentification vient d’être activée sur votre compte Passerelle : un code de votre application est demandé à chaque connexion.'
		],
		link: { label: 'Ce n’était pas moi', address: link },
		asides: ['Gardez vos codes de secours en lieu sûr, hors de votre téléphone.']
	}),
	second_factor_off: ({ name, link }) => ({
		subject: 'Le code n’est plus demandé à la connexion',
		paragraphs: [
			`Bonjour ${name},`,
			'La double authentification vient d’être retirée de votre compte Passerelle : le mot de passe seul suffit désormais.'
		],
		link: { label: 'Ce n’était pas moi', address: link },
		asides: ['Si c’était vous, vous n’avez rien à faire.']
	})
};

const english: Letters = {
	password_reset: ({ name, link }) => ({
		subject: 'Choose a new password',
		paragraphs: [
			`Hello ${name},`,
			'Somebody, probably you, asked to change the password of your Passerelle account. The link works once, for one hour.'
		],
		link: { label: 'Choose a new password', address: link },
		asides: ['If you asked for nothing, do nothing: your password stays the same.']
	}),
	sign_in: ({ name, link }) => ({
		subject: 'Your sign-in link',
		paragraphs: [
			`Hello ${name},`,
			'Here is the link to sign in to Passerelle without a password. It works once, for fifteen minutes.'
		],
		link: { label: 'Sign me in', address: link },
		asides: ['If you asked for nothing, do nothing and give this link to nobody.']
	}),
	email_verification: ({ name, link }) => ({
		subject: 'Confirm your address',
		paragraphs: [
			`Hello ${name},`,
			'Confirm that this is the address of your Passerelle account. The link works once, for two days.'
		],
		link: { label: 'Confirm my address', address: link },
		asides: ['If you have no Passerelle account, do nothing.']
	}),
	email_change: ({ name, link }) => ({
		subject: 'Confirm your new address',
		paragraphs: [
			`Hello ${name},`,
			'You asked to receive what Passerelle writes to you at this address, and to sign in with it. The link works once, for one day.'
		],
		link: { label: 'Use this address', address: link },
		asides: ['If you asked for nothing, do nothing: this address will not be used.']
	}),
	address_in_use: ({ link }) => ({
		subject: 'This address already has an account',
		paragraphs: [
			'Hello,',
			'Somebody wanted to use this address for another Passerelle account. It already has one: yours. Nothing has changed.'
		],
		link: { label: 'Sign in', address: link },
		asides: ['If it was you, sign in with this address.']
	}),
	invitation: ({ organisation, inviter, link }) => ({
		subject: `Invitation to join ${organisation} on Passerelle`,
		paragraphs: [
			'Hello,',
			`${inviter ?? 'A member'} invites you to join ${organisation} on Passerelle, where local governments write about their good practice abroad together, and discuss it. The invitation holds for fourteen days.`
		],
		link: { label: 'See the invitation', address: link },
		asides: ['If this invitation is not for you, do nothing: no account will be made.']
	}),
	password_changed: ({ name, link }) => ({
		subject: 'Your password has changed',
		paragraphs: [
			`Hello ${name},`,
			'The password of your Passerelle account has just changed, and other devices were signed out.'
		],
		link: { label: 'It was not me', address: link },
		asides: ['If it was you, there is nothing to do.']
	}),
	email_changed: ({ name }) => ({
		subject: 'The address of your account has changed',
		paragraphs: [
			`Hello ${name},`,
			'Your Passerelle account now uses another address than this one. We will no longer write to you here.'
		],
		asides: ['If it was not you, tell the person who administers your platform at once.']
	}),
	second_factor_on: ({ name, link }) => ({
		subject: 'A code is now asked for at sign-in',
		paragraphs: [
			`Hello ${name},`,
			'Two-step sign-in has just been turned on for your Passerelle account: a code from your app is asked for each time you sign in.'
		],
		link: { label: 'It was not me', address: link },
		asides: ['Keep your recovery codes in a safe place, away from your phone.']
	}),
	second_factor_off: ({ name, link }) => ({
		subject: 'The code is no longer asked for at sign-in',
		paragraphs: [
			`Hello ${name},`,
			'Two-step sign-in has just been removed from your Passerelle account: the password alone is now enough.'
		],
		link: { label: 'It was not me', address: link },
		asides: ['If it was you, there is nothing to do.']
	})
};

const spanish: Letters = {
	password_reset: ({ name, link }) => ({
		subject: 'Elegir una nueva contraseña',
		paragraphs: [
			`Hola, ${name}:`,
			'Alguien, seguramente usted, ha pedido cambiar la contraseña de su cuenta de Passerelle. El enlace sirve una sola vez, durante una hora.'
		],
		link: { label: 'Elegir una nueva contraseña', address: link },
		asides: ['Si no ha pedido nada, no haga nada: su contraseña sigue siendo la misma.']
	}),
	sign_in: ({ name, link }) => ({
		subject: 'Su enlace de acceso',
		paragraphs: [
			`Hola, ${name}:`,
			'Este es el enlace para entrar en Passerelle sin contraseña. Sirve una sola vez, durante quince minutos.'
		],
		link: { label: 'Entrar', address: link },
		asides: ['Si no ha pedido nada, no haga nada y no dé este enlace a nadie.']
	}),
	email_verification: ({ name, link }) => ({
		subject: 'Confirmar su dirección',
		paragraphs: [
			`Hola, ${name}:`,
			'Confirme que esta dirección es la de su cuenta de Passerelle. El enlace sirve una sola vez, durante dos días.'
		],
		link: { label: 'Confirmar mi dirección', address: link },
		asides: ['Si no tiene cuenta en Passerelle, no haga nada.']
	}),
	email_change: ({ name, link }) => ({
		subject: 'Confirmar su nueva dirección',
		paragraphs: [
			`Hola, ${name}:`,
			'Ha pedido recibir en esta dirección lo que Passerelle le escribe, y entrar con ella. El enlace sirve una sola vez, durante un día.'
		],
		link: { label: 'Usar esta dirección', address: link },
		asides: ['Si no ha pedido nada, no haga nada: esta dirección no se utilizará.']
	}),
	address_in_use: ({ link }) => ({
		subject: 'Esta dirección ya tiene una cuenta',
		paragraphs: [
			'Hola:',
			'Alguien ha querido usar esta dirección para otra cuenta de Passerelle. Ya tiene una: la suya. Nada ha cambiado.'
		],
		link: { label: 'Entrar', address: link },
		asides: ['Si ha sido usted, entre con esta dirección.']
	}),
	invitation: ({ organisation, inviter, link }) => ({
		subject: `Invitación a unirse a ${organisation} en Passerelle`,
		paragraphs: [
			'Hola:',
			`${inviter ?? 'Un miembro'} le invita a unirse a ${organisation} en Passerelle, donde gobiernos locales escriben juntos sus buenas prácticas internacionales y conversan sobre ellas. La invitación es válida catorce días.`
		],
		link: { label: 'Ver la invitación', address: link },
		asides: ['Si esta invitación no es para usted, no haga nada: no se creará ninguna cuenta.']
	}),
	password_changed: ({ name, link }) => ({
		subject: 'Su contraseña ha cambiado',
		paragraphs: [
			`Hola, ${name}:`,
			'La contraseña de su cuenta de Passerelle acaba de cambiar y se ha cerrado la sesión en los demás dispositivos.'
		],
		link: { label: 'No he sido yo', address: link },
		asides: ['Si ha sido usted, no tiene que hacer nada.']
	}),
	email_changed: ({ name }) => ({
		subject: 'La dirección de su cuenta ha cambiado',
		paragraphs: [
			`Hola, ${name}:`,
			'Su cuenta de Passerelle usa ahora una dirección distinta de esta. Ya no le escribiremos aquí.'
		],
		asides: ['Si no ha sido usted, avise enseguida a la persona que administra su plataforma.']
	}),
	second_factor_on: ({ name, link }) => ({
		subject: 'Ahora se pide un código al entrar',
		paragraphs: [
			`Hola, ${name}:`,
			'Se acaba de activar la verificación en dos pasos en su cuenta de Passerelle: se pide un código de su aplicación cada vez que entra.'
		],
		link: { label: 'No he sido yo', address: link },
		asides: ['Guarde sus códigos de recuperación en un lugar seguro, fuera de su teléfono.']
	}),
	second_factor_off: ({ name, link }) => ({
		subject: 'Ya no se pide el código al entrar',
		paragraphs: [
			`Hola, ${name}:`,
			'Se acaba de quitar la verificación en dos pasos de su cuenta de Passerelle: ahora basta la contraseña.'
		],
		link: { label: 'No he sido yo', address: link },
		asides: ['Si ha sido usted, no tiene que hacer nada.']
	})
};

export const words: Record<Locale, Letters> = { fr: french, en: english, es: spanish };
