/** How every form action answers: parse with a contract schema, call one verb, and lose nothing typed when it fails. */
import { error, fail, isHttpError, isRedirect, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import * as v from 'valibot';

import { isFailure, isUnavailable, statusOf, type Failure } from '#server/errors.ts';
import { failureMessage } from './failure-message.server.ts';

/** What a form that takes a file makes of it. */
export type ReadFile = (bytes: Uint8Array) => string;

type Schema = v.ObjectSchema<v.ObjectEntries, undefined>;
export type Kept = Record<string, string | string[]>;

/** What a page gets back when its form was not accepted. Sentences are in the reader's language. */
export interface Refusal {
	/** Everything typed, but for passwords and codes. */
	values: Record<string, string>;
	/** By name of field. */
	errors: Record<string, string>;
	/** What went wrong that belongs to no field. */
	failure: string | null;
	/** The word of the catalogue behind `failure`. */
	code: string | null;
	details: Record<string, unknown>;
}

/**
 * The form as values the schema agreed to, or what to answer. Files, JSON, missing or repeated fields are refused with
 * a sentence, never with an unexpected error.
 */
export async function parseForm<S extends Schema>(
	schema: S,
	event: RequestEvent,
	{ readFile }: { readFile?: ReadFile } = {}
): Promise<{ values: v.InferOutput<S>; kept: Kept } | { refused: ActionFailure<Refusal>; kept: Kept }> {
	const kept = await readForm(event.request, readFile);
	if (!kept) return { refused: fail(400, refusal({}, { code: 'form_expected' })), kept: {} };

	const result = v.safeParse(schema, kept);
	if (result.success) return { values: result.output, kept };

	const errors: Record<string, string> = {};
	let code: string | null = null;
	for (const issue of result.issues) {
		const name = v.getDotPath(issue) ?? '';
		// valibot's own words are for programmers; a missing field comes with them.
		const word = /^[a-z_]+$/i.test(issue.message) ? issue.message : 'invalid_input';
		if (hidden.has(name) || word === 'invalid_input') code ??= word;
		else errors[name] ??= failureMessage(word, measure(issue.requirement));
	}
	return { refused: fail(400, refusal(kept, { errors, code })), kept };
}

/**
 * A form action: `act` calls one verb of the domain; its failures come back to the page with what was typed.
 * Only a form `forVisitors` is answered to those without a session; to others it means that theirs has ended.
 * A file is refused, unless `readFile` makes text of it.
 */
export function answer<S extends Schema, E extends RequestEvent, R>(
	schema: S,
	act: (event: E, values: v.InferOutput<S>) => Promise<R>,
	{ forVisitors = false, readFile }: { forVisitors?: boolean; readFile?: ReadFile } = {}
): (event: E) => Promise<R | ActionFailure<Refusal>> {
	return async (event) => {
		const parsed = await parseForm(schema, event, { readFile });
		if (event.locals.who.kind === 'visitor' && !forVisitors)
			return lost(event, 401, 'session_ended', parsed.kept);
		if ('refused' in parsed) return parsed.refused;
		try {
			return await act(event, parsed.values);
		} catch (thrown) {
			return answerFailure(event, thrown, parsed.kept);
		}
	};
}

function answerFailure(event: RequestEvent, thrown: unknown, kept: Kept): ActionFailure<Refusal> {
	if (isRedirect(thrown) || isHttpError(thrown)) throw thrown;
	if (isUnavailable(thrown)) return lost(event, 503, 'unavailable', kept);
	if (!isFailure(thrown)) throw thrown;
	if (thrown.kind === 'not_found') return lost(event, 404, thrown.code, kept);
	return fail(statusOf[thrown.kind], fromFailure(thrown, kept));
}

/**
 * The page itself may be gone for this person (signed out meanwhile, database away): with JavaScript the form stays
 * where it is; without, the error page gives back what was typed.
 */
function lost(event: RequestEvent, status: number, code: string, kept: Kept): ActionFailure<Refusal> {
	if (isEnhanced(event)) return fail(status, refusal(kept, { code }));
	const typed = Object.entries(kept).filter(
		([name, value]) => typeof value === 'string' && value && isTyped(name)
	);
	error(status, code, {
		code,
		requestId: event.locals.requestId,
		typed: typed.map(([, value]) => String(value))
	});
}

/** The form was sent by the page itself, which stays where it is, and not by the browser. */
export function isEnhanced(event: RequestEvent): boolean {
	return event.request.headers.get('x-sveltekit-action') === 'true';
}

function fromFailure(failure: Failure, { ...kept }: Kept): Refusal {
	// What was made under this key stands: the page gives the corrected form another one.
	if (failure.kind === 'conflict') delete kept.clientKey;
	const field = Object.keys(kept).find((name) => failure.code.startsWith(`${name}_`) && !hidden.has(name));
	if (!field) return refusal(kept, { code: failure.code, details: failure.details });
	return refusal(kept, {
		errors: { [field]: failureMessage(failure.code, failure.details) },
		details: failure.details
	});
}

function refusal(
	kept: Kept,
	{
		errors = {},
		code = null,
		details = {}
	}: { errors?: Record<string, string>; code?: string | null; details?: Failure['details'] }
): Refusal {
	const values = Object.entries(kept)
		.filter(([name]) => !secret.has(name))
		// Boxes ticked, a line each.
		.map(([name, value]) => [name, Array.isArray(value) ? value.join('\n') : value] as const);
	return {
		values: Object.fromEntries(values),
		errors,
		failure: code && failureMessage(code, details),
		code,
		details
	};
}

/** null when the body is not a form at all. A file counts as something else than text, and the schema refuses it. */
async function readForm(request: Request, readFile?: ReadFile): Promise<Kept | null> {
	let form: FormData;
	try {
		form = await request.formData();
	} catch (thrown) {
		const status = (thrown as { status?: unknown }).status;
		if (status === 413) error(413, 'too_large', { code: 'too_large' });
		return null;
	}
	const kept: Kept = {};
	for (const name of new Set(form.keys())) {
		const all = await Promise.all(
			form
				.getAll(name)
				.map(async (value) =>
					typeof value === 'string' ? value : readFile ? readFile(await value.bytes()) : '\0'
				)
		);
		kept[name] = all.length === 1 ? (all[0] ?? '') : all;
	}
	return kept;
}

/** Fields people do not see: a fault in one belongs to the form, not to them. */
const hidden = new Set(['clientKey', 'hash', 'to', 'token', 'id', 'response', '']);
/** Never given back: what was typed there is typed again. */
const secret = new Set(['password', 'current', 'code', 'response']);
const isTyped = (name: string) => !hidden.has(name) && !secret.has(name) && !name.endsWith('Id');
const measure = (requirement: unknown) =>
	typeof requirement === 'number' ? { most: requirement, least: requirement } : {};
