import ICAL from 'ical.js';
import { expect, test, vi } from 'vitest';
import { EVENT, TASK } from '#domain/goals';
import { calendarId, localOf, makeFromCalendar, parseCalendars, readCalendar, WINDOWS_ZONES, writeCalendar, zoneNamed, zonesOf } from '#domain/goals/ical';
import { readWork, type Work } from '#domain/goals/work';
import { PLAN_LIMITS } from '#domain/shared';
import { nodeView } from '#tests/support/node-view';

const AT = '2026-11-30T08:00:00.000Z';
const file = (...lines: string[]): string => ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Somebody//EN', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const ZONE = ['BEGIN:VTIMEZONE', 'TZID:America/Lima', 'BEGIN:STANDARD', 'DTSTART:19700101T000000', 'TZOFFSETFROM:-0500', 'TZOFFSETTO:-0500', 'END:STANDARD', 'END:VTIMEZONE'];
const EVENT_LINES = [
  'BEGIN:VEVENT', 'UID:one@example.org', 'DTSTAMP:20120724T212411Z', 'DTSTART;TZID=America/Lima:20120630T230000', 'DTEND;TZID=America/Lima:20120701T000000', 'SUMMARY:Meeting about a \\, comma\\; and more', 'LOCATION:Hall 2', 'X-OWN;X-P=1:kept',
  'RRULE:FREQ=WEEKLY;BYDAY=SA;WKST=SU', 'EXDATE;TZID=America/Lima:20120707T230000', 'BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:soon', 'TRIGGER:-PT30M', 'END:VALARM', 'END:VEVENT',
  'BEGIN:VEVENT', 'UID:one@example.org', 'DTSTAMP:20120724T212411Z', 'RECURRENCE-ID;TZID=America/Lima:20120714T230000', 'DTSTART;TZID=America/Lima:20120715T090000', 'SUMMARY:Moved', 'END:VEVENT',
];
const TASK_LINES = ['BEGIN:VTODO', 'UID:two', 'DTSTAMP:20120724T212411Z', 'SUMMARY:Order seals', 'DUE;VALUE=DATE:20261201', 'PRIORITY:1', 'CATEGORIES:box,lid', 'STATUS:IN-PROCESS', 'END:VTODO', 'BEGIN:VTODO', 'UID:three', 'SUMMARY:Done long ago', 'COMPLETED:20260101T120000Z', 'END:VTODO'];

const things = (text: string, reader?: string) => {
  const made = readCalendar(text, reader);
  if (!made.ok) throw new Error(made.error.code);
  return made.value.things;
};
/** What the operations make, as a screen reads it. */
const worksOf = (text: string, reader?: string): Work[] =>
  things(text, reader).map((thing) => {
    const [create, ...sets] = makeFromCalendar(thing, 'f', 'Untitled');
    if (create?.op !== 'node.create') throw new Error('no node');
    return readWork(nodeView({ id: create.id!, fragment: 'f', type: create.type, props: create.props, sets: { labels: sets.flatMap((op) => (op.op === 'set.add' ? [op.value] : [])) } }))!;
  });
/** Lines unfolded and sorted: the order of properties has no meaning, their file's head no other than whose it is. */
const meaning = (text: string): string[] => text.replace(/\r\n[ \t]/g, '').split('\r\n').filter((line) => line !== '' && !line.startsWith('PRODID')).sort();

test('to-dos and events become things: days where they are, status, priority, labels, rules, reminders', () => {
  const [event, seals, done] = worksOf(file(...ZONE, ...EVENT_LINES, ...TASK_LINES));
  expect(event).toMatchObject({ kind: 'event', title: 'Meeting about a , comma; and more', start: '2012-06-30', due: null, again: 'FREQ=WEEKLY;BYDAY=SA;WKST=SU', remind: [-1_350] });
  expect(seals).toMatchObject({ kind: 'task', title: 'Order seals', due: '2026-12-01', priority: 'urgent', labels: ['box', 'lid'], status: 'doing', done: false });
  expect(done).toMatchObject({ done: true, status: 'done' });
  expect(makeFromCalendar(things(file(...EVENT_LINES))[0]!, 'f', 'U')[0]).toMatchObject({ type: EVENT, id: calendarId('f', { kind: 'event', uid: 'one@example.org' }) });
  expect(makeFromCalendar(things(file(...TASK_LINES))[0]!, 'f', 'U')[0]).toMatchObject({ type: TASK });
});

