/**
 * A date as precise as its source: '2024', '2024-05' or '2024-05-17'. It is typed in three fields, day, month and year,
 * of which a person fills what they know: see date-field.svelte.
 */

export interface TypedDate {
	day: string;
	month: string;
	year: string;
}
export type DatePart = keyof TypedDate;

/** The fields of a date in its form, of which `name` is the name. */
export const dateFields = (name: string): Record<DatePart, string> => ({
	day: `${name}Day`,
	month: `${name}Month`,
	year: `${name}Year`
});

/** What was typed, from the values of a form. */
export function typedDate(values: Record<string, unknown>, name: string): TypedDate {
	const fields = dateFields(name);
	const typed = (part: DatePart) => {
		const value = values[fields[part]];
		return typeof value === 'string' ? value.trim() : '';
	};
	return { day: typed('day'), month: typed('month'), year: typed('year') };
}

/** The fields of a date that is already known; '' has none. */
export function datePartsOf(date: string): TypedDate {
	const [year = '', month = '', day = ''] = date.split('-');
	return { day: day.replace(/^0/, ''), month: month.replace(/^0/, ''), year };
}

/** '' when nothing was typed. `code` is of the catalogue, and `part` is the field to repair. */
export function preciseDate({
	day,
	month,
	year
}: TypedDate): { value: string } | { code: string; part: DatePart } {
	if (!day && !month && !year) return { value: '' };
	if (!/^[1-9]\d{3}$/.test(year)) return { code: 'date_year', part: 'year' };
	if (!month) return day ? { code: 'date_month_first', part: 'month' } : { value: year };
	if (!/^\d{1,2}$/.test(month) || Number(month) < 1 || Number(month) > 12)
		return { code: 'date_month', part: 'month' };
	const written = `${year}-${month.padStart(2, '0')}`;
	if (!day) return { value: written };
	const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
	if (!/^\d{1,2}$/.test(day) || Number(day) < 1 || Number(day) > last)
		return { code: 'date_day', part: 'day' };
	return { value: `${written}-${day.padStart(2, '0')}` };
}
