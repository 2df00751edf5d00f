/**
 * A LifegraphApi in memory, for pictures and axe runs of the views before or beside the real kernel; never imported by src.
 * `scenario` picks what the screens meet: fresh, seeded, offline, stuck, stopped, joining, insecure, crowded, guest, removed, altered, lying (a beacon), clock (a day ahead of the others), late (reads from their coming on).
 */
import type { Copies, InviteView, JoinState, KernelEvent, LifegraphApi, Member, NetworkStatus, Presence, RecordDetail, RecordInfo, Returning, SpaceView, ReadingView } from '#os/api';
import { NO_RULES } from '#domain/shared';
import { fakeAccess, rulesAfter } from './fake-access.ts';
import { fakeBackup } from './fake-backup.ts';
import { fakeCompute } from './fake-compute.ts';
import { fakeDurability } from './fake-durability.ts';
import { fakePapers } from './fake-papers.ts';
import { fakeReports } from './fake-reports.ts';
import { fakeDevices } from './fake-devices.ts';
import { FakeGraph, fakeId, type FakeWriter } from './fake-graph.ts';
import { PEOPLE, seedLate, seedPersonal, seedTeam, writerOf } from './fake-seed.ts';
import { networkAct } from './fake-network.ts';

export type Scenario = 'locked' | 'several' | 'stopped' | 'fresh' | 'seeded' | 'offline' | 'stuck' | 'joining' | 'crowded' | 'guest' | 'removed' | 'altered' | 'lying' | 'clock' | 'reading' | 'fleeting' | 'late' | 'guild' | 'second';

const HOUR = 3_600_000;

/** Of the golden vectors: nobody's. */
const PHRASE = 'lend sphere palace vanish midnight liquid level own fatal youth balance water step catch fade giggle fat below harbor primary width marble hollow reunion'.split(' ');

class FakeState {
  readonly listeners = new Set<(event: KernelEvent) => void>();
  readonly spaces = new Map<string, SpaceView>();
  readonly graphs = new Map<string, FakeGraph>();
  readonly local = new Map<string, unknown>();
  invites: InviteView[] = [];
  /** What was done to people: null = taken out. */
  readonly people = new Map<string, Partial<Member> | null>();
  readonly archives = new Map<string, string[]>();
  identity: { uid: string; device: string; name: string } | null = null;
  paused = false;
  pausedAt = 0;
  pending = 0;
  /** When the words of the recovery phrase were checked back. */
  checkedAt: number | null = null;
  /** When a key file was read back. */
  fileCheckedAt: number | null = null;
  returning: Returning = null;
  /** The lock of this browser. */
  lock: { idleMinutes: number } | null = null;
  stuck = false;
  /** The kernel stayed stopped. */
  stopped = false;

  constructor(readonly scenario: Scenario) {}

  emit(event: KernelEvent): void {
    for (const listener of [...this.listeners]) listener(event);
  }

  me(): FakeWriter {
    return writerOf('Mira');
  }

  begin(name: string): void {
    this.identity = { uid: this.me().uid, device: fakeId('device:mira'), name };
    const personal = this.addSpace('Personal', 'personal', 'owner', 1);
    seedPersonal(personal, this.scenario === 'fresh');
    if (this.scenario === 'fresh' || this.scenario === 'joining') return;
    const team = this.addSpace('River Watch', this.scenario === 'guild' || this.scenario === 'second' ? 'guild' : 'team', this.scenario === 'guest' || this.scenario === 'removed' ? this.scenario : 'owner', PEOPLE.length);
    seedTeam(team, this.scenario === 'crowded' ? 1500 : 0);
    if (this.scenario === 'late') {
      const view = this.spaces.get(team.space)!;
      this.spaces.set(team.space, { ...view, since: Date.now() - 20 * HOUR, rules: { ...view.rules, history: 'joining' } });
      seedLate(team);
    }
    this.invites.push(
      { id: fakeId('inv1'), role: 'member', expiresAt: Date.now() + 20 * HOUR, uses: 3, used: 1, by: this.me().uid, state: 'open', scope: null, mayRevoke: true },
      { id: fakeId('inv2'), role: 'guest', expiresAt: Date.now() - HOUR, uses: 1, used: 0, by: this.me().uid, state: 'expired', scope: [fakeId(`${fakeId('space:River Watch', 32)}:site-visits`)], mayRevoke: false },
    );
    if (this.scenario === 'seeded') this.archives.set(fakeId('space:River Watch', 32), ['wss://relay.example.org/gun', 'wss://second.example.net/gun']);
    if (this.scenario === 'offline') this.pause();
    this.stuck = this.scenario === 'stuck';
  }

