/**
 * A check of the network by doing: for every server two throw-away sessions meet in a throw-away room, pass a signal and echo a frame over the relay;
 * two ends inside this browser open a direct connection and echo a frame. What a step took, or why it failed, is told; nothing is guessed.
 * Pure: clock, randomness, sockets and dialer are given, so that the simulator drives it too.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { Random } from '#ports/random';
import { drawSession } from '#ports/session-name';
import type { Channel, Dialer, DialOptions, Dialing, SocketPort, Wire } from '#ports/wire';
import { MESH_LIMITS } from '#vm/limits';
import { createSignalingClient, type SignalingClient, type SignalingHandlers } from './signaling-client.ts';

export type CheckName = 'server' | 'signal' | 'relay' | 'direct' | 'stun';

/** One line of the check. */
export interface CheckLine {
  readonly name: CheckName;
  /** Server address; null for what concerns none. */
  readonly url: string | null;
  readonly state: 'ok' | 'failed' | 'skipped';
  /** ms it took; for relay and direct the round trip of a frame. */
  readonly ms: number | null;
  /** Why it failed or was skipped: a code of the server, `timeout`, `no-server`, `none-named`, `unsupported` …; for `direct` the kinds of ways this browser offers. */
  readonly reason: string | null;
}

export interface NetCheckDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly sockets: SocketPort;
  readonly dialer: Dialer;
  readonly servers: readonly string[];
  readonly iceServers: DialOptions['iceServers'];
}

const FRAME_BYTES = 64;
type IceServers = DialOptions['iceServers'];

/** Settles with the value, or with null after `ms`. */
function within<T>(clock: Clock, ms: number, start: (done: (value: T | null) => void) => void): Promise<T | null> {
  return new Promise((resolve) => {
    const cancel = clock.setTimer(ms, () => resolve(null));
    start((value) => {
      cancel();
      resolve(value);
    });
  });
}

/** Sends a frame and waits until the other end gave it back; ms, or null. */
function echo(deps: NetCheckDeps, a: Wire, b: Wire): Promise<number | null> {
  const frame = deps.random.bytes(FRAME_BYTES);
  const from = deps.clock.monotonic();
  return within<number>(deps.clock, MESH_LIMITS.checkMs, (done) => {
    b.onFrame = (channel: Channel, data) => b.send(channel, data.slice());
    a.onFrame = (_channel, data) => equalBytes(data, frame) && done(deps.clock.monotonic() - from);
    a.send('live', frame.slice());
  });
}

/** Two sessions at one server. */
class ServerCheck {
  private readonly room: Bytes;
  private readonly own: readonly [ReturnType<typeof drawSession>, ReturnType<typeof drawSession>];
  private readonly clients: readonly [SignalingClient, SignalingClient];
  private readonly seen = [false, false];
  private readonly wires: (Wire | null)[] = [null, null];
  private heard: Bytes | null = null;
  private changed: () => void = () => undefined;
  ice: IceServers = [];

  constructor(private readonly deps: NetCheckDeps, private readonly url: string) {
    this.room = deps.random.bytes(32);
    this.own = [drawSession(deps.random), drawSession(deps.random)];
    this.clients = [this.client(0), this.client(1)];
  }

  private client(side: 0 | 1): SignalingClient {
    const { clock, random, sockets } = this.deps;
    const handlers: SignalingHandlers = {
      onPeer: (_server, _room, session, present) => {
        if (equalBytes(session, this.own[1 - side]!.session)) this.seen[side] = present;
        this.changed();
      },
      onSignal: (_server, _room, _from, data) => {
        if (side === 1) this.heard = data;
        this.changed();
      },
      onRelay: (_server, _session, wire) => {
        this.wires[side] = wire;
        this.changed();
      },
      onIce: (_server, ice) => void (this.ice = ice),
      onClockOffset: () => undefined, onChange: () => this.changed(), onDown: () => undefined,
    };
    const client = createSignalingClient({ url: this.url, ...this.own[side]!, sockets, clock, random, handlers });
    client.setRooms(new Map([[toBase64url(this.room), this.room]]));
    return client;
  }

  /** ms until the condition holds; null when it does not in time or a server says no meanwhile. */
  private async reached(condition: () => boolean): Promise<number | null> {
    const from = this.deps.clock.monotonic();
    const held = await within<boolean>(this.deps.clock, MESH_LIMITS.checkMs, (done) => {
      this.changed = () => {
        if (condition()) done(true);
        else if (this.clients.some((one) => one.status().state === 'refused' || one.status().state === 'closed')) done(false);
      };
      this.changed();
    });
    this.changed = () => undefined;
    return held === true ? this.deps.clock.monotonic() - from : null;
  }

