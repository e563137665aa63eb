/** The identity provider: OpenID Connect, authorization code flow. What it says is verified here, and nowhere else. */
import * as oidc from 'openid-client';
import type { ProviderSettings } from '../env.ts';
import { Invalid } from '../errors.ts';

/** What is kept from the departure to the return: the provider must say it again. */
export interface Departure {
	state: string;
	nonce: string;
	/** null where PKCE is not used. */
	verifier: string | null;
}

export interface Person {
	issuer: string;
	subject: string;
	/** null: the provider gave none. */
	email: string | null;
	/** null: the provider does not say. */
	isVerified: boolean | null;
	name: string;
	/** 14 digits: the establishment the person works for. */
	siret: string | null;
	/** Two factors were asked for. */
	isStrong: boolean;
	/** Asked back at the sign-out. */
	idToken: string;
}

export interface Provider {
	name: string;
	issuer: string;
	/** Whether its documents can be read now. */
	answers(): Promise<boolean>;
	/** @throws Invalid sso_unavailable */
	depart(redirectUri: string): Promise<Departure & { address: string }>;
	/** @param url of the return @throws Invalid sso_unavailable, sso_refused, sso_failed */
	arrive(url: URL, departure: Departure): Promise<Person>;
	/** Where a browser goes to be signed out there too; null when the provider has no such place, or is away. */
	farewell(idToken: string, returnTo: string): Promise<string | null>;
}

/** The documents of the provider are read again after this. */
const discovery_ms = 3_600_000;
const answer_s = 8;

/**
 * ProConnect (partenaires.proconnect.gouv.fr/docs/fournisseur-service): names of its own, no PKCE since any parameter
 * it does not know is an error (Y000400), amr only when asked for, userinfo always signed, no email_verified.
 */
const profiles = {
	generic: { scope: 'openid email profile', isSigned: false, hasPkce: true },
	proconnect: {
		scope: 'openid given_name usual_name email uid siret',
		isSigned: true,
		hasPkce: false
	}
} as const;

/** The levels of ProConnect that ask for two factors. */
const strongLevels = [
	'eidas2',
	'eidas3',
	'https://proconnect.gouv.fr/assurance/self-asserted-2fa',
	'https://proconnect.gouv.fr/assurance/consistency-checked-2fa'
];

interface Log {
	warn(data: object, message: string): void;
}

export function openProvider(settings: ProviderSettings, log: Log): Provider {
	const profile = profiles[settings.profile];
	let known: { at: number; configuration: oidc.Configuration } | undefined;

	async function configuration(): Promise<oidc.Configuration> {
		if (known && Date.now() - known.at < discovery_ms) return known.configuration;
		const isClear = settings.issuer.startsWith('http:');
		const found = await oidc.discovery(
			new URL(settings.issuer),
			settings.clientId,
			{
				id_token_signed_response_alg: settings.signingAlgorithm,
				...(profile.isSigned ? { userinfo_signed_response_alg: settings.signingAlgorithm } : {}),
				[oidc.clockTolerance]: 10
			},
			oidc.ClientSecretPost(settings.clientSecret),
			{
				timeout: answer_s,
				// TLS alone is not enough: signatures of the ID token and of userinfo are verified too.
				execute: [oidc.enableNonRepudiationChecks, ...(isClear ? [oidc.allowInsecureRequests] : [])]
			}
		);
		known = { at: Date.now(), configuration: found };
		return found;
	}

	/** Of the error only its code is written down: its body may hold what is nobody's business. */
	function translate(error: unknown, step: string): Invalid {
		const { code, error: word, status } = error as { code?: unknown; error?: unknown; status?: unknown };
		log.warn({ step, code, word, status, kind: (error as Error)?.name }, 'the identity provider');
		if (error instanceof oidc.AuthorizationResponseError)
			return new Invalid(
				['server_error', 'temporarily_unavailable'].includes(error.error) ? 'sso_unavailable' : 'sso_refused'
			);
		if (error instanceof oidc.ResponseBodyError)
			return new Invalid(error.status >= 500 ? 'sso_unavailable' : 'sso_failed');
		const isAway =
			code === 'OAUTH_TIMEOUT' ||
			code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' ||
			// fetch says so when nobody answers.
			(error instanceof TypeError && code === undefined);
		return new Invalid(isAway ? 'sso_unavailable' : 'sso_failed');
	}

	return {
		name: settings.name,
		issuer: settings.issuer,
		async answers() {
			known = undefined;
			try {
				await configuration();
				return true;
			} catch (error) {
				translate(error, 'check');
				return false;
			}
		},
		async depart(redirectUri) {
			try {
				const found = await configuration();
				const departure: Departure = {
					state: oidc.randomState(),
					nonce: oidc.randomNonce(),
					verifier: profile.hasPkce ? oidc.randomPKCECodeVerifier() : null
				};
				const address = oidc.buildAuthorizationUrl(found, {
					redirect_uri: redirectUri,
					scope: profile.scope,
					state: departure.state,
					nonce: departure.nonce,
					...(found.serverMetadata().claims_parameter_supported || settings.profile === 'proconnect'
						? { claims: '{"id_token":{"amr":null}}' }
						: {}),
					...(departure.verifier
						? {
								code_challenge: await oidc.calculatePKCECodeChallenge(departure.verifier),
								code_challenge_method: 'S256'
							}
						: {})
				});
				return { ...departure, address: address.href };
			} catch (error) {
				throw translate(error, 'discovery');
			}
		},
		async arrive(url, { state, nonce, verifier }) {
			let step = 'discovery';
			try {
				const found = await configuration();
				step = 'token';
				const tokens = await oidc.authorizationCodeGrant(found, url, {
					expectedState: state,
					expectedNonce: nonce,
					idTokenExpected: true,
					...(verifier ? { pkceCodeVerifier: verifier } : {})
				});
				const said = tokens.claims()!;
				step = 'userinfo';
				const more = found.serverMetadata().userinfo_endpoint
					? await oidc.fetchUserInfo(found, tokens.access_token, said.sub)
					: {};
				return describe({ ...said, ...more }, said, tokens.id_token!);
			} catch (error) {
				throw translate(error, step);
			}
		},
		async farewell(idToken, returnTo) {
			try {
				const found = await configuration();
				if (!found.serverMetadata().end_session_endpoint) return null;
				const address = oidc.buildEndSessionUrl(found, {
					id_token_hint: idToken,
					post_logout_redirect_uri: returnTo,
					// Asked for by ProConnect; nothing hangs on its return, which only shows that one is signed out.
					state: oidc.randomState()
				});
				return address.href;
			} catch (error) {
				translate(error, 'sign-out');
				return null;
			}
		}
	};

	/** @param all the claims of both; level comes from the ID token alone, which is of this very sign-in */
	function describe(all: Record<string, unknown>, said: oidc.IDToken, idToken: string): Person {
		const text = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
		const siret = text(all.siret).replace(/\s/g, '');
		const amr = Array.isArray(said.amr) ? said.amr : [];
		return {
			issuer: said.iss,
			subject: said.sub,
			email: text(all.email).toLowerCase() || null,
			isVerified: typeof all.email_verified === 'boolean' ? all.email_verified : null,
			name:
				`${text(all.given_name)} ${text(all.usual_name) || text(all.family_name)}`.trim() || text(all.name),
			siret: /^\d{14}$/.test(siret) ? siret : null,
			isStrong: amr.includes('mfa') || strongLevels.includes(text(said.acr)),
			idToken
		};
	}
}
