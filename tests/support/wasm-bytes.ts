/** Modules of WebAssembly put together byte by byte, so that a test says exactly what is wrong in one. */

/** Unsigned LEB128. */
export const leb = (value: number): number[] => (value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...leb(Math.floor(value / 0x80))]);
const text = (name: string): number[] => [...leb(name.length), ...Array.from(name, (c) => c.charCodeAt(0))];
export const list = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
export const section = (id: number, body: readonly number[]): number[] => [id, ...leb(body.length), ...body];
const body = (code: readonly number[]): number[] => [...leb(code.length + 1), 0x00, ...code];

const HEAD = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const I32 = 0x7f;
/** (i32, i32) → nothing; i32 → i32; nothing → i32. */
export const TYPES = [[0x60, 2, I32, I32, 0], [0x60, 1, I32, 1, I32], [0x60, 0, 1, I32]];
/** Gives the input back. */
export const ECHO = [0x20, 0x00, 0x20, 0x01, 0x10, 0x00, 0x0b];
/** Never ends. */
export const LOOP = [0x03, 0x40, 0x0c, 0x00, 0x0b, 0x0b];
/** Traps. */
export const TRAP = [0x00, 0x0b];
/** Gives what `code` leaves, an i32, as four bytes. */
export const give = (code: readonly number[]): number[] => [0x41, 0x00, ...code, 0x36, 0x02, 0x00, 0x41, 0x00, 0x41, 0x04, 0x10, 0x00, 0x0b];
/** Asks for 1,000 more pages; −1: refused. */
export const GROW = give([0x41, 0xe8, 0x07, 0x40, 0x00]);

export interface Parts {
  readonly imports?: readonly (readonly [module: string, name: string, type: number])[];
  /** Limits of the memory as they are written. */
  readonly memory?: readonly number[];
  readonly run?: readonly number[];
  readonly runType?: number;
  readonly types?: readonly (readonly number[])[];
  readonly exports?: readonly string[];
  /** Sections before that of the memory, and behind all. */
  readonly before?: readonly number[];
  readonly after?: readonly number[];
}

/** An actor; what is left out is as it should be. `output` is function 0. */
export function moduleBytes({ imports = [['lgos', 'output', 0]], memory = [0x01, 1, 2], run = ECHO, runType = 0, types = TYPES, exports = ['memory', 'alloc', 'run'], before = [], after = [] }: Parts = {}): Uint8Array<ArrayBuffer> {
  const place: Readonly<Record<string, number[]>> = { memory: [2, 0], alloc: [0, imports.length], run: [0, imports.length + 1] };
  return Uint8Array.from([
    ...HEAD,
    ...section(1, list(types)),
    ...section(2, list(imports.map(([from, name, type]) => [...text(from), ...text(name), 0, type]))),
    ...section(3, list([[1], [runType]])),
    ...before,
    ...(memory.length > 0 ? section(5, list([memory])) : []),
    ...section(7, list(exports.map((name) => [...text(name), ...place[name]!]))),
    ...section(10, list([body([0x41, 0x80, 0x08, 0x0b]), body(run)])),
    ...after,
  ]);
}
