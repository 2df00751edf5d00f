/** Plans among peers: a voucher put in, its end and the time to read behind it, renewals, and vouchers that are none (decision 0033). */
import { describe, expect, test } from 'vitest';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor } from '#base/cbor';
import type { PlanChoice } from '#os/access-api';
import { PLAN_GRACE_MS } from '#os/limits';
import type { SigningKey } from '#ports/crypto';
import type { AclOp } from '#vm/protocol/acl-operation';
import { ROLE } from '#vm/protocol/types';
import { buildVoucher } from '#vm/protocol/voucher';
import { give, message, nextRecord } from './support/forge.ts';
import type { SimTab } from './support/sim-world.ts';
import { equal, meet, noFaults, say, texts, until, type Meeting } from './support/walks.ts';

const DAY = 86_400_000;
const SUPPORTER: PlanChoice = { id: 'supporter', title: 'Supporter', about: 'You write along.', role: 'member', scope: null, days: 30 };

const uidOf = (tab: SimTab): string => toBase64url(tab.running.parts.kernel.profile!.uid);
const spaceOf = (tab: SimTab, space: string) => tab.running.parts.kernel.spaces.get(space)!;
const memberAt = (tab: SimTab, space: string, of: SimTab) => spaceOf(tab, space).rights.memberOf(uidOf(of));
const roleAt = (tab: SimTab, space: string, of: SimTab) => memberAt(tab, space, of)?.role ?? null;
const now = (tab: SimTab): number => tab.running.parts.kernel.time.now();
const mine = async (tab: SimTab, space: string) => (await tab.api.access.plans(space)).mine;
const viewOf = async (tab: SimTab, space: string) => (await tab.api.spaces.list()).find((one) => one.id === space);

interface Shop extends Meeting {
  anna: SimTab;
  boris: SimTab;
  clara: SimTab;
  issuer: SigningKey;
  /** A voucher as text. */
  voucher(to: SimTab, change?: { plan?: string; from?: number; exp?: number; by?: SigningKey; space?: Bytes }): Promise<string>;
}

/** Anna founds; boris and clara are guests; the plan is set and everybody has it. */
async function shop(seed: number): Promise<Shop> {
  const m = await meet({ seed }, ['anna', 'boris', 'clara'], 'guest');
  const [anna, boris, clara] = m.tabs as [SimTab, SimTab, SimTab];
  const { crypto } = anna.running.parts.kernel.deps;
  const issuer = await m.world.wait(crypto.importSigning(new Uint8Array(32).fill(seed % 256)));
  await m.world.wait(anna.api.access.setPlans(m.space, { issuers: [toBase64url(issuer.pub)], plans: [SUPPORTER] }));
  await until(m.world, () => m.tabs.every((tab) => spaceOf(tab, m.space).rights.view().state.policy.plans.size === 1), 10_000, 'the plan is known');
  let count = 0;
  const voucher: Shop['voucher'] = async (to, { plan = 'supporter', from = now(to), exp = from + 30 * DAY, by = issuer, space = fromBase64url(m.space)! } = {}) => {
    const nonce = new Uint8Array(16).fill(++count) as Bytes;
    return toBase64url(await m.world.wait(buildVoucher(crypto, { space, uid: fromBase64url(uidOf(to))!, plan, nbf: from, exp, nonce }, by)));
  };
  return { ...m, anna, boris, clara, issuer, voucher };
}

