/**
 * TRUST §3 row 9: a member that sends ten times its budget for a minute, on production kernels over links. Its work for the victim is bounded, it is closed
 * out and not linked for its ban, and an honest member is heard all the while. In `npm test` budgets (and so the flood) are a twentieth; LGOS_FULL=1 takes the real ones.
 */
import { afterEach, expect, test } from 'vitest';
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { must } from '#base/assert';
import type { RecordEntry } from '#ports/replica';
import { fragmentOf, generalFragment } from '#os/kernel/spaces';
import { GUARD_LIMITS, LINK_LIMITS } from '#vm/limits';
import { encodeAck } from '#vm/protocol/messages';
import { limitLinks } from '#vm/protocol/record';
import { sealRecord } from '#vm/protocol/seal';
import { PRIMITIVE, RECORD_CLASS } from '#vm/protocol/types';
import { createRecordBatches } from '#vm/replication/record-batch';
import { entryOf } from './support/forge.ts';
import { rawMember } from './support/raw-member.ts';
import { createSeededRandom, createStubCrypto } from './support/sim-crypto.ts';
import type { SimTab } from './support/sim-world.ts';
import { meet, noFaults, say, texts } from './support/walks.ts';

const FULL = process.env['LGOS_FULL'] === '1';
const SCALE = FULL ? 1 : 20;
const STEP_MS = 100;
const budgets = GUARD_LIMITS as { -readonly [K in keyof typeof GUARD_LIMITS]: number };
const real = { ...GUARD_LIMITS };
const messages = LINK_LIMITS as { messagesPerSecond: number };
const { messagesPerSecond } = messages;
afterEach(() => {
  Object.assign(budgets, real);
  messages.messagesPerSecond = messagesPerSecond;
});

const RATES = ['recordsPerSecond', 'recordsBurst', 'ownPerSecond', 'ownBurst', 'knownPerSecond', 'knownBurst', 'asksPerSecond', 'asksBurst', 'itemsPerSecond', 'itemsBurst', 'getsPerSecond', 'getsBurst', 'overPerStrike'] as const;

/** What the flooder knows of the space, taken while its own kernel still runs. */
interface Insider {
  readonly space: Bytes;
  readonly fragment: Bytes;
  /** The next records of its own log: valid, and never told to its kernel. */
  log(count: number): Promise<RecordEntry[]>;
  ack(seq: number): Promise<Bytes>;
}

async function insider(tab: SimTab, spaceId: string): Promise<Insider> {
  const { kernel } = tab.running.parts;
  const space = must(kernel.spaces.get(spaceId), 'space');
  const fragment = fragmentOf(kernel, space, must(generalFragment(space), 'general fragment'));
  const [slot, epoch, profile] = [must(kernel.slot, 'slot'), must(space.rights.sealingEpoch(), 'epoch'), must(kernel.profile, 'profile')];
  const bodyKey = must(await space.keys.body(epoch, fragment.id, slot.writer), 'body key');
  const random = createSeededRandom('flooder');
  const crypto = createStubCrypto(random);
  const heads = limitLinks(space.rights.headLinks(), 8);
  const tip = fragment.log.ownTip(slot.writer);
  const last = space.chain.tip(slot.writer);
  let [seq, prev, n, sprev] = [tip ? tip.seq + 1 : 0, tip ? tip.id : null, last ? last.n + 1 : 0, last ? last.id : null];
  const from = kernel.time.now();
  return {
    space: space.id, fragment: fragment.id,
    async log(count) {
      const out: RecordEntry[] = [];
      for (let i = 0; i < count; i++) {
        const record = await sealRecord(crypto, {
          space: space.id, fragment: fragment.id, class: RECORD_CLASS.op, seq, prev, n, sprev, deps: [], acl: heads,
          ops: [{ primitive: PRIMITIVE.nodeCreate, verb: '', stamp: { ms: from + Math.floor(seq / 60_000), ctr: seq % 60_000 }, args: [random.bytes(16), 'note@1', new Map([['text', 'flood']])] }],
          certificate: seq === 0 ? slot.statement : null, signer: slot.key, epoch, bodyKey, random,
        });
        [seq, prev, n, sprev] = [seq + 1, record.id, n + 1, record.id];
        out.push(entryOf(record.bytes));
      }
      return out;
    },
    ack: (no) => encodeAck(crypto, profile.ds, space.id, { fragment: fragment.id, writer: slot.writer, seq: no, id: random.bytes(32), level: 1 }),
  };
}

