/** When a page works for others, and why it does not. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { NO_CONSENT } from '#os/compute-api';
import { ledgerLines } from '#view/settings/ledger-lines.ts';
import { COMPUTE_LIMITS } from '#os/compute-limits';
import { mayHelp, restReason, watchSurroundings } from '#view/kit/may-help.ts';

const YES = { ...NO_CONSENT, on: true };
const usual = { hidden: false, onMains: true, charge: 100, saveData: false, metered: false, hour: 12, busy: false };

afterEach(() => vi.unstubAllGlobals());

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

  test('[limit COMPUTE.chargePercent] MUS19 on battery only where that is allowed, and no lower than so much of its charge; never on a mobile network; while the processor is busy only where that is allowed', () => {
    const any = { ...YES, mains: false };
    const { chargePercent } = COMPUTE_LIMITS;
    expect(chargePercent).toBe(40);
    const low = { ...usual, onMains: false, charge: chargePercent - 1 };
    expect([restReason(any, low), restReason(any, { ...low, charge: chargePercent }), restReason(any, { ...low, charge: null }), restReason(any, { ...low, onMains: true }), restReason(YES, low)]).toEqual(['charge', null, null, null, 'mains']);
    expect([restReason(YES, { ...usual, metered: true }), restReason(YES, { ...usual, busy: true }), restReason({ ...YES, busy: true }, { ...usual, busy: true })]).toEqual(['metered', 'busy', null]);
  });

  test('MUS19 one reason is told, that which lasts the longest', () => {
    const all = { hidden: true, onMains: false, charge: 10, saveData: true, metered: true, hour: 3, busy: true };
    const told = [];
    for (const [consent, around] of [[{ ...YES, hours: [8, 20] as const }, all], [YES, all], [YES, { ...all, hidden: false }], [{ ...YES, mains: false }, { ...all, hidden: false }], [YES, { ...all, hidden: false, onMains: null }], [YES, { ...usual, metered: true, busy: true }]] as const) told.push(restReason(consent, around));
    expect(told).toEqual(['hours', 'hidden', 'mains', 'charge', 'saveData', 'metered']);
  });

  test('[limit COMPUTE.busyRestMs] MUS19 what the browser tells of processor, battery and network is followed; told of no pressure, a page is not busy', async () => {
    let told: (records: { state: string }[]) => void = () => undefined;
    const seen: string[] = [];
    class Observer {
      constructor(on: typeof told) {
        told = on;
      }
      observe = async (): Promise<void> => void seen.push('observe');
      disconnect = (): void => void seen.push('disconnect');
    }
    const heard = new Map<string, () => void>();
    vi.stubGlobal('addEventListener', (type: string, on: () => void) => void heard.set(type, on));
    vi.stubGlobal('document', { visibilityState: 'visible', hasFocus: () => true, addEventListener: (type: string, on: () => void) => void heard.set(type, on) });
    vi.stubGlobal('navigator', { getBattery: async () => ({ charging: false, level: 0.3 }), connection: { saveData: true, type: 'cellular' } });
    const clock = { now: 0 };
    vi.stubGlobal('performance', { now: () => clock.now });
    // The control: a browser that has no such thing.
    expect(watchSurroundings(() => undefined)().busy).toBe(false);
    vi.stubGlobal('PressureObserver', Observer);
    const changes = { count: 0 };
    const look = watchSurroundings(() => (changes.count += 1));
    await Promise.resolve();
    expect([look(), changes.count, seen]).toEqual([{ ...usual, onMains: false, charge: 30, saveData: true, metered: true, hour: new Date().getHours() }, 1, ['observe']]);
    const busy: boolean[] = [];
    for (const [at, state] of [[0, 'fair'], [1_000, 'serious'], [60_000, 'critical'], [61_000, 'fair']] as const) {
      clock.now = at;
      told([{ state }]);
      busy.push(look().busy);
    }
    clock.now = 61_000 + COMPUTE_LIMITS.busyRestMs - 1;
    busy.push(look().busy);
    clock.now += 1;
    expect([...busy, look().busy]).toEqual([false, true, true, true, true, false]);
    // A page without the focus is told nothing: what it heard last lasts no longer than the rest.
    told([{ state: 'critical' }]);
    heard.get('blur')!();
    clock.now += COMPUTE_LIMITS.busyRestMs;
    expect([look().busy, seen]).toEqual([false, ['observe', 'disconnect']]);
    heard.get('focus')!();
    expect(seen.at(-1)).toBe('observe');
  });

  test('MUS3 the ledger shows runs that follow each other as one line', () => {
    const line = { space: 's', device: 'd', uid: null, kind: 'plan' as const, since: 200_000, ms: 5, how: 'done' as const };
    const shown = ledgerLines([line, { ...line, since: 150_000 }, { ...line, since: 50_000 }, { ...line, since: 49_000, how: 'stopped' }, { ...line, since: 48_000, device: 'e', how: 'stopped' }]);
    expect(shown.map(({ since, ms, runs, how, device }) => [since, ms, runs, how, device])).toEqual([[150_000, 10, 2, 'done', 'd'], [50_000, 5, 1, 'done', 'd'], [49_000, 5, 1, 'stopped', 'd'], [48_000, 5, 1, 'stopped', 'e']]);
  });
});