describe('{C7} access.redeem', () => {
  test('[RIGHT31] [RIGHT33] [limit PLAN_GRACE_MS] {V3} from guest to member and to the end: writes, then 72 hours of reading with the cuts at the end, then out under a new key', async () => {
    const { world, space, tabs, anna, boris, clara, voucher } = await shop(501);
    expect(await boris.api.access.plans(space)).toMatchObject({ mayChange: false, mine: null, plans: [{ ...SUPPORTER }] });
    await expect(boris.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'too soon' } }])).rejects.toMatchObject({ code: 'no-right' });
    const exp = now(boris) + DAY;
    expect(await world.wait(boris.api.access.redeem(space, ` ${await voucher(boris, { exp })}\n`))).toBeNull();
    await until(world, () => tabs.every((tab) => roleAt(tab, space, boris) === ROLE.member), 10_000, 'a member everywhere');
    expect(await mine(boris, space)).toEqual({ id: 'supporter', title: 'Supporter', state: 'ending', until: exp, reads: exp + PLAN_GRACE_MS });
    // Another end, part or right to let in would take the place of what was paid for, and of its time to read.
    const { access } = anna.api;
    const [channel] = await anna.api.graph(space).query({ type: 'fragment@1' });
    for (const act of [() => access.setUntil(space, uidOf(boris), now(anna) + 9 * DAY), () => access.setScope(space, uidOf(boris), [channel!.id]), () => access.setDelegate(space, uidOf(boris), 'guest')]) await expect(world.wait(act())).rejects.toMatchObject({ code: 'plan-holds' });
    expect((await access.choices(space, [uidOf(boris)]))[0]).toMatchObject({ until: false, whole: false, delegate: [], remove: true });
    expect((await anna.api.access.journal(space))[0]).toMatchObject({ kind: 'plan', who: uidOf(boris), role: 'member', until: exp, counts: true });
    await say(boris, space, 'paid for');
    await until(world, () => texts(clara, space).includes('paid for'), 10_000, 'it counts');
    world.clock.jump(DAY);
    await world.clock.run(5_000);
    expect(await mine(boris, space)).toMatchObject({ state: 'grace', until: exp });
    expect(await viewOf(boris, space)).toMatchObject({ role: 'guest' });
    await expect(boris.api.graph(space).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'late' } }])).rejects.toMatchObject({ code: 'no-right' });
    // A raw client that goes on: read until the cuts are there, then set aside.
    const late = await nextRecord(boris, space, [message(boris, space, 'late')]);
    await give(clara, late);
    expect(texts(clara, space)).toContain('late');
    await until(world, () => tabs.every((tab) => roleAt(tab, space, boris) === ROLE.guest), 90_000, 'an owner writes the end of it');
    expect(texts(clara, space)).toEqual(['paid for']);
    expect(memberAt(clara, space, boris)).toMatchObject({ exp: exp + PLAN_GRACE_MS, plan: null });
    expect((await anna.api.access.journal(space))[0]).toMatchObject({ kind: 'lapsed', who: uidOf(boris), until: exp + PLAN_GRACE_MS });
    expect(await mine(boris, space)).toMatchObject({ state: 'grace', until: exp, reads: exp + PLAN_GRACE_MS });
    await say(anna, space, 'he still reads');
    await until(world, () => texts(boris, space).includes('he still reads'), 10_000, 'read');
    const before = toBase64url(spaceOf(anna, space).rights.sealingEpoch()!);
    world.clock.jump(PLAN_GRACE_MS);
    await until(world, () => [anna, clara].every((tab) => roleAt(tab, space, boris) === null), 120_000, 'out');
    expect(toBase64url(spaceOf(anna, space).rights.sealingEpoch()!)).not.toBe(before);
    await say(anna, space, 'not for him');
    await until(world, () => texts(clara, space).includes('not for him'), 10_000, 'among those who are here');
    await world.clock.run(5_000);
    expect(texts(boris, space)).not.toContain('not for him');
    expect(await mine(boris, space)).toMatchObject({ state: 'ended', until: exp });
    expect(await boris.api.access.ending(space)).toMatchObject({ kind: 'ended', at: exp + PLAN_GRACE_MS });
    await equal(world, [anna, clara], space);
    noFaults(tabs);
  });

  test('[RIGHT32] [limit KERNEL.planEndingMs] [limit KERNEL.voucherChars] a renewal is put in by another while its person is away; in the time to read it opens again', async () => {
    const { world, space, tabs, anna, boris, clara, voucher } = await shop(502);
    const exp = now(boris) + DAY;
    const [first, second, third] = [await voucher(boris, { exp }), await voucher(boris, { exp: exp + 5 * DAY }), await voucher(boris, { exp: exp + 12 * DAY })];
    expect(await world.wait(clara.api.access.redeem(space, first)), 'an end for who has none').toBe('by-own-hand');
    expect(await world.wait(boris.api.access.redeem(space, first))).toBeNull();
    await until(world, () => tabs.every((tab) => roleAt(tab, space, boris) === ROLE.member), 10_000, 'a member');
    boris.offline(true);
    clara.offline(true);
    await world.clock.run(15_000);
    expect(await world.wait(clara.api.access.redeem(space, second))).toBeNull();
    expect(await world.wait(clara.api.access.redeem(space, second))).toBe('used');
    for (const tab of [boris, clara]) tab.offline(false);
    await until(world, () => tabs.every((tab) => memberAt(tab, space, boris)?.exp === exp + 5 * DAY + PLAN_GRACE_MS), 60_000, 'everybody has it');
    expect(await mine(boris, space)).toMatchObject({ state: 'ending', until: exp + 5 * DAY });
    expect(await world.wait(boris.api.access.redeem(space, third + ' '.repeat(4_096 - third.length + 1))), 'too long to be one').toBe('form');
    world.clock.jump(6 * DAY);
    await until(world, () => tabs.every((tab) => roleAt(tab, space, boris) === ROLE.guest), 90_000, 'read only');
    expect(await world.wait(boris.api.access.redeem(space, third))).toBeNull();
    await until(world, () => tabs.every((tab) => roleAt(tab, space, boris) === ROLE.member), 10_000, 'a member again');
    expect(await mine(boris, space), 'a week and a while before').toMatchObject({ state: 'ending' });
    expect(await world.wait(boris.api.access.redeem(space, await voucher(boris, { exp: now(boris) + 7 * DAY + 60_000 })))).toBeNull();
    expect(await mine(boris, space)).toMatchObject({ state: 'active' });
    await say(boris, space, 'here again');
    await until(world, () => texts(anna, space).includes('here again'), 10_000, 'it counts');
    noFaults(tabs);
  });

  test('[RIGHT30] [RIGHT32] forged, of another issuer, person, space or plan, past, or of an issuer that was taken out: refused by its own kernel, and raw by every peer', async () => {
    const { world, space, tabs, anna, boris, clara, issuer, voucher } = await shop(503);
    const { crypto } = anna.running.parts.kernel.deps;
    const stranger = await world.wait(crypto.importSigning(new Uint8Array(32).fill(7)));
    const good = await voucher(boris);
    const bytes = fromBase64url(good)!;
    const forged = toBase64url(bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1));
    const tries: [string, string][] = [
      ['', 'form'], ['%%%', 'form'], [good.slice(0, -4), 'form'], [forged, 'form'], [await voucher(boris, { by: stranger }), 'issuer'], [await voucher(boris, { plan: 'gold' }), 'plan'],
      [await voucher(boris, { space: new Uint8Array(32) }), 'space'], [await voucher(boris, { from: now(boris) - 9 * DAY, exp: now(boris) - 1 }), 'over'], [await voucher(boris, { from: now(boris) + DAY }), 'early'],
      [await voucher(boris, { exp: now(boris) + 31 * DAY }), 'long'], [await voucher(anna), 'lowers'],
    ];
    for (const [text, why] of tries) expect(await world.wait(boris.api.access.redeem(space, text)), why).toBe(why);
    const raw = async (text: string, more: Partial<AclOp & { t: 'grant' }> = {}): Promise<string | undefined> => {
      const voucherBytes = fromBase64url(text)!;
      const body = decodeCbor((decodeCbor(voucherBytes) as [Bytes])[0]) as [5, Bytes, Bytes, string, number, number];
      const ops: AclOp[] = [{ t: 'ident.attach', statement: voucherBytes }, { t: 'grant', to: body[2], role: 2, scope: null, nbf: body[4], exp: body[5], mayDelegate: false, maxRole: 1, plan: null, ...more }];
      // The sealer asks for no right.
      const id = await world.wait(boris.running.parts.sealer.writeAcl(spaceOf(boris, space), ops));
      await until(world, () => [anna, clara].every((tab) => spaceOf(tab, space).rights.has(id)), 10_000, 'they have it');
      const [one, other] = await Promise.all([anna, clara].map(async (tab) => (await tab.api.log.record(space, toBase64url(id)))?.status));
      expect(one).toBe(other);
      return one;
    };
    for (const [text, why] of tries.slice(3)) if (why !== 'over') expect(await raw(text), why).toBe('void');
    for (const more of [{ role: ROLE.admin }, { role: ROLE.owner }, { exp: null }, { to: fromBase64url(uidOf(clara))! }]) expect(await raw(good, more), JSON.stringify(more)).toBe('void');
    expect(tabs.map((tab) => [boris, clara].map((of) => roleAt(tab, space, of)))).toEqual(tabs.map(() => [ROLE.guest, ROLE.guest]));
    await world.wait(anna.api.access.setPlans(space, { issuers: [toBase64url(stranger.pub)] }));
    await until(world, () => !spaceOf(boris, space).rights.view().state.policy.issuers.has(toBase64url(issuer.pub)), 10_000, 'boris knows');
    expect(await world.wait(boris.api.access.redeem(space, good))).toBe('issuer');
    // Control: named again, the same voucher counts.
    await world.wait(anna.api.access.setPlans(space, { issuers: [toBase64url(issuer.pub)] }));
    await until(world, () => spaceOf(boris, space).rights.view().state.policy.issuers.has(toBase64url(issuer.pub)), 10_000, 'boris knows');
    expect(await world.wait(boris.api.access.redeem(space, good))).toBeNull();
    await until(world, () => tabs.every((tab) => roleAt(tab, space, boris) === ROLE.member), 10_000, 'a member');
    await world.wait(anna.api.access.setPlans(space, { issuers: [], plans: [] }));
    await world.clock.run(5_000);
    expect(tabs.map((tab) => roleAt(tab, space, boris)), 'what counted stands').toEqual(tabs.map(() => ROLE.member));
    noFaults([anna, clara]);
  });
});

