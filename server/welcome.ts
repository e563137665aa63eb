import type { App } from './app.ts';
import { demoAccounts } from './demo/accounts.ts';
import * as firstRun from './domain/first-run.ts';

/** What a start prints for the person who started it: the address, and how to come in the first time. */
export async function welcome(app: Pick<App, 'db' | 'env'>, origin: string): Promise<string> {
	const lines = ['', `Passerelle is ready: ${origin}`];
	const accounts = demoAccounts(app.env);
	if (accounts.length > 0) {
		const width = Math.max(...accounts.map((account) => account.email.length));
		lines.push('', 'Demonstration accounts (npm run cli -- demo:accounts shows them again):');
		for (const { email, password, role } of accounts)
			lines.push(`  ${email.padEnd(width)}  ${password}  ${role}`);
	}
	const link = await firstRun.issueLink(app.db);
	if (link)
		lines.push(
			'',
			'Nobody administers this installation yet. Open this link within a day (npm run cli -- first-run:link makes another):',
			`  ${origin}${link}`
		);
	return `${lines.join('\n')}\n`;
}
