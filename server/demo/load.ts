/** The demonstration of a new database, played by its accounts through the same verbs as everybody. */
import { randomUUID } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import * as Y from 'yjs';
import { fillDocument } from '#lib/document/content.ts';
import { sectionKeys } from '#lib/document/template.ts';
import type { App } from '../app.ts';
import type { Context, Member } from '../context.ts';
import type { Database } from '../database/tables.ts';
import { findCase } from '../domain/case-rows.ts';
import * as cases from '../domain/cases.ts';
import * as documents from '../domain/documents.ts';
import * as members from '../domain/members.ts';
import * as organisations from '../domain/organisations.ts';
import * as reviews from '../domain/reviews.ts';
import { searchText } from '../domain/search-text.ts';
import * as threads from '../domain/threads.ts';
import { keepAccounts, readablePassword, type DemoAccount } from './accounts.ts';
import {
	demoCases,
	demoMembers,
	demoMilestones,
	demoOrganisations,
	demoSubjects,
	demoTheme,
	demoThreads,
	roleOf,
	type DemoCase,
	type DemoOrganisation,
	type DemoPart
} from './content.ts';
import { removeDemoRows } from './purge.ts';

type Stage = Pick<App, 'db' | 'databaseKind' | 'env' | 'log' | 'contextFor'>;
type Cast = Record<DemoPart, Context & { who: Member }>;

/** Whether this database never had a demonstration and is still nobody's, or a load of it was cut short. */
export async function demoIsDue(db: Kysely<Database>): Promise<boolean> {
	const mark = await db
		.selectFrom('reference_imports')
		.select('digest')
		.where('name', '=', 'demo')
		.executeTakeFirst();
	if (mark) return mark.digest === 'loading';
	const member = await db.selectFrom('members').select('id').limit(1).executeTakeFirst();
	return member === undefined;
}

/**
 * Call it when demoIsDue. None when another process is loading it.
 * @throws StartError when the passwords cannot be kept
 */
export async function loadDemo(app: Stage): Promise<DemoAccount[]> {
	if (!(await claim(app))) {
		app.log.warn(
			'the demonstration is being loaded by another process, or its load was cut short: see in two minutes'
		);
		return [];
	}
	await app.db.transaction().execute(removeDemoRows);

	const accounts = Object.entries(demoMembers).map(([part, { email, name, organisation }]) => ({
		email,
		name,
		role: roleOf[part as DemoPart],
		organisation: organisation && demoOrganisations[organisation],
		password: readablePassword()
	}));
	// Kept before they open anything: an account nobody can enter would be worse than no demonstration.
	keepAccounts(app.env, accounts);

	await describeTheme(app.db);
	const organisationIds = await makeOrganisations(app.db);
	const cast = await makeMembers(app, accounts, organisationIds);
	for (const story of demoCases) await playCase(cast, story, organisationIds);
	for (const { by, title, body, visibility, kind, replies } of demoThreads) {
		const { id } = await threads.open(cast[by], { title, body, visibility, kind, clientKey: randomUUID() });
		for (const reply of replies) {
			await threads.reply(cast[reply.by], id, { body: reply.body, clientKey: randomUUID() });
		}
	}

	await app.db
		.updateTable('reference_imports')
		.set({ digest: 'loaded', imported_at: sql`now()` })
		.where('name', '=', 'demo')
		.execute();
	app.log.info({ accounts: accounts.length, cases: demoCases.length }, 'demonstration loaded');
	return accounts;
}

/** One process at a time. The embedded database has only one, so an unfinished load there was cut short. */
async function claim({ db, databaseKind }: Stage): Promise<boolean> {
	const abandoned = databaseKind === 'embedded' ? sql`interval '0'` : sql`interval '2 minutes'`;
	const { rows } = await sql`
		insert into reference_imports (name, digest) values ('demo', 'loading')
		on conflict (name) do update set imported_at = now()
			where reference_imports.digest = 'loading' and reference_imports.imported_at <= now() - ${abandoned}
		returning name`.execute(db);
	return rows.length > 0;
}

