/**
 * What a module of an actor says of itself, read out of its bytes before anything compiles it (docs/ACTORS.md): how large its memory may become, what it asks for,
 * whether it has what an actor has. Strict: a section or form that is not named here is refused, so that nothing reaches a browser that this file has no limit for
 * (memories without an end, memory shared between threads, objects that are collected, tables that grow).
 */
import { ACTOR_LIMITS } from '#os/actor-limits';

/** What an actor may be given; `output` every actor has. An import of anything else is refused. */
export const GRANTS = ['random', 'log'] as const;
export type Grant = (typeof GRANTS)[number];

export const isGrant = (name: string): name is Grant => (GRANTS as readonly string[]).includes(name);

export interface ActorFacts {
  /** Bytes its memory may have at most. */
  readonly memoryBytes: number;
  /** What it asks for, in the order of GRANTS. */
  readonly asks: readonly Grant[];
}

/** Why a module is no actor. */
export type ActorFault = 'too-large' | 'not-wasm' | 'memory' | 'table' | 'import' | 'export' | 'feature';

export type Inspected = { readonly ok: true; readonly facts: ActorFacts } | { readonly ok: false; readonly fault: ActorFault };

class Refused extends Error {
  constructor(readonly fault: ActorFault) {
    super(fault);
  }
}

/** Magic and version 1. */
const HEAD = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** Types of values a function may take and give: i32, i64, f32, f64, v128, funcref, externref. */
const VALUES = new Set([0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f]);
const [FUNCREF, EXTERNREF, FUNC] = [0x70, 0x6f, 0x60];
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;
const SECTION = { custom: 0, type: 1, import: 2, function: 3, table: 4, memory: 5, global: 6, export: 7, start: 8, element: 9, code: 10, data: 11, count: 12 } as const;
/** Sections in the order they stand in a module; the count of data stands before the code. */
const ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];
const PAGE = 65_536;

/** Reads forward within its bytes; beyond them there is no module. */
class Reader {
  constructor(private readonly bytes: Uint8Array, private at = 0, private readonly end = bytes.length) {}

  get done(): boolean {
    return this.at === this.end;
  }

  byte(): number {
    if (this.at >= this.end) throw new Refused('not-wasm');
    return this.bytes[this.at++]!;
  }

  /** LEB128, unsigned, at most 32 bits. */
  u32(): number {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = this.byte();
      if (shift === 28 && byte > 0x0f) throw new Refused('not-wasm');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
      shift += 7;
    }
  }

  /** Entries of a list that is looked at one by one. */
  count(): number {
    const count = this.u32();
    if (count > ACTOR_LIMITS.entries) throw new Refused('too-large');
    return count;
  }

  name(): string {
    const length = this.u32();
    if (length > this.end - this.at) throw new Refused('not-wasm');
    const bytes = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    // Names that count are plain ASCII; any other is as good as another.
    return String.fromCharCode(...bytes.subarray(0, 64));
  }

  part(): Reader {
    const length = this.u32();
    if (length > this.end - this.at) throw new Refused('not-wasm');
    const part = new Reader(this.bytes, this.at, this.at + length);
    this.at += length;
    return part;
  }
}

interface Signature {
  readonly takes: readonly number[];
  readonly gives: readonly number[];
}

interface Found {
  readonly types: Signature[];
  /** Types of the functions, imported ones first. */
  readonly functions: number[];
  readonly asks: Set<Grant>;
  pages: number | null;
  elements: number;
  readonly exports: Map<string, { readonly kind: number; readonly index: number }>;
}

const I32 = 0x7f;
/** What an actor imports from `lgos`, and what it must export. */
const IMPORTS: Readonly<Record<'output' | Grant, Signature>> = { output: { takes: [I32, I32], gives: [] }, random: { takes: [], gives: [I32] }, log: { takes: [I32, I32], gives: [] } };
const EXPORTS: Readonly<Record<'alloc' | 'run', Signature>> = { alloc: { takes: [I32], gives: [I32] }, run: { takes: [I32, I32], gives: [] } };

const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((one, i) => one === b[i]);
const fits = (a: Signature | undefined, b: Signature): boolean => a !== undefined && same(a.takes, b.takes) && same(a.gives, b.gives);

