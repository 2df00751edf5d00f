/**
 * Sums of products on the graphics card: for so many rows that they are worth the way there. The card holds a copy of the codes, four of them in a word, and gets what changed with the next
 * question. It adds whole numbers, as everybody does here: the sums are those of the twins (base/dots), whatever the card.
 */

/** As much of WebGPU as is used; the types of the browser do not have it. */
interface Buffer {
  mapAsync(mode: number): Promise<void>;
  getMappedRange(offset: number, size: number): ArrayBuffer;
  unmap(): void;
  destroy(): void;
}
interface Pass {
  setPipeline(pipeline: unknown): void;
  setBindGroup(at: number, group: unknown): void;
  dispatchWorkgroups(x: number, y: number): void;
  end(): void;
}
interface Device {
  readonly limits: { readonly maxStorageBufferBindingSize: number; readonly maxBufferSize: number };
  readonly lost: Promise<unknown>;
  readonly queue: { writeBuffer(buffer: Buffer, offset: number, data: ArrayBuffer, from: number, size: number): void; submit(list: readonly unknown[]): void };
  createBuffer(of: { size: number; usage: number }): Buffer;
  createShaderModule(of: { code: string }): unknown;
  createComputePipeline(of: { layout: 'auto'; compute: { module: unknown; entryPoint: string } }): { getBindGroupLayout(at: number): unknown };
  createBindGroup(of: { layout: unknown; entries: readonly { binding: number; resource: { buffer: Buffer } }[] }): unknown;
  createCommandEncoder(): { beginComputePass(): Pass; copyBufferToBuffer(from: Buffer, at: number, to: Buffer, into: number, size: number): void; finish(): unknown };
  destroy(): void;
}
interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean };
  readonly isFallbackAdapter?: boolean;
  readonly limits: Device['limits'];
  requestDevice(of: { requiredLimits: Partial<Device['limits']> }): Promise<Device>;
}

/** Rows of codes on a card. */
export interface CardDots {
  write(row: number, codes: Int8Array): void;
  copy(from: number, to: number): void;
  /** Sums with the first `count` rows, as they are now. Rejects when the card was lost or is too small; then nothing more is asked of it. */
  dots(question: Int8Array, count: number): Promise<Int32Array>;
  close(): void;
}

const [MAP_READ, COPY_SRC, COPY_DST, UNIFORM, STORAGE, READ] = [1, 4, 8, 64, 128, 1];
const GROUP = 64;
/** Groups in one line of a dispatch. */
const LINE = 32_768;

const CODE = `
struct Ask { words: u32, rows: u32, line: u32 }
@group(0) @binding(0) var<storage, read> codes: array<u32>;
@group(0) @binding(1) var<storage, read> question: array<u32>;
@group(0) @binding(2) var<storage, read_write> sums: array<i32>;
@group(0) @binding(3) var<uniform> ask: Ask;
fn four(a: u32, b: u32) -> i32 {
  let x = vec4<i32>(bitcast<i32>(a << 24u) >> 24u, bitcast<i32>(a << 16u) >> 24u, bitcast<i32>(a << 8u) >> 24u, bitcast<i32>(a) >> 24u);
  let y = vec4<i32>(bitcast<i32>(b << 24u) >> 24u, bitcast<i32>(b << 16u) >> 24u, bitcast<i32>(b << 8u) >> 24u, bitcast<i32>(b) >> 24u);
  let p = x * y;
  return p.x + p.y + p.z + p.w;
}
@compute @workgroup_size(${GROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let row = id.y * ask.line + id.x;
  if (row >= ask.rows) { return; }
  var sum = 0;
  let begin = row * ask.words;
  for (var i = 0u; i < ask.words; i++) { sum += four(codes[begin + i], question[i]); }
  sums[row] = sum;
}`;

/** Null where there is no card; one that is only played by the processor is taken only where a test asks for it. */
export async function gpuDots(places: number, played = false): Promise<CardDots | null> {
  const gpu = (navigator as unknown as { gpu?: { requestAdapter(): Promise<Adapter | null> } }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter || (!played && (adapter.info?.isFallbackAdapter ?? adapter.isFallbackAdapter ?? false))) return null;
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } }).catch(() => null);
  return device && createCard(device, places);
}

/** What lies on the card, as large as the copy here. */
interface Held {
  readonly size: number;
  readonly codes: Buffer;
  readonly sums: Buffer;
  readonly back: Buffer;
  readonly group: unknown;
}

function createCard(device: Device, places: number): CardDots {
  let [shadow, from, to, lost] = [new Int8Array(places * 1_024), Infinity, 0, false];
  void device.lost.then(() => (lost = true));
  const module = device.createShaderModule({ code: CODE });
  const pipeline = device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const buffer = (size: number, usage: number): Buffer => device.createBuffer({ size, usage });
  const [question, ask] = [buffer(places, STORAGE | COPY_DST), buffer(16, UNIFORM | COPY_DST)];
  let held: Held | null = null;
  const touch = (row: number): void => void ([from, to] = [Math.min(from, row * places), Math.max(to, (row + 1) * places)]);
  /** Buffers as large as the shadow; a new one gets all of it. */
  const room = (): Held => {
    if (held?.size === shadow.length) return held;
    if (shadow.length > Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize)) throw new RangeError('too small a card');
    for (const old of held ? [held.codes, held.sums, held.back] : []) old.destroy();
    const rows = (shadow.length / places) * 4;
    const [codes, sums, back] = [buffer(shadow.length, STORAGE | COPY_DST), buffer(rows, STORAGE | COPY_SRC), buffer(rows, COPY_DST | MAP_READ)];
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries: [codes, question, sums, ask].map((one, binding) => ({ binding, resource: { buffer: one } })) });
    [from, to] = [0, shadow.length];
    return (held = { size: shadow.length, codes, sums, back, group });
  };
  /** One question at a time: they share the way back. */
  let turn: Promise<unknown> = Promise.resolve();
  const run = async (asked: Int8Array, count: number): Promise<Int32Array> => {
    if (lost) throw new Error('the card was lost');
    const { codes, sums, back, group } = room();
    if (to > from) device.queue.writeBuffer(codes, from, shadow.buffer, from, to - from);
    [from, to] = [Infinity, 0];
    device.queue.writeBuffer(question, 0, asked.slice().buffer, 0, places);
    device.queue.writeBuffer(ask, 0, new Uint32Array([places / 4, count, LINE * GROUP, 0]).buffer, 0, 16);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    const groups = Math.ceil(count / GROUP);
    pass.dispatchWorkgroups(Math.min(groups, LINE), Math.ceil(groups / LINE));
    pass.end();
    encoder.copyBufferToBuffer(sums, 0, back, 0, count * 4);
    device.queue.submit([encoder.finish()]);
    await back.mapAsync(READ);
    const out = new Int32Array(back.getMappedRange(0, count * 4).slice(0));
    back.unmap();
    return out;
  };
  return {
    write(row, codes) {
      if ((row + 1) * places > shadow.length) {
        const larger = new Int8Array(shadow.length * 2);
        larger.set(shadow);
        shadow = larger;
      }
      shadow.set(codes, row * places);
      touch(row);
    },
    copy(row, into) {
      shadow.copyWithin(into * places, row * places, (row + 1) * places);
      touch(into);
    },
    dots(asked, count) {
      if (count === 0) return Promise.resolve(new Int32Array(0));
      const mine = asked.slice();
      const next = turn.then(() => run(mine, count));
      turn = next.catch(() => undefined);
      return next;
    },
    close: () => device.destroy(),
  };
}
