import { afterEach, describe, expect, it } from 'vitest';
import { createRpcServer, type RpcPort } from '#adapters/worker-rpc/rpc';
import { createRpcClient } from '#adapters/worker-rpc/rpc-client';
import { AppError } from '#base/app-error';

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

function channel(): [MessagePort, MessagePort] {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  return [port1, port2];
}

const calls = {
  add: (a: number, b: number) => a + b,
  echo: (bytes: Uint8Array) => Promise.resolve(bytes),
  fail: (): number => {
    throw new AppError('quota', 'The disk is full.', 'Nothing was lost.', 'Free some space.');
  },
  crash: (): number => {
    throw new RangeError('inner');
  },
  uncloneable: () => () => 1,
};

function pair() {
  const [a, b] = channel();
  let stopped = 0;
  let emitTick: (n: number) => void = () => {};
  const streams = {
    ticks: (emit: (n: number) => void, from: number) => {
      emitTick = emit;
      emit(from);
      return () => void stopped++;
    },
    broken: (): (() => void) => {
      throw new AppError('gone', 'Gone.', 'Safe.', 'Next.');
    },
  };
  const server = createRpcServer(a, { calls, streams });
  const client = createRpcClient<typeof calls, typeof streams>(b);
  return { client, server, raw: b, tick: (n: number) => emitTick(n), stopped: () => stopped };
}

describe('worker rpc', () => {
  it('answers calls and keeps bytes as bytes', async () => {
    const { client } = pair();
    expect(await client.call('add', 2, 3)).toBe(5);
    const back = await client.call('echo', new Uint8Array([1, 2, 250]));
    expect(back).toBeInstanceOf(Uint8Array);
    expect([...back]).toEqual([1, 2, 250]);
  });

  it('API: every promise rejects with {code, message, safe, next}', async () => {
    const { client } = pair();
    const error = await client.call('fail').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).toJSON()).toEqual({ code: 'quota', message: 'The disk is full.', safe: 'Nothing was lost.', next: 'Free some space.' });
    await expect(client.call('crash')).rejects.toMatchObject({ code: 'internal', message: 'RangeError: inner' });
    await expect(client.call('nothing' as 'add', 1, 2)).rejects.toMatchObject({ code: 'internal' });
    await expect(client.call('constructor' as 'add', 1, 2)).rejects.toMatchObject({ code: 'internal' });
    await expect(client.call('uncloneable')).rejects.toMatchObject({ code: 'internal' });
  });

  it('streams events until unsubscribed, and stops the source once', async () => {
    const { client, tick, stopped } = pair();
    const seen: number[] = [];
    const off = client.subscribe('ticks', [7], (n) => seen.push(n));
    await client.call('add', 0, 0);
    tick(8);
    await client.call('add', 0, 0);
    expect(seen).toEqual([7, 8]);
    off();
    off();
    await client.call('add', 0, 0);
    tick(9);
    await client.call('add', 0, 0);
    expect(seen).toEqual([7, 8]);
    expect(stopped()).toBe(1);
  });

  it('tells the subscriber that its stream failed', async () => {
    const { client } = pair();
    const ended = new Promise((resolve) => client.subscribe('broken', [], () => {}, resolve));
    expect(await ended).toMatchObject({ code: 'gone', next: 'Next.' });
  });

  it('survives messages that are none of its own', async () => {
    const { client, raw } = pair();
    for (const junk of [null, 1, 'x', [], {}, { k: 'call' }, { k: 'call', id: 1 }, { k: 'open', id: {}, name: 1 }, { k: 'close', id: 99 }, { k: 'boom', id: 1, name: 'add', args: [] }]) raw.postMessage(junk);
    expect(await client.call('add', 1, 1)).toBe(2);
  });

  it('a client survives answers to calls it never made', () => {
    const port: RpcPort = { postMessage: () => {}, onmessage: null };
    const client = createRpcClient<typeof calls>(port);
    for (const data of [null, { k: 'ok', id: 77 }, { k: 'err', id: 1 }, { k: 'end', id: 3, error: 4 }, { k: 'event', id: 9, value: 1 }]) port.onmessage!({ data } as MessageEvent);
    client.close();
  });

  it('rejects what waits when it is closed', async () => {
    const port: RpcPort = { postMessage: () => {}, onmessage: null };
    const client = createRpcClient<typeof calls>(port);
    const waiting = client.call('add', 1, 2);
    client.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await expect(client.call('add', 1, 2)).rejects.toMatchObject({ code: 'closed' });
  });

  it('[limit RPC_MAX_PENDING] caps the calls that wait', async () => {
    const port: RpcPort = { postMessage: () => {}, onmessage: null };
    const client = createRpcClient<typeof calls>(port);
    const all = Array.from({ length: 10_001 }, () => client.call('add', 1, 2).catch((e: AppError) => e.code));
    expect(await all[10_000]).toBe('busy');
    client.close();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['closed', 'busy']));
  });
});