  addSpace(name: string, kind: SpaceView['kind'], role: SpaceView['role'], members: number): FakeGraph {
    const id = fakeId(`space:${name}`, 32);
    this.spaces.set(id, { id, name, kind, role, members, scope: null, comments: [], lets: letsOf(role), rules: { ...NO_RULES, mayChange: role === 'owner' } });
    const graph = new FakeGraph(id, this.me());
    graph.onWrite = (fragment) => {
      if (this.paused) this.pending++;
      this.emit({ type: 'copies', space: id, fragment });
    };
    this.graphs.set(id, graph);
    this.emit({ type: 'spaces', space: id });
    return graph;
  }

  pause(): void {
    this.paused = true;
    this.pausedAt = Date.now();
    this.emit({ type: 'network' });
  }

  copies(space: string | undefined): Copies {
    const alone = { devices: [fakeId('device:mira')], wrote: [], beacons: [], lastConfirmed: null, count: 0, since: null, reason: null };
    const kind = space ? this.spaces.get(space)?.kind : 'team';
    if (this.stuck) return { ...alone, state: 'stuck', since: Date.now() - 120_000, reason: { code: 'store-quota', message: 'The storage of this browser is full.', safe: 'Everything before 10:31 is safe.', next: 'Free some space, then retry; do not close this tab.' } };
    if (kind === 'personal') return { ...alone, state: 'one-copy' };
    if (this.paused && this.pending > 0) return { ...alone, state: 'waiting', count: this.pending, since: this.pausedAt };
    return { ...alone, devices: ['Mira', 'Sofia', 'Noor'].map((name) => fakeId(`device:${name.toLowerCase()}`)), lastConfirmed: Date.now() - 4000, state: 'shared' };
  }
}

const letsOf = (role: SpaceView['role']): Member['lets'] => (role === 'owner' ? 'owner' : role === 'admin' ? 'member' : null);

function members(state: FakeState, space: string): Member[] {
  const self = (name: string): boolean => name === 'Mira';
  if (state.spaces.get(space)?.kind === 'personal') {
    return [{ uid: state.me().uid, name: state.identity!.name, role: 'owner', since: Date.now() - 9 * 24 * HOUR, until: null, scope: null, comments: [], lets: 'owner', self: true, online: true, devices: [{ device: state.identity!.device, online: true, self: true }] }];
  }
  return PEOPLE.filter(({ name }) => state.people.get(writerOf(name).uid) !== null).map(({ name, role, online, days }) => ({
    uid: writerOf(name).uid, name, role, since: Date.now() - days * 24 * HOUR, until: name === 'Jonas' ? Date.now() + 40 * 24 * HOUR : null, scope: name === 'Parish school' ? [fakeId(`${space}:site-visits`)] : null, comments: [], lets: letsOf(role), self: self(name), online: online && !(state.paused && !self(name)),
    devices: [{ device: fakeId(`device:${name.toLowerCase()}`), online, self: self(name) }], ...state.people.get(writerOf(name).uid),
  }));
}

