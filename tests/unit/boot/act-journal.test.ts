/** The journal of acts over kernels that die at every moment between an act and its commit. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { fromBase64url, toBase64url } from '#base/bytes';
import { createActJournal, isKernelLost, kernelLost, type ActTarget } from '#boot/act-journal';
import type { Op } from '#os/api';
import { createSeededRandom } from '#tests/sim/support/sim-crypto';

/** A kernel with a disk: what it did is in memory until `commit`, and the disk outlives it. */
class FakeKernel implements ActTarget {
  alive = true;
  memory: Op[] = [];
  readonly asked: string[] = [];
  /** Dies in front of the act, after it, or answers. */
  next: 'answer' | 'die-before' | 'die-after' = 'answer';
  constructor(readonly disk: Op[]) {}
  async transact(_space: string, ops: Op[]): Promise<{ ids: string[]; record: 'pending' }> {
    if (!this.alive || this.next === 'die-before') return this.die();
    if (ops.some((op) => op.op === 'node.set' && op.id === 'refused')) throw Object.assign(new Error('no'), { code: 'no-right' });
    this.memory.push(...ops);
    if (this.next === 'die-after') return this.die();
    return { ids: ops.map((op) => ('id' in op ? (op.id ?? '') : '')), record: 'pending' };
  }
  async holds(_space: string, id: string): Promise<boolean> {
    this.asked.push(id);
    return [...this.disk, ...this.memory].some((op) => op.op === 'node.create' && op.id === id);
  }
  commit(): void {
    this.disk.push(...this.memory.splice(0));
  }
  die(): never {
    this.alive = false;
    this.memory = [];
    throw kernelLost();
  }
}

const create = (text: string): Op => ({ op: 'node.create', type: 'chat/message@1', props: { text } });
const set = (id: string, text: string): Op => ({ op: 'node.set', id, props: { text } });
const textsOf = (disk: readonly Op[]): unknown[] => disk.flatMap((op) => (op.op === 'node.create' ? [op.props['text']] : []));

const UID = toBase64url(new Uint8Array(32).fill(7));

function world() {
  const disk: Op[] = [];
  let kernel = new FakeKernel(disk);
  const journal = createActJournal(createSeededRandom('journal'), kernel, () => UID);
  return {
    disk, journal,
    kernel: () => kernel,
    async again(): Promise<FakeKernel> {
      journal.lost();
      kernel = new FakeKernel(disk);
      await journal.replay(kernel);
      return kernel;
    },
  };
}