type Say = (event: string, payload: Uint8Array) => void;
/** Sends ten times the budget of `ms`. */
type Flood = (say: Say, ms: number) => Promise<void>;

interface Kind {
  readonly what: string;
  /** Budget per second and at once. */
  readonly budget: () => readonly [number, number];
  make(inside: Insider, perSecond: number): Flood;
  /** Work done by the victim so far. */
  work(victim: SimTab, verified: number, answered: number): number;
}

const per = (perSecond: number, ms: number): number => Math.ceil((perSecond * 10 * ms) / 1_000);

const kinds: Kind[] = [
  {
    what: 'valid records', budget: () => [GUARD_LIMITS.ownPerSecond, GUARD_LIMITS.ownBurst],
    make: (inside, rate) => {
      const batches = createRecordBatches();
      return async (send, ms) => {
        for (const payload of batches.encode('live', await inside.log(per(rate, ms)), 100_000, false)) send('gun:put:v1:requested', payload);
      };
    },
    work: (_victim, verified) => verified,
  },
  {
    what: 'the same records again and again', budget: () => [GUARD_LIMITS.knownPerSecond, GUARD_LIMITS.knownBurst],
    make: (inside, rate) => {
      const batches = createRecordBatches();
      let list: RecordEntry[] | null = null;
      return async (send, ms) => {
        list ??= await inside.log(100);
        for (let sent = 0; sent < per(rate, ms); sent += 100) for (const payload of batches.encode('live', list, 100_000, false)) send('gun:put:v1:requested', payload);
      };
    },
    work: (victim) => victim.running.parts.kernel.replication!.counters()['guard.rejected.known'] ?? 0,
  },
  {
    what: 'acks', budget: () => [GUARD_LIMITS.itemsPerSecond, GUARD_LIMITS.itemsBurst],
    make: (inside, rate) => {
      let message: Uint8Array | null = null;
      return async (send, ms) => {
        message ??= encodeCbor([inside.space, await Promise.all(Array.from({ length: 100 }, (_, no) => inside.ack(no)))]);
        for (let sent = 0; sent < per(rate, ms); sent += message.length / GUARD_LIMITS.itemBytes) send('record:ack:v1:completed', message);
      };
    },
    work: (_victim, verified) => verified,
  },
  {
    what: 'searches for what is not there', budget: () => [GUARD_LIMITS.asksPerSecond, GUARD_LIMITS.asksBurst],
    make: (inside, rate) => async (send, ms) => {
      for (let sent = 0; sent < per(rate, ms); sent++) send('node:find:v1:requested', encodeCbor([inside.space, new Uint8Array(16)]));
    },
    work: (_victim, _verified, answered) => answered,
  },
  {
    what: 'ticks that never fit', budget: () => [GUARD_LIMITS.asksPerSecond, GUARD_LIMITS.asksBurst],
    make: (_inside, rate) => async (send, ms) => {
      for (let sent = 0; sent < per(rate, ms); sent++) send('sync:tick:v1:completed', new Uint8Array(32));
    },
    work: (victim) => victim.running.parts.kernel.replication!.counters()['sync.tick_differs'] ?? 0,
  },
  {
    what: 'gets of what is not there', budget: () => [GUARD_LIMITS.getsPerSecond, GUARD_LIMITS.getsBurst],
    make: (inside, rate) => async (send, ms) => {
      for (let sent = 0; sent < per(rate, ms); sent++) send('gun:get:v1:requested', encodeCbor([inside.space, inside.fragment, new Uint8Array(32), 0, 100, 10_000]));
    },
    work: (_victim, _verified, answered) => answered,
  },
];