function network(state: FakeState): NetworkStatus {
  const peers = state.paused || state.spaces.size < 2 ? [] : (['Noor', 'Sofia', 'Davit'] as const).map((name, at) => ({
    device: fakeId(`device:${name.toLowerCase()}`), uid: writerOf(name).uid, name, via: at === 2 ? ('relay' as const) : ('direct' as const), pair: [null, 'host/host', 'relay/host'][at === 2 ? 0 : at + 1]!, rttMs: [18, 4, 96][at]!, bytesIn: 412_000 * (at + 1), bytesOut: 93_000 * (at + 1), spaces: [...state.spaces.keys()],
  }));
  return {
    online: !state.paused, paused: state.paused, leader: state.scenario !== 'second', pending: state.pending, clockOffsetMs: state.scenario === 'clock' ? -26 * HOUR : 12, clockWarning: state.scenario === 'clock', peers, archives: relays(state), versions: { newer: 0, older: 0 }, unreached: [],
    altered: state.scenario === 'altered' ? [{ via: 'direct', servers: ['wss://meet.example.org/signal'], times: 3, since: Date.now() - HOUR / 6, last: Date.now() - 20_000 }] : [],
    beacons: state.scenario === 'lying' ? [{ space: fakeId('space:River Watch', 32), device: fakeId('device:tower'), id: 'beacon1', name: 'Home server', state: 'forked', since: Date.now() - HOUR, saidAt: Date.now() - HOUR, checkedAt: Date.now() - 2 * HOUR, proof: true }] : [],
    signaling: [{ url: 'wss://meet.example.org/signal', state: state.paused ? 'closed' : 'open', reason: state.paused ? 'paused' : null, retryInMs: state.paused ? 8000 : null }],
  };
}

/** Archives of the fake: the first relay is there, a second one is not. */
function relays(state: FakeState): NetworkStatus['archives'] {
  return [...state.archives].flatMap(([space, urls]) => urls.map((url, at) => ({
    space, url, state: at === 0 ? ('open' as const) : ('closed' as const), since: Date.now() - HOUR, reason: at === 0 ? null : 'unreachable', retryInMs: at === 0 ? null : 9000, even: at === 0 ? Date.now() - 60_000 : null, fetched: 12, put: 40,
  })));
}

async function* joinSteps(state: FakeState): AsyncIterable<JoinState> {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const say = (step: JoinState['step'], how: JoinState['state'], reason?: string): JoinState => ({ step, state: how, retryable: how === 'failed' || how === 'waiting', at: Date.now(), ...(reason ? { reason } : {}) });
  for (const step of ['link', 'server', 'found', 'secure'] as const) {
    yield say(step, 'running');
    await wait(120);
    yield say(step, 'done');
  }
  yield say('asked', 'running');
  if (state.scenario === 'joining') {
    await wait(300);
    yield say('asked', 'waiting', 'nobody-online');
    await wait(60 * 60_000);
  }
  await wait(300);
  yield say('asked', 'done');
  yield say('accepted', 'done');
  yield say('content', 'running');
  const graph = state.addSpace('River Watch', 'team', 'member', PEOPLE.length);
  seedTeam(graph, 0);
  await wait(200);
  yield say('content', 'done');
  yield say('done', 'done');
}

function records(state: FakeState, space: string): RecordInfo[] {
  const nodes = state.graphs.get(space)?.query({ order: '-stamp' }) ?? [];
  return nodes.slice(0, 100).map((node, at) => ({
    id: fakeId(`record:${node.id}`, 32), fragment: node.fragment, writer: node.writer, uid: node.createdBy, seq: node.seq, n: 1, at: node.createdAt, class: at === 3 ? 'acl' : 'op', bytes: 388 + ((at * 37) % 90),
    ops: 1, status: 'applied', why: 'Signed by a device of a member with the right to write (OS-R4).', own: node.createdBy === state.me().uid,
  }));
}

/** As a stranger with a public link of a channel stands. */
const fakeReading = (space: string): ReadingView => ({ space, fragment: fakeId(`${space}:housing`), type: 'chat/channel@1', title: 'housing', name: 'River Watch', state: 'open', until: null, links: 2, aloneSince: null });

