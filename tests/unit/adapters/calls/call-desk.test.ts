/** The desk and the room of a call over a clock by hand: who may be in it, when keys go on, what rings. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { createWebRandom } from '#adapters/web-crypto/web-random';
import { createCallDesk } from '#adapters/calls/call-desk';
import { CallRoom } from '#adapters/calls/call-room';
import type { ToMedia } from '#adapters/calls/frame-host';
import { RING_MS, type HeardCall, type HeardSeat } from '#adapters/calls/heard-calls';
import type { OwnMedia } from '#adapters/calls/own-media';
import { Pair } from '#adapters/calls/pair';
import type { Sounds } from '#adapters/calls/sounds';
import { toBase64url } from '#base/bytes';
import type { CallPlace } from '#ports/calls';
import { encodeCallBody, readCallBody, type CallBody } from '#vm/protocol/call-signal';

const crypto_ = createWebCrypto(crypto.subtle);
const random = createWebRandom(crypto);
const id = (n: number, length = 16): string => toBase64url(new Uint8Array(length).fill(n));
const person = (n: number) => ({ uid: id(n, 32), device: id(n + 100, 32) });
const PLACE = { space: 's', fragment: 'f' };
const CALL = id(9);
const until = async (look: () => boolean): Promise<void> => expect.poll(look, { timeout: 8_000, interval: 5 }).toBe(true);

function handClock() {
  let time = 0;
  const timers = new Set<{ at: number; fn: () => void }>();
  return {
    now: () => 1_700_000_000_000 + time, monotonic: () => time,
    setTimer(ms: number, fn: () => void) {
      const timer = { at: time + ms, fn };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    run(ms: number) {
      const end = time + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        time = Math.max(time, next.at);
        next.fn();
      }
      time = end;
    },
  };
}

test('[CALL4] keys go on for who had keys, for several who leave within 2 s once', async () => {
  const clock = handClock();
  const sent: ToMedia[] = [];
  const partners = new Map<string, Pair>();
  const heard: HeardCall = { ...PLACE, call: CALL, seats: new Map(), rungAt: null, rung: false };
  const connect = () => ({ signal: () => true, setTrack: () => undefined, restart: () => undefined, close: () => undefined });
  const room = new CallRoom({ ...PLACE, call: CALL }, false, {
    clock, random, crypto: crypto_, me: person(1), own: { state: () => 'off', track: () => null } as unknown as OwnMedia, sounds: { set: () => undefined, silent: false } as unknown as Sounds,
    worker: { postMessage: (message: ToMedia) => void sent.push(message) }, connect, send: (body) => 'to' in body && queueMicrotask(() => partners.get(body.to)?.hear(body)), onChange: () => undefined,
  });
  const come = (n: number, agrees: boolean): void => {
    const seat: HeardSeat = { seat: id(n), ...person(n), since: 0, ring: false, muted: false, camera: false, screen: false, until: Infinity };
    heard.seats.set(seat.seat, seat);
    if (agrees) partners.set(seat.seat, new Pair({
      clock, random, crypto: crypto_, call: CALL, own: { seat: seat.seat, ...person(n) }, other: { seat: room.seat, ...person(1) }, media: () => undefined, connect, track: () => null, onTrack: () => undefined, onChange: () => undefined,
      send: (body) => queueMicrotask(() => room.hear(body, seat.uid, seat)),
    }));
    room.follow(heard);
  };
  const go = (n: number): void => {
    partners.get(id(n))?.close();
    heard.seats.delete(id(n));
    room.follow(heard);
  };
  const agreed = (): number => room.view(heard).seats.filter(({ words }) => words !== null).length;
  const steps = (): number => sent.filter(({ t }) => t === 'next').length;
  // Seats that come and go and never had keys.
  for (let i = 0; i < 5; i++) {
    come(40 + i, false);
    go(40 + i);
    clock.run(2_500);
  }
  expect(steps()).toBe(0);
  for (const n of [2, 3, 4, 5]) come(n, true);
  await until(() => agreed() === 4);
  for (const n of [2, 3, 4]) go(n);
  clock.run(0);
  expect(steps()).toBe(1);
  clock.run(500);
  go(5);
  clock.run(1_400);
  expect(steps()).toBe(1);
  clock.run(200);
  expect(steps()).toBe(2);
  clock.run(10_000);
  expect(steps()).toBe(2);
  room.close();
});

/** A browser that can call and has no device. */
beforeAll(() => {
  vi.stubGlobal('RTCPeerConnection', class {});
  vi.stubGlobal('RTCRtpScriptTransform', class {});
  vi.stubGlobal('AudioContext', class {
    close = (): Promise<void> => Promise.resolve();
  });
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: () => Promise.reject(Object.assign(new Error('none'), { name: 'NotFoundError' })) } });
});
afterAll(() => void vi.unstubAllGlobals());

