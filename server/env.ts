/** The only reader of process.env. Refuses to start on a bad value, and says which. */
import { resolve } from 'node:path';
import * as v from 'valibot';
import { ceilingOf, limitKeys, limits, limitsFrom, variableOf, type Limits } from './collaboration/limits.ts';
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

const collaborationSchema = Object.fromEntries(
	limitKeys.map((key) => [variableOf(key), whole(limits[key], 1, ceilingOf(key))])
);

const schema = v.object({
	...collaborationSchema,
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
	/** What tells the other processes on the same database what happened: memory (nobody), postgres, or a redis:// address. */
	BUS: v.optional(
		v.pipe(
			v.string(),
			v.check(
				(value) =>
					['memory', 'postgres'].includes(value) || (/^rediss?:\/\//.test(value) && URL.canParse(value)),
				'must be memory, postgres, or an address such as redis://host:6379'
			)
		)
	),
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
	REQUIRE_SECOND_FACTOR: flag(true),
	/** The identity provider (OpenID Connect): its issuer, as its discovery document says it. */
	OIDC_ISSUER: v.optional(
		v.pipe(
			v.string(),
			v.url('must be an address such as https://accounts.example.org'),
			v.check(isSafe, 'must be an https address')
		)
	),
	OIDC_CLIENT_ID: v.optional(v.pipe(v.string(), v.nonEmpty('must not be empty'))),
	OIDC_CLIENT_SECRET: v.optional(v.pipe(v.string(), v.nonEmpty('must not be empty'))),
	/** What the button says people sign in with. */
	OIDC_NAME: v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty('must not be empty'), v.maxLength(60))),
	OIDC_PROFILE: v.optional(v.picklist(['generic', 'proconnect']), 'generic'),
	/** How the provider signs what it says. */
	OIDC_SIGNING_ALG: v.optional(v.picklist(['RS256', 'PS256', 'ES256', 'EdDSA']), 'RS256'),
	/** Whom people write to about their data, as the page about privacy says it: an address, or a sentence. */
	PRIVACY_CONTACT: v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(300))),
	LOG_LEVEL: v.optional(v.picklist(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']), 'info')
});

/** In clear only on this very machine, where tests and developers are. */
function isSafe(address: string): boolean {
	if (!URL.canParse(address)) return false;
	const { protocol, hostname } = new URL(address);
	return (
		protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
	);
}

export interface ProviderSettings {
	issuer: string;
	clientId: string;
	clientSecret: string;
	name: string;
	profile: 'generic' | 'proconnect';
	signingAlgorithm: string;
}

export interface Env {
	production: boolean;
	host: string;
	port: number;
	/** null: made from host and port once the port is known. */
	origin: string | null;
	proxies: number;
	databaseUrl: string | null;
	databasePool: number;
	/** memory, postgres, or the address of a Redis. */
	bus: string;
	dataDir: string;
	allowEmbeddedDatabase: boolean;
	demo: boolean;
	allowBench: boolean;
	/** null: mail is never sent. */
	smtp: { url: string; from: string } | null;
	requireSecondFactor: boolean;
	/** null: nobody signs in through an identity provider. */
	provider: ProviderSettings | null;
	/** null: the page about privacy says that nobody is named yet. */
	privacyContact: string | null;
	logLevel: string;
	/** The bounds of live documents. */
	collaboration: Limits;
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
	const numbers = value as unknown as Record<string, number>;
	let collaboration: Limits;
	try {
		collaboration = limitsFrom(
			Object.fromEntries(limitKeys.map((key) => [key, numbers[variableOf(key)]!])) as Partial<Limits>
		);
	} catch (error) {
		throw new StartError((error as Error).message, { cause: error });
	}
	const unknown = Object.keys(source).find((name) => /^COLLAB_/.test(name) && !(name in collaborationSchema));
	if (unknown) throw new StartError(`${unknown} is set, but Passerelle knows no limit of that name.`);
	if (value.BUS && value.BUS !== 'memory' && !value.DATABASE_URL) {
		throw new StartError(
			'BUS is for several processes, and the embedded database has one: set DATABASE_URL too.'
		);
	}
	return {
		production: value.NODE_ENV === 'production',
		host: value.HOST,
		port: value.PORT,
		origin: value.ORIGIN ? new URL(value.ORIGIN).origin : null,
		proxies: value.PROXIES,
		databaseUrl: value.DATABASE_URL ?? null,
		databasePool: value.DATABASE_POOL,
		bus: value.BUS ?? (value.DATABASE_URL ? 'postgres' : 'memory'),
		dataDir: resolve(value.DATA_DIR),
		allowEmbeddedDatabase: value.ALLOW_EMBEDDED_DB,
		demo: value.DEMO,
		allowBench: value.ALLOW_BENCH,
		smtp: value.SMTP_URL && value.MAIL_FROM ? { url: value.SMTP_URL, from: value.MAIL_FROM } : null,
		requireSecondFactor: value.REQUIRE_SECOND_FACTOR,
		provider: readProvider(value),
		privacyContact: value.PRIVACY_CONTACT ?? null,
		logLevel: value.LOG_LEVEL,
		collaboration
	};
}

function readProvider(value: v.InferOutput<typeof schema>): ProviderSettings | null {
	const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = value;
	if (!issuer && !clientId && !clientSecret) return null;
	if (!issuer || !clientId || !clientSecret) {
		throw new StartError(
			'OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are set together, or not at all.'
		);
	}
	const profile = value.OIDC_PROFILE;
	return {
		issuer,
		clientId,
		clientSecret,
		name: value.OIDC_NAME ?? (profile === 'proconnect' ? 'ProConnect' : new URL(issuer).host),
		profile,
		signingAlgorithm: value.OIDC_SIGNING_ALG
	};
}
