/** The loops that the build compiles, beside their twins: equal in every number. */
import { beforeAll, expect, test } from 'vitest';
import { fastDots, fastLoops } from '#adapters/fast-loops/loops';
import { compileLoops, wasmDots, wasmLoops } from '#adapters/fast-loops/wasm';
import { plainDots } from '#base/dots';
import { linksOf, plainLoops } from '#base/graph-loops';
import { compiledLoops } from '#scripts/lib/fast-loops';

let module: WebAssembly.Module;
beforeAll(async () => {
  module = (await compileLoops(await compiledLoops()))!;
});

/** Codes at both ends of what they may be, and between. */
const codes = (seed: number, places: number): Int8Array => Int8Array.from({ length: places }, (_, i) => [127, -127, 0, ((seed * 31 + i * 17) % 255) - 127][(seed + i) % 4]!);

test('{K18} sums of products are those of the twin, also when rows come, go and are more than the memory that was there', async () => {
  for (const places of [16, 256, 384, 4_096]) {
    const [fast, plain] = [await wasmDots(module, places), plainDots(places)];
    const rows = places > 1_000 ? 60 : 1_500;
    for (let row = 0; row < rows; row++) for (const one of [fast, plain]) one.write(row, codes(row, places));
    for (const one of [fast, plain]) one.copy(rows - 1, 3);
    for (const count of [rows - 1, 1, 0, rows]) expect([...fast.dots(codes(5, places), count)].slice(0, count), `${places}`).toEqual([...plain.dots(codes(5, places), count)].slice(0, count));
    // A row that comes stands where the sums stood.
    for (const one of [fast, plain]) one.write(rows, codes(rows, places));
    expect([...fast.dots(codes(6, places), rows + 1)]).toEqual([...plain.dots(codes(6, places), rows + 1)].slice(0, rows + 1));
  }
});

test('{K18} the most that a sum can be fits', async () => {
  const [fast, most] = [await wasmDots(module, 4_096), new Int8Array(4_096).fill(-127)];
  fast.write(0, most);
  expect([...fast.dots(most, 1)]).toEqual([127 * 127 * 4_096]);
});

test('{K18} who is near and who matters: as the twin says, to the last bit', async () => {
  let state = 77;
  const next = (below: number): number => ((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 8) % below;
  for (const rows of [1, 2, 50, 3_000]) {
    const links = linksOf(rows, Array.from({ length: rows * 3 }, () => [next(rows), next(rows)] as const));
    const [fast, plain] = [await wasmLoops(module, links), plainLoops(links)];
    for (const steps of [0, 1, 3, 65_534]) expect(fast.around(rows >> 1, steps)).toEqual(plain.around(rows >> 1, steps));
    expect(fast.weights(20, 0.85)).toEqual(plain.weights(20, 0.85));
    expect(fast.weights(0, 0.85)).toEqual(plain.weights(0, 0.85));
    // Asked again it begins anew.
    expect(fast.around(0, 9)).toEqual(plain.around(0, 9));
    expect(fast.around(rows, 9)).toEqual(plain.around(rows, 9));
  }
  const none = linksOf(0, []);
  expect((await wasmLoops(module, none)).weights(3, 0.85)).toEqual(plainLoops(none).weights(3, 0.85));
});

test('{K18} what is no code is answered by the twins', async () => {
  expect(await compileLoops(new Uint8Array([1, 2, 3]))).toBeNull();
  const dots = await fastDots(16);
  dots.write(0, new Int8Array(16).fill(2));
  expect([...dots.dots(new Int8Array(16).fill(3), 1)]).toEqual([96]);
  expect([...(await fastLoops(linksOf(2, [[0, 1]]))).around(0, 5)]).toEqual([0, 1]);
});
