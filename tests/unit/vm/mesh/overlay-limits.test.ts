/** Limits of places, rooms and walks, met by sessions that want every place, rooms that are crowded, and ways that are too long. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import type { DialOptions } from '#ports/wire';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { createSeededRandom, createStubCrypto } from '#tests/sim/support/sim-crypto';
import { createChance, createSimWirePair } from '#tests/sim/support/sim-wire';
import { named } from '#tests/support/core-kit';
import { sessionNo } from '#tests/support/scripted-server';
import { createLink } from '#vm/mesh/link';
import type { Link, LinkMessage } from '#vm/mesh/link-types';
import { createPeerEntry, type PeerEntry } from '#vm/mesh/peer-entry';
import { introducerFor } from '#vm/mesh/peer-places';
import { PeerTable } from '#vm/mesh/peer-table';
import { createRoomStay } from '#vm/mesh/room-stay';
import { encodePeerSignal } from '#vm/mesh/signal-codec';
import { createWalks } from '#vm/mesh/walks';

const times = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
const SELF = sessionNo(1, 0);
const SPACE = named('space');
const text = toBase64url;

describe('walks', () => {
  interface FakeLink {
    readonly id: string;
    readonly session: Bytes;
    readonly open: true;
    readonly sent: { event: string; value: CborValue[] }[];
  }

  function world(count: number, wants = { more: false, strangers: false }) {
    const clock = createSimClock();
    const links: FakeLink[] = times(count, (no) => ({
      id: `l${no}`, session: sessionNo(no), open: true, sent: [], send: (_c: unknown, event: string, payload: Uint8Array) => void links[no]!.sent.push({ event, value: decodeCbor(payload) as CborValue[] }),
    }));
    const of = (link: FakeLink): Link => link as unknown as Link;
    const metrics = new Map<string, number>();
    const walks = createWalks({
      clock, random: createSeededRandom('walks'), session: SELF, links: () => links.map(of), sessionOf: (link) => (link as unknown as FakeLink).session,
      linkOf: (session) => (links.find((link) => text(link.session) === text(session)) as unknown as Link) ?? null,
      spacesOf: () => [SPACE], shares: () => true, wantsMore: () => wants.more, hasStrangers: () => wants.strangers, onKnown: () => {}, onSignal: () => {},
      metric: (name, add) => void metrics.set(name, (metrics.get(name) ?? 0) + add),
    });
    const hear = (no: number, event: string, value: CborValue): void => void walks.onMessage(of(links[no]!), { event, id: '', channel: 'live', payload: encodeCbor(value) } as LinkMessage);
    /** Link `no` tells what it knows: ways behind it. */
    const tell = (no: number, ways: readonly Bytes[][]): void => hear(no, 'mesh:route:v1:completed', [SPACE, [SELF], [links[no]!.session], 1, ways.map((way) => [...way])]);
    const walk = (no: number, steps: number, behind: readonly Bytes[], ways: readonly Bytes[][] = []): void => hear(no, 'mesh:walk:v1:requested', [SPACE, steps, [...behind], ways.map((way) => [...way])]);
    return { clock, links, walks, metrics, tell, walk, wants };
  }
  const refused = (w: ReturnType<typeof world>): number => w.metrics.get('mesh.route_refused') ?? 0;

  test('[limit MESH.passive] a peer that tells of a thousand sessions: 30 are kept', () => {
    const w = world(2);
    for (let i = 0; i < 90; i++) w.tell(0, times(8, (n) => [sessionNo(1_000 + 8 * i + n)]));
    expect(w.walks.size()).toBe(30);
  });

  test('[limit MESH.sample] nine sessions in one sample are none; we tell of eight, however many links there are', () => {
    const w = world(20);
    w.tell(0, times(9, (n) => [sessionNo(1_000 + n)]));
    expect(w.walks.size()).toBe(0);
    w.tell(0, times(8, (n) => [sessionNo(1_000 + n)]));
    expect(w.walks.size()).toBe(8);
    w.walk(3, 1, [w.links[3]!.session]);
    expect(w.links[3]!.sent.at(-1)!.value[4]).toHaveLength(8);
  });

  test('[limit MESH.routeHops] a way of nine sessions is refused and nothing goes on it, one of eight is used', () => {
    const w = world(3);
    const behind = (length: number): Bytes[] => [...times(length - 1, (n) => sessionNo(500 + n)), w.links[0]!.session];
    w.walk(0, 2, behind(9));
    expect([refused(w), w.links[1]!.sent.length + w.links[2]!.sent.length, w.walks.size()]).toEqual([1, 0, 0]);
    w.walk(0, 1, behind(8));
    expect([refused(w), w.walks.size()]).toEqual([1, 1]);
    w.tell(0, [times(8, (n) => sessionNo(700 + n))]);
    expect(w.walks.size()).toBe(1);
  });

  test('[limit MESH.walkSteps MESH.passiveSteps] a walk has six steps, one that claims more is refused; who is three steps from its end remembers its start', () => {
    const w = world(3, { more: true, strangers: true });
    const start = sessionNo(900);
    w.walk(0, 7, [start, w.links[0]!.session]);
    expect([refused(w), w.links[1]!.sent.length + w.links[2]!.sent.length]).toEqual([1, 0]);
    for (const [steps, known] of [[6, 0], [4, 0], [3, 1]] as const) {
      w.walk(0, steps, [start, w.links[0]!.session]);
      expect(w.walks.size()).toBe(known);
    }
    const passed = [...w.links[1]!.sent, ...w.links[2]!.sent];
    expect(passed.map(({ value }) => value[1])).toHaveLength(3);
    expect(passed.map(({ value }) => value[1]).sort()).toEqual([2, 3, 5]);
  });

  test('[limit MESH.sampleHops] we tell of sessions up to three steps away, not further', () => {
    const w = world(2);
    w.tell(0, [[sessionNo(801), sessionNo(802)], [sessionNo(811), sessionNo(812), sessionNo(813)]]);
    expect(w.walks.size()).toBe(2);
    w.walk(1, 1, [w.links[1]!.session]);
    const told = (w.links[1]!.sent.at(-1)!.value[4] as Bytes[][]).map((way) => way.length);
    expect(told.sort()).toEqual([1, 3]);
  });

  test('[limit MESH.walkMs MESH.shuffleMs MESH.walkSteps] with too few links a walk begins every 4 s or so, with enough every 30 s', async () => {
    for (const [more, least, most] of [[true, 50, 130], [false, 6, 21]] as const) {
      const w = world(1, { more, strangers: true });
      w.walks.start();
      await w.clock.run(300_000);
      w.walks.stop();
      expect(w.links[0]!.sent.length).toBeGreaterThanOrEqual(least);
      expect(w.links[0]!.sent.length).toBeLessThanOrEqual(most);
      expect(w.links[0]!.sent.every(({ value }) => value[1] === 6)).toBe(true);
    }
  });
});

