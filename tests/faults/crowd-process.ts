/**
 * Many people with the stock client, in a process of their own. Told `type`, each types a word; told `count`, it answers
 * how many are in and have everything saved.
 */
import { write, type Writer } from '../support/collaboration.ts';

export interface CrowdOrder {
	port: number;
	documentIds: string[];
	cookies: string[];
	people: number;
}
export interface CrowdCount {
	inside: number;
	saved: number;
	attempts: number;
}

const order = JSON.parse(process.argv[2]!) as CrowdOrder;
const crowd: Writer[] = [];
const open = setInterval(() => {
	// Not all in one instant: that is another test.
	for (let count = 0; count < 50 && crowd.length < order.people; count++) {
		const index = crowd.length;
		crowd.push(
			write(order, order.documentIds[index % order.documentIds.length]!, {
				cookie: order.cookies[index % order.cookies.length]!
			})
		);
	}
	if (crowd.length === order.people) clearInterval(open);
}, 100);

process.on('message', (message: 'type' | 'count') => {
	if (message === 'type')
		for (const [index, { doc }] of crowd.entries()) doc.getText('bench').insert(0, `<${index}>`);
	else
		process.send!({
			inside: crowd.filter(({ provider }) => provider.wsconnected && provider.synced).length,
			saved: crowd.filter((one) => one.isSaved()).length,
			attempts: crowd.reduce((sum, { counter }) => sum + counter.attempts, 0)
		} satisfies CrowdCount);
});
process.on('disconnect', () => process.exit(0));
