/** Shared work in the fake kernel: a device that helps, two that were asked, one of them shut out. */
import { consentAfter } from '#os/kernel/compute-consent';
import { NO_CONSENT, type ComputeAct, type ComputeAnswer, type ComputeApi, type ComputeConsent, type ComputeView } from '#os/compute-api';

/** `space` and people of the seed. */
export function fakeCompute(space: string, uids: readonly string[], now: number): ComputeApi {
  let consent: ComputeConsent = { ...NO_CONSENT, on: true, busy: true };
  const line = { space, device: 'kQ3vDuJOdGkFK', uid: uids[1] ?? null, kind: 'plan' as const, since: now - 90_000 };
  const view = (): ComputeView => ({
    consent, helping: consent.on ? [line] : [],
    ledger: [{ ...line, ms: 412, how: 'done' }, { ...line, since: now - 3_700_000, ms: 96, how: 'stopped' }],
    asked: [{ id: 'b', space, kind: 'plan', since: now - 20_000, pieces: 20, decided: 12, runs: 41, canaries: 14, own: 5, ownMs: 2_100, ms: 6_400, elsewhere: 0, agreed: 0, waits: 'urgent', over: false }, { id: 'c', space, kind: 'plan', since: now - 300_000, pieces: 20, decided: 20, runs: 48, canaries: 12, own: 14, ownMs: 5_900, ms: 5_200, elsewhere: 18, agreed: 6, waits: null, over: true }, { id: 'a', space, kind: 'plan', since: now - 900_000, pieces: 20, decided: 20, runs: 0, canaries: 0, own: 20, ownMs: 8_200, ms: 8_300, elsewhere: 0, agreed: 0, waits: null, over: true }],
    workers: [
      { device: 'kQ3vDuJOdGkFK', uid: uids[1] ?? null, offers: true, takes: ['plan'], running: 2, passed: 28, runs: 96, state: 'trusted' }, { device: 'pVd9bQ0sLm2Ra', uid: uids[0] ?? null, offers: true, takes: ['plan', 'agent'], running: 0, passed: 0, runs: 12, state: 'own' },
      { device: 'zzUw7tYh1Kc4e', uid: null, offers: false, takes: [], running: 0, passed: 0, runs: 7, state: 'out' },
    ],
    minutes: Array.from({ length: 24 }, (_, i) => ({ at: Math.floor(now / 60_000) * 60_000 - (24 - i) * 60_000, forOthers: (i * 37) % 11 * 900, forSelf: i % 7 === 3 ? 8_200 : 0, done: (i * 37) % 11 * 2, answers: i % 7 === 3 ? 18 : 0 })),
    proofs: [{ device: 'zzUw7tYh1Kc4e', at: now - 5_000_000, kind: 'plan', said: 'b', right: 'a', known: true, by: 0 }],
  });
  return {
    async act<A extends ComputeAct>(act: A): Promise<ComputeAnswer<A>> {
      if (act.do === 'consent') consent = consentAfter(consent, act.change);
      return (act.do === 'state' ? view() : undefined) as ComputeAnswer<A>;
    },
    watch: () => () => undefined,
  };
}
