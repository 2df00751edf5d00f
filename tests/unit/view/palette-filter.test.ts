import { expect, test } from 'vitest';
import { isFiltered, parseFilter, toggleWord } from '#view/kit/palette-filter.ts';
import { dayStart, timesOf } from '#view/kit/search-days.ts';

test('palette: filters as words, English and Russian, wherever they stand', () => {
  expect(parseFilter('gask from:me in:#Hous ets')).toMatchObject({ text: 'gask ets', from: 'me', in: 'hous', type: null });
  expect(parseFilter('от:меня в:#корпус тип:сообщение прокладки')).toMatchObject({ text: 'прокладки', from: 'me', in: 'корпус', type: 'message' });
  expect(parseFilter('from:"Parish school" x')).toMatchObject({ text: 'x', from: 'parish school' });
  expect(parseFilter('type:channel')).toMatchObject({ text: '', type: 'channel' });
});

test('palette: an empty or unknown filter narrows nothing; words inside words are text', () => {
  expect([isFiltered(parseFilter('in:')), isFiltered(parseFilter('type:moon')), isFiltered(parseFilter('plugin:x'))]).toEqual([false, false, false]);
  expect(parseFilter('https://a.org').text).toBe('https://a.org');
  expect([toggleWord('', 'from:me'), toggleWord('gask', 'from:me'), toggleWord('gask from:me', 'from:me')]).toEqual(['from:me ', 'gask from:me ', 'gask']);
});

test('palette: days are filters too, stay in what the page of results is asked, and a bad one narrows nothing', () => {
  const filter = parseFilter('gask before:2026-11-01 from:me');
  expect(filter).toMatchObject({ text: 'gask', from: 'me', days: { before: '2026-11-01', after: null, bad: [] }, asked: 'gask before:2026-11-01' });
  expect([isFiltered(parseFilter('after:2026-11-01')), isFiltered(parseFilter('after:soon'))]).toEqual([true, false]);
  expect(parseFilter('gask after:soon').days).toMatchObject({ after: null, bad: ['soon'] });
});

test('a day begins at the midnight of the reader, in every year a day can be written in', () => {
  expect(dayStart('2026-11-01')).toBe(new Date(2026, 10, 1).getTime());
  expect(new Date(dayStart('0050-03-01')).getFullYear()).toBe(50);
  expect(dayStart('2024-03-01') - dayStart('2024-02-28')).toBe(2 * 86_400_000);
  expect(timesOf({ before: '2026-11-01', after: null })).toEqual({ before: new Date(2026, 10, 1).getTime(), after: null });
});
