import { describe, expect, test } from 'vitest';
import { NO_CONSENT } from '#os/compute-api';
import { ledgerLines } from '#view/settings/ledger-lines.ts';
import { mayHelp } from '#view/kit/compute-page.ts';

const YES = { ...NO_CONSENT, on: true };
const usual = { hidden: false, onMains: true, saveData: false, hour: 12 };

describe('{K3} when a page works for others', () => {
  test('MUS1 never without a consent that is on', () => {
    expect([mayHelp(NO_CONSENT, usual), mayHelp(YES, usual)]).toEqual([false, true]);
  });

  test('the limits a person set: hidden pages, mains power, hours over midnight; and a browser that saves data', () => {
    expect([mayHelp(YES, { ...usual, hidden: true }), mayHelp({ ...YES, hidden: true }, { ...usual, hidden: true })]).toEqual([false, true]);
    expect([mayHelp(YES, { ...usual, onMains: false }), mayHelp({ ...YES, mains: false }, { ...usual, onMains: false }), mayHelp(YES, { ...usual, onMains: null })]).toEqual([false, true, true]);
    expect(mayHelp(YES, { ...usual, saveData: true })).toBe(false);
    const night = { ...YES, hours: [20, 8] as const };
    expect([19, 20, 23, 0, 7, 8].map((hour) => mayHelp(night, { ...usual, hour }))).toEqual([false, true, true, true, true, false]);
    expect([7, 8, 19, 20].map((hour) => mayHelp({ ...YES, hours: [8, 20] }, { ...usual, hour }))).toEqual([false, true, true, false]);
  });

  test('MUS3 the ledger shows runs that follow each other as one line', () => {
    const line = { space: 's', device: 'd', uid: null, kind: 'plan' as const, since: 200_000, ms: 5, how: 'done' as const };
    const shown = ledgerLines([line, { ...line, since: 150_000 }, { ...line, since: 50_000 }, { ...line, since: 49_000, how: 'stopped' }, { ...line, since: 48_000, device: 'e', how: 'stopped' }]);
    expect(shown.map(({ since, ms, runs, how, device }) => [since, ms, runs, how, device])).toEqual([[150_000, 10, 2, 'done', 'd'], [50_000, 5, 1, 'done', 'd'], [49_000, 5, 1, 'stopped', 'd'], [48_000, 5, 1, 'stopped', 'e']]);
  });
});