describe('rooms of a crowd', () => {
  function stay(options: { others: number; links: number; session?: Bytes; routes?: () => boolean; clock?: ReturnType<typeof createSimClock> }) {
    const clock = options.clock ?? createSimClock();
    const log: { what: string; at: number }[] = [];
    const others = times(options.others, (no) => sessionNo(no)).filter((session) => options.session === undefined || text(session) !== text(options.session));
    const room = createRoomStay({
      clock, random: createSeededRandom(`stay ${options.session === undefined ? '' : text(options.session)}`), session: options.session ?? sessionNo(5_000), links: () => options.links, others: () => others, hasRoutes: options.routes ?? (() => false),
      enter: () => void log.push({ what: 'enter', at: clock.monotonic() }), leave: () => void log.push({ what: 'leave', at: clock.monotonic() }), onVisit: () => {},
    });
    room.setRooms(new Map([['r', new Uint8Array(32) as Bytes]]));
    room.entered('r');
    const left = (): number | undefined => log.find(({ what }) => what === 'leave')?.at;
    return { clock, room, log, left };
  }

  test('[limit MESH.roomCalm MESH.roomStayMs MESH.activeMin] a room of 32 is never left, a larger one by who has four links, after 3 s', async () => {
    const [calm, crowded, needy] = [stay({ others: 31, links: 8 }), stay({ others: 60, links: 4 }), stay({ others: 60, links: 3 })];
    // Where one waits for somebody else no links are lacking.
    const waits = times(60, (no) => stay({ others: 60, links: Infinity, session: sessionNo(no) }));
    for (const one of waits) await one.clock.run(20_000);
    expect(waits.filter((one) => one.left() === undefined)).toHaveLength(24);
    for (const one of [calm, crowded, needy]) await one.clock.run(600_000);
    expect([calm.left(), needy.left(), crowded.left() === undefined]).toEqual([undefined, undefined, false]);
    const times60 = times(60, (no) => stay({ others: 60, links: 4, session: sessionNo(no) }));
    for (const one of times60) await one.clock.run(10_000);
    const gone = times60.map((one) => one.left()).filter((at) => at !== undefined);
    expect(Math.min(...gone)).toBeGreaterThanOrEqual(3_000);
    expect(Math.min(...gone)).toBeLessThan(5_000);
  });

  test('[limit MESH.roomKeepers] of sixty who have links enough 24 keep the room, the same ones for all', async () => {
    const peers = times(60, (no) => stay({ others: 60, links: 8, session: sessionNo(no) }));
    for (const peer of peers) await peer.clock.run(20_000);
    expect(peers.filter((peer) => peer.left() === undefined)).toHaveLength(24);
  });

  test('[limit MESH.roomStepMs MESH.roomVisitMs] the stay is judged about once a second; who left looks in again after some minutes', async () => {
    let looks = 0;
    const busy = stay({ others: 60, links: 8, routes: () => ((looks += 1), true) });
    await busy.clock.run(60_000);
    expect(looks).toBeGreaterThan(40);
    expect(looks).toBeLessThan(130);
    const visitor = stay({ others: 60, links: 8 });
    await visitor.clock.run(1_000_000);
    const [first, again] = [visitor.left()!, visitor.log.filter(({ what }) => what === 'enter')[1]!.at];
    expect(again - first).toBeGreaterThan(90_000 - 1);
    expect(again - first).toBeLessThan(270_000 + 3_000);
  });

  test('[limit MESH.roomRetryMs] a full room is tried again within seconds by who lacks links', async () => {
    const { clock, room, log } = stay({ others: 60, links: 0 });
    room.full('r');
    await clock.run(4_000);
    expect(log.map(({ what }) => what)).toEqual(['enter', 'enter']);
    expect(log[1]!.at).toBeGreaterThanOrEqual(750);
  });
});