test('out again it means the same: zones, exceptions, moved days, alarms, own properties', () => {
  const source = file(...ZONE, ...EVENT_LINES, ...TASK_LINES);
  const written = writeCalendar(worksOf(source), AT);
  expect(meaning(written)).toEqual(meaning(source));
  expect(meaning(writeCalendar(worksOf(written), AT))).toEqual(meaning(source));
});

test('what was changed here is changed there, and nothing else: a moved event keeps its hour', () => {
  const [event, seals] = worksOf(file(...ZONE, ...EVENT_LINES, ...TASK_LINES));
  const moved = meaning(writeCalendar([{ ...event!, start: '2012-07-01' }], AT));
  expect(meaning(writeCalendar([{ ...event!, due: '2012-07-02' }], AT))).toContain('DTEND;TZID=America/Lima:20120703T000000');
  expect(moved).toContain('DTSTART;TZID=America/Lima:20120701T230000');
  expect(moved).toContain('DTEND;TZID=America/Lima:20120702T000000');
  expect(moved).toContain('X-OWN;X-P=1:kept');
  const ticked = meaning(writeCalendar([{ ...seals!, done: true, status: 'done', title: 'Ordered', labels: [], again: 'FREQ=MONTHLY;UNTIL=20270101', remind: [60] }], AT));
  expect(ticked).toEqual(expect.arrayContaining(['STATUS:COMPLETED', 'SUMMARY:Ordered', 'DUE;VALUE=DATE:20261201', 'PRIORITY:1', 'RRULE:FREQ=MONTHLY;UNTIL=20270101', 'TRIGGER;RELATED=END:-PT60M']));
  expect(ticked.some((line) => line.startsWith('CATEGORIES') || line === 'STATUS:IN-PROCESS')).toBe(false);
  expect(things(writeCalendar([{ ...event!, kept: null }], AT))[0]).toMatchObject({ uid: event!.id, start: '2012-06-30', due: null, again: 'FREQ=WEEKLY;BYDAY=SA;WKST=SU' });
});

test('a thing made here comes back from its file as it is', () => {
  const own = readWork(nodeView({ id: 'own', type: TASK, props: { title: 'Écrire, à; «мама»\\', due: '2026-12-24', start: '2026-12-01', priority: 'low', again: 'FREQ=YEARLY', remind: [0, 1_440] }, sets: { labels: ['a'] } }))!;
  const [back] = worksOf(writeCalendar([own], AT));
  for (const key of ['title', 'due', 'start', 'priority', 'again', 'remind', 'labels', 'done'] as const) expect([key, back![key]]).toEqual([key, own[key]]);
  const party = readWork(nodeView({ type: EVENT, props: { title: 'Party', start: '2026-12-24' } }))!;
  expect(worksOf(writeCalendar([party], AT))[0]).toMatchObject({ kind: 'event', start: '2026-12-24', due: null });
});