/** The fake. */
export function fakeKernel(scenario: Scenario): LifegraphApi {
  const state = new FakeState(scenario);
  if (scenario !== 'fresh' && scenario !== 'joining') state.begin('Mira');
  const teamOf = (): string => fakeId('space:River Watch', 32);
  return {
    version: '0.1.0', protocol: 1, ready: Promise.resolve(), opened: Promise.resolve(),
    identity: {
      get: () => state.identity,
      create: async ({ name }) => (state.begin(name), { uid: state.identity!.uid, device: state.identity!.device }),
      rename: async (name) => void (state.identity = { ...state.identity!, name }),
    },
    reading: { open: async () => undefined, status: async () => (scenario === 'reading' ? fakeReading(teamOf()) : null) },
    reports: fakeReports(() => state.me().uid, (space) => members(state, space)),
    papers: async (ask) => fakePapers(ask),
    spaces: {
      create: async ({ name, kind }) => state.addSpace(name, kind ?? 'team', 'owner', 1).space,
      list: async () => [...state.spaces.values()],
      invite: async (_space, options) => {
        state.invites.unshift({ id: fakeId(`inv${state.invites.length}`), role: options?.role ?? 'member', expiresAt: Date.now() + (options?.expiresInMs ?? 24 * HOUR), uses: options?.uses ?? 1, used: 0, by: state.me().uid, state: 'open', scope: null, mayRevoke: true });
        return `${location.origin}/#/join/${fakeId('link', 32)}${fakeId(`seed${state.invites.length}`, 32)}${fakeId('hint', 32)}${fakeId('tail', 32)}`;
      },
      join: async () => ({ space: teamOf(), state: joinSteps(state) }),
      members: async (space) => members(state, space),
      leave: async (space) => (state.spaces.delete(space), state.emit({ type: 'spaces' })),
      invites: async (space) => (space === teamOf() ? state.invites : []),
      revokeInvite: async (_space, id) => {
        state.invites = state.invites.map((invite) => (invite.id === id ? { ...invite, state: 'revoked', scope: null, comments: [], mayRevoke: false } : invite));
        state.emit({ type: 'members' });
      },
      archive: async (space) => ({ urls: state.archives.get(space) ?? [], mayChange: state.spaces.get(space)?.role === 'owner' }),
      setArchive: async (space, urls) => {
        state.archives.set(space, urls);
        state.emit({ type: 'members' });
        state.emit({ type: 'network' });
      },
      waiting: async (space) => (space === teamOf() && scenario === 'seeded' ? [{ uid: writerOf('Pavel').uid, invite: fakeId('inv1'), name: 'Pavel', words: 'I measure the lower weir on Sundays.', since: Date.now() - 2 * HOUR, role: 'member' }] : []),
      approve: async () => undefined,
      decline: async () => undefined,
      request: async () => null,
      withdraw: async (space) => (state.spaces.delete(space), state.emit({ type: 'spaces' })),
      readLink: async (link) => {
        if (link.includes('broken')) throw Object.assign(new Error('bad'), { code: 'bad-link', message: 'bad', safe: '', next: '' });
        return { space: teamOf(), name: 'River Watch', by: 'Sofia', role: 'member', known: state.spaces.has(teamOf()), asks: false, fleeting: false };
      },
    },
    access: fakeAccess({
      members: (space) => members(state, space),
      role: (space) => state.spaces.get(space)?.role ?? 'removed',
      change(uid, change) {
        const before = state.people.get(uid);
        state.people.set(uid, change === null ? null : { ...before, ...change });
        state.emit({ type: 'members' });
      },
      me: writerOf('Sofia').uid,
      setRules: (space, change) => {
        const held = state.spaces.get(space)!;
        held.rules = rulesAfter(held.rules, change);
        state.emit({ type: 'spaces', space });
      },
    }),
    graph: (space) => (state.graphs.get(space) ?? new FakeGraph(space, state.me())).api(),
    edits: async (space) => [...(state.graphs.get(space)?.edits ?? [])],
    saved: async () => ({ records: 412, ops: 530 }),
    copies: async (id) => {
      const node = [...state.graphs.values()].map((graph) => graph.nodes.get(id)).find(Boolean);
      const copies = state.copies(node?.space);
      return copies.state === 'waiting' && node && node.createdAt < state.pausedAt ? { ...copies, state: 'shared' } : copies;
    },
    network: {
      status: () => network(state),
      pause: () => state.pause(),
      resume: () => ((state.paused = false), (state.pending = 0), state.emit({ type: 'network' })),
      setServers: async () => undefined,
      retry: async () => undefined,
      // Introduced, not relayed; direct ways of this machine only.
      act: async (act) => networkAct(act) as never,
      check: async () => [
        { name: 'server', url: 'wss://meet.example.org/signal', state: 'ok', ms: 41, reason: null }, { name: 'signal', url: 'wss://meet.example.org/signal', state: 'ok', ms: 62, reason: null },
        { name: 'relay', url: 'wss://meet.example.org/signal', state: 'failed', ms: null, reason: 'quota' }, { name: 'direct', url: null, state: 'ok', ms: 3, reason: 'host' },
        { name: 'stun', url: null, state: 'skipped', ms: null, reason: 'none-named' },
      ],
    },
    diagnostics: async () => new Blob(['{}'], { type: 'application/json' }),
    metrics: () => ({ 'records.applied': 412, 'records.parked': 0, 'guard.rejected.signature': 2, 'store.records': 412, 'store.bytes': 431_988_000, 'store.quota': 6_657_199_000, 'gun.frames.in': 1204 }),
    on: (listener) => (state.listeners.add(listener), () => state.listeners.delete(listener)),
    copiesOf: async (space) => state.copies(space),
    compute: fakeCompute(teamOf(), [writerOf('Jonas').uid, state.me().uid], Date.now()),
    durability: async (space, of) => fakeDurability(state.copies(of?.node ?? space)),
    presence: {
      set: () => undefined,
      list: async (space) => {
        const graph = state.graphs.get(space);
        if (!graph || state.paused || state.spaces.get(space)?.kind === 'personal') return [];
        const channels = graph.query({ type: 'fragment@1' }).map((node) => String(node.props['fragment']));
        return channels.flatMap((fragment): Presence[] => [
          { uid: writerOf('Sofia').uid, device: fakeId('device:sofia'), kind: 'typing', fragment },
          { uid: writerOf('Noor').uid, device: fakeId('device:noor'), kind: 'here', fragment },
          { uid: writerOf('Jonas').uid, device: fakeId('device:jonas'), kind: 'here', fragment },
        ]);
      },
    },
    previews: { set: () => undefined, list: async () => [], subscribe: () => () => undefined }, calls: { send: async () => undefined, subscribe: () => () => undefined },
    local: {
      get: async (key) => state.local.get(key) as never,
      set: async (key, value) => void state.local.set(key, value),
    },
    log: {
      records: async (space) => records(state, space),
      record: async (space, id): Promise<RecordDetail | null> => {
        const node = state.graphs.get(space)?.writtenBy(id);
        const info = records(state, space).find((record) => record.id === id || (node && record.id === fakeId(`record:${node}`, 32)));
        if (!info) return null;
        return { ...info, raw: new Uint8Array(388).map((_, at) => (at * 7) % 256), header: [['alg', '1'], ['space', space], ['fragment', info.fragment], ['seq', String(info.seq)]], operations: [{ stamp: '1', primitive: 'node.create', verb: 'chat/message.send@1', args: '{"text":"…"}' }], rights: ['Mira, owner, from the founding record'], signature: 'valid' };
      },
    },
    devices: fakeDevices(fakeId('device:mira'), () => state.emit({ type: 'members' })),
    lock: {
      get: () => state.lock,
      status: async () => ({ on: state.lock !== null, idleMinutes: state.lock?.idleMinutes ?? 0, refusal: state.checkedAt === null && state.fileCheckedAt === null ? 'unkept' : null, needsKey: state.checkedAt !== null, passkey: false }),
      set: async ({ idleMinutes = 0 }) => ((state.lock = { idleMinutes }), state.emit({ type: 'spaces' })),
      change: async () => undefined,
      remove: async () => void (state.lock = null),
      setPasskey: async () => undefined,
      setIdle: async (idleMinutes) => void (state.lock = { idleMinutes }),
      now: async () => undefined,
    },
    recovery: {
      returning: () => state.returning,
      keyFile: async () => new Blob(['a key file']),
      checkKeyFile: async (_, passphrase) => {
        if (passphrase.includes('zebra')) throw Object.assign(new Error('passphrase'), { code: 'wrong-passphrase', message: 'passphrase', safe: '', next: '' });
        state.fileCheckedAt = Date.now();
      },
      fromKeyFile: async (_, passphrase) => {
        if (passphrase.includes('zebra')) throw Object.assign(new Error('passphrase'), { code: 'wrong-passphrase', message: 'passphrase', safe: '', next: '' });
        state.returning = 'looking';
        state.emit({ type: 'spaces' });
      },
      fromPhrase: async (phrase) => {
        if (phrase.includes('zebra')) throw Object.assign(new Error('word'), { code: 'phrase-word', message: 'word', safe: '', next: '' });
        state.returning = phrase === PHRASE.join(' ') ? 'back' : 'looking';
        if (state.returning === 'back') {
          state.identity = { uid: state.me().uid, device: fakeId('device:mira'), name: 'Mira' };
          state.addSpace('River Watch', 'team', 'owner', PEOPLE.length);
          state.addSpace('', 'team', 'joining', 0);
        }
        state.emit({ type: 'spaces' });
      },
      parts: async () => ({ given: null, held: [], asked: null, words: null, key: null, answer: null, refused: null }),
      finish: async () => ((state.returning = null), state.emit({ type: 'spaces' })),
      status: async () => ({ phrase: state.checkedAt === null ? 'here' : 'erased', checkedAt: state.checkedAt, fileCheckedAt: state.fileCheckedAt }),
      phrase: async () => PHRASE,
      check: async (answers) => {
        const wrong = answers.filter(({ at, word }) => word !== PHRASE[at]).map(({ at }) => at);
        if (wrong.length === 0) state.checkedAt = Date.now();
        return wrong;
      },
    },
    backup: fakeBackup(() => ({ uid: state.me().uid, name: 'Mira' }), ({ spaces }) => {
      state.identity = { uid: state.me().uid, device: fakeId('device:mira'), name: 'Mira' };
      for (const { name } of spaces) state.addSpace(name, name === 'Mira' ? 'personal' : 'team', 'joining', 1);
      state.returning = 'restored';
      state.emit({ type: 'spaces' });
    }).api,
    supervision: {
      status: () => {
        const at = Date.now() - 60_000;
        const ends = state.stopped ? [0, 5_000, 9_000, 11_000].map((ms) => ({ at: at - ms, reason: 'silent', detail: '' })) : [];
        return { state: state.stopped ? 'stopped' : 'running', since: at, reason: ends.length > 0 ? 'silent' : null, detail: null, runs: 1 + ends.length, nextAt: null, ends, waiting: ends.length > 0 ? 2 : 0, givenUp: 0, faults: 0 };
      },
      // In this scenario it runs at first, so that there is something on the screen, and the restart is what fails.
      restart: async () => ((state.stopped = scenario === 'stopped'), state.emit({ type: 'kernel' })),
      pipeline: async () => {
        const since = Date.now() - 90_000;
        return {
          seen: { queue: 312, commitMs: 18, ingestPerS: 146, refusedPerS: 0.2, lagMs: 240 },
          knobs: [
            { name: 'bulkBatch', value: 28, normal: 32, why: 'busy', since }, { name: 'deliverAtOnce', value: 7, normal: 8, why: 'busy', since }, { name: 'asksPerLink', value: 4, normal: 4, why: 'normal', since },
            { name: 'newsBytes', value: 32_768, normal: 32_768, why: 'normal', since }, { name: 'links', value: 6, normal: 6, why: 'normal', since },
          ],
        };
      },
    },
    stuck: {
      retry: async () => ((state.stuck = false), state.emit({ type: 'stuck' }), state.emit({ type: 'copies' })),
      exportUnsaved: async () => new Blob(['[]']),
    },
  };
}