describe('subscriptions without end', () => {
  const endless = { never: (_emit: (n: number) => void) => () => {} };

  it('[limit RPC_MAX_SUBSCRIPTIONS] the client refuses one more than ten thousand, and takes one again when another ended', () => {
    const port: RpcPort = { postMessage: () => {}, onmessage: null };
    const client = createRpcClient<typeof calls, typeof endless>(port);
    const offs = Array.from({ length: 10_000 }, () => client.subscribe('never', [], () => {}));
    const more = (): unknown => client.subscribe('never', [], () => {});
    expect(more).toThrow(expect.objectContaining({ code: 'busy' }) as Error);
    offs[5]!();
    expect(more).not.toThrow();
  });

  it('[limit RPC_MAX_SUBSCRIPTIONS] the server opens ten thousand, says "busy" to the next, and answers calls', async () => {
    const said: { k: string; id: number }[] = [];
    const port: RpcPort = { postMessage: (message) => void said.push(message as never), onmessage: null };
    let opened = 0;
    createRpcServer(port, { calls, streams: { never: () => ((opened += 1), () => {}) } });
    for (let id = 0; id < 10_003; id++) port.onmessage!({ data: { k: 'open', id, name: 'never', args: [] } } as MessageEvent);
    port.onmessage!({ data: { k: 'call', id: 99_999, name: 'add', args: [1, 2] } } as MessageEvent);
    await new Promise((resolve) => setImmediate(resolve));
    expect(opened).toBe(10_000);
    expect(said).toEqual([
      ...[10_000, 10_001, 10_002].map((id) => ({ k: 'end', id, error: expect.objectContaining({ code: 'busy' }) as unknown })), { k: 'ok', id: 99_999, value: 3 },
    ]);
  });
});

describe('{K12} SUP3 a client whose server died', () => {
  const ticks = { ticks: (emit: (n: number) => void, from: number) => (emit(from), () => undefined) };
  const LOST = { code: 'kernel-lost', message: 'm', safe: 's', next: 'n' };
  /** A port that keeps what is sent and can be spoken through. */
  function port(): RpcPort & { sent: { k: string; id: number; name?: string; args?: unknown[] }[]; say(data: unknown): void } {
    const sent: { k: string; id: number }[] = [];
    const one: RpcPort & { sent: typeof sent; say(data: unknown): void } = { sent, postMessage: (message) => void sent.push(message as never), onmessage: null, say: (data) => one.onmessage?.({ data } as MessageEvent) };
    return one;
  }

  it('asks again what may be asked again, ends the rest with the reason, and opens the subscriptions at the next server', async () => {
    const [one, two] = [port(), port()];
    const client = createRpcClient<typeof calls, typeof ticks>(one);
    const seen: number[] = [];
    const stopped = client.subscribe('ticks', [0], () => undefined);
    client.subscribe('ticks', [7], (n) => seen.push(n));
    stopped();
    const add = client.call('add', 1, 2);
    const crash = client.call('crash').catch((error: AppError) => error.code);
    client.lose(LOST, (name) => name === 'add');
    expect(await crash).toBe('kernel-lost');
    const later = client.call('crash').catch((error: AppError) => error.code);
    one.say({ k: 'ok', id: one.sent.find((message) => message.name === 'add')!.id, value: 99 });
    client.bind(two);
    const first = client.callNow('echo', new Uint8Array([1]));
    expect(two.sent.map((message) => message.name), 'only what must go first').toEqual(['echo']);
    two.say({ k: 'ok', id: two.sent[0]!.id, value: 'ready' });
    expect(await first).toBe('ready');
    client.release();
    expect(two.sent.map(({ k, name, args }) => [k, name, args])).toEqual([['call', 'echo', [new Uint8Array([1])]], ['open', 'ticks', [7]], ['call', 'add', [1, 2]], ['call', 'crash', []]]);
    two.say({ k: 'event', id: two.sent[1]!.id, value: 8 });
    two.say({ k: 'ok', id: two.sent[2]!.id, value: 3 });
    two.say({ k: 'err', id: two.sent[3]!.id, error: { code: 'inner', message: '', safe: '', next: '' } });
    expect([await add, await later, seen]).toEqual([3, 'inner', [8]]);
  });

  it('without any server to come every call says why, also one that waited; with a new one it goes on', async () => {
    const [one, two] = [port(), port()];
    const client = createRpcClient<typeof calls>(one);
    const code = (call: Promise<unknown>): Promise<unknown> => call.catch((error: AppError) => error.code);
    const waiting = code(client.call('add', 1, 2));
    client.lose(LOST, () => true);
    expect(await code(client.callNow('add', 1, 1)), 'nobody to send it to').toBe('kernel-lost');
    client.refuse({ ...LOST, code: 'kernel-stopped' });
    expect([await waiting, await code(client.call('add', 1, 2))]).toEqual(['kernel-stopped', 'kernel-stopped']);
    client.bind(two);
    client.release();
    const answer = client.call('add', 2, 2);
    two.say({ k: 'ok', id: two.sent[0]!.id, value: 4 });
    expect(await answer).toBe(4);
  });
});