describe('{C7} access.setRole of somebody with a plan', () => {
  test('[RIGHT33] raised they stay by the word of who raises them, and the end of the plan puts nobody out; lowered they read to the end they had', async () => {
    const { world, space, tabs, anna, boris, clara, voucher } = await shop(505);
    const exp = now(boris) + DAY;
    for (const tab of [boris, clara]) expect(await world.wait(tab.api.access.redeem(space, await voucher(tab, { exp })))).toBeNull();
    await until(world, () => tabs.every((tab) => [boris, clara].every((of) => roleAt(tab, space, of) === ROLE.member)), 10_000, 'members');
    expect(await anna.api.access.choices(space, [uidOf(boris)]), 'the dialog says that the plan ends').toMatchObject([{ plan: true, roles: ['owner', 'admin', 'guest'] }]);
    await world.wait(anna.api.access.setRole(space, uidOf(boris), 'admin'));
    await world.wait(anna.api.access.setRole(space, uidOf(clara), 'guest'));
    await until(world, () => tabs.every((tab) => roleAt(tab, space, boris) === ROLE.admin && roleAt(tab, space, clara) === ROLE.guest), 10_000, 'everybody has it');
    for (const tab of tabs) expect([memberAt(tab, space, boris), memberAt(tab, space, clara)], tab.name).toMatchObject([{ exp: null, plan: null }, { exp: exp + PLAN_GRACE_MS, plan: null }]);
    expect(await anna.api.access.choices(space, [uidOf(boris)])).toMatchObject([{ plan: false }]);
    expect(await mine(boris, space)).toBeNull();
    world.clock.jump(DAY + PLAN_GRACE_MS);
    await until(world, () => [anna, boris].every((tab) => roleAt(tab, space, clara) === null), 120_000, 'control: an end puts out');
    expect(tabs.slice(0, 2).map((tab) => roleAt(tab, space, boris))).toEqual([ROLE.admin, ROLE.admin]);
    await say(boris, space, 'still here');
    await until(world, () => texts(anna, space).includes('still here'), 10_000, 'it counts');
    noFaults([anna, boris]);
  });
});

