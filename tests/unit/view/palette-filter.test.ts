import { expect, test } from 'vitest';
import { isFiltered, parseFilter, toggleWord } from '#view/kit/palette-filter.ts';

test('palette: filters as words, English and Russian, wherever they stand', () => {
  expect(parseFilter('gask from:me in:#Hous ets')).toEqual({ text: 'gask ets', from: 'me', in: 'hous', type: null });
  expect(parseFilter('от:меня в:#корпус тип:сообщение прокладки')).toEqual({ text: 'прокладки', from: 'me', in: 'корпус', type: 'message' });
  expect(parseFilter('from:"Parish school" x')).toMatchObject({ text: 'x', from: 'parish school' });
  expect(parseFilter('type:channel')).toMatchObject({ text: '', type: 'channel' });
});

test('palette: an empty or unknown filter narrows nothing; words inside words are text', () => {
  expect([isFiltered(parseFilter('in:')), isFiltered(parseFilter('type:moon')), isFiltered(parseFilter('plugin:x'))]).toEqual([false, false, false]);
  expect(parseFilter('https://a.org').text).toBe('https://a.org');
  expect([toggleWord('', 'from:me'), toggleWord('gask', 'from:me'), toggleWord('gask from:me', 'from:me')]).toEqual(['from:me ', 'gask from:me ', 'gask']);
});
