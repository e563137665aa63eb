/** The only reader of process.env. Refuses to start on a bad value, and says which. */
import { resolve } from 'node:path';
import * as v from 'valibot';
import { StartError } from './database/start-error.ts';

const flag = (fallback: boolean) =>
	v.optional(
		v.pipe(
			v.picklist(['0', '1', 'true', 'false', '']),
			v.transform((value) => (value === '' ? fallback : value === '1' || value === 'true'))
		),
		fallback ? '1' : '0'
	);
const whole = (fallback: number, min: number, max: number) =>
	v.optional(
		v.pipe(v.string(), v.toNumber(), v.integer(), v.minValue(min), v.maxValue(max)),
		String(fallback)
	);

const schema = v.object({
	NODE_ENV: v.optional(v.picklist(['development', 'production', 'test'])),
	HOST: v.optional(v.pipe(v.string(), v.nonEmpty()), '127.0.0.1'),
	PORT: whole(3000, 0, 65535),
	/** The address people type, e.g. https://passerelle.example.org; by default http://HOST:PORT. */
	ORIGIN: v.optional(
		v.pipe(
			v.string(),
			v.url(),
			v.check(
				(value) => URL.canParse(value) && new URL(value).origin === value.replace(/\/$/, ''),
				'must be an origin, without a path'
			)
		)
	),
	/** How many reverse proxies stand in front, to read the caller's address from X-Forwarded-For. */
	PROXIES: whole(0, 0, 10),
	DATABASE_URL: v.optional(v.pipe(v.string(), v.regex(/^postgres(ql)?:\/\//, 'must start with postgres://'))),
	DATABASE_POOL: whole(10, 1, 200),
	DATA_DIR: v.optional(v.pipe(v.string(), v.nonEmpty()), './data'),
	ALLOW_EMBEDDED_DB: flag(false),
	DEMO: flag(true),
	ALLOW_BENCH: flag(false),
	/** Where mail is handed over, e.g. smtps://user:password@mail.example.org; without it none is ever sent. */
	SMTP_URL: v.optional(
		v.pipe(
			v.string(),
			v.regex(/^smtps?:\/\//, 'must start with smtp:// or smtps://'),
			v.url('must be an address such as smtps://user:password@host')
		)
	),
	/** Whom mail comes from: an address, or “Name <address>”. */
	MAIL_FROM: v.optional(
		v.pipe(
			v.string(),
			v.regex(
				/^([^\s<>@,;]+@[^\s<>@,;]+|[^<>@,;"\r\n]+ <[^\s<>@,;]+@[^\s<>@,;]+>)$/,
				'must be an address, or “Name <address>”'
			)
		)
	),
	/** Moderators and administrators act as such only with a second factor. */
	REQUIRE_SECOND_FACTOR: flag(false),
	LOG_LEVEL: v.optional(v.picklist(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), 'info')
});

export interface Env {
	production: boolean;
	host: string;
	port: number;
	/** null: made from host and port once the port is known. */
	origin: string | null;
	proxies: number;
	databaseUrl: string | null;
	databasePool: number;
	dataDir: string;
	allowEmbeddedDatabase: boolean;
	demo: boolean;
	allowBench: boolean;
	/** null: mail is never sent. */
	smtp: { url: string; from: string } | null;
	requireSecondFactor: boolean;
	logLevel: string;
}

/**
 * @param fallbacks values for variables the environment does not set
 * @throws StartError whose message lists every bad variable, one per line
 */
export function readEnv(fallbacks: Record<string, string> = {}, source = process.env): Env {
	const result = v.safeParse(schema, { ...fallbacks, ...source });
	if (!result.success) {
		const lines = result.issues.map((issue) => `  ${v.getDotPath(issue) ?? '?'}: ${issue.message}`);
		throw new StartError(
			`These environment variables have values Passerelle cannot use:\n${lines.join('\n')}`
		);
	}
	const value = result.output;
	if (value.SMTP_URL && !value.MAIL_FROM) {
		throw new StartError('SMTP_URL is set, but MAIL_FROM is not: say whom mail comes from.');
	}
	return {
		production: value.NODE_ENV === 'production',
		host: value.HOST,
		port: value.PORT,
		origin: value.ORIGIN ? new URL(value.ORIGIN).origin : null,
		proxies: value.PROXIES,
		databaseUrl: value.DATABASE_URL ?? null,
		databasePool: value.DATABASE_POOL,
		dataDir: resolve(value.DATA_DIR),
		allowEmbeddedDatabase: value.ALLOW_EMBEDDED_DB,
		demo: value.DEMO,
		allowBench: value.ALLOW_BENCH,
		smtp: value.SMTP_URL && value.MAIL_FROM ? { url: value.SMTP_URL, from: value.MAIL_FROM } : null,
		requireSecondFactor: value.REQUIRE_SECOND_FACTOR,
		logLevel: value.LOG_LEVEL
	};
}