test('broken and hostile files are refused by a reason, and what is kept of one has a bound [limit PLAN.calendarBytes PLAN.calendarThings PLAN.keptUnits]', () => {
  const codes: [string, string][] = [
    ['', 'no-calendar'], ['hello', 'no-calendar'], ['BEGIN:VCARD\r\nEND:VCARD', 'no-calendar'], ['BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n', 'broken'], ['BEGIN:VCALENDAR\r\nnonsense\r\nEND:VCALENDAR', 'broken'],
    [file(), 'nothing'], [file('BEGIN:VEVENT', 'END:VEVENT'), 'nothing'], [`BEGIN:VCALENDAR\r\n${'BEGIN:X\r\n'.repeat(20_000)}${'END:X\r\n'.repeat(20_000)}END:VCALENDAR`, 'broken'], ['x'.repeat(PLAN_LIMITS.calendarBytes + 1), 'too-large'],
  ];
  expect(codes.map(([text]) => {
    const made = readCalendar(text);
    return [text, made.ok ? 'read' : made.error.code];
  })).toEqual(codes);
  const many = readCalendar(file(...Array.from({ length: PLAN_LIMITS.calendarThings + 3 }, (_, i) => `BEGIN:VTODO\r\nUID:${i}\r\nSUMMARY:s\r\nEND:VTODO`)));
  expect(many).toMatchObject({ ok: true, value: { left: 3 } });
  const [long] = things(file('BEGIN:VTODO', 'UID:l', 'SUMMARY:s', `DESCRIPTION:${'x'.repeat(PLAN_LIMITS.keptUnits)}`, 'END:VTODO'));
  expect(long!.kept).toBeNull();
  // What a peer keeps with a thing is read as foreign too: nonsense is left out, the thing goes out as it is.
  const own = readWork(nodeView({ id: 'own', type: TASK, props: { title: 'a', kept: 'BEGIN:VCALENDAR\r\nnonsense' } }))!;
  expect(things(writeCalendar([own], AT))[0]).toMatchObject({ uid: 'own', title: 'a' });
  expect(things(`\uFEFF${file('BEGIN:VTODO', 'SUMMARY:no name', 'END:VTODO')}`)[0]).toMatchObject({ title: 'no name' });
});

test('{C5} one line that is none keeps its own thing out and nothing else, and that is told: a rule, a block that does not end, a part of a row of days', () => {
  const todo = (uid: string, ...lines: string[]): string[] => ['BEGIN:VTODO', `UID:${uid}`, `SUMMARY:${uid}`, ...lines, 'END:VTODO'];
  const told = (...lines: string[]): unknown => {
    const read = readCalendar(file(...lines), 'Asia/Tokyo');
    return read.ok ? [read.value.things.map(({ uid }) => uid), read.value.broken] : read.error.code;
  };
  expect(told(...todo('a'), ...todo('b', 'RRULE:FREQ=DAILY'))).toEqual([['a', 'b'], 0]);
  for (const odd of ['RRULE:FREQ=FORTNIGHTLY', 'RRULE:FREQ=DAILY;BYMONTH=13', 'RRULE:FREQ=WEEKLY;BYDAY=XX', 'RRULE:FREQ=DAILY;UNTIL', 'no line at all', 'X-A;B:c'])
    expect([odd, told(...todo('a'), ...todo('b', odd), ...todo('c'))]).toEqual([odd, [['a', 'c'], 1]]);
  expect(told(...todo('a'), ...todo('b').slice(0, -1), ...todo('c'))).toEqual([['a', 'c'], 1]);
  // Cut off in the middle.
  const short = readCalendar(file(...todo('a'), ...todo('b')).replace(/END:VTODO\r\nEND:VCALENDAR\r\n$/, ''));
  expect(short).toMatchObject({ ok: true, value: { things: [{ uid: 'a' }], broken: 1 } });
  // Of a row of days one day cannot be read: without it the row would be another. A row whose own rule cannot is no single day.
  const moved = (rule: string, day: string): string[] => ['BEGIN:VEVENT', 'UID:row', 'DTSTART:20260701T100000', rule, 'SUMMARY:row', 'END:VEVENT', 'BEGIN:VEVENT', 'UID:row', 'RECURRENCE-ID:20260708T100000', day, 'SUMMARY:moved', 'END:VEVENT'];
  expect(told(...todo('a'), ...moved('RRULE:FREQ=WEEKLY', 'DTSTART:20260709T100000'))).toEqual([['a', 'row'], 0]);
  expect(told(...todo('a'), ...moved('RRULE:FREQ=NEVER', 'DTSTART:20260709T100000'))).toEqual([['a'], 1]);
  expect(told(...todo('a'), ...moved('RRULE:FREQ=WEEKLY', 'nonsense'))).toEqual([['a'], 1]);
  // Names that are folded, and things without one.
  expect(told(...todo('a'), 'BEGIN:VTODO', 'UID:', ' row', 'nonsense', 'END:VTODO', ...todo('row'), 'BEGIN:VTODO', 'nonsense', 'END:VTODO')).toEqual([['a'], 2]);
  // A zone that cannot be read is none, and what the file says of itself besides holds.
  const zone = ZONE.map((line) => (line.startsWith('DTSTART') ? 'nonsense' : line.replace('America/Lima', 'Own zone')));
  const late = readCalendar(file('X-WR-TIMEZONE:America/Lima', ...zone, 'BEGIN:VEVENT', 'UID:late', 'DTSTART:20260701T033000Z', 'SUMMARY:Late', 'END:VEVENT'), 'Asia/Tokyo');
  expect(late).toMatchObject({ ok: true, value: { things: [{ start: '2026-06-30' }], broken: 0 } });
  expect([told(...todo('a', 'nonsense')), told('nonsense'), told(...zone, 'nonsense')]).toEqual(['broken', 'broken', 'broken']);
});