describe('{K12}{V5} journal of acts', () => {
  test('SUP3 an act answered and not saved is done again by the next kernel, with the id its caller was told', async () => {
    const { journal, again, disk } = world();
    const { ids } = await journal.transact('s', [create('hello')]);
    expect(ids[0]).toMatch(/^[\w-]{22}$/);
    const next = await again();
    next.commit();
    expect(disk).toEqual([{ ...create('hello'), id: ids[0] } as Op]);
    journal.settled();
    expect([journal.waiting, journal.givenUp]).toEqual([0, 0]);
  });

  test('SUP3 an act that was saved and whose answer was lost is not done twice; its caller is answered', async () => {
    const { journal, kernel, again, disk } = world();
    kernel().next = 'die-after';
    const act = journal.transact('s', [create('once')], { fragment: 'f' });
    await Promise.resolve();
    disk.push({ ...create('once'), id: (journal.list()[0]!.operations[0] as { id: string }).id } as Op);
    const next = await again();
    next.commit();
    expect((await act).ids[0]).toBe((disk[0] as { id: string }).id);
    expect(textsOf(disk)).toEqual(['once']);
  });

  test('SUP3 what is done while there is no kernel waits and keeps its order', async () => {
    const { journal, again, disk } = world();
    journal.lost();
    const acts = ['a', 'b', 'c'].map((text) => journal.transact('s', [create(text)]));
    expect(journal.waiting).toBe(3);
    const next = await again();
    await Promise.all(acts);
    next.commit();
    expect(textsOf(disk)).toEqual(['a', 'b', 'c']);
  });

  test('SUP3 an act that would do more when done twice is given up with a typed error and counted, unless what it created says that it did not land', async () => {
    const { journal, kernel, again, disk } = world();
    kernel().next = 'die-after';
    const count = journal.transact('s', [{ op: 'count.add', id: 'n', key: 'k', n: 1 }]);
    const failed = count.then(() => 'done', (error: unknown) => isKernelLost(error));
    const both = journal.transact('s', [create('with'), { op: 'count.add', id: 'n', key: 'k', n: 1 }], { fragment: 'f' });
    const next = await again();
    await both;
    next.commit();
    expect(await failed).toBe(true);
    expect([journal.givenUp, disk.filter((op) => op.op === 'count.add').length]).toEqual([1, 1]);
  });

  test('SUP3 a thing named by its caller proves nothing: its act is done again, not taken for landed', async () => {
    const { journal, again, disk } = world();
    disk.push({ ...create('old'), id: 'given' } as Op);
    await journal.transact('s', [{ ...create('old'), id: 'given' } as Op, set('given', 'new')]);
    const next = await again();
    next.commit();
    expect(disk.filter((op) => op.op === 'node.set')).toEqual([set('given', 'new')]);
  });

  test('SUP3 what landed in one fragment and not in another is completed', async () => {
    const { journal, kernel, again, disk } = world();
    await journal.transact('s', [create('made'), set('elsewhere', 'x')]);
    const made = kernel().memory[0]!;
    disk.push(made);
    const next = await again();
    next.commit();
    expect(disk).toEqual([made, set('elsewhere', 'x')]);
  });

  test('a refusal reaches its caller and is not kept', async () => {
    const { journal } = world();
    await expect(journal.transact('s', [set('refused', 'x')])).rejects.toMatchObject({ code: 'no-right' });
    expect(journal.waiting).toBe(0);
  });

  test('a kernel that dies while it is given the acts leaves them for the next, none twice', async () => {
    const { journal, again, disk } = world();
    journal.lost();
    const acts = ['a', 'b', 'c'].map((text) => journal.transact('s', [create(text)]));
    const dying = new FakeKernel(disk);
    const replay = journal.replay(dying);
    dying.next = 'die-after';
    await replay;
    const next = await again();
    await Promise.all(acts);
    next.commit();
    expect(textsOf(disk)).toEqual(['a', 'b', 'c']);
  });

  test('[limit SUPERVISION.keptOps] of more than 100,000 unsaved operations the oldest acts are given up, and counted', async () => {
    const { journal } = world();
    journal.lost();
    const acts = Array.from({ length: 3 }, (_, i) => journal.transact('s', Array.from({ length: 40_000 }, () => set('n', String(i)))));
    expect([journal.waiting, journal.givenUp]).toEqual([2, 1]);
    // Whoever waits for it is told.
    expect(isKernelLost(await acts[0]!.catch((error: unknown) => error))).toBe(true);
  });

  test('SUP3 property: whatever the moments of death and commits, every act is on the disk once and in order', async () => {
    const step = fc.constantFrom('act', 'commit', 'settle', 'die', 'die-before', 'die-after');
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const { journal, kernel, again, disk } = world();
      const acts: Promise<unknown>[] = [];
      for (const what of steps) {
        if (what === 'act') acts.push(journal.transact('s', [create(String(acts.length))], { fragment: 'f' }));
        else if (what === 'commit') kernel().commit();
        else if (what === 'settle') {
          if (kernel().memory.length === 0 && kernel().alive && kernel().next === 'answer') {
            await Promise.resolve().then(() => undefined);
            journal.settled();
          }
        } else if (what === 'die') await again();
        else {
          kernel().next = what;
          acts.push(journal.transact('s', [create(String(acts.length))], { fragment: 'f' }));
          await Promise.resolve();
          await again();
        }
        await Promise.resolve();
      }
      const next = await again();
      next.commit();
      await Promise.all(acts);
      expect(textsOf(disk)).toEqual(acts.map((_, i) => String(i)));
    }), { numRuns: 300 });
  });

  test('[RIGHT23] ids drawn by the page begin with 8 bytes of the person: by them others know what a Guest may change', async () => {
    const { journal } = world();
    const { ids } = await journal.transact('s', [create('one'), create('two')]);
    for (const id of ids) expect([...fromBase64url(id)!.subarray(0, 8)]).toEqual(Array(8).fill(7));
    expect(new Set(ids).size).toBe(2);
  });
});
