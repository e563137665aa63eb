/**
 * What every form may send. One schema per form, named after it; messages are codes of the catalogue (`failure_<code>`),
 * which the door translates. A form is read by parseForm() into strings, or arrays of strings for repeated fields.
 */
import * as v from 'valibot';
import { reasonCharacters, versionNameCharacters } from './cases.ts';
import { locales } from './locales.ts';
import { membershipRoles } from './roles.ts';
import { threadLimits } from './threads.ts';

/** A line or more of text: no file, no list, nothing Postgres cannot store; line ends made the same everywhere. */
const text = v.pipe(
	v.string('text_expected'),
	v.check((value) => !value.includes('\0'), 'text_expected'),
	v.transform((value) => value.replace(/\r\n?/g, '\n'))
);
const words = (field: string, most: number, least = 1) =>
	v.pipe(
		text,
		v.trim(),
		v.nonEmpty(`${field}_empty`),
		v.minLength(least, `${field}_too_short`),
		v.maxLength(most, `${field}_too_long`)
	);
const uuid = v.pipe(v.string('invalid_input'), v.uuid('invalid_input'));
/** Made by the server with the form: the same key twice is the same thing, made once. */
const clientKey = uuid;

export const signIn = v.object({
	email: v.pipe(text, v.trim(), v.nonEmpty('email_empty'), v.maxLength(254, 'email_too_long')),
	password: v.pipe(
		v.string('text_expected'),
		v.nonEmpty('password_empty'),
		v.maxLength(1000, 'password_too_long')
	),
	/** The page to go back to. */
	to: v.optional(v.pipe(text, v.maxLength(500, 'invalid_input')))
});

export const chooseLocale = v.object({
	locale: v.picklist(locales, 'invalid_input'),
	to: v.optional(v.pipe(text, v.maxLength(2000, 'invalid_input')))
});

export const newCase = v.object({
	organisationId: v.pipe(v.string('organisation_empty'), v.uuid('organisation_empty')),
	clientKey
});

export const inviteOrganisation = v.object({
	organisationId: v.pipe(v.string('organisation_empty'), v.uuid('organisation_empty'))
});

export const newThread = v.object({
	title: words('title', threadLimits.titleMost, threadLimits.titleLeast),
	body: words('body', threadLimits.bodyMost),
	visibility: v.picklist(['members', 'public'], 'visibility_empty'),
	clientKey
});

export const reply = v.object({ body: words('body', threadLimits.bodyMost), clientKey });

/** The fingerprint the moderator had under the eyes. */
const hash = v.pipe(v.string('invalid_input'), v.regex(/^[0-9a-f]{64}$/, 'invalid_input'));

export const requestChanges = v.object({ hash, reason: words('reason', reasonCharacters) });

export const publish = v.object({ hash });

export const nameVersion = v.object({ label: words('label', versionNameCharacters) });

/** Everything when no part is named. */
export const restoreVersion = v.object({
	versionId: uuid,
	part: v.pipe(v.string('invalid_input'), v.regex(/^[a-z_]{0,40}$/, 'invalid_input'))
});

/** Of a mailed link. */
const token = v.pipe(v.string('token_invalid'), v.regex(/^[\w-]{20}\.[\w-]{20}$/, 'token_invalid'));
const email = v.pipe(
	text,
	v.trim(),
	v.nonEmpty('email_empty'),
	v.maxLength(254, 'email_too_long'),
	v.regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;".]+$/, 'email_invalid')
);
/** Longer than any a person has; what it must be is the server's to say, which knows what is common. */
const newPassword = v.pipe(
	v.string('text_expected'),
	v.nonEmpty('password_empty'),
	v.maxLength(1000, 'password_too_long')
);
/** The password of who is signed in, asked for again. */
const current = v.pipe(
	v.string('text_expected'),
	v.nonEmpty('current_empty'),
	v.maxLength(1000, 'current_wrong')
);
const code = v.pipe(text, v.trim(), v.nonEmpty('code_empty'), v.maxLength(60, 'code_wrong'));
const name = words('name', 120);

export const requestMail = v.object({
	email: v.pipe(text, v.trim(), v.nonEmpty('email_empty'), v.maxLength(254, 'email_too_long')),
	purpose: v.picklist(['password_reset', 'sign_in'], 'invalid_input')
});

export const resetPassword = v.object({ token, password: newPassword });

export const useLink = v.object({ token });

export const giveCode = v.object({ code, to: v.optional(v.pipe(text, v.maxLength(500, 'invalid_input'))) });

export const profile = v.object({ name, locale: v.picklist(locales, 'invalid_input') });

export const changePassword = v.object({ current, password: newPassword });

export const changeEmail = v.object({ current, email });

export const endSession = v.object({
	id: v.pipe(v.string('invalid_input'), v.regex(/^[\w-]{20}$/, 'invalid_input'))
});

export const beginSecondFactor = v.object({ current });

export const confirmSecondFactor = v.object({ code });

export const changeSecondFactor = v.object({ current, code });

export const inviteMember = v.object({
	email,
	organisationId: v.pipe(v.string('organisation_empty'), v.uuid('organisation_empty')),
	role: v.picklist(membershipRoles, 'role_empty'),
	locale: v.picklist(locales, 'invalid_input')
});

export const withdrawInvitation = v.object({ id: uuid });

export const acceptInvitation = v.object({ token, name, password: newPassword });

export const retryMail = v.object({
	id: v.pipe(v.string('invalid_input'), v.regex(/^\d{1,15}$/, 'invalid_input'))
});

/** A form that is a single button. */
export const nothing = v.object({});