test('{C5} whatever stands in one line of one thing, the others come, and all that came goes out again', () => {
  const source = [...ZONE, ...EVENT_LINES, ...TASK_LINES];
  const odd = ['', ':', ';', 'A', 'X:', 'RRULE:', 'RRULE:FREQ=DAILY;COUNT=x', 'DTSTART:banana', 'DTSTART;VALUE=PERIOD:x', 'DTSTART;TZID=:20260101', 'DUE;VALUE=RECUR:x', 'TRIGGER:soon', 'DURATION:P', 'X-A;VALUE=UTC-OFFSET:x', 'X-A;VALUE=BOOLEAN:x', 'GEO:x', 'REQUEST-STATUS:', 'END:X', 'BEGIN:X', 'BEGIN:VEVENT', 'END:VEVENT', 'END:VCALENDAR', 'FREEBUSY:x', 'EXDATE;VALUE=PERIOD:a/b', 'CATEGORIES;VALUE=INTEGER:x', 'UID;VALUE=DATE:x', 'PRIORITY:x'];
  const before = file('BEGIN:VTODO', 'UID:first', 'SUMMARY:first', 'END:VTODO', ...source, 'BEGIN:VTODO', 'UID:last', 'SUMMARY:last', 'END:VTODO').split('\r\n');
  const [from, to] = [before.indexOf('UID:one@example.org'), before.lastIndexOf('END:VTODO', before.indexOf('UID:last')) - 1];
  let broken = 0;
  for (let at = from; at < to; at++) for (const [n, line] of odd.entries()) {
    if ((at + n) % 4 !== 0) continue;
    const text = [...before.slice(0, at), line, ...before.slice(at + 1)].join('\r\n');
    const read = readCalendar(text);
    if (!read.ok) throw new Error(`${at} ${line}: ${read.error.code}`);
    const uids = read.value.things.map(({ uid }) => uid);
    expect([at, line, uids.includes('first')]).toEqual([at, line, true]);
    // Where a calendar ends, what stands behind it is none of it.
    if (!['END:VCALENDAR', 'END:X', 'END:VEVENT', 'BEGIN:X', 'BEGIN:VEVENT'].includes(line)) expect([at, line, uids.includes('last')]).toEqual([at, line, true]);
    broken += read.value.broken;
    writeCalendar(worksOf(text), AT);
  }
  // Control: some of these are refused.
  expect(broken).toBeGreaterThan(30);
});

