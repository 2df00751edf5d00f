import { describe, expect, it } from 'vitest';
import { INBOUND_FLOOD } from '#ports/wire';
import type { Clock } from '#ports/clock';
import type { SimClock } from '#tests/sim/support/sim-clock';
import { concat, equalBytes, toBase64url, utf8, type Bytes } from '#base/bytes';
import { encodeEnvelope } from '#base/envelope';
import { linkPair } from '#tests/support/link-kit';
import { LINK_LIMITS } from '#vm/limits';
import { encodeHello, parseHello } from '#vm/protocol/handshake';
import { encodeFrame } from '#vm/protocol/frames';

describe('link: handshake (FORMATS §8)', () => {
  for (const kind of ['rtc', 'relay', 'tab'] as const) {
    it(`opens over a ${kind} wire and carries messages both ways on both channels`, async () => {
      const { clock, a, b } = await linkPair({ kind });
      await clock.run(100);
      expect([a.opened, b.opened]).toEqual([1, 1]);
      expect(equalBytes(a.link.hash, b.link.hash)).toBe(true);
      a.link.send('live', 'test:one:v1:requested', utf8('hello'), 'x1');
      b.link.send('bulk', 'test:two:v1:completed', new Uint8Array(150_000).fill(3));
      await clock.run(100);
      expect(b.messages.map((m) => [m.event, m.id, m.channel])).toEqual([['test:one:v1:requested', 'x1', 'live']]);
      expect(a.messages[0]!.payload.length).toBe(150_000);
      expect(a.link.uid).toBe(toBase64url(new Uint8Array(32).fill(1)));
    });
  }

  it('works with the real algorithms', async () => {
    const { clock, a, b, keyA } = await linkPair({ kind: 'relay', real: true });
    await clock.run(100);
    expect([a.opened, b.opened]).toEqual([1, 1]);
    expect(equalBytes(b.link.device, keyA.pub)).toBe(true);
  });

  it('FORMATS §4: the offset of the other clock is measured in the handshake', async () => {
    const { clock, a, b } = await linkPair({ skewMs: 86_400_000, faults: { latencyMs: 40 } });
    await clock.run(500);
    expect(Math.abs(a.offsets[0]! - 86_400_000)).toBeLessThanOrEqual(5);
    expect(Math.abs(b.offsets[0]! + 86_400_000)).toBeLessThanOrEqual(5);
  });

  it('FORMATS §4: the wall clock is set while a handshake runs: the offset is that against the clock as it is now', async () => {
    let wrong = 0;
    const clockB = (clock: SimClock): Clock => ({ ...clock.shifted(0), now: () => clock.now() + wrong });
    const { clock, pair, b } = await linkPair({ clockB, faults: { latencyMs: 40 } });
    await clock.until(() => pair.b.sent.length === 2, 1_000);
    expect(b.offsets, 'the hello of a was heard, its auth was not').toEqual([]);
    wrong = 86_400_000;
    await clock.run(500);
    expect(Math.abs(b.offsets[0]! + 86_400_000)).toBeLessThanOrEqual(5);
  });

  it('[row 12] another binding on the other side (a swapped fingerprint) ends both before anything is said', async () => {
    const { clock, a, b } = await linkPair({ bindings: [new Uint8Array(64).fill(1), new Uint8Array(64).fill(2)] });
    await clock.run(100);
    expect([a.opened, b.opened]).toEqual([0, 0]);
    expect(a.closed).toBe('binding');
  });

  it('a replayed hello gets no further: its sender cannot sign the new transcript', async () => {
    const first = await linkPair();
    await first.clock.run(100);
    const helloA = first.pair.a.sent[0]!.frame;
    const authA = first.pair.a.sent[1]!.frame;
    const { clock, pair, b } = await linkPair({ only: 'b', seed: 'replay' });
    pair.a.send('live', helloA);
    pair.a.send('live', authA);
    await clock.run(200);
    expect(b.opened).toBe(0);
    expect(b.closed).toBe('auth');
  });

  it('our own hello thrown back is refused', async () => {
    const { clock, pair, a } = await linkPair({ only: 'a' });
    await clock.settle();
    pair.a.inject('live', pair.a.sent[0]!.frame);
    await clock.run(50);
    expect(a.closed).toBe('hello');
  });

  it('a tampered auth is refused', async () => {
    const { clock, pair, a, b } = await linkPair();
    pair.a.tamper = (_c, frame) => (frame[4] === 1 ? concat(frame.subarray(0, 20), Uint8Array.of(frame[20]! ^ 1), frame.subarray(21)) : frame);
    await clock.run(100);
    expect(b.opened).toBe(0);
    expect(b.closed).toBe('auth');
    expect(a.closed).not.toBe(null);
  });

  it('[row 35] no common version, another wire kind: refused', async () => {
    for (const change of [{ min: 1, max: 3 }, { wire: 'relay' as const }]) {
      const { clock, pair, a, b } = await linkPair();
      pair.b.tamper = (_c, frame) => {
        const hello = parseHello(frame.subarray(5));
        return hello.ok ? encodeFrame(true, 0, encodeHello({ ...hello.value, ...change })) : frame;
      };
      await clock.run(100);
      expect([a.opened, a.closed]).toEqual([0, 'min' in change ? 'newer' : 'wire']);
      expect(b.opened).toBe(0);
    }
  });

  it('FORMATS §8: "No other frame before": live and bulk frames before the end of the handshake close the link', async () => {
    const early = await linkPair({ only: 'b' });
    early.pair.a.send('bulk', encodeFrame(true, 0, utf8('bulk')));
    await early.clock.run(50);
    expect(early.b.closed).toBe('early');
    const junk = await linkPair({ only: 'b' });
    junk.pair.a.send('live', encodeFrame(true, 0, encodeEnvelope({ eventType: 'gun:put:v1:requested', payload: utf8('x') })));
    await junk.clock.run(50);
    expect(junk.b.closed).toBe('hello');
  });

  it('a device that reaches itself closes the link; two tabs of one profile may link', async () => {
    const own = await linkPair({ sameKey: true });
    await own.clock.run(50);
    expect(own.a.closed).toBe('self');
    const tabs = await linkPair({ sameKey: true, kind: 'tab' });
    await tabs.clock.run(50);
    expect(tabs.a.opened).toBe(1);
  });

  it('[limit LINK.handshakeMs] silence in the handshake ends it after 8 s', async () => {
    const { clock, a } = await linkPair({ faults: { partitioned: true } });
    await clock.run(7_900);
    expect(a.closed).toBe(null);
    await clock.run(200);
    expect(a.closed).toBe('handshake_timeout');
  });
});

