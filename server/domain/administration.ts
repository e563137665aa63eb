/** The desk of those who run the platform: which pages of the administration are theirs, and what waits there. */
import { can } from '../access.ts';
import type { Context, Who } from '../context.ts';
import { NotFound } from '../errors.ts';
import * as joinRequests from './join-requests.ts';
import * as mail from './mail.ts';

/** In the order of the page. Its title and its sentence are in src/routes/administration/doors.ts. */
const doors = [
	{ name: 'requests', href: '/organisations/demandes', isFor: (who: Who) => can(who, 'join.list', null) },
	{
		name: 'invitations',
		href: '/administration/invitations',
		isFor: (who: Who) => can(who, 'invitation.bulk', null)
	},
	{
		name: 'settings',
		href: '/administration/reglages',
		isFor: (who: Who) => can(who, 'settings.read', null)
	},
	{
		name: 'themes',
		href: '/administration/taxonomie',
		isFor: (who: Who) => can(who, 'taxonomy.read', null)
	},
	{ name: 'mail', href: '/administration/courrier', isFor: (who: Who) => can(who, 'mail.list', null) },
	{ name: 'health', href: '/administration/etat', isFor: (who: Who) => can(who, 'health.read', null) },
	{ name: 'journal', href: '/administration/journal', isFor: () => true }
] as const;

export type DoorName = (typeof doors)[number]['name'];

export interface Desk {
	doors: { name: DoorName; href: string }[];
	/** Mails given up, and mails that wait; null to those who do not read the mail. */
	mail: { failed: number; waiting: number } | null;
	/** To join an organisation, that this person may answer; null to those who may answer none. */
	requests: number | null;
}

/** @throws NotFound to everyone but moderators and administrators */
export async function desk(context: Context): Promise<Desk> {
	const { who } = context;
	if (!can(who, 'administration.read', null)) throw new NotFound();
	const mine = doors.filter(({ isFor }) => isFor(who));
	const isMine = (name: DoorName) => mine.some((door) => door.name === name);
	const counts = isMine('mail') ? await mail.counts(context) : null;
	return {
		doors: mine.map(({ name, href }) => ({ name, href })),
		mail: counts && { failed: counts.failed, waiting: counts.waiting + counts.retrying },
		requests: isMine('requests') ? (await joinRequests.list(context)).length : null
	};
}