test('a time of UTC has the day of the zone that the file says, else of its only one, else of the reader; moved it keeps its hour, whoever writes it', () => {
  const late = ['BEGIN:VEVENT', 'UID:late', 'DTSTART:20260701T033000Z', 'DTEND:20260701T050000Z', 'SUMMARY:Late', 'RRULE:FREQ=DAILY;UNTIL=20260705T045959Z', 'BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT30M', 'END:VALARM', 'END:VEVENT'];
  const said = ['X-WR-TIMEZONE:Asia/Tokyo'];
  const starts = ([[[], undefined], [[], 'America/Lima'], [[], 'Nowhere/City'], [said, 'America/Lima'], [['X-WR-TIMEZONE:Nowhere/City'], 'America/Lima'], [ZONE, 'Asia/Tokyo'], [[...said, ...ZONE], 'America/Lima'], [[...ZONE, ...ZONE.map((line) => line.replace('America/Lima', 'Own zone'))], 'Asia/Tokyo']] as const).map(([head, reader]) => things(file(...head, ...late), reader)[0]!.start);
  expect(starts).toEqual(['2026-07-01', '2026-06-30', '2026-07-01', '2026-07-01', '2026-06-30', '2026-06-30', '2026-07-01', '2026-07-01']);
  const [event] = worksOf(file(...late), 'America/Lima');
  expect(event).toMatchObject({ start: '2026-06-30', due: null, again: 'FREQ=DAILY;UNTIL=20260704', remind: [-1_320] });
  expect(meaning(writeCalendar([event!], AT))).toEqual(meaning(file(...late)));
  expect(meaning(writeCalendar([{ ...event!, start: '2026-07-01' }], AT))).toEqual(expect.arrayContaining(['DTSTART:20260702T033000Z', 'DTEND:20260702T050000Z']));
  // An end of a moment, without a length, is that of its own day.
  expect(things(file('BEGIN:VEVENT', 'UID:m', 'DTSTART:20260701T000000', 'DTEND:20260701T000000', 'SUMMARY:m', 'END:VEVENT', 'BEGIN:VEVENT', 'UID:n', 'DTSTART:20260701T100000', 'DTEND:20260703T000000', 'SUMMARY:n', 'END:VEVENT')).map(({ due }) => due)).toEqual([null, '2026-07-02']);
});

test('zones by the names of Windows and behind the name of a maker are the zones they stand for; a name nobody knows has the rules that came with it', () => {
  const late = (head: readonly string[], at = 'DTSTART:20260701T033000Z'): string => file(...head, 'BEGIN:VEVENT', 'UID:late', at, 'SUMMARY:Late', 'RRULE:FREQ=DAILY;UNTIL=20260705T045959Z', 'END:VEVENT');
  const zone = (name: string): string[] => ZONE.map((line) => line.replace('America/Lima', name));
  const starts = ['SA Pacific Standard Time', '/example.org/20050126_1/America/Lima', 'tzone://Microsoft/Utc', 'Customized Time Zone', '/x/America/Nowhere', 'standard time'].map((name) => things(late(zone(name)), 'Asia/Tokyo')[0]!.start);
  expect(starts).toEqual(['2026-06-30', '2026-06-30', '2026-07-01', '2026-06-30', '2026-06-30', '2026-06-30']);
  // An end of a rule is told by the zone of its thing, and the names stay as they came.
  const outlook = late(zone('SA Pacific Standard Time'), 'DTSTART;TZID=SA Pacific Standard Time:20260630T223000');
  expect(things(outlook, 'Asia/Tokyo')[0]).toMatchObject({ start: '2026-06-30', again: 'FREQ=DAILY;UNTIL=20260704' });
  expect(meaning(writeCalendar(worksOf(outlook, 'Asia/Tokyo'), AT)).filter((line) => line.includes('Pacific'))).toEqual(['DTSTART;TZID=SA Pacific Standard Time:20260630T223000', 'TZID:SA Pacific Standard Time']);
  expect([WINDOWS_ZONES.size, [...WINDOWS_ZONES].filter(([, iana]) => zoneNamed(iana) === null)]).toEqual([139, []]);
});