describe('places', () => {
  test('[limit MESH.perIntroducer] sessions that one device introduced fill two places, one met in a room has a place of its own', () => {
    const entry = (no: number, introducer: string | null): PeerEntry => {
      const one = createPeerEntry(sessionNo(no), `k${no}`, SELF);
      one.sources.set('link|x', 'device');
      return Object.assign(one, { introducer, dialing: introducer === null ? null : { attempt: '', dialing: {}, startedAt: 0, answered: true, cancel: () => {} } });
    };
    const fresh = entry(1, null);
    expect(introducerFor(fresh, [fresh, entry(2, 'device')])).toBe('device');
    expect(introducerFor(fresh, [fresh, entry(2, 'device'), entry(3, 'device')])).toBe(undefined);
    fresh.rooms.add('r');
    expect(introducerFor(fresh, [fresh, entry(2, 'device'), entry(3, 'device')])).toBe(null);
  });

  /** A table whose dials succeed at once; the far ends are silent links. */
  async function table(count: number, is: { stranger: boolean; dials?: number; lateMs?: number; seeks?: number; onClose?: (peers: PeerTable) => void }) {
    const clock = createSimClock();
    const random = createSeededRandom('places');
    const crypto = createStubCrypto(random);
    const [own, chance] = [await crypto.generateSigning(), createChance(3)];
    const keys = await Promise.all(times(count + 1, () => crypto.generateSigning()));
    const dialled: { session: string; at: number }[] = [];
    const closed: { code: string; at: number }[] = [];
    const said: string[] = [];
    const open = new Set<Link>();
    let last = '';
    const silent = { onOpen: () => {}, onMessage: (_l: Link, m: LinkMessage) => void said.push(m.event), onClose: () => {}, onDrain: () => {}, onOffset: () => {}, onState: () => {} };
    const peers: PeerTable = new PeerTable({
      session: SELF, clock, random, crypto, deviceKey: own, uid: new Uint8Array(32) as Bytes, 
      dialer: {
        now: () => ({ iceServers: [], relayOnly: false }),
        dial(options: DialOptions) {
          const pair = createSimWirePair({ clock, chance: chance.next });
          const key = keys[dialled.length % keys.length]!;
          dialled.push({ session: last, at: clock.monotonic() });
          clock.setTimer(dialled.length > count ? (is.lateMs ?? 5) : 5, () => {
            createLink({ wire: pair.b, clock, random, crypto, deviceKey: key, uid: new Uint8Array(32) as Bytes, handlers: silent });
            options.onOpen(pair.a);
          });
          return { signal: () => {}, abort: () => {} };
        },
      },
      signal: () => true, openRelay: () => false, isStranger: () => is.stranger, hasProved: () => !is.stranger, neighbours: () => 6, isAnchor: () => false,
      knock: (_rooms, to) => ((last = text(to)), null), knows: () => true, onReach: () => {}, urgentRooms: () => new Set(), quietRooms: () => new Set(), metric: () => {}, altered: () => {}, ...(is.seeks !== undefined && { seeks: () => is.seeks! }),
      links: { onOpen: (l) => void open.add(l), onMessage: () => {}, onClose: (l, code) => (open.delete(l), closed.push({ code, at: clock.monotonic() }), is.onClose?.(peers)), onDrain: () => {}, onOffset: () => {} },
    });
    peers.start();
    const see = (no: number): void => peers.seen(sessionNo(no), { source: `s|r${no}`, room: `r${no}`, by: null });
    for (let no = 0; no < count; no++) see(no);
    await clock.run(100);
    return { clock, peers, dialled, closed, said, see, open };
  }

  test('[limit MESH.strangerSwapMs MESH.bannedMs] eight links that prove nothing give way after 6 s when others wait, and are not dialled again for a minute', async () => {
    const { clock, peers, closed, dialled } = await table(12, { stranger: true });
    expect(peers.open().length).toBeGreaterThanOrEqual(8);
    await clock.run(5_800);
    expect(closed).toEqual([]);
    await clock.run(400);
    expect(closed.length).toBeGreaterThanOrEqual(8);
    expect(new Set(closed.map(({ code }) => code))).toEqual(new Set(['idle']));
    const again = async (ms: number): Promise<number> => {
      await clock.run(ms);
      const before = dialled.length;
      peers.redial();
      await clock.run(10);
      return dialled.length - before;
    };
    expect([await again(10_000), await again(40_000)]).toEqual([0, 0]);
    expect(await again(12_000)).toBeGreaterThan(0);
  });

  test('[limit MESH.activeTarget MESH.activeMax] of many sessions in one room six are dialled, of rooms of their own eight', async () => {
    const one = await table(0, { stranger: false });
    const see = (no: number): void => one.peers.seen(sessionNo(no), { source: 's|r', room: 'r', by: null });
    see(0);
    await one.clock.run(100);
    for (let no = 1; no < 30; no++) see(no);
    await one.clock.run(1_000);
    expect(one.peers.open()).toHaveLength(6);
    const many = await table(30, { stranger: false });
    await many.clock.run(1_000);
    expect(many.peers.open()).toHaveLength(8);
  });

  test('{K12} a device that is behind seeks fewer links: as many as the adjuster says', async () => {
    const one = await table(0, { stranger: false, seeks: 4 });
    const see = (no: number): void => one.peers.seen(sessionNo(no), { source: 's|r', room: 'r', by: null });
    see(0);
    await one.clock.run(100);
    for (let no = 1; no < 30; no++) see(no);
    await one.clock.run(1_000);
    expect(one.peers.open()).toHaveLength(4);
  });

  test('[limit MESH.leaveMs MESH.activeMax] with eight links one that has many is told to leave for who has few, and is closed a second later, or when the other is there', async () => {
    const leave = async (lateMs: number) => {
      const world = await table(8, { stranger: false, lateMs });
      expect(world.peers.open()).toHaveLength(8);
      world.see(100);
      await world.clock.run(10);
      world.peers.onSignal(sessionNo(100), encodePeerSignal({ kind: 'want' }, { need: true, knock: 'x'.repeat(22) })!);
      return world;
    };
    const late = await leave(3_000);
    await late.clock.run(900);
    expect([late.said.includes('mesh:leave:v1:completed'), late.closed]).toEqual([true, []]);
    await late.clock.run(200);
    expect([late.closed.map(({ code }) => code), late.peers.open().length]).toEqual([['full'], 7]);
    const soon = await leave(50);
    await soon.clock.run(40);
    expect(soon.closed).toEqual([]);
    await soon.clock.run(100);
    expect([soon.said.includes('mesh:leave:v1:completed'), soon.closed.map(({ code }) => code), soon.peers.open().length]).toEqual([true, ['full'], 8]);
  });

  test('[limit MESH.known MESH.fullMs] sessions that left every room and then let go of their link are forgotten: after six hundred of them a newcomer is still linked', async () => {
    const { clock, peers, see, dialled } = await table(0, { stranger: false });
    for (let no = 0; no < 600; no++) {
      see(no);
      await clock.run(60);
      const link = peers.linkOf(sessionNo(no));
      expect(link, `session ${no}`).not.toBe(null);
      peers.unseen(sessionNo(no), `s|r${no}`, `r${no}`);
      peers.onLeave(link!);
      await clock.run(60);
    }
    await clock.run(60_000);
    const before = dialled.length;
    see(1_000);
    await clock.run(60);
    expect(dialled.length).toBe(before + 1);
  });

  test('[limit MESH.activeMax] who is known only through the link that gives way to it is not dialled into a place that nobody counts', async () => {
    const gone = sessionNo(100);
    for (const named of [true, false]) {
      const world = await table(8, { stranger: true, onClose: (peers) => (named ? peers.unseen(gone, 'walk|w', null) : undefined) });
      expect([world.open.size, world.peers.open().length]).toEqual([8, 8]);
      await world.clock.run(4_000);
      const before = world.dialled.length;
      world.peers.seen(gone, { source: 'walk|w', room: null, by: null });
      await world.clock.run(1_000);
      // The control: known elsewhere too, it gets the place.
      expect(world.peers.linkOf(gone) === null, String(named)).toBe(named);
      expect(world.dialled.length - before, String(named)).toBe(named ? 0 : 1);
      expect(world.open.size, String(named)).toBe(world.peers.open().length);
    }
  });

  test('[limit MESH.answersBurst MESH.answersPerSecond] a session that begins a new attempt with every signal is answered five times and once a second', async () => {
    const { clock, peers, dialled } = await table(0, { stranger: false, dials: 0 });
    // Smaller than ours: it is the one that dials.
    const session = new Uint8Array(16) as Bytes;
    peers.seen(session, { source: 's|r', room: 'r', by: null });
    await clock.run(1);
    let no = 0;
    const offers = async (count: number): Promise<number> => {
      const before = dialled.length;
      for (let i = 0; i < count; i++) peers.onSignal(session, encodePeerSignal({ kind: 'rtc', attempt: `a${++no}`, data: { offer: 'none' } })!);
      await clock.settle();
      return dialled.length - before;
    };
    expect(await offers(200)).toBe(5);
    await clock.run(2_000);
    expect(await offers(200)).toBe(2);
  });
});
