/** What a page still gives out when its kernel has stopped. */
import { expect, test } from 'vitest';
import { pageDiagnostics } from '#boot/unsaved-acts';

test('without a kernel the diagnostics are what the page knows: why it is gone and its last figures', async () => {
  const state = { state: 'stopped', since: 0, reason: 'ended', detail: 'gone', runs: 4, nextAt: null, ends: [{ at: 0, reason: 'ended', detail: '' }] } as const;
  const file = pageDiagnostics('0.1.0', { supervisor: { state: () => ({ ...state, ends: [...state.ends] }) }, journal: { waiting: 2, givenUp: 1 }, last: { metrics: { 'store.records': 7 } }, faults: 3 });
  expect(JSON.parse(await file.text())).toEqual({
    version: '0.1.0', kernel: { state: 'stopped', since: '1970-01-01T00:00:00.000Z', reason: 'ended', detail: 'gone', ends: state.ends }, metrics: { 'store.records': 7 }, waiting: 2, givenUp: 1, faults: 3,
  });
});