/** As Outlook writes a zone whose rules somebody set by hand: New York's, under no name. */
const CUSTOM = (std = 'RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11', dst = 'RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3'): string[] => [
  'BEGIN:VTIMEZONE', 'TZID:Customized Time Zone', 'BEGIN:STANDARD', 'DTSTART:16011104T020000', std, 'TZOFFSETFROM:-0400', 'TZOFFSETTO:-0500', 'END:STANDARD', 'BEGIN:DAYLIGHT', 'DTSTART:16010311T020000', dst, 'TZOFFSETFROM:-0500', 'TZOFFSETTO:-0400', 'END:DAYLIGHT', 'END:VTIMEZONE',
];

test('{C5} the zone of Outlook that has no name but its own rules: times, ends of rules and reminders are told by them, at each change of the clocks, and go back as they came', () => {
  const late = (day: string, time: string, head: readonly string[] = CUSTOM()): string => file(...head, 'BEGIN:VEVENT', 'UID:c', `DTSTART:${day}T${time}Z`, 'SUMMARY:Late', 'BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT30M', 'END:VALARM', 'END:VEVENT');
  // The same as by the zone that the browser knows, hour by hour around each change of two years, and in the middle of a summer and a winter.
  for (const around of ['2026-03-08', '2026-11-01', '2027-03-14', '2027-11-07', '2026-07-01', '2026-12-31', '2027-01-01']) for (let hour = -30; hour <= 30; hour++) {
    const value = `${new Date(Date.parse(`${around}T12:00:00Z`) + hour * 3_600_000).toISOString().slice(0, 19)}Z`;
    const own = zonesOf(new Map([['c', parseCalendars(late('20260101', '000000'))![0]![2][0]!]]))('c')!;
    expect([typeof own, localOf(value, own)], value).toEqual(['object', localOf(value, 'America/New_York')]);
  }
  const start = (text: string): unknown => { const [one] = things(text, 'Asia/Tokyo'); return [one!.start, one!.remind]; };
  expect(start(late('20260701', '033000'))).toEqual(['2026-06-30', [-1_380]]);
  expect(start(late('20261201', '043000'))).toEqual(['2026-11-30', [-1_380]]);
  expect(start(late('20261201', '053000'))).toEqual(['2026-12-01', [0]]);
  // An end of a rule is of UTC: by the clock of its own zone it is the day before.
  const ruled = file(...CUSTOM(), 'X-WR-TIMEZONE:Asia/Tokyo', 'BEGIN:VEVENT', 'UID:r', 'DTSTART;TZID=Customized Time Zone:20260630T233000', 'SUMMARY:r', 'RRULE:FREQ=DAILY;UNTIL=20260705T033000Z', 'END:VEVENT');
  expect(things(ruled)[0]).toMatchObject({ start: '2026-06-30', again: 'FREQ=DAILY;UNTIL=20260704' });
  // Written out and moved by somebody elsewhere it keeps its hour, and its zone comes with it.
  const [event] = worksOf(late('20260701', '033000'), 'Asia/Tokyo');
  expect(meaning(writeCalendar([event!], AT))).toEqual(meaning(late('20260701', '033000')));
  expect(meaning(writeCalendar([{ ...event!, start: '2026-07-01' }], AT))).toContain('DTSTART:20260702T033000Z');
  // Rules that are not read are none: the clock of the reader tells.
  for (const odd of ['RRULE:FREQ=MONTHLY;BYDAY=1SU', 'RRULE:FREQ=YEARLY;BYDAY=SU;BYMONTH=11', 'RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11;BYHOUR=2']) expect(start(late('20260701', '033000', CUSTOM(odd)))).toEqual(['2026-07-01', [-720]]);
  // More rules than any zone has are none, and a long file is read at once by as many as may be.
  const rules = (count: number): string[] => { const zone = CUSTOM(); return [...zone.slice(0, 2), ...Array.from({ length: count / 2 }, () => zone.slice(2, -1)).flat(), zone.at(-1)!]; };
  expect([start(late('20260701', '033000', rules(64))), start(late('20260701', '033000', rules(66)))]).toEqual([['2026-06-30', [-1_380]], ['2026-07-01', [-720]]]);
  // One that was ended, one of certain days of a month, one that was set by hand on certain days.
  expect(start(late('20261201', '043000', CUSTOM('RRULE:FREQ=YEARLY;BYDAY=SU;BYMONTHDAY=1,2,3,4,5,6,7;BYMONTH=11')))).toEqual(['2026-11-30', [-1_380]]);
  expect(start(late('20260701', '033000', CUSTOM('RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11', 'RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3;UNTIL=20100314T070000Z')))).toEqual(['2026-06-30', [-1_320]]);
  expect(start(late('20260701', '033000', CUSTOM('RDATE:20251102T020000', 'RDATE:20260308T020000')))).toEqual(['2026-06-30', [-1_380]]);
});

