import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What axe finds serious or critical, one line each. */
export async function faults(page: Page, where = '', only?: string[]): Promise<string[]> {
	let axe = new AxeBuilder({ page }).setLegacyMode();
	if (only) axe = axe.withRules(only);
	const { violations } = await axe.analyze();
	return violations
		.filter(({ impact }) => impact === 'serious' || impact === 'critical')
		.flatMap(({ id, nodes }) =>
			nodes.map(({ target, failureSummary }) => `${where} ${id}: ${String(target)}: ${failureSummary ?? ''}`)
		);
}
