/** The dear loops in WebAssembly with its 128-bit instructions. Where they are missing, or there is no memory for them, the twins in TypeScript work (base/dots, base/graph-loops): the answers are equal. */
import type { Dots } from '#base/dots';
import { FAR, type GraphLoops, type Links } from '#base/graph-loops';

interface Exports {
  readonly memory: WebAssembly.Memory;
  dots(codes: number, question: number, out: number, places: number, count: number): void;
  around(starts: number, ends: number, far: number, queue: number, row: number, steps: number): void;
  weights(starts: number, ends: number, now: number, next: number, rows: number, rounds: number, keep: number): number;
}

/** Begin of what is laid out: the compiler keeps its few constants below. */
const BASE = 65_536;
const PAGE = 65_536;

/** The code, ready to be started as often as it is needed; null where the browser cannot. */
export async function compileLoops(bytes: Uint8Array): Promise<WebAssembly.Module | null> {
  try {
    return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  } catch {
    return null;
  }
}

async function started(module: WebAssembly.Module): Promise<Exports> {
  return (await WebAssembly.instantiate(module, {})).exports as unknown as Exports;
}

/** Memory up to there; throws RangeError where the device has none. */
function reserve(memory: WebAssembly.Memory, end: number): void {
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
}

const aligned = (at: number): number => Math.ceil(at / 16) * 16;

/** Rows of codes in a memory of their own; `places` is a multiple of 16. */
export async function wasmDots(module: WebAssembly.Module, places: number): Promise<Dots> {
  const code = await started(module);
  const question = BASE;
  const codes = aligned(question + places * 2);
  let rows = 0;
  return {
    write(row, next) {
      const end = codes + (row + 1) * places;
      // Half as much again, so that memory is seldom grown.
      if (end > code.memory.buffer.byteLength) reserve(code.memory, codes + Math.ceil((row + 1) * 1.5) * places);
      new Int8Array(code.memory.buffer, codes + row * places, places).set(next);
      rows = Math.max(rows, row + 1);
    },
    copy: (from, to) => void new Uint8Array(code.memory.buffer).copyWithin(codes + to * places, codes + from * places, codes + (from + 1) * places),
    dots(asked, count) {
      // Sums lie behind the rows and are written anew each time: a row that comes takes their place.
      const out = aligned(codes + rows * places);
      reserve(code.memory, out + count * 4);
      new Int16Array(code.memory.buffer, question, places).set(asked);
      code.dots(codes, question, out, places, count);
      return new Int32Array(code.memory.buffer, out, count);
    },
  };
}

/** The loops over one graph, which is copied once. */
export async function wasmLoops(module: WebAssembly.Module, { starts, ends }: Links): Promise<GraphLoops> {
  const code = await started(module);
  const rows = starts.length - 1;
  const first = BASE;
  const second = aligned(first + starts.byteLength);
  const work = aligned(second + ends.byteLength);
  const [queue, next] = [aligned(work + rows * 2), aligned(work + rows * 8)];
  reserve(code.memory, next + rows * 8 + 16);
  new Uint32Array(code.memory.buffer, first, starts.length).set(starts);
  new Uint32Array(code.memory.buffer, second, ends.length).set(ends);
  return {
    around(row, steps) {
      const far = new Uint16Array(code.memory.buffer, work, rows).fill(FAR);
      if (row >= 0 && row < rows) code.around(first, second, work, queue, row, steps);
      return far.slice();
    },
    weights(rounds, keep) {
      if (rows === 0) return new Float64Array(0);
      new Float64Array(code.memory.buffer, work, rows).fill(1 / rows);
      return new Float64Array(code.memory.buffer, code.weights(first, second, work, next, rows, rounds, keep), rows).slice();
    },
  };
}
