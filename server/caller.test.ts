import { expect, test } from 'vitest';
import { callerAddress, networkOf, Seats } from './caller.ts';

const request = (forwarded?: string) =>
	({
		socket: { remoteAddress: '10.0.0.1' },
		headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
	}) as never;

test('a caller cannot choose an address: only as many proxies are believed as stand in front', () => {
	expect(callerAddress(request('192.0.2.66'), 0)).toBe('10.0.0.1');
	expect(callerAddress(request('192.0.2.66, 198.51.100.7'), 1)).toBe('198.51.100.7');
	expect(callerAddress(request('192.0.2.66, 198.51.100.7, 10.0.0.9'), 2)).toBe('198.51.100.7');
	expect(callerAddress(request(), 1)).toBe('10.0.0.1');
});

test.each([
	['198.51.100.7', '198.51.100.7'],
	['::ffff:198.51.100.7', '198.51.100.7'],
	['2001:db8:0:1::1', '2001:db8:0:1'],
	['2001:0DB8:0:1:ffff:1:2:3', '2001:db8:0:1'],
	['2001:db8::9', '2001:db8:0:0'],
	['::1', '0:0:0:0'],
	['unknown', 'unknown']
])('%s is of the network %s', (address, network) => expect(networkOf(address)).toBe(network));

test('a seat given back twice is one seat', () => {
	const seats = new Seats(2);
	const [first] = [seats.take('a'), seats.take('a')];
	expect([seats.isFull('a'), seats.isFull('b')]).toEqual([true, false]);
	first!();
	first!();
	expect(seats.isFull('a')).toBe(false);
	seats.take('a');
	expect(seats.isFull('a')).toBe(true);
});