async function minute(kind: Kind, seconds: number, perSecond: number) {
  const m = await meet({ seed: 900 }, ['anna', 'boris', 'clara']);
  const [a, b, c] = m.tabs as [SimTab, SimTab, SimTab];
  const { world, space } = m;
  const device = must(a.running.parts.kernel.profile, 'profile').ds.pub;
  const bad = toBase64url(must(b.running.parts.kernel.profile, 'profile').ds.pub);
  const inside = await insider(b, space);
  const raw = await rawMember(world, b, space);
  const crypto = a.running.parts.kernel.deps.crypto as { verify: (...args: never[]) => Promise<boolean> };
  let verified = 0;
  const verify = crypto.verify.bind(crypto);
  crypto.verify = (...args) => {
    verified += 1;
    return verify(...args);
  };
  const flood = kind.make(inside, perSecond);
  const linked = async (): Promise<boolean> => (await a.running.parts.kernel.replication!.peers()).some((peer) => peer.device === bad);
  const rows = m.devices[0]!.disk.rows;
  const before = kind.work(a, 0, 0);
  const out = { linkedMs: 0, closedAt: -1, backAt: -1, work: 0, rows: 0, late: 0 };
  for (let at = 0; at < seconds * 1_000 || (out.closedAt >= 0 && out.backAt < 0 && at < 200_000); at += STEP_MS) {
    const link = raw.links.find((one) => equalBytes(one.device, device));
    const is = await linked();
    if (out.closedAt < 0 && !is) out.closedAt = at;
    if (out.closedAt >= 0 && is) {
      out.backAt = at;
      break;
    }
    if (is) out.linkedMs += STEP_MS;
    if (link && is) await flood((event, payload) => link.send('live', event, payload, 'x'), STEP_MS);
    const word = at % 1_000 === 0 ? `honest ${at}` : null;
    if (word !== null) await say(c, space, word);
    await world.clock.run(STEP_MS);
    if (word !== null && !texts(a, space).includes(word)) out.late += 1;
  }
  out.work = kind.work(a, verified, raw.messages.filter((one) => one.event === 'node:find:v1:completed' || one.event === 'gun:get:v1:completed').length) - before;
  out.rows = m.devices[0]!.disk.rows - rows;
  noFaults([a, c]);
  return out;
}

test.each(kinds)('[limit GUARD.overPerStrike] [limit GUARD.overPerAsk] [limit GUARD.banMs] [row 9] TRUST §3: a member that floods with $what is closed out for its ban, its work is bounded, an honest one is heard', async (kind) => {
  for (const name of RATES) budgets[name] = Math.max(1, Math.round(real[name] / SCALE));
  const [perSecond, burst] = kind.budget();
  const held = await minute(kind, 60, perSecond);
  console.log(`${kind.what}: linked ${held.linkedMs} ms, work ${held.work}, rows ${held.rows}, back after ${held.backAt - held.closedAt} ms`);
  const bound = (ms: number): number => 1.3 * (burst + (perSecond * ms) / 1_000) + 100;
  expect(held.late, 'honest words that came late').toBe(0);
  expect(held.closedAt).toBeGreaterThan(0);
  expect(held.linkedMs).toBeLessThan(20_000);
  expect(held.backAt - held.closedAt).toBeGreaterThanOrEqual(GUARD_LIMITS.banMs - 2 * STEP_MS);
  expect(held.work).toBeGreaterThan(burst / 4);
  expect(held.work).toBeLessThanOrEqual(bound(held.linkedMs));
  expect(held.rows).toBeLessThanOrEqual(bound(held.linkedMs));
  // Control: without the budgets it stays as long as it likes, and more work than that comes of it.
  for (const name of RATES) budgets[name] = 1e9;
  messages.messagesPerSecond = 1e9;
  const seconds = 3 + Math.ceil((3 * burst) / (10 * perSecond));
  const open = await minute(kind, seconds, perSecond);
  expect([open.closedAt, open.linkedMs]).toEqual([-1, seconds * 1_000]);
  expect(open.work).toBeGreaterThan(bound(held.linkedMs));
}, 600_000);
