/**
 * What every form may send. One schema per form, named after it; messages are codes of the catalogue (`failure_<code>`),
 * which the door translates. A form is read by parseForm() into strings, or arrays of strings for repeated fields.
 */
import * as v from 'valibot';
import { reasonCharacters, versionNameCharacters } from './cases.ts';
import { locales } from './locales.ts';
import { audiences, consentVersions, profileCharacters, type ConsentSubject } from './profiles.ts';
import { membershipRoles } from './roles.ts';
import { settingCharacters, type Setting } from './settings.ts';
import { themeNameCharacters } from './taxonomy.ts';
import { themes } from './themes.ts';
import { threadKinds, threadLimits } from './threads.ts';

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

export const chooseTheme = v.object({
	theme: v.picklist(themes, 'invalid_input'),
	to: v.optional(v.pipe(text, v.maxLength(2000, 'invalid_input')))
});

export const newCase = v.object({
	organisationId: v.pipe(v.string('organisation_empty'), v.uuid('organisation_empty')),
	clientKey
});

export const inviteOrganisation = v.object({
	organisationId: v.pipe(v.string('organisation_empty'), v.uuid('organisation_empty'))
});

export const inviteGuest = v.object({
	email: v.pipe(text, v.trim(), v.nonEmpty('email_empty'), v.maxLength(254, 'email_too_long')),
	/** One box ticked is a string, several are a list, none is missing. */
	parts: v.optional(
		v.union([
			v.pipe(
				text,
				v.transform((part) => [part])
			),
			v.pipe(v.array(text, 'invalid_input'), v.maxLength(50, 'invalid_input'))
		]),
		[]
	)
});

export const endGuest = v.object({ id: uuid });

