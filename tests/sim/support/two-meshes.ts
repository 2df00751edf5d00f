/**
 * Two meshes on the real hub, over lines and machines as slow as the test says: what one end does while the other is away, late or busy.
 * Frames, signals and timers of a busy machine wait and then come in their order.
 */
import type { Bytes } from '#base/bytes';
import type { Clock } from '#ports/clock';
import type { Dialer, SocketPort, Wire } from '#ports/wire';
import { createMesh, type Mesh } from '#vm/mesh/mesh';
import { slowCrypto } from './mortal-ports.ts';
import { createSimClock, type SimClock } from './sim-clock.ts';
import { createSeededRandom, createStubCrypto } from './sim-crypto.ts';
import { createSimServer, type SimServer } from './sim-sockets.ts';
import { createChance, createSimDialNetwork, type SimDialNetwork } from './sim-wire.ts';

/** One end and its line. */
export interface End {
  readonly mesh: Mesh;
  /** Kinds of the open links. */
  kinds(): string[];
  /** Nothing comes through and no timer fires for so long. */
  busy(ms: number): void;
  /** One way to the server and back, ms; what is sent keeps its order. */
  line: { up: number; down: number };
  /** A step of the handshake, ms. */
  cryptoMs: number;
  hide: boolean;
  readonly counts: Map<string, number>;
  /** What was told in the order it came, with times. */
  readonly log: string[];
}

export interface TwoMeshes {
  readonly clock: SimClock;
  readonly network: SimDialNetwork;
  readonly server: SimServer;
  readonly ends: readonly [End, End];
  chance(): number;
}

type Gate = <A extends unknown[]>(fn: (...args: A) => void) => (...args: A) => void;

function slowSockets(port: SocketPort, clock: Clock, line: End['line'], gate: Gate): SocketPort {
  return {
    open(url, handlers) {
      let [upAt, downAt, closed] = [0, 0, false];
      const down = <A extends unknown[]>(fn: (...args: A) => void) => (...args: A): void => {
        downAt = Math.max(downAt, clock.monotonic() + line.down);
        clock.setTimer(downAt - clock.monotonic(), gate(() => void (closed || fn(...args))));
      };
      const socket = port.open(url, { onOpen: down(() => handlers.onOpen()), onMessage: down((m: Uint8Array) => handlers.onMessage(m)), onClose: down((r: string) => handlers.onClose(r)) });
      const up = (fn: () => void): void => {
        upAt = Math.max(upAt, clock.monotonic() + line.up);
        clock.setTimer(upAt - clock.monotonic(), fn);
      };
      return {
        send: (message) => { const copy = message.slice(); if (!closed) up(() => socket.send(copy)); },
        buffered: () => socket.buffered(),
        close: () => { closed = true; up(() => socket.close()); },
      };
    },
  };
}

/** The frames of a wire pass the gate of the end that takes them. */
function slowWire(wire: Wire, gate: Gate): Wire {
  const on = { frame: null as Wire['onFrame'], close: null as Wire['onClose'] };
  wire.onClose = gate((reason: string) => on.close?.(reason));
  return {
    kind: wire.kind, binding: wire.binding, initiator: wire.initiator,
    send: (channel, frame) => wire.send(channel, frame), buffered: (channel) => wire.buffered(channel), close: (reason) => wire.close(reason), stats: () => wire.stats(),
    get onFrame() { return on.frame; }, set onFrame(next) { on.frame = next; wire.onFrame = next && gate((...args: Parameters<NonNullable<Wire['onFrame']>>) => on.frame?.(...args)); },
    get onClose() { return on.close; }, set onClose(next) { on.close = next; },
    onDrain: null, onState: null,
  };
}

/** Signals of an engine come one by one: what it offers, then the ways it finds. */
function tricklingDialer(dialer: Dialer, clock: Clock, chance: () => number, gate: Gate): Dialer {
  return {
    dial(options) {
      let over = false;
      const trickle = (): void => {
        for (let i = 0; i < 6; i++) clock.setTimer(5 + chance() * 2_000, gate(() => void (over || options.onSignal({ candidate: { no: i } }))));
      };
      const dialing = dialer.dial({
        ...options,
        onSignal: gate((data: unknown) => { if (over) return; options.onSignal(data); trickle(); }),
        onOpen: gate((wire: Wire) => { over = true; options.onOpen(slowWire(wire, gate)); }),
        onFail: gate((reason: string) => { over = true; options.onFail(reason); }),
      });
      return { signal: (data) => dialing.signal(data), abort: () => { over = true; dialing.abort(); } };
    },
  };
}

/** Both are in one room of one server; they begin when their meshes are started. */
export async function createTwoMeshes(seed: number): Promise<TwoMeshes> {
  const clock = createSimClock();
  const { next: chance } = createChance(seed * 2_654_435_761 + 1);
  const network = createSimDialNetwork(clock, chance);
  const serverRandom = createSeededRandom(`two-${seed}`);
  const server = createSimServer(clock, (n) => serverRandom.bytes(n), 1);
  const room = new Uint8Array(32).fill(5) as Bytes;
  const makeEnd = async (name: string): Promise<End> => {
    let freeAt = 0;
    const waiting: (() => void)[] = [];
    const takeUp = (): void => {
      const waits = freeAt - clock.monotonic();
      if (waits > 0) clock.setTimer(waits, takeUp);
      else for (const fn of waiting.splice(0)) fn();
    };
    const gate: Gate = (fn) => (...args) => {
      if (waiting.length === 0 && freeAt <= clock.monotonic()) return fn(...args);
      if (waiting.push(() => fn(...args)) === 1) takeUp();
    };
    const own: Clock = { now: () => clock.now(), monotonic: () => clock.monotonic(), setTimer: (ms, fn) => {
      let live = true;
      const cancel = clock.setTimer(ms, gate(() => void (live && fn())));
      return () => { live = false; cancel(); };
    } };
    const random = createSeededRandom(`${seed}-${name}`);
    const plain = createStubCrypto(random);
    const crypto = slowCrypto(plain, own, () => end.cryptoMs);
    const line = { up: 5, down: 5 };
    const counts = new Map<string, number>();
    const log: string[] = [];
    const note = (text: string): void => void log.push(`${clock.monotonic()} ${name} ${text}`);
    const end: End = {
      line, counts, log, hide: false, cryptoMs: 1,
      busy: (ms) => { freeAt = Math.max(freeAt, clock.monotonic() + ms); },
      kinds: () => end.mesh.links().map((link) => link.kind),
      mesh: createMesh({
        clock: own, random, crypto, deviceKey: await plain.generateSigning(), uid: new Uint8Array(32) as Bytes,
        sockets: slowSockets(server.port, clock, line, gate), dialer: tricklingDialer(network.dialer(name), clock, chance, gate),
        ways: () => ({ ice: [], hide: end.hide }),
        handlers: {
          onLink: (link) => note(`open ${link.kind}`), onLinkClosed: (link, code) => note(`closed ${link.kind} ${code}`), onMessage: () => undefined, onDrain: () => undefined, mayIntroduce: () => true, isStranger: () => false,
          onClockOffset: () => undefined, onChange: () => undefined, metric: (key, add) => { counts.set(key, (counts.get(key) ?? 0) + add); note(key); },
        },
      }),
    };
    end.mesh.setServers(['ws://two']);
    end.mesh.setRooms([room], []);
    return end;
  };
  return { clock, network, server, chance, ends: [await makeEnd('a'), await makeEnd('b')] };
}
