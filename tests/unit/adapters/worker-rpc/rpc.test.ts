import { afterEach, describe, expect, it } from 'vitest';
import { createRpcClient, createRpcServer, type RpcPort } from '#adapters/worker-rpc/rpc';
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
