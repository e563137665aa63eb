import { answer } from '#lib/answer.server.ts';
import * as forms from '#lib/contract/forms.ts';
import { signInFirst } from '#lib/mailed-link.server.ts';
import { m } from '#lib/paraglide/messages.js';
import * as bulk from '#server/domain/bulk-invitations.ts';
import { NotFound } from '#server/errors.ts';
import type { Actions, PageServerLoad } from './$types';
import { stateNames } from './states.ts';

export const load: PageServerLoad = ({ locals, url }) => {
	if (locals.who.kind !== 'member') signInFirst(url);
	if (!bulk.mayInviteInBulk(locals.context)) throw new NotFound();
	return {
		sample: asFile([
			columns(),
			['prenom.nom@ville.example', '31555', m.role_contributor(), 'fr'],
			['nombre.apellido@region.example', 'region:76', m.role_member(), 'es']
		]),
		mostLines: bulk.mostLines,
		mostBytes: bulk.mostBytes
	};
};

type Event = Parameters<Actions['preview']>[0];

export const actions: Actions = {
	preview: answer(
		forms.bulkInvitations,
		async ({ locals }: Event, { csv, file, choice }) => {
			const table = file || csv;
			return { table, isSent: false, ...shown(await bulk.preview(locals.context, table, chosen(choice))) };
		},
		{ readFile: bulk.decoded }
	),
	send: answer(forms.bulkInvitations, async ({ locals }: Event, { csv, choice }) => ({
		table: csv,
		isSent: true,
		...shown(await bulk.send(locals.context, csv, chosen(choice)))
	}))
};

function chosen(choice: string[]): bulk.Choices {
	return new Map(
		choice.filter(Boolean).map((one) => {
			const [line, organisationId = ''] = one.split(' ');
			return [Number(line), organisationId];
		})
	);
}

function shown(batch: bulk.Batch) {
	const faults = bulk.toCorrect(batch);
	return {
		batch,
		toCorrect:
			faults.length === 0
				? null
				: asFile([
						[...columns(), m.bulk_column_line(), m.bulk_column_state()],
						...faults.map(({ number, email, organisation, role, language, state }) => [
							email,
							organisation,
							role,
							language,
							String(number),
							stateNames[state]()
						])
					])
	};
}

const columns = () => [
	m.bulk_header_email(),
	m.bulk_header_organisation(),
	m.bulk_header_role(),
	m.bulk_header_language()
];

/** Carried by its own link: nothing is kept on the server, and none is asked for it. */
const asFile = (rows: string[][]) => `data:text/csv;charset=utf-8,${encodeURIComponent(bulk.csvOf(rows))}`;
