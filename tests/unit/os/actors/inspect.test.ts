/** What a module of an actor says of itself, and which are none. */
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { ACTOR_LIMITS } from '#os/actor-limits';
import { inspectActor } from '#os/actors/inspect';
import { leb, list, moduleBytes, section, TYPES } from '#tests/support/wasm-bytes';

const faultOf = (bytes: Uint8Array): string | null => {
  const seen = inspectActor(bytes);
  return seen.ok ? null : seen.fault;
};

/** Bytes the engine lets its memory grow to. */
function grown(bytes: Uint8Array<ArrayBuffer>): number {
  const nothing = (): number => 0;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { lgos: { output: nothing, random: nothing, log: nothing } });
  const memory = exports['memory'] as WebAssembly.Memory;
  expect(() => {
    for (;;) memory.grow(1);
  }).toThrow(RangeError);
  return memory.buffer.byteLength;
}

describe('{K10} a module of an actor', () => {
  test('ACTR1 says how much memory it may have and what it asks for', () => {
    expect(inspectActor(moduleBytes())).toEqual({ ok: true, facts: { memoryBytes: 131_072, asks: [] } });
    expect(inspectActor(moduleBytes({ imports: [['lgos', 'output', 0], ['lgos', 'log', 0], ['lgos', 'random', 2]] }))).toEqual({ ok: true, facts: { memoryBytes: 131_072, asks: ['random', 'log'] } });
    // The browser's own reading is the same.
    expect(WebAssembly.validate(moduleBytes())).toBe(true);
  });

  test('[row 24] [limit ACTOR.memoryPages] ACTR2 its memory has an end that it says itself, is its own, and is shared with nobody', () => {
    expect(faultOf(moduleBytes({ memory: [0x01, 1, ...leb(ACTOR_LIMITS.memoryPages)] }))).toBe(null);
    expect(faultOf(moduleBytes({ memory: [0x01, 1, ...leb(ACTOR_LIMITS.memoryPages + 1)] }))).toBe('memory');
    // No end; shared; 64 bits wide; less than it begins with; none at all; two.
    expect(faultOf(moduleBytes({ memory: [0x00, 1] }))).toBe('memory');
    expect(faultOf(moduleBytes({ memory: [0x03, 1, 2] }))).toBe('memory');
    expect(faultOf(moduleBytes({ memory: [0x05, 1, 2] }))).toBe('memory');
    expect(faultOf(moduleBytes({ memory: [0x01, 2, 1] }))).toBe('memory');
    expect(faultOf(moduleBytes({ memory: [] }))).toBe('memory');
    expect(faultOf(moduleBytes({ memory: [], before: section(5, list([[0x01, 1, 2], [0x01, 1, 2]])) }))).toBe('memory');
    // A second section of memory is no way round it.
    expect(faultOf(moduleBytes({ before: section(5, list([[0x01, 1, 2]])) }))).toBe('not-wasm');
  });

  test('[limit ACTOR.tableElements] ACTR2 its tables have an end too', () => {
    const table = (limits: readonly number[]) => moduleBytes({ before: section(4, list([[0x70, ...limits]])) });
    expect(faultOf(table([0x01, 1, ...leb(ACTOR_LIMITS.tableElements)]))).toBe(null);
    expect(faultOf(table([0x01, 1, ...leb(ACTOR_LIMITS.tableElements + 1)]))).toBe('table');
    expect(faultOf(table([0x00, 1]))).toBe('table');
    expect(faultOf(moduleBytes({ before: section(4, list([[0x70, 0x01, 1, ...leb(40_000)], [0x70, 0x01, 1, ...leb(40_000)]])) }))).toBe('table');
  });

  test('ACTR3 it may ask only for what is listed, in its form', () => {
    expect(faultOf(moduleBytes({ imports: [['env', 'fetch', 0]] }))).toBe('import');
    expect(faultOf(moduleBytes({ imports: [['lgos', 'fetch', 0]] }))).toBe('import');
    expect(faultOf(moduleBytes({ imports: [['lgos', 'constructor', 0]] }))).toBe('import');
    expect(faultOf(moduleBytes({ imports: [['lgos', 'output', 1]] }))).toBe('import');
    expect(faultOf(moduleBytes({ imports: [['lgos', 'output', 0], ['lgos', 'output', 9]] }))).toBe('import');
  });

  test('ACTR1 it has what an actor has', () => {
    expect(faultOf(moduleBytes({ exports: ['memory', 'alloc'] }))).toBe('export');
    expect(faultOf(moduleBytes({ exports: ['alloc', 'run'] }))).toBe('export');
    expect(faultOf(moduleBytes({ runType: 1 }))).toBe('export');
  });

  test('[limit ACTOR.moduleBytes ACTOR.entries] ACTR2 forms of modules that nothing here has a limit for are refused, and so is what is too large or cut off', () => {
    // An array of bytes, which is no function: such objects lie outside the memory.
    expect(faultOf(moduleBytes({ types: [...TYPES, [0x5e, 0x78, 0x01]] }))).toBe('feature');
    // A section of exceptions, and one nobody knows.
    expect(faultOf(moduleBytes({ after: section(13, [0]) }))).toBe('feature');
    expect(faultOf(moduleBytes({ after: section(99, []) }))).toBe('feature');
    expect(faultOf(moduleBytes({ types: Array.from({ length: ACTOR_LIMITS.entries + 1 }, () => [0x60, 0, 0]) }))).toBe('too-large');
    // A name of a section is anybody's; with it the module is as large as it may be, and one byte more.
    const rest = ACTOR_LIMITS.moduleBytes - moduleBytes().length;
    const filled = (more: number) => moduleBytes({ after: section(0, Array.from({ length: rest - 4 + more }, () => 0)) });
    expect([filled(0).length, faultOf(filled(0)), faultOf(filled(1))]).toEqual([ACTOR_LIMITS.moduleBytes, null, 'too-large']);
    const whole = moduleBytes();
    for (let end = 0; end < whole.length; end++) expect(inspectActor(whole.subarray(0, end)).ok, `${end}`).toBe(false);
  });

  test('ACTR2 whatever bytes come, it answers, and a module it takes gets as much memory from the engine as it says, and no page more', () => {
    for (const limits of [[1, 2], [0, 7], [3, 3], [1, ...leb(ACTOR_LIMITS.memoryPages)]]) expect(inspectActor(moduleBytes({ memory: [0x01, ...limits] }))).toMatchObject({ facts: { memoryBytes: grown(moduleBytes({ memory: [0x01, ...limits] })) } });
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 4 }), (changes) => {
      const bytes = moduleBytes({ imports: [['lgos', 'output', 0], ['lgos', 'random', 2]] });
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      const seen = inspectActor(bytes);
      if (!seen.ok || !WebAssembly.validate(bytes)) return;
      const asked = WebAssembly.Module.imports(new WebAssembly.Module(bytes));
      expect(asked.every(({ module, name, kind }) => module === 'lgos' && kind === 'function' && ['output', 'random', 'log'].includes(name))).toBe(true);
      expect(grown(bytes)).toBe(seen.facts.memoryBytes);
    }), { numRuns: 2_000 });
  });
});
