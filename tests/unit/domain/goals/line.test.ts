import { expect, test } from 'vitest';
import { dayIn, lineOf, type LinePerson } from '#domain/goals/words';

const people: LinePerson[] = [{ uid: 'mira', name: 'Mira' }, { uid: 'mir', name: 'Mira Sol' }, { uid: 'ivo', name: 'Иво Петров' }, { uid: 'noor', name: 'Noor' }, { uid: 'a1', name: 'Ada' }, { uid: 'a2', name: 'Ada' }];
const wednesday = '2026-11-25';

test('a line of quick add: day, priority and person, in any order, English and Russian', () => {
  const lines: [string, string, string | null, string | null, string | null][] = [
    ['Order seals next week !high @Mira', 'Order seals', '2026-11-30', 'high', 'mira'],
    ['!urgent @Mira Sol call the hub tomorrow', 'call the hub', '2026-11-26', 'urgent', 'mir'],
    ['Заказать прокладки на следующей неделе !важно @Иво', 'Заказать прокладки', '2026-11-30', 'high', 'ivo'],
    ['@noor: send it !low', 'send it', null, 'low', 'noor'],
    ['Сдать отчёт в следующем месяце !срочно', 'Сдать отчёт', '2026-12-01', 'urgent', null],
    ['Pay !!! today', 'Pay', wednesday, 'urgent', null], ['Pay !! today', 'Pay', wednesday, 'high', null],
    ['Wow! Done', 'Wow! Done', null, null, null], ['!highway', '!highway', null, null, null], ['mail a@noor.org', 'mail a@noor.org', null, null, null],
    ['Ask @Ada', 'Ask @Ada', null, null, null], ['Ask @Stranger', 'Ask @Stranger', null, null, null], ['Ask @Noorah', 'Ask @Noorah', null, null, null],
    ['!high', '!high', null, null, null], ['@Noor', '@Noor', null, null, null],
  ];
  expect(lines.map(([text]) => {
    const { title, due, priority, assignee } = lineOf(text, people, wednesday);
    return [text, title, due, priority, assignee];
  })).toEqual(lines);
});

test('a time with a day is a time of that day; alone, or where no clock has it, it is part of the title', () => {
  const lines: [string, string, string | null, number | null][] = [
    ['Order gaskets Friday 15:00', 'Order gaskets', '2026-11-27', 900], ['tomorrow 15:00 call Mira', 'call Mira', '2026-11-26', 900], ['Call at 9:30 tomorrow', 'Call', '2026-11-26', 570],
    ['Call tomorrow 3 pm', 'Call', '2026-11-26', 900], ['Call tomorrow at 12:15 a.m.', 'Call', '2026-11-26', 15], ['Lunch today 12pm', 'Lunch', wednesday, 720], ['Begin today 0:00', 'Begin', wednesday, 0],
    ['Позвонить завтра в 15:00', 'Позвонить', '2026-11-26', 900], ['Заказать 27.11 в 9:05, срочно', 'Заказать, срочно', '2026-11-27', 545],
    ['Read 15:00', 'Read 15:00', null, null], ['Read 25:10 tomorrow', 'Read 25:10', '2026-11-26', null], ['Read 13 pm tomorrow', 'Read 13 pm', '2026-11-26', null], ['Read 1:2:30 tomorrow', 'Read 1:2:30', '2026-11-26', null],
    ['Buy 3 amps tomorrow', 'Buy 3 amps', '2026-11-26', null], ['tomorrow 15:00', 'tomorrow 15:00', null, null],
  ];
  expect(lines.map(([text]) => {
    const { title, due, time } = lineOf(text, people, wednesday);
    return [text, title, due, time];
  })).toEqual(lines);
});

test('next week is its Monday, next month its first, at the ends of years too', () => {
  expect(['next week', 'следующая неделя'].map((text) => dayIn(text, '2026-11-29'))).toEqual(['2026-11-30', '2026-11-30']);
  expect(dayIn('next week', '2026-11-30')).toBe('2026-12-07');
  expect(dayIn('next month', '2026-12-31')).toBe('2027-01-01');
  expect([dayIn('next weekend', wednesday), dayIn('next friday', wednesday)]).toEqual([null, '2026-11-27']);
});
