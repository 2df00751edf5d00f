/** The lane of the kernel: live before bulk, also inside a large bulk batch; what fails is told to who asked. */
import { expect, test } from 'vitest';
import { createWorkQueue } from '#os/kernel/work-queue';

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('live work goes between the parts of a bulk batch, and only there', async () => {
  const seen: string[] = [];
  const queue = createWorkQueue<string>({
    liveBatch: 8, bulkBatch: () => 8, max: 100,
    async work(items, priority, pause) {
      for (const item of items) {
        seen.push(`${item}+`);
        await later();
        seen.push(`${item}-`);
        if (priority === 'bulk') await pause();
      }
    },
  });
  const bulk = queue.push(['b1', 'b2', 'b3'], 'bulk');
  await queue.push(['l1'], 'live');
  await bulk;
  expect(seen).toEqual(['b1+', 'b1-', 'l1+', 'l1-', 'b2+', 'b2-', 'b3+', 'b3-']);
  expect(queue.length).toBe(0);
});

test('what the next bulk batch will hold is told when one begins, after its own work began', async () => {
  const seen: string[] = [];
  const queue = createWorkQueue<number>({
    liveBatch: 8, bulkBatch: () => 2, max: 100,
    ahead: (items) => seen.push(`then ${items.join()}`),
    async work(items) {
      seen.push(`now ${items.join()}`);
      await later();
    },
  });
  await Promise.all([queue.push([1, 2, 3], 'bulk'), queue.push([4, 5], 'bulk')]);
  await queue.push([9], 'live');
  expect(seen).toEqual(['now 1,2', 'then 3,4', 'now 3,4', 'then 5', 'now 5', 'then ', 'now 9']);
});

test('live work that fails inside a pause fails alone', async () => {
  const queue = createWorkQueue<string>({
    liveBatch: 8, bulkBatch: () => 8, max: 100,
    async work(items, priority, pause) {
      await later();
      if (priority === 'live') throw new Error('no');
      await pause();
      if (items.includes('bad')) throw new Error('bulk');
    },
  });
  const good = queue.push(['b'], 'bulk');
  await expect(queue.push(['l'], 'live')).rejects.toThrow('no');
  await good;
  await expect(queue.push(['bad'], 'bulk')).rejects.toThrow('bulk');
  await queue.idle();
  expect(queue.length).toBe(0);
});

test('a queue over its cap refuses, a closed one rejects what waits', async () => {
  const queue = createWorkQueue<number>({ liveBatch: 1, bulkBatch: () => 1, max: 3, work: later });
  const first = queue.push([1, 2, 3], 'bulk');
  await expect(queue.push([4, 5], 'live')).rejects.toThrow('full');
  const ended = expect(first).rejects.toThrow('closed');
  queue.close();
  await ended;
  await expect(queue.push([6], 'live')).rejects.toThrow('closed');
});

test('live work without end does not keep bulk work out: after a few live batches it goes on, in a pause too', async () => {
  let live = 0;
  const queue = createWorkQueue<string>({
    liveBatch: 1, bulkBatch: () => 1, max: 100,
    async work(items, priority, pause) {
      await later();
      if (priority === 'live') {
        live += 1;
        // Each brings the next one.
        if (live < 5_000) void queue.push(['l'], 'live').catch(() => undefined);
      } else {
        await pause();
        if (items.includes('failing')) throw new Error('told to the one who asked');
      }
    },
  });
  void queue.push(['l'], 'live');
  await Promise.all(['b1', 'b2', 'b3'].map((item) => queue.push([item], 'bulk')));
  expect(live).toBeLessThan(60);
  await expect(queue.push(['failing'], 'bulk')).rejects.toThrow('told');
  queue.close();
});
