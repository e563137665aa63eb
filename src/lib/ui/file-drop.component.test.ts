import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import FileDrop from './file-drop.svelte';

const field = page.getByLabelText('Document joint');
const held = () => [...((field.element() as HTMLInputElement).files ?? [])].map(({ name }) => name);
const file = (name: string, bytes = 10) => new File([new Uint8Array(bytes)], name);

function show(props: object = {}) {
	render(FileDrop, {
		name: 'piece',
		label: 'Document joint',
		types: ['.pdf', '.odt'],
		mostBytes: 2_000_000,
		...props
	});
}

test('what was chosen is shown with its size, and the field holds exactly that', async () => {
	const onchange = vi.fn();
	show({ multiple: true, onchange });
	await userEvent.upload(field, [file('bilan.pdf', 1_200_000), file('notes.ODT', 4_000)]);
	await expect.element(page.getByText('bilan.pdf')).toBeVisible();
	await expect.element(page.getByText(/^1,2\sMo$/)).toBeVisible();
	await expect.element(page.getByText(/^4\sko$/)).toBeVisible();
	expect(held()).toEqual(['bilan.pdf', 'notes.ODT']);
	await userEvent.click(page.getByRole('button', { name: 'Retirer bilan.pdf' }));
	expect(held()).toEqual(['notes.ODT']);
	await expect.element(field).toHaveFocus();
	expect(onchange).toHaveBeenCalledTimes(2);
});

test('a file too large, or of another type, is told by name and not sent', async () => {
	show({ multiple: true });
	await userEvent.upload(field, [file('film.mp4'), file('atlas.pdf', 2_500_000), file('bilan.pdf')]);
	await expect.element(page.getByText(/film\.mp4 n’est pas d’un type accepté/)).toBeVisible();
	await expect.element(page.getByText(/atlas\.pdf pèse 2,5\sMo.*2\sMo au plus/)).toBeVisible();
	await expect.element(field).toHaveAttribute('aria-invalid', 'true');
	await expect.element(field).toHaveAccessibleDescription(/atlas\.pdf pèse/);
	expect(held()).toEqual(['bilan.pdf']);
});

test('a dropped file is taken like a chosen one, and only one where one is asked for', async () => {
	show();
	const transfer = new DataTransfer();
	for (const name of ['un.pdf', 'deux.pdf']) transfer.items.add(file(name));
	document
		.querySelector('.zone')!
		.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
	await expect.element(page.getByText('un.pdf', { exact: true })).toBeVisible();
	expect(held()).toEqual(['un.pdf']);
});

test('while files are on their way nothing changes', async () => {
	show({ busy: true });
	await expect.element(field).toBeDisabled();
	await expect.element(field).toHaveAttribute('aria-busy', 'true');
});