async function describeTheme(db: Kysely<Database>): Promise<void> {
	const theme_slug = demoTheme.slug;
	await db
		.insertInto('themes')
		.values({ ...demoTheme, is_demo: true })
		.execute();
	await db
		.insertInto('theme_subjects')
		.values(demoSubjects.map((text, index) => ({ theme_slug, position: index + 1, text, is_demo: true })))
		.execute();
	await db
		.insertInto('milestones')
		.values(demoMilestones.map((milestone) => ({ theme_slug, ...milestone, is_demo: true })))
		.execute();
}

async function makeOrganisations(db: Kysely<Database>): Promise<Record<DemoOrganisation, string>> {
	const make = async (name: string) => {
		const { id } = await db
			.insertInto('organisations')
			.values({ kind: 'other', name, search_text: searchText(name), is_demo: true })
			.returning('id')
			.executeTakeFirstOrThrow();
		return id;
	};
	return { space: await make(demoOrganisations.space), guest: await make(demoOrganisations.guest) };
}

async function makeMembers(
	app: Stage,
	accounts: DemoAccount[],
	organisationIds: Record<DemoOrganisation, string>
): Promise<Cast> {
	const cast: Partial<Cast> = {};
	for (const part of Object.keys(demoMembers) as DemoPart[]) {
		const { email, name, organisation } = demoMembers[part];
		const role = roleOf[part];
		const { id } = await members.create(app.contextFor({ kind: 'visitor' }), {
			email,
			name,
			password: accounts.find((account) => account.email === email)!.password,
			role,
			organisationId: organisation && organisationIds[organisation],
			isDemo: true
		});
		const who: Member = {
			kind: 'member',
			id,
			name,
			locale: 'fr',
			isDemo: true,
			sessionId: 'demo',
			memberships:
				organisation && members.isMembershipRole(role)
					? [
							{
								organisationId: organisationIds[organisation],
								organisationName: demoOrganisations[organisation],
								role
							}
						]
					: [],
			appointments: members.isAppointmentRole(role) ? [role] : []
		};
		cast[part] = { ...app.contextFor(who), who };
	}
	return cast as Cast;
}

async function playCase(
	cast: Cast,
	story: DemoCase,
	organisationIds: Record<DemoOrganisation, string>
): Promise<void> {
	const { contributor, referent, moderator } = cast;
	const { reference } = await cases.create(contributor, {
		organisationId: organisationIds.space,
		clientKey: randomUUID()
	});
	await write(contributor, reference, story, organisationIds.space);

	if (story.ends === 'co_writing') {
		await cases.invite(referent, reference, organisationIds.guest);
	} else {
		const { hash } = await cases.submit(referent, reference);
		await reviews.take(moderator, reference);
		if (story.ends === 'changes_requested') {
			await reviews.requestChanges(moderator, reference, { hash, reason: story.reason ?? '' });
		} else if (story.ends === 'published') {
			await reviews.publish(moderator, reference, { hash });
		}
	}
	for (const { by, body } of story.posts) {
		const thread = await threads.forCase(cast[by], reference);
		await threads.reply(cast[by], thread, { body, clientKey: randomUUID() });
	}
}

/** What the contributor would have typed: the one update that an editor would have sent, in the log of the document. */
async function write(
	{ db, who }: Context & { who: Member },
	reference: string,
	{ title, summary, modality, targets, partner, sections }: DemoCase,
	leadId: string
): Promise<void> {
	const found = await findCase(db, { reference });
	const documentId = found!.documentId;
	const lead = await organisations.get({ db }, leadId);
	const doc = await documents.load(db, documentId);
	fillDocument(doc, {
		title,
		summary,
		facts: {
			lead: { id: lead.id, name: lead.name, place: lead.place },
			partner,
			modality,
			targets
		},
		sections: Object.fromEntries(
			sectionKeys.map((key) => [key, sections[key] ?? { type: 'doc', content: [] }])
		) as Record<(typeof sectionKeys)[number], NonNullable<(typeof sections)['actions']>>
	});
	await db
		.insertInto('live_updates')
		.values({ document_id: documentId, member_id: who.id, data: Y.encodeStateAsUpdate(doc) })
		.execute();
	await db
		.insertInto('live_clients')
		.values({ document_id: documentId, client_id: doc.clientID, member_id: who.id })
		.execute();
	await cases.project(db, documentId);
}