function desk() {
  const clock = handClock();
  const said: CallBody[] = [];
  const worker = Object.assign(new EventTarget(), { postMessage: () => undefined, terminate: () => undefined });
  const may = { now: new Map([1, 2, 3].map((n) => [person(n).uid, new Set([person(n).device])])) as Map<string, Set<string>> | null, asked: 0 };
  let hear: (signal: never) => void = () => undefined;
  let changed = (): void => undefined;
  const made = createCallDesk({
    clock, random, crypto: crypto_, me: () => person(1), send: (_, body) => void said.push(readCallBody(body)!), listen: (on) => void (hear = on), onRights: (on) => void (changed = on),
    present: async () => (may.asked++, may.now && new Map([...may.now].map(([uid, devices]) => [uid, new Set(devices)]))), ways: async () => ({ iceServers: [], relayOnly: false }), media: () => worker as unknown as Worker,
  });
  return {
    desk: made, clock, said, may, changed: () => changed(),
    hear: (n: number, body: CallBody, place: CallPlace = PLACE) => hear({ ...place, ...person(n), body: encodeCallBody(body) } as never),
    /** What the worker opened of a seat so far. */
    frames: (seat: string, opened: number) => worker.dispatchEvent(new MessageEvent('message', { data: { t: 'counts', counts: { [seat]: { sealed: 0, opened, refused: 0, stale: 0 } } } })),
    seats: () => made.view().now?.seats.length ?? 0,
  };
}

const here = (seat: number, { call = CALL, ring = false } = {}): CallBody => ({ kind: 'here', call, seat: id(seat), since: 0, ring, muted: false, camera: false, screen: false });

test('{C4} [CALL6] who may not write any more is out of the call at the word of the kernel, though their sound goes on coming; who may not themselves leaves', async () => {
  const { desk: made, clock, said, may, changed, hear, frames, seats } = desk();
  await made.join(PLACE, { call: CALL });
  hear(2, here(2));
  hear(3, here(3));
  expect(seats()).toBe(3);
  let opened = 0;
  const pass = async (ms: number): Promise<void> => {
    for (let t = 0; t < ms; t += 1_000) {
      clock.run(1_000);
      frames(id(2), (opened += 50));
      frames(id(3), opened);
      await new Promise((next) => setImmediate(next));
    }
  };
  // The control: nobody says anything, their sound comes, and they may: they stay.
  await pass(30_000);
  expect(seats()).toBe(3);
  expect(may.asked).toBeGreaterThan(2);
  may.now!.delete(person(2).uid);
  changed();
  await until(() => seats() === 2);
  // Nobody was told of a change: it is looked at all the same.
  may.now!.delete(person(3).uid);
  await pass(11_000);
  expect(seats()).toBe(1);
  may.now = null;
  changed();
  await until(() => made.view().now === null);
  expect(said.at(-1)!.kind).toBe('gone');
});

test('{C4} [CALL6] a device that was taken away is out of the call though its person stays; the page of such a device leaves', async () => {
  const { desk: made, may, changed, hear, seats } = desk();
  await made.join(PLACE, { call: CALL });
  hear(2, here(2));
  hear(3, here(3));
  expect(seats()).toBe(3);
  // The control: another device of theirs came.
  may.now!.get(person(2).uid)!.add(id(90, 32));
  changed();
  await until(() => may.asked === 2);
  expect(seats()).toBe(3);
  may.now!.get(person(2).uid)!.delete(person(2).device);
  changed();
  await until(() => seats() === 2);
  may.now!.set(person(1).uid, new Set([id(91, 32)]));
  changed();
  await until(() => made.view().now === null);
});

test('[CALL6] a call rings for 45 s, whatever is said in it; who was declined does not ring there with another call for a minute, and others do', async () => {
  const { desk: made, clock, hear } = desk();
  const rings = (): string[] => made.view().heard.filter((one) => one.rings).map(({ call }) => call);
  for (let t = 0; t <= RING_MS + 4_000; t += 4_000) {
    hear(2, here(2, { ring: true }));
    if (t < RING_MS) expect(rings()).toEqual([CALL]);
    clock.run(4_000);
  }
  expect(rings()).toEqual([]);
  hear(2, { kind: 'gone', call: CALL, seat: id(2) });
  hear(2, here(4, { call: id(10), ring: true }));
  expect(rings()).toEqual([id(10)]);
  made.decline({ ...PLACE, call: id(10) });
  hear(2, { kind: 'gone', call: id(10), seat: id(4) });
  hear(2, here(5, { call: id(11), ring: true }));
  expect(rings()).toEqual([]);
  // Somebody else there, and the same person elsewhere.
  hear(3, here(6, { call: id(12), ring: true }));
  hear(2, here(7, { call: id(13), ring: true }), { space: 's', fragment: 'g' });
  expect(rings()).toEqual([id(12), id(13)]);
  clock.run(61_000);
  hear(2, here(8, { call: id(14), ring: true }));
  expect(rings()).toEqual([id(14)]);
});
