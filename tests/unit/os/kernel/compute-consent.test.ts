/** Changes of what a device may be used for: what of each counts at once, and what when it is kept. */
import { describe, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { actorName } from '#os/actors/piece';
import { NO_CONSENT, type ComputeConsent, type ConsentChange } from '#os/compute-api';
import { consentAfter, narrowed, readConsent } from '#os/kernel/compute-consent';

const [one, two] = ['one', 'two'].map((name) => actorName(utf8(name))) as [string, string];
const FROM: ComputeConsent = { ...NO_CONSENT, on: true, share: 50, hours: [8, 20], actors: [one], called: { [one]: 'one.wasm' } };
const OFF: ComputeConsent = { ...FROM, on: false, mains: false, hidden: true, busy: true, hours: null, kinds: { ...NO_CONSENT.kinds, plan: false } };

describe('{K3} changes of what a device may be used for', () => {
  test('MUS4 ACTR5 what narrows counts at once, what widens does not; kept, both do', () => {
    const cases: readonly (readonly [from: ComputeConsent, change: ConsentChange, atOnce: Partial<ComputeConsent>, kept: Partial<ComputeConsent>])[] = [
      [FROM, { on: false }, { on: false }, { on: false }],
      [OFF, { on: true }, {}, { on: true }],
      [FROM, { share: 10 }, { share: 10 }, { share: 10 }],
      [FROM, { share: 100 }, {}, { share: 100 }],
      [FROM, { mains: false }, {}, { mains: false }],
      [OFF, { mains: true }, { mains: true }, { mains: true }],
      [FROM, { hidden: true }, {}, { hidden: true }],
      [OFF, { hidden: false }, { hidden: false }, { hidden: false }],
      [FROM, { busy: true }, {}, { busy: true }],
      [OFF, { busy: false }, { busy: false }, { busy: false }],
      [FROM, { hours: null }, {}, { hours: null }],
      [FROM, { hours: [20, 8] }, { hours: [20, 8] }, { hours: [20, 8] }],
      [FROM, { kinds: { plan: false } }, { kinds: { ...NO_CONSENT.kinds, plan: false } }, { kinds: { ...NO_CONSENT.kinds, plan: false } }],
      [OFF, { kinds: { plan: true, actor: false } }, { kinds: { ...NO_CONSENT.kinds, plan: false, actor: false } }, { kinds: { ...NO_CONSENT.kinds, actor: false } }],
      [FROM, { forbid: one }, { actors: [], called: {} }, { actors: [], called: {} }],
      [FROM, { allow: { actor: two, called: 'a/b\n.wasm' } }, {}, { actors: [one, two], called: { [one]: 'one.wasm', [two]: 'a_b .wasm' } }],
      [FROM, { allow: { actor: two, called: 'two' }, share: 10, hidden: true }, { share: 10 }, { share: 10, hidden: true, actors: [one, two], called: { [one]: 'one.wasm', [two]: 'two' } }],
    ];
    for (const [from, change, atOnce, kept] of cases) expect([narrowed(from, change), consentAfter(from, change)], JSON.stringify(change)).toEqual([{ ...from, ...atOnce }, { ...from, ...kept }]);
  });

  test('MUS1 a record of before the names of files, and one that is none', () => {
    const { called: _, ...before } = FROM;
    expect([readConsent(before), readConsent({ ...FROM, called: 'x' }), readConsent({ ...FROM, called: { [one]: 7, [two]: 'two' } })]).toEqual(Array.from({ length: 3 }, () => ({ ...FROM, called: {} })));
    expect([readConsent(null), readConsent({ on: 'yes' })]).toEqual([NO_CONSENT, NO_CONSENT]);
  });

  test('MUS24 who had switched on before a kind of work came has not said yes to it; who switches on now has, and who said it before keeps it', () => {
    const { layout: _, embed: __, ...before } = NO_CONSENT.kinds;
    const kept = (on: boolean) => readConsent({ ...FROM, on, kinds: before }).kinds;
    expect(kept(true)).toEqual({ ...before, layout: false, embed: false });
    expect(kept(false)).toEqual({ ...before, layout: true, embed: true });
    expect(readConsent({ ...FROM, kinds: { ...before, layout: true, embed: false } }).kinds).toEqual({ ...before, layout: true, embed: false });
    // Said by itself, it counts.
    expect(consentAfter(readConsent({ ...FROM, kinds: before }), { kinds: { layout: true } }).kinds).toMatchObject({ layout: true, embed: false });
  });
});
