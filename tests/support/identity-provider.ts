/** A real identity provider (oidc-provider, which is certified) on a port of its own, and the faults it can be given. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Provider, type KoaContextWithOIDC } from 'oidc-provider';

export interface Somebody {
	subject: string;
	/** As the profile names them: email, email_verified, given_name, siret… */
	claims: Record<string, unknown>;
	amr?: string[];
}

export interface IdentityProvider {
	issuer: string;
	clients: Record<'generic' | 'proconnect', { id: string; secret: string }>;
	/** Who presses the button there next. */
	somebody: Somebody;
	/** What is wrong with what it says of people. */
	fault: 'none' | 'unsigned' | 'forged' | 'other subject';
	/** How often its sign-out was asked for, and with which hint. */
	farewells: string[];
	open(): Promise<void>;
	/** Nobody answers at its address any more. */
	close(): Promise<void>;
}

/** The words of its two buttons. */
export const buttons = { go: 'Continuer', stop: 'Annuler' };

/** @param origins of the installations that may send people here */
export async function identityProvider(port: number, origins: string[]): Promise<IdentityProvider> {
	const issuer = `http://127.0.0.1:${port}`;
	const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const otherKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });
	const clients = {
		generic: { id: 'passerelle', secret: 'a-secret-of-the-generic-client' },
		proconnect: { id: 'passerelle-pc', secret: 'a-secret-of-the-proconnect-client' }
	};
	const common = {
		grant_types: ['authorization_code'],
		response_types: ['code' as const],
		redirect_uris: origins.map((origin) => `${origin}/connexion/sso/retour`),
		post_logout_redirect_uris: origins.map((origin) => `${origin}/deconnexion`),
		token_endpoint_auth_method: 'client_secret_post' as const
	};
	const provider = new Provider(issuer, {
		jwks: { keys: [{ ...keys.privateKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] },
		clients: [
			{ ...common, client_id: clients.generic.id, client_secret: clients.generic.secret },
			{
				...common,
				client_id: clients.proconnect.id,
				client_secret: clients.proconnect.secret,
				userinfo_signed_response_alg: 'RS256'
			}
		],
		pkce: { required: (_ctx, client) => client.clientId === clients.generic.id },
		features: {
			devInteractions: { enabled: false },
			jwtUserinfo: { enabled: true },
			claimsParameter: { enabled: true },
			rpInitiatedLogout: {
				enabled: true,
				logoutSource: (ctx, form) => {
					ctx.body = `<!doctype html><title>Fournisseur</title>${form}<button form="op.logoutForm" name="logout" value="yes">Quitter</button>`;
				}
			}
		},
		scopes: ['openid', 'email', 'profile', 'given_name', 'usual_name', 'uid', 'siret'],
		claims: {
			acr: null,
			amr: null,
			email: ['email', 'email_verified'],
			profile: ['given_name', 'family_name', 'name'],
			given_name: ['given_name'],
			usual_name: ['usual_name'],
			uid: ['uid'],
			siret: ['siret']
		},
		cookies: { keys: ['only for tests'] },
		findAccount: (_ctx, subject) => ({
			accountId: subject,
			claims: () => ({ sub: subject, ...known.get(subject) })
		}),
		interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
		// Asking whether the application may know is not what is tested.
		loadExistingGrant: async (ctx) => {
			const grant = new ctx.oidc.provider.Grant({
				clientId: ctx.oidc.client!.clientId,
				accountId: ctx.oidc.session!.accountId!
			});
			grant.addOIDCScope([...ctx.oidc.requestParamScopes].join(' '));
			grant.addOIDCClaims(['amr', 'acr']);
			await grant.save();
			return grant;
		},
		ttl: {
			Session: 3600,
			Grant: 3600,
			Interaction: 600,
			AccessToken: 60,
			IdToken: 600,
			AuthorizationCode: 30
		}
	});
	const known = new Map<string, Record<string, unknown>>();
	provider.use(async (ctx: KoaContextWithOIDC, next) => {
		// As ProConnect does: a parameter it does not know is an error.
		if (ctx.path === '/auth' && ctx.query.client_id === clients.proconnect.id) {
			const allowed =
				/^(response_type|client_id|redirect_uri|scope|claims|state|nonce|prompt|login_hint|idp_hint)$/;
			if (Object.keys(ctx.query).some((name) => !allowed.test(name))) {
				ctx.status = 400;
				ctx.body = 'Y000400';
				return;
			}
		}
		if (ctx.path.startsWith('/interaction/')) return interact(ctx);
		if (ctx.path === '/session/end') self.farewells.push(String(ctx.query.id_token_hint ?? ''));
		await next();
		if (ctx.path === '/me' && ctx.status === 200) spoil(ctx);
	});

	async function interact(ctx: KoaContextWithOIDC): Promise<void> {
		if (ctx.method === 'GET') {
			ctx.type = 'html';
			ctx.body = `<!doctype html><title>Fournisseur</title><form method="post"><button name="act" value="go">${buttons.go}</button> <button name="act" value="stop">${buttons.stop}</button></form>`;
			return;
		}
		const chunks: Buffer[] = [];
		for await (const chunk of ctx.req) chunks.push(chunk as Buffer);
		const { subject, claims, amr } = self.somebody;
		known.set(subject, claims);
		await provider.interactionFinished(
			ctx.req,
			ctx.res,
			Buffer.concat(chunks).includes('stop')
				? { error: 'access_denied' }
				: { login: { accountId: subject, remember: false, ...(amr ? { amr } : {}) } }
		);
		ctx.respond = false;
	}

	function spoil(ctx: KoaContextWithOIDC): void {
		if (self.fault === 'none') return;
		const words = {
			...known.get(self.somebody.subject),
			sub: self.fault === 'other subject' ? 'somebody-else' : self.somebody.subject,
			iss: issuer,
			aud: clients.proconnect.id
		};
		if (self.fault === 'unsigned') {
			ctx.type = 'application/json';
			ctx.body = JSON.stringify(words);
			return;
		}
		const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
		const head = `${part({ alg: 'RS256', kid: 'one' })}.${part(words)}`;
		const key = self.fault === 'forged' ? otherKeys.privateKey : keys.privateKey;
		ctx.type = 'application/jwt';
		ctx.body = `${head}.${sign('RSA-SHA256', Buffer.from(head), key).toString('base64url')}`;
	}

	let server: Server | undefined;
	const self: IdentityProvider = {
		issuer,
		clients,
		somebody: { subject: 'nobody', claims: {} },
		fault: 'none',
		farewells: [],
		async open() {
			server = createServer(provider.callback());
			server.listen(port, '127.0.0.1');
			await once(server, 'listening');
		},
		async close() {
			const closing = server;
			server = undefined;
			if (!closing) return;
			closing.closeAllConnections();
			closing.close();
			await once(closing, 'close');
		}
	};
	return self;
}
