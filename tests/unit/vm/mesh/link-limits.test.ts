/** Limits of a link, each met by an end that goes one further; those of the handshake's length and of silence stand in link.test.ts. */
import { describe, expect, test } from 'vitest';
import { concat, utf8, type Bytes } from '#base/bytes';
import { hmacSha256 } from '#base/hash';
import { linkPair } from '#tests/support/link-kit';
import { encodeFrame } from '#vm/protocol/frames';

const EVENT = 'test:one:v1:requested';
const EMPTY = new Uint8Array(0) as Bytes;

describe('before the handshake is over', () => {
  test('[limit LINK.hello] a hello longer than 512 bytes is not even parsed', async () => {
    for (const [length, code] of [[512, 'hello'], [513, 'early']] as const) {
      const { clock, pair, b } = await linkPair({ only: 'b' });
      pair.a.send('live', encodeFrame(true, 0, new Uint8Array(length - 5)));
      await clock.run(50);
      expect(b.closed).toBe(code);
    }
  });

  test('[limit LINK.inboxFrames LINK.inboxBytes] frames that wait while a handshake step is computed: one too many closes the link and frees them', async () => {
    for (const [bytes, most] of [[5, 4_096], [60_005, 69]] as const) {
      const { pair, a } = await linkPair({ only: 'a' });
      for (let i = 0; i < most; i++) pair.a.inject('live', new Uint8Array(bytes));
      expect(a.closed).toBe(null);
      pair.a.inject('live', new Uint8Array(bytes));
      expect(a.closed).toBe('flood');
    }
  });

  test('[limit LINK.heldMessages] an end that never says it is open: 256 bulk messages wait for it, no more', async () => {
    const { clock, pair, a } = await linkPair();
    pair.b.tamper = (_channel, frame) => (frame[4]! >= 2 ? null : frame);
    await clock.run(100);
    expect(a.opened).toBe(1);
    for (let i = 0; i < 256; i++) a.link.send('bulk', EVENT, EMPTY);
    expect(a.closed).toBe(null);
    a.link.send('bulk', EVENT, EMPTY);
    expect(a.closed).toBe('slow');
  });
});

describe('an end that sends too much', () => {
  test('[limit LINK.idChars] an envelope id of 65 characters closes the link, one of 64 is taken', async () => {
    const { clock, a, b } = await linkPair();
    await clock.run(50);
    a.link.send('live', EVENT, EMPTY, 'x'.repeat(64));
    await clock.run(50);
    expect([b.messages.length, b.closed]).toEqual([1, null]);
    a.link.send('live', EVENT, EMPTY, 'x'.repeat(65));
    await clock.run(50);
    expect([b.messages.length, b.closed]).toEqual([1, 'envelope']);
  });

  test('[limit LINK.messagesPerSecond LINK.messagesBurst] 8,000 messages at once and 2,000 a second pass; more close the link', async () => {
    const { clock, a, b } = await linkPair();
    await clock.run(5_000);
    const send = (count: number): void => {
      for (let i = 0; i < count; i++) a.link.send('live', EVENT, EMPTY);
    };
    send(8_000);
    await clock.run(1_000);
    expect([b.messages.length, b.closed]).toEqual([8_000, null]);
    send(1_990);
    await clock.run(6);
    expect([b.messages.length, b.closed]).toEqual([9_990, null]);
    send(200);
    await clock.run(6);
    expect(b.closed).toBe('flood');
    expect(b.messages.length).toBeLessThan(10_100);
  });
});

describe('an end that does not read', () => {
  test.each([
    ['[limit LINK.liveQueueBytes LINK.liveHighWater] live', 'live', 1_048_576, 8_388_608],
    ['[limit LINK.bulkQueueBytes LINK.bulkHighWater] bulk', 'bulk', 262_144, 16_777_216],
  ] as const)('%s: so much on the wire, so much in the queue, then the link is closed', async (_, channel, high, queue) => {
    const { clock, pair, a } = await linkPair();
    await clock.run(50);
    pair.faults.bandwidth = 0.001;
    const part = 100_000;
    let sent = 0;
    while (a.closed === null && sent < 4 * queue) {
      a.link.send(channel, EVENT, new Uint8Array(part));
      sent += part;
      expect(pair.a.buffered(channel)).toBeLessThan(high + 60_005);
      expect(a.link.queued(channel)).toBeLessThanOrEqual(queue);
    }
    expect(a.closed).toBe('slow');
    expect(sent).toBeGreaterThan(queue + high - part);
    expect(sent).toBeLessThan(queue + high + 3 * part);
  });

  test('[limit LINK.stuckMs] bulk that stands still for a minute closes the link, though pings are answered; bulk that moves does not', async () => {
    for (const moves of [false, true]) {
      const { clock, pair, a } = await linkPair();
      await clock.run(50);
      pair.faults.bandwidth = moves ? 30 : 0.001;
      for (let i = 0; i < 14; i++) a.link.send('bulk', EVENT, new Uint8Array(200_000));
      if (!moves) pair.faults.bandwidth = 0;
      await clock.run(50_000);
      expect(a.closed).toBe(null);
      expect(a.link.rttMs).not.toBe(null);
      await clock.run(40_000);
      expect(a.closed).toBe(moves ? null : 'slow');
    }
  });
});