describe('link: after the handshake', () => {
  it('{V12,K8} FORMATS §8: an envelope without the right token closes the link', async () => {
    const { clock, pair, b } = await linkPair();
    await clock.run(50);
    const metadata = { securityToken: toBase64url(new Uint8Array(16)) };
    pair.b.inject('live', encodeFrame(true, 3, encodeEnvelope({ eventType: 'test:one:v1:requested', payload: utf8('x'), metadata })));
    await clock.run(10);
    expect([b.closed, b.messages.length]).toEqual(['token', 0]);
  });

  it('user and device are sent in the first envelope only', async () => {
    const { clock, pair, a } = await linkPair();
    await clock.run(50);
    const device = (frame: Uint8Array): boolean => Buffer.from(frame).includes(toBase64url(new Uint8Array(32).fill(1)));
    a.link.send('live', 'test:one:v1:requested', utf8('x'));
    await clock.run(50);
    expect(pair.a.sent.map(({ frame }) => device(frame))).toEqual([false, false, true, false]);
  });

  it('[row 14] {K8} relay wires: nothing readable passes, a changed or repeated frame closes the link', async () => {
    for (const attack of ['tamper', 'repeat'] as const) {
      const { clock, pair, a, b } = await linkPair({ kind: 'relay' });
      await clock.run(50);
      const from = pair.a.sent.length;
      if (attack === 'tamper') pair.a.tamper = (_c, f) => concat(f.subarray(0, 9), Uint8Array.of(f[9]! ^ 1), f.subarray(10));
      a.link.send('live', 'test:secret:v1:requested', utf8('secret words'));
      await clock.run(50);
      if (attack === 'repeat') pair.b.inject('live', pair.a.sent[from]!.frame);
      await clock.run(50);
      expect(pair.a.sent.slice(from).some(({ frame }) => Buffer.from(frame).includes('secret'))).toBe(false);
      expect(b.closed).toBe('seal');
    }
  });

  it('[row 14] a lost, a doubled and a reordered frame each close the link', async () => {
    for (const fault of ['loss', 'duplicate', 'reorder'] as const) {
      const { clock, pair, a, b } = await linkPair();
      await clock.run(50);
      pair.faults[fault] = 1;
      a.link.send('live', 'test:one:v1:requested', utf8('1'));
      await clock.run(1);
      pair.faults[fault] = 0;
      a.link.send('live', 'test:one:v1:requested', utf8('2'));
      await clock.run(100);
      expect(b.closed).toBe('frame');
    }
  });

  it('[row 6] [limit LINK.message] a message above 256 KiB closes the link before it is parsed', async () => {
    const { clock, pair, b } = await linkPair();
    await clock.run(50);
    for (let i = 0; i < 6; i++) pair.b.inject('bulk', encodeFrame(false, 0, new Uint8Array(50_000)));
    expect(b.closed).toBe('oversize');
  });

  it('[limit LINK.pingMs LINK.deadMs] pings measure the round trip; 25 s of silence is the end', async () => {
    const { clock, pair, a, b } = await linkPair({ faults: { latencyMs: 30 } });
    await clock.run(11_000);
    expect(a.link.rttMs).toBe(60);
    pair.faults.partitioned = true;
    await clock.run(24_000);
    expect(a.closed).toBe(null);
    await clock.run(3_000);
    expect([a.closed, b.closed]).toEqual(['timeout', 'timeout']);
  });

  it('[limit LINK.checkMs] MUS21 one that is asked whether it is there and says nothing for so long is lost until it is heard again; its link is not closed for that', async () => {
    const { clock, pair, a } = await linkPair({ faults: { latencyMs: 30 } });
    await clock.run(100);
    let silent = 0;
    const check = (): void => a.link.check(() => (silent += 1));
    // The control: one that answers.
    check();
    await clock.run(LINK_LIMITS.checkMs + 100);
    expect([a.link.lost, silent, a.link.rttMs]).toEqual([false, 0, 60]);
    // So slow that it counts as gone, and then is heard after all.
    pair.faults.latencyMs = LINK_LIMITS.checkMs;
    check();
    check();
    await clock.run(LINK_LIMITS.checkMs - 1);
    expect([a.link.lost, silent]).toEqual([false, 0]);
    await clock.run(1);
    expect([a.link.lost, silent, a.closed]).toEqual([true, 1, null]);
    await clock.run(LINK_LIMITS.checkMs + 100);
    expect([a.link.lost, silent]).toEqual([false, 1]);
    check();
    a.link.close('stopped');
    check();
    await clock.run(LINK_LIMITS.checkMs + 100);
    expect(silent).toBe(1);
  });

  it('[limit LINK.bulkHighWater] bulk does not starve live: typing passes a transfer of 4 MB', async () => {
    const { clock, a, b } = await linkPair({ faults: { bandwidth: 1_000 } });
    await clock.run(100);
    for (let i = 0; i < 20; i++) a.link.send('bulk', 'test:bulk:v1:completed', new Uint8Array(200_000));
    await clock.run(50);
    const before = clock.monotonic();
    a.link.send('live', 'test:live:v1:requested', utf8('key'));
    expect(await clock.until(() => b.messages.some((m) => m.channel === 'live'), 5_000)).toBe(true);
    // One high water of 256 KiB may be ahead on the line.
    expect(clock.monotonic() - before).toBeLessThan(400);
    expect(a.link.queued('bulk')).toBeGreaterThan(3_000_000);
  });

  it('a wire that gives up because its far end sends too much ends the link as a flood does; any other end of a wire is an ordinary one', async () => {
    const flooded = await linkPair();
    flooded.pair.b.onClose?.(INBOUND_FLOOD);
    const cut = await linkPair();
    cut.pair.b.onClose?.('flood');
    expect([flooded.b.closed, cut.b.closed]).toEqual(['flood', 'wire_closed']);
  });

  it('[limit LINK.messagesBurst] a flood of messages closes the link', async () => {
    const { clock, a, b } = await linkPair();
    await clock.run(50);
    for (let i = 0; i < 9_000; i++) a.link.send('live', 'test:one:v1:requested', new Uint8Array(0) as Bytes);
    await clock.run(50);
    expect(b.closed).toBe('flood');
    expect(b.messages.length).toBeLessThanOrEqual(8_000);
  });

  it('[limit LINK.bulkQueueBytes LINK.stuckMs] an end that does not read: the queue has a cap, and what stands still for a minute is closed', async () => {
    const full = await linkPair();
    await full.clock.run(50);
    full.pair.faults.bandwidth = 0.001;
    for (let i = 0; i < 90; i++) full.a.link.send('bulk', 'test:bulk:v1:completed', new Uint8Array(200_000));
    expect(full.a.closed).toBe('slow');
    const stuck = await linkPair();
    await stuck.clock.run(50);
    stuck.pair.faults.bandwidth = 0.001;
    stuck.pair.b.tamper = null;
    for (let i = 0; i < 5; i++) stuck.a.link.send('bulk', 'test:bulk:v1:completed', new Uint8Array(200_000));
    await stuck.clock.run(120_000);
    expect(stuck.a.closed).not.toBe(null);
  });
});
