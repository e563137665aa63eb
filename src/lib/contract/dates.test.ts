import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateFields, datePartsOf, preciseDate, typedDate } from './dates.ts';

const read = (day: string, month: string, year: string) => preciseDate({ day, month, year });

test('a date is as precise as what is known', () => {
	expect(read('', '', '2024')).toEqual({ value: '2024' });
	expect(read('', '5', '2024')).toEqual({ value: '2024-05' });
	expect(read('17', '05', '2024')).toEqual({ value: '2024-05-17' });
	expect(read('', '', '')).toEqual({ value: '' });
});

test('what cannot be a date is refused, and the field to repair is named', () => {
	expect(read('17', '', '2024')).toEqual({ code: 'date_month_first', part: 'month' });
	expect(read('', '', '24')).toEqual({ code: 'date_year', part: 'year' });
	expect(read('17', '5', '')).toEqual({ code: 'date_year', part: 'year' });
	expect(read('', '13', '2024')).toEqual({ code: 'date_month', part: 'month' });
	expect(read('29', '2', '2023')).toEqual({ code: 'date_day', part: 'day' });
	expect(read('29', '2', '2024')).toEqual({ value: '2024-02-29' });
	expect(read('dix-sept', '5', '2024')).toEqual({ code: 'date_day', part: 'day' });
});

test('a known date comes back as it was', () => {
	const day = fc.date({ min: new Date('1000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
	fc.assert(
		fc.property(day, fc.constantFrom(4, 7, 10), (date, precision) => {
			const value = date.toISOString().slice(0, precision);
			expect(preciseDate(datePartsOf(value))).toEqual({ value });
		})
	);
});

test('the fields of a form are read by their names, whatever they hold', () => {
	const fields = dateFields('start');
	expect(typedDate({ [fields.year]: ' 2024 ', [fields.month]: ['5', '6'] }, 'start')).toEqual({
		day: '',
		month: '',
		year: '2024'
	});
});