export const newThread = v.object({
	title: words('title', threadLimits.titleMost, threadLimits.titleLeast),
	body: words('body', threadLimits.bodyMost),
	kind: v.picklist(threadKinds, 'kind_empty'),
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
/** The password of who is signed in, asked for again; nothing once they proved otherwise to be there. */
const current = v.optional(v.pipe(v.string('text_expected'), v.maxLength(1000, 'current_wrong')), '');
const to = v.optional(v.pipe(text, v.maxLength(500, 'invalid_input')));
/** What the browser's credentials API said. */
const response = v.pipe(
	v.string('passkey_failed'),
	v.nonEmpty('passkey_failed'),
	v.maxLength(20_000, 'passkey_failed')
);
const code = v.pipe(text, v.trim(), v.nonEmpty('code_empty'), v.maxLength(60, 'code_wrong'));
const name = words('name', 120);

export const requestMail = v.object({
	email: v.pipe(text, v.trim(), v.nonEmpty('email_empty'), v.maxLength(254, 'email_too_long')),
	purpose: v.picklist(['password_reset', 'sign_in'], 'invalid_input')
});

export const resetPassword = v.object({ token, password: newPassword });

export const useLink = v.object({ token });

export const giveCode = v.object({ code, to });

export const givePasskey = v.object({ response, to });

export const addPasskey = v.object({
	response,
	label: v.optional(v.pipe(text, v.maxLength(60, 'label_too_long')), '')
});

export const renamePasskey = v.object({ id: uuid, label: words('label', 60) });

export const removeOne = v.object({ id: uuid });

export const confirmByPassword = v.object({ current, to });

/** `join`: asks to speak for the organisation that was shown. */
export const signOn = v.object({ name, join: v.optional(v.picklist(['1', ''], 'invalid_input')) });

export const giveMailedCode = v.object({ code });

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

const oneOrMore = v.pipe(
	v.union([text, v.array(text)], 'invalid_input'),
	v.transform((given) => [given].flat())
);

/** The table, from a file or pasted; `choice` is the number of a line and the organisation chosen for it. */
export const bulkInvitations = v.object({
	csv: v.optional(text, ''),
	file: v.optional(text, ''),
	choice: v.optional(v.pipe(oneOrMore, v.maxLength(1000, 'invalid_input')), [])
});

export const withdrawInvitation = v.object({ id: uuid });

export const acceptInvitation = v.object({ token, name, password: newPassword });

const why = words('why', 2000);
const message = v.optional(v.pipe(text, v.trim(), v.maxLength(1000, 'message_too_long')), '');
const role = v.picklist(membershipRoles, 'role_empty');
const isSure = v.optional(v.literal('on', 'invalid_input'));

export const addOrganisation = v.object({
	name: v.pipe(text, v.trim(), v.nonEmpty('name_empty'), v.maxLength(200, 'name_too_long')),
	kind: v.pipe(v.string('kind_empty'), v.regex(/^[a-z_]{1,40}$/, 'kind_empty')),
	countryCode: v.optional(v.pipe(text, v.regex(/^([A-Z]{2})?$/, 'countryCode_unknown')), ''),
	siren: v.optional(v.pipe(text, v.trim(), v.maxLength(20, 'siren_invalid')), '')
});

export const requestSignUp = v.object({ email });

export const finishSignUp = v.object({
	token,
	organisationId: v.pipe(v.string('organisation_empty'), v.uuid('organisation_empty')),
	role,
	name,
	password: newPassword,
	message
});

export const joinOrganisation = v.object({ organisationId: uuid, role, message });

export const answerRequest = v.object({
	id: uuid,
	decision: v.picklist(['approve', 'refuse'], 'decision_empty'),
	role,
	why: v.optional(v.pipe(text, v.trim(), v.maxLength(2000, 'why_too_long')), '')
});

export const changeMembership = v.object({
	memberId: uuid,
	act: v.picklist([...membershipRoles, 'suspend', 'lift', 'end'], 'act_empty'),
	why,
	isSure
});

export const chooseVoice = v.object({ organisationId: uuid });

export const leaveOrganisation = v.object({ organisationId: uuid, isSure });

export const withdrawRequest = v.object({ id: uuid });

const setting = (field: Setting) =>
	v.pipe(text, v.trim(), v.maxLength(settingCharacters[field], 'setting_too_long'));

export const settings = v.object({
	networkName: setting('networkName'),
	contactName: setting('contactName'),
	contactEmail: v.pipe(setting('contactEmail'), v.regex(/^([^\s@<>,;"]+@[^\s@<>,;"]+)?$/, 'email_invalid')),
	contactAddress: setting('contactAddress'),
	publisher: setting('publisher'),
	host: setting('host')
});

const { networkName, ...contactBlock } = settings.entries;
/** The steps of the first run. */
export const firstNetwork = v.object({ networkName });
export const firstContact = v.object(contactBlock);
export const firstAdmin = v.object({ name, email, password: newPassword });

const translatedName = (field: string) =>
	v.optional(v.pipe(text, v.trim(), v.maxLength(themeNameCharacters, `${field}_too_long`)), '');

export const themeNames = v.object({
	nameFr: words('nameFr', themeNameCharacters),
	nameEn: translatedName('nameEn'),
	nameEs: translatedName('nameEs')
});

const slug = v.pipe(text, v.maxLength(200, 'invalid_input'));

export const moveTheme = v.object({ id: slug, direction: v.picklist(['up', 'down'], 'invalid_input') });

export const mergeTheme = v.object({ into: slug });

export const retryMail = v.object({
	id: v.pipe(v.string('invalid_input'), v.regex(/^\d{1,15}$/, 'invalid_input'))
});

const mostly = (field: keyof typeof profileCharacters) =>
	v.pipe(text, v.trim(), v.maxLength(profileCharacters[field], `${field}_too_long`));
const audience = v.picklist(audiences, 'invalid_input');

export const publicProfile = v.object({
	phone: mostly('phone'),
	occupation: mostly('occupation'),
	languages: mostly('languages'),
	biography: mostly('biography'),
	email_shown_to: audience,
	phone_shown_to: audience,
	occupation_shown_to: audience,
	languages_shown_to: audience,
	biography_shown_to: audience
});

export const consent = v.object({
	subject: v.picklist(Object.keys(consentVersions) as ConsentSubject[], 'invalid_input'),
	agrees: v.pipe(
		v.picklist(['yes', 'no'], 'invalid_input'),
		v.transform((answer) => answer === 'yes')
	)
});

/** The password of who is signed in, before what cannot be undone or must not be seen. */
export const confirmIdentity = v.object({ current });

/** A form that is a single button. */
export const nothing = v.object({});