  private why(): string {
    return this.clients.map((one) => one.status().reason).find((reason) => reason !== null) ?? 'timeout';
  }

  async run(): Promise<CheckLine[]> {
    const { url, deps } = this;
    const line = (name: CheckName, ms: number | null, otherwise?: string): CheckLine =>
      ms === null ? { name, url, state: 'failed', ms: null, reason: otherwise ?? this.why() } : { name, url, state: 'ok', ms, reason: null };
    const skip = (name: CheckName): CheckLine => ({ name, url, state: 'skipped', ms: null, reason: 'no-server' });
    try {
      const [a, b] = this.clients;
      a.start();
      b.start();
      const server = await this.reached(() => a.open && b.open);
      if (server === null) return [line('server', null), skip('signal'), skip('relay')];
      const met = await this.reached(() => this.seen[0]! && this.seen[1]!);
      const word = deps.random.bytes(16);
      const from = deps.clock.monotonic();
      const passed = met !== null && a.forward(this.own[1].session, word) ? await this.reached(() => this.heard !== null && equalBytes(this.heard, word)) : null;
      const signal = passed === null ? null : met! + (deps.clock.monotonic() - from);
      const asked = met !== null && a.openRelay(this.own[1].session) && b.openRelay(this.own[0].session);
      const routed = asked ? await this.reached(() => this.wires[0] !== null && this.wires[1] !== null) : null;
      const relay = routed === null ? null : await echo(deps, this.wires[0]!, this.wires[1]!);
      return [line('server', server), line('signal', signal), line('relay', relay)];
    } finally {
      for (const client of this.clients) client.stop();
    }
  }
}

/** Kinds of candidates that an opaque signal of the dialer names: host, srflx, prflx, relay. */
function candidateKinds(data: unknown): string[] {
  const text = JSON.stringify(data) ?? '';
  return [...text.matchAll(/ typ (host|srflx|prflx|relay)\b/g)].map((match) => match[1]!);
}

/** Both ends of one connection inside this browser. */
async function checkDirect(deps: NetCheckDeps, ice: IceServers): Promise<CheckLine[]> {
  const kinds = new Set<string>();
  const wires: Wire[] = [];
  const ends: Dialing[] = [];
  const early: [unknown[], unknown[]] = [[], []];
  const from = deps.clock.monotonic();
  const failed = { reason: 'timeout' };
  const opened = await within<boolean>(deps.clock, MESH_LIMITS.checkMs, (done) => {
    for (const side of [0, 1] as const) {
      ends[side] = deps.dialer.dial({
        initiator: side === 0, iceServers: ice,
        onSignal: (data) => {
          for (const kind of candidateKinds(data)) kinds.add(kind);
          const other = ends[1 - side];
          if (other) other.signal(data);
          else early[1 - side]!.push(data);
        },
        onOpen: (wire) => {
          wires.push(wire);
          if (wires.length === 2) done(true);
        },
        onFail: (reason) => {
          failed.reason = reason === '' ? 'failed' : reason;
          done(false);
        },
      });
      for (const data of early[side].splice(0)) ends[side]!.signal(data);
    }
  });
  const ms = opened === true ? await echo(deps, wires[0]!, wires[1]!) : null;
  // Candidates of STUN servers come after those of the machine, and may come after the connection stands.
  if (ice.length > 0 && !kinds.has('srflx') && !kinds.has('relay')) await within(deps.clock, Math.max(0, MESH_LIMITS.checkStunMs - (deps.clock.monotonic() - from)), () => undefined);
  for (const wire of wires) wire.close('checked');
  for (const end of ends) end.abort();
  const direct: CheckLine = ms === null
    ? { name: 'direct', url: null, state: 'failed', ms: null, reason: opened === true ? 'timeout' : failed.reason }
    : { name: 'direct', url: null, state: 'ok', ms, reason: [...kinds].sort().join(' ') || null };
  if (ice.length === 0) return [direct, { name: 'stun', url: null, state: 'skipped', ms: null, reason: 'none-named' }];
  const reached = kinds.has('srflx') || kinds.has('relay');
  return [direct, { name: 'stun', url: null, state: reached ? 'ok' : 'failed', ms: null, reason: reached ? null : 'timeout' }];
}

/** Runs the whole check; never rejects. Takes up to a few `checkMs`. */
export async function checkNetwork(deps: NetCheckDeps): Promise<CheckLine[]> {
  const checks = deps.servers.slice(0, MESH_LIMITS.servers).map((url) => new ServerCheck(deps, url));
  const servers = await Promise.all(checks.map((check) => check.run()));
  const ice = [...deps.iceServers, ...checks.flatMap((check) => check.ice)];
  return [...servers.flat(), ...(await checkDirect(deps, ice))];
}
