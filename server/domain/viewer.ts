/** Who is looking, and what the frame around every page may offer. Answers only: the rules stay in the table. */
import type { Locale } from '#lib/contract/locales.ts';
import { can } from '../access.ts';
import type { Context } from '../context.ts';

export interface Viewer {
	name: string;
	locale: Locale;
	isDemo: boolean;
	organisations: { id: string; name: string }[];
	/** Those this member may start a case for. */
	writesFor: { id: string; name: string }[];
	/** Roles wait until a second factor is there. */
	secondFactorDue: boolean;
	may: { review: boolean; openThread: boolean; answerRequests: boolean; administer: boolean };
}

/** null for a visitor. Asks the database nothing, so that the frame stands when it is away. */
export function viewer({ who }: Pick<Context, 'who'>): Viewer | null {
	if (who.kind !== 'member') return null;
	const organisations = who.memberships.map(({ organisationId, organisationName }) => ({
		id: organisationId,
		name: organisationName
	}));
	return {
		name: who.name,
		locale: who.locale,
		isDemo: who.isDemo,
		organisations,
		writesFor: organisations.filter(({ id }) => can(who, 'case.create', { id, isDemo: who.isDemo })),
		secondFactorDue: who.secondFactorDue === true,
		may: {
			review: can(who, 'review.list', null),
			openThread: can(who, 'thread.create', null),
			answerRequests: can(who, 'join.list', null),
			administer: can(who, 'administration.read', null)
		}
	};
}
