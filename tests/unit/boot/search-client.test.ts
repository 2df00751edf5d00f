/** The search of a tab keeps a worker running: one that broke is followed by another, and what was asked of it is answered by that. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createRpcServer, type RpcPort } from '#adapters/worker-rpc/rpc';
import { startSearch, type Client } from '#boot/search-client';
import type { ToSearch } from '#boot/search-server';
import type { SearchAnswer, SearchQuery } from '#domain/search';
import { createSimClock } from '#tests/sim/support/sim-clock';
import { soon } from '#tests/support/soon';

const QUERY: SearchQuery = { text: 'seals', limit: 10, hidden: [], now: 0 };

/** A worker under the test's hand: answers with its number, or not. */
class FakeWorker {
  onerror: Worker['onerror'] = null;
  kernels = 0;
  ended = false;
  private port: MessagePort | null = null;
  constructor(readonly no: number, private readonly answers: boolean) {}
  postMessage(message: ToSearch): void {
    if ('kernel' in message) return void (this.kernels += 1);
    this.port = message.page;
    if (this.answers) createRpcServer(message.page as RpcPort, { calls: { here: () => true, find: async () => ({ total: this.no }) as SearchAnswer }, streams: {} });
  }
  breaks(message: string): void {
    (this.onerror as unknown as (event: { message: string }) => void)({ message });
  }
  terminate(): void {
    this.ended = true;
    this.port?.close();
  }
}

const open: Client[] = [];
afterEach(() => open.splice(0).forEach((client) => client.close()));

function world(answers: (no: number) => boolean = () => true) {
  const clock = createSimClock(1_000_000);
  const workers: FakeWorker[] = [];
  const changed = vi.fn();
  const client = startSearch(changed, {
    clock, database: 'db',
    worker() {
      workers.push(new FakeWorker(workers.length + 1, answers(workers.length + 1)));
      return workers.at(-1)!;
    },
  });
  open.push(client);
  const running = (): Promise<void> => soon(() => expect(client.status().state).toBe('running'));
  return { clock, workers, changed, client, running, last: () => workers.at(-1)! };
}

describe('the worker of the search', () => {
  test('SUP4 one that broke is followed by another at once, has a port of the kernel, and answers what its predecessor was asked', async () => {
    const { clock, workers, client, running } = world((no) => no > 1);
    let given = 0;
    client.run(() => void (given += 1));
    const asked = client.find(QUERY);
    workers[0]!.breaks('Uncaught TypeError: canary');
    await clock.run(1);
    await running();
    expect((await asked).total).toBe(2);
    expect([workers.map(({ ended }) => ended), workers.map(({ kernels }) => kernels), given]).toEqual([[true, false], [1, 1], 2]);
    expect(client.status()).toMatchObject({ runs: 2, ends: [{ reason: 'error', detail: 'TypeError' }] });
  });

  test('SUP4 three restarts, after 0, 1 and 4 s; then it stays stopped, says so to whoever asks, and starts again when somebody wants it', async () => {
    const { clock, workers, client, running, last, changed } = world();
    await running();
    for (const pause of [0, 1_000, 4_000]) {
      last().breaks('Uncaught RangeError');
      const before = workers.length;
      if (pause > 0) {
        await clock.run(pause - 1);
        expect(workers.length, `not before ${pause} ms`).toBe(before);
      }
      await clock.run(1);
      expect(workers.length).toBe(before + 1);
      await running();
    }
    last().breaks('Uncaught RangeError');
    await clock.run(600_000);
    expect([client.status().state, client.status().runs, workers.length]).toEqual(['stopped', 4, 4]);
    await expect(client.find(QUERY)).rejects.toMatchObject({ code: 'closed', message: 'The search has stopped.' });
    changed.mockClear();
    client.restart();
    expect(changed).toHaveBeenCalled();
    await running();
    expect((await client.find(QUERY)).total).toBe(5);
  });

  test('SUP4 one that says nothing for 72 s is replaced; one that works longer than a kernel may is not', async () => {
    const { clock, client, workers } = world((no) => no > 1);
    await clock.run(71_000);
    expect([client.status().state, workers.length]).toEqual(['starting', 1]);
    await clock.run(5_000);
    expect([client.status().ends[0]?.reason, workers.length]).toEqual(['silent', 2]);
  });
});