test('[limit LINK.message] a link takes a message of 256 KiB as a whole', async () => {
  const { clock, a, b } = await linkPair();
  await clock.run(50);
  a.link.send('bulk', EVENT, utf8('x'.repeat(262_144 - 100)));
  await clock.run(50);
  expect([b.messages.length, b.closed]).toEqual([1, null]);
  a.link.send('bulk', EVENT, utf8('x'.repeat(262_144)));
  await clock.run(50);
  expect([b.messages.length, b.closed]).toEqual([1, 'oversize']);
});

/** Tokens that are made when they are let go. */
function beside() {
  const held: (() => void)[] = [];
  const state = { hold: false, made: 0 };
  const mac = async (raw: Uint8Array) => async (message: Uint8Array): Promise<Bytes> => {
    state.made += 1;
    const made = hmacSha256(raw, message);
    if (state.hold) await new Promise<void>((go) => held.push(go));
    return made;
  };
  return { mac, state, go: (): void => held.splice(0).forEach((one) => one()) };
}

describe('tokens of large bulk messages, made beside the thread', () => {
  const large = (n: number): Bytes => new Uint8Array(40_000).fill(n) as Bytes;

  test('[limit LINK.largeBytes] what follows one waits for it at either end, live does not; a small one has its token here', async () => {
    const [out, into] = [beside(), beside()];
    const { clock, a, b } = await linkPair({ macs: { a: out.mac, b: into.mac } });
    await clock.run(50);
    const first = (): (string | number)[] => b.messages.map(({ channel, payload }) => (channel === 'live' ? 'live' : payload[0]!));
    for (const side of [out, into]) {
      const from = b.messages.length;
      side.state.hold = true;
      a.link.send('bulk', EVENT, large(1));
      a.link.send('bulk', EVENT, Uint8Array.of(2) as Bytes);
      a.link.send('bulk', EVENT, large(3));
      a.link.send('live', EVENT, EMPTY);
      await clock.run(500);
      expect(a.link.queued('bulk')).toBe(side === out ? 80_001 : 0);
      expect(first().slice(from)).toEqual(['live']);
      side.state.hold = false;
      side.go();
      await clock.run(500);
      expect(first().slice(from)).toEqual(['live', 1, 2, 3]);
    }
    expect([out.state.made, into.state.made, a.closed, b.closed]).toEqual([4, 4, null, null]);
  });

  test('one that was changed on its way closes the link and is not heard, nor what follows it', async () => {
    const [out, into] = [beside(), beside()];
    const { clock, pair, a, b } = await linkPair({ macs: { a: out.mac, b: into.mac } });
    await clock.run(50);
    a.link.send('bulk', EVENT, large(1));
    await clock.run(500);
    expect(b.messages.length).toBe(1);
    pair.a.tamper = (channel, frame) => (channel === 'bulk' && frame.length > 40_000 ? concat(frame.subarray(0, 30_000), Uint8Array.of(frame[30_000]! ^ 1), frame.subarray(30_001)) : frame);
    a.link.send('bulk', EVENT, large(2));
    a.link.send('bulk', EVENT, EMPTY);
    await clock.run(500);
    expect([b.closed, b.messages.length]).toEqual(['token', 1]);
  });

  test('[limit LINK.checkedBytes] more than 16 MiB that wait for it are a flood', async () => {
    const [out, into] = [beside(), beside()];
    const { clock, a, b } = await linkPair({ macs: { a: out.mac, b: into.mac } });
    await clock.run(50);
    into.state.hold = true;
    const part = new Uint8Array(250_000) as Bytes;
    for (const [parts, code] of [[66, null], [2, 'flood']] as const) {
      for (let i = 0; i < parts; i++) {
        a.link.send('bulk', EVENT, part);
        await clock.run(20);
      }
      await clock.run(500);
      expect(b.closed).toBe(code);
    }
  });
});