test('of a row the last open task has the rule, from its own day on, with what is left of its times', () => {
  const one = (id: string, due: string, part: Partial<Work> = {}): Work => ({ ...readWork(nodeView({ id, type: TASK, props: { title: 'Water', due, again: 'FREQ=WEEKLY;COUNT=4' } }))!, ...part });
  const row = { root: 'a', first: '2026-11-30' };
  const lines = meaning(writeCalendar([one('c', '2026-12-14', { row }), one('a', '2026-11-30', { done: true }), one('b', '2026-12-07', { row, done: true })], AT));
  expect(lines.filter((line) => /^(RRULE|DTSTART|UID)/.test(line))).toEqual(['DTSTART;VALUE=DATE:20261214', 'RRULE:FREQ=WEEKLY;COUNT=2', 'UID:a', 'UID:b', 'UID:c']);
  expect(meaning(writeCalendar([one('a', '2026-11-30', { done: true })], AT)).filter((line) => line.startsWith('RRULE'))).toEqual([]);
  expect(meaning(writeCalendar([one('a', '2026-11-30')], AT))).toEqual(expect.arrayContaining(['RRULE:FREQ=WEEKLY;COUNT=4', 'DTSTART;VALUE=DATE:20261130']));
  // One that is done and came so goes out so.
  const came = file('BEGIN:VTODO', 'UID:k', 'SUMMARY:k', 'DUE:20261201T090000Z', 'RRULE:FREQ=DAILY', 'STATUS:COMPLETED', 'END:VTODO');
  expect(meaning(writeCalendar(worksOf(came), AT))).toEqual(meaning(came));
});

test('a zone is written out once, however many things speak of it; too long for one, it is not kept [limit PLAN.keptUnits]', () => {
  const events = PLAN_LIMITS.calendarThings - 1;
  const written = vi.spyOn(ICAL, 'stringify');
  try {
    const zone = [...ZONE.slice(0, 2), ...Array.from({ length: 40_000 }, () => `COMMENT:${'x'.repeat(66)}`), ...ZONE.slice(2)];
    const found = things(file(...zone, ...Array.from({ length: events }, (_, n) => ['BEGIN:VEVENT', `UID:${n}`, 'DTSTART;TZID=America/Lima:20260701T100000', 'SUMMARY:s', 'END:VEVENT'].join('\r\n')), 'BEGIN:VEVENT', 'UID:last', 'DTSTART:20260701T100000', 'SUMMARY:s', 'END:VEVENT'));
    // Control: the one that does not speak of it is kept.
    expect([found.length, found.filter(({ kept }) => kept !== null).map(({ uid }) => uid)]).toEqual([PLAN_LIMITS.calendarThings, ['last']]);
    expect(written.mock.results.reduce((sum, { value }) => sum + String(value).length, 0)).toBeLessThan(4_000_000);
  } finally {
    written.mockRestore();
  }
});
