/**
 * One run of an actor, the same in the sandbox of a page and in Node: same bytes in, same bytes out (docs/ACTORS.md). It imports nothing, because the text of the thread in
 * the sandbox is made of this file alone. What it does to time and processor is ended from outside; what its memory may become, its module says, and that was looked at before.
 */

export interface ActorTask {
  /** Bytes of the module. */
  readonly module: Uint8Array;
  readonly input: Uint8Array;
  /** What it is given besides `output`; an import of anything else fails the run. */
  readonly grants: readonly string[];
  readonly resultBytes: number;
  readonly logChars: number;
}

export interface ActorRun {
  /** Null: it failed, gave nothing, or gave more than there is room for. */
  readonly result: Uint8Array | null;
  /** What it wrote down, cut at its limit. */
  readonly log: string;
}

/** Numbers that follow from the input alone: everybody who computes draws the same (FNV-1a for the beginning, Marsaglia's xorshift for the rest). */
function drawerOf(input: Uint8Array): () => number {
  let state = 0x811c_9dc5;
  for (const byte of input) state = Math.imul(state ^ byte, 0x0100_0193);
  state = state === 0 ? 1 : state;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state | 0;
  };
}

/** Runs it; never throws. */
export function runActor({ module, input, grants, resultBytes, logChars }: ActorTask): ActorRun {
  let [result, log]: [Uint8Array | null, string] = [null, ''];
  let memory: WebAssembly.Memory | null = null;
  const view = (at: number, length: number): Uint8Array => {
    // What it passes may be negative as JavaScript sees it; there is no memory while it starts.
    const [from, size] = [at >>> 0, length >>> 0];
    if (!memory || from + size > memory.buffer.byteLength) throw new RangeError('outside its memory');
    return new Uint8Array(memory.buffer, from, size);
  };
  const host: Readonly<Record<string, (...args: number[]) => number | void>> = {
    output(at, length) {
      // Looked at before it is copied; a second answer is none.
      if (result || length! >>> 0 > resultBytes) throw new RangeError('no such answer');
      result = view(at!, length!).slice();
    },
    random: drawerOf(input),
    log(at, length) {
      const room = logChars - log.length;
      if (room > 0) log = (log + new TextDecoder().decode(view(at!, Math.min(length! >>> 0, 4 * room))) + '\n').slice(0, logChars);
    },
  };
  try {
    // Without a prototype: what every object has would be there to import, too.
    const lgos = Object.assign(Object.create(null) as WebAssembly.ModuleImports, Object.fromEntries(['output', ...grants].flatMap((name) => (Object.hasOwn(host, name) ? [[name, host[name]!]] : []))));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module as Uint8Array<ArrayBuffer>), { lgos });
    memory = exports['memory'] as WebAssembly.Memory;
    const at = (exports['alloc'] as (size: number) => number)(input.length);
    view(at, input.length).set(input);
    (exports['run'] as (at: number, length: number) => void)(at, input.length);
    return { result, log };
  } catch {
    return { result: null, log };
  }
}
