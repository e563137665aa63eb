/** To whom a member shows a thing about themselves. */
export const audiences = ['nobody', 'organisation', 'members'] as const;
export type Audience = (typeof audiences)[number];

/** What a member may show beside their name, in the order of the pages. */
export const profileFields = ['email', 'phone', 'occupation', 'languages', 'biography'] as const;
export type ProfileField = (typeof profileFields)[number];

export const profileCharacters = { phone: 40, occupation: 120, languages: 200, biography: 2000 } as const;

/** What a member may agree to, and the date of the words they read; new words take a new date, and are asked anew. */
export const consentVersions = { digest: '2026-11-23' } as const;
export type ConsentSubject = keyof typeof consentVersions;