function readTypes(part: Reader, found: Found): void {
  const values = (): number[] => Array.from({ length: part.count() }, () => {
    const value = part.byte();
    if (!VALUES.has(value)) throw new Refused('feature');
    return value;
  });
  for (let left = part.count(); left > 0; left--) {
    // Structures, arrays and groups of types make objects that no limit of ours counts.
    if (part.byte() !== FUNC) throw new Refused('feature');
    found.types.push({ takes: values(), gives: values() });
  }
}

function readImports(part: Reader, found: Found): void {
  for (let left = part.count(); left > 0; left--) {
    const [from, name, kind] = [part.name(), part.name(), part.byte()];
    if (from !== 'lgos' || kind !== KIND.function || !Object.hasOwn(IMPORTS, name)) throw new Refused('import');
    const type = part.u32();
    if (!fits(found.types[type], IMPORTS[name as keyof typeof IMPORTS])) throw new Refused('import');
    found.functions.push(type);
    if (isGrant(name)) found.asks.add(name);
  }
}

/** Least and most; both must be said, 32 bits wide and not shared. */
function readLimits(part: Reader, fault: 'memory' | 'table', most: number): number {
  if (part.byte() !== 0x01) throw new Refused(fault);
  const [least, max] = [part.u32(), part.u32()];
  if (least > max || max > most) throw new Refused(fault);
  return max;
}

function readTables(part: Reader, found: Found): void {
  for (let left = part.count(); left > 0; left--) {
    const type = part.byte();
    if (type !== FUNCREF && type !== EXTERNREF) throw new Refused('table');
    found.elements += readLimits(part, 'table', ACTOR_LIMITS.tableElements);
    if (found.elements > ACTOR_LIMITS.tableElements) throw new Refused('table');
  }
}

function readMemory(part: Reader, found: Found): void {
  if (part.u32() !== 1) throw new Refused('memory');
  found.pages = readLimits(part, 'memory', ACTOR_LIMITS.memoryPages);
}

function readFunctions(part: Reader, found: Found): void {
  for (let left = part.u32(); left > 0; left--) found.functions.push(part.u32());
}

function readExports(part: Reader, found: Found): void {
  for (let left = part.count(); left > 0; left--) {
    const name = part.name();
    found.exports.set(name, { kind: part.byte(), index: part.u32() });
  }
}

const READ: Readonly<Partial<Record<number, (part: Reader, found: Found) => void>>> = {
  [SECTION.type]: readTypes, [SECTION.import]: readImports, [SECTION.function]: readFunctions, [SECTION.table]: readTables, [SECTION.memory]: readMemory, [SECTION.export]: readExports,
};

function read(bytes: Uint8Array): ActorFacts {
  if (bytes.length > ACTOR_LIMITS.moduleBytes) throw new Refused('too-large');
  const all = new Reader(bytes);
  for (const byte of HEAD) if (all.byte() !== byte) throw new Refused('not-wasm');
  const found: Found = { types: [], functions: [], asks: new Set(), pages: null, elements: 0, exports: new Map() };
  let [last, code] = [-1, false];
  while (!all.done) {
    const id = all.byte();
    const part = all.part();
    if (id === SECTION.custom) continue;
    const place = ORDER.indexOf(id);
    if (place < 0) throw new Refused('feature');
    // Each once: of two sections of memory only one would have been looked at.
    if (place <= last) throw new Refused('not-wasm');
    last = place;
    code ||= id === SECTION.code;
    const take = READ[id];
    take?.(part, found);
    if (take && !part.done) throw new Refused('not-wasm');
  }
  if (!code) throw new Refused('not-wasm');
  if (found.pages === null) throw new Refused('memory');
  if (found.exports.get('memory')?.kind !== KIND.memory) throw new Refused('export');
  for (const [name, signature] of Object.entries(EXPORTS)) {
    const one = found.exports.get(name);
    if (one?.kind !== KIND.function || !fits(found.types[found.functions[one.index] ?? -1], signature)) throw new Refused('export');
  }
  return { memoryBytes: found.pages * PAGE, asks: GRANTS.filter((grant) => found.asks.has(grant)) };
}

/** Looks at a module; compiles and runs nothing. */
export function inspectActor(bytes: Uint8Array): Inspected {
  try {
    return { ok: true, facts: read(bytes) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, fault: error.fault };
    throw error;
  }
}
