/** Random permission graphs: equal results for every order of delivery, and what must never be. 20,000 with LGOS_FULL=1; LGOS_ACL_DAGS sets another count. */
import { expect, test } from 'vitest';
import { build, fingerprint, randomDag, shuffled, violations, withForks, type Violations } from '#tests/support/acl-dags';
import { ALL_RULES, type Rules } from '#os/rights/strong-removal';

const COUNT = Number(process.env['LGOS_ACL_DAGS'] ?? (process.env['LGOS_FULL'] === '1' ? 20_000 : 300));
const NONE: Violations = { evictedFounders: 0, ownerless: 0, ghosts: 0, strongRemoval: 0, loweredGhosts: 0 };

function sum(rules: Rules, count: number): Violations {
  const total: Violations = { ...NONE };
  for (let seed = 1; seed <= count; seed++) {
    const records = randomDag(seed);
    const found = violations(records, build(records, rules));
    for (const key of Object.keys(total) as (keyof Violations)[]) total[key] += found[key];
  }
  return total;
}

test(`{V3,K7} [RIGHT7] ${COUNT} random graphs: shuffled delivery and a replay without windows give the same state`, { timeout: 3_600_000 }, () => {
  let valid = 0;
  let all = 0;
  for (let seed = 1; seed <= COUNT; seed++) {
    const records = randomDag(seed);
    const resolver = build(records);
    const state = resolver.resolve(resolver.heads())!;
    const expected = fingerprint(state);
    const other = build(shuffled(records, seed * 7 + 1));
    expect(fingerprint(other.resolve(other.heads())!), `seed ${seed} shuffled`).toBe(expected);
    const plain = build(shuffled(records, seed * 7 + 2), { ...ALL_RULES, fromGenesis: true });
    expect(fingerprint(plain.resolve(plain.heads())!), `seed ${seed} from genesis`).toBe(expected);
    all += records.length;
    valid += records.filter((record) => !state.dead.has(record.id)).length;
  }
  expect(valid / all).toBeGreaterThan(0.15);
  expect(valid / all).toBeLessThan(0.9);
});

test(`[row 36] [RIGHT3][RIGHT4][RIGHT5] ${COUNT} random graphs: founder never evicted, never ownerless, no ghosts, no strong-removal violation`, { timeout: 3_600_000 }, () => {
  expect(sum(ALL_RULES, COUNT)).toEqual(NONE);
});

test('[row 36] [RIGHT3] control: without rule 3 the checks find violations', () => {
  expect(sum({ rule3: false, rule4: true }, 300).strongRemoval).toBeGreaterThan(0);
});

test('[RIGHT4] control: without rule 4 the checks find ghosts and undone lowerings', () => {
  const found = sum({ rule3: true, rule4: false }, 300);
  expect(found.ghosts).toBeGreaterThan(0);
  expect(found.loweredGhosts).toBeGreaterThan(0);
});

test(`[RIGHT11] ${COUNT} random graphs with forked logs and settlements: every order of delivery ends alike`, { timeout: 3_600_000 }, () => {
  let frozen = 0;
  let freed = 0;
  for (let seed = 1; seed <= COUNT; seed++) {
    const records = withForks(randomDag(seed), seed);
    const resolver = build(records);
    const state = resolver.resolve(resolver.heads())!;
    const expected = fingerprint(state);
    const other = build(shuffled(records, seed * 7 + 3));
    expect(fingerprint(other.resolve(other.heads())!), `seed ${seed} shuffled`).toBe(expected);
    const plain = build(shuffled(records, seed * 7 + 4), { ...ALL_RULES, fromGenesis: true });
    expect(fingerprint(plain.resolve(plain.heads())!), `seed ${seed} from genesis`).toBe(expected);
    frozen += state.dead.entries().filter(([, dead]) => dead.rule === 6).length;
    freed += records.filter((record) => record.acts.some((act) => act.t === 'settle' && !state.dead.has(act.keep[0]!)) && !state.dead.has(record.id)).length;
    expect(state.owners, `seed ${seed}`).toBeGreaterThan(0);
  }
  expect(frozen).toBeGreaterThan(0);
  expect(freed).toBeGreaterThan(0);
});