describe('{C7} access.setPlans', () => {
  test('[RIGHT30] [limit KERNEL.planDays] [limit KERNEL.planAboutChars] an owner only, in a form that counts; who knows no plans writes nothing more', async () => {
    const { world, space, anna, boris, issuer } = await shop(504);
    const set = (tab: SimTab, change: unknown) => world.wait(tab.api.access.setPlans(space, change as { plans: PlanChoice[] }));
    await expect(set(boris, { plans: [] })).rejects.toMatchObject({ code: 'owner-only' });
    const wrong: unknown[] = [{ title: ' ' }, { title: 'x'.repeat(81) }, { about: 'x'.repeat(281) }, { role: 'admin' }, { role: 'owner' }, { days: 0 }, { days: 1.5 }, { days: 3_661 }, { id: '' }, { id: 'x'.repeat(33) }];
    for (const change of wrong) await expect(set(anna, { plans: [{ ...SUPPORTER, ...(change as object) }] }), JSON.stringify(change)).rejects.toMatchObject({ code: 'bad-value' });
    for (const issuers of [['x'], 'x', [7], [toBase64url(new Uint8Array(31))], [toBase64url(new Uint8Array(32))]]) await expect(set(anna, { issuers })).rejects.toMatchObject({ code: 'bad-value' });
    const keys = await Promise.all(Array.from({ length: 9 }, async (_, i) => toBase64url((await anna.running.parts.kernel.deps.crypto.importSigning(new Uint8Array(32).fill(i + 1))).pub)));
    await expect(set(anna, { issuers: keys })).rejects.toMatchObject({ code: 'too-much' });
    await expect(set(anna, { plans: Array.from({ length: 17 }, (_, i) => ({ ...SUPPORTER, id: `p${i}` })) })).rejects.toMatchObject({ code: 'too-much' });
    expect(await anna.api.access.plans(space)).toMatchObject({ issuers: [toBase64url(issuer.pub)], plans: [SUPPORTER], mayChange: true });
    await set(anna, { plans: [{ ...SUPPORTER, id: undefined, title: '  Two\u202e ', about: 'x'.repeat(280), days: 3_660 }] });
    const [plan] = (await anna.api.access.plans(space)).plans;
    expect(plan).toMatchObject({ title: 'Two', days: 3_660, about: 'x'.repeat(280) });
    expect(plan!.id).not.toBe('');
    expect(spaceOf(anna, space).rights.view().state.policy.minVersion).toBe(2);
  });
});
