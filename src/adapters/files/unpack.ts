/** Packed parts of files: how large they really are, looked at before a reader takes them whole into memory. */

/** Why a file is not read. `unpacked`: it unpacks to more than it may, `bomb`: to many times its size. */
export type FileFaultCode = 'not-word' | 'damaged' | 'unpacked' | 'too-deep' | 'locked' | 'wrong-password' | 'too-many-pages' | 'too-many-files' | 'locked-zip' | 'bomb';

/** Says it. */
export class FileFault extends Error {
  override readonly name = 'FileFault';
  constructor(readonly code: FileFaultCode, readonly detail: string | number = '') {
    super(`${code} ${detail}`);
  }
}

/** Bytes given at once: what comes of them is counted before more is given. The last ones come in small pieces: what is wrong at an end takes with it all that came of its piece. */
const STEP = 16_384;
const [TAIL, TAIL_STEP] = [256, 16];

/** Unpacks one stream; throws `unpacked` as soon as more than `most` bytes came of it. What is wrong at its end is left to the reader. */
export async function unpack(bytes: Uint8Array<ArrayBuffer>, format: CompressionFormat, most: number): Promise<Uint8Array> {
  const stream = new DecompressionStream(format);
  const writer = stream.writable.getWriter();
  const feed = async (): Promise<void> => {
    for (let at = 0, to = 0; at < bytes.length; at = to) {
      to = at < bytes.length - TAIL ? Math.min(at + STEP, bytes.length - TAIL) : at + TAIL_STEP;
      await writer.write(bytes.subarray(at, to));
    }
    await writer.close();
  };
  feed().catch(() => undefined);
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const part = await reader.read().catch(() => null);
    if (part === null || part.done) break;
    size += part.value.length;
    if (size > most) {
      void reader.cancel().catch(() => undefined);
      throw new FileFault('unpacked');
    }
    parts.push(part.value);
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A part of a zip. */
export interface ZipPart {
  readonly name: string;
  readonly packed: Uint8Array<ArrayBuffer>;
  readonly deflated: boolean;
}

/**
 * The parts a zip names at its end. Throws `damaged`, also for a list that goes on behind the parts it counts, does not reach the end, or has its larger form:
 * its reader takes another list then than the one that is looked at here.
 */
export function zipParts(bytes: Uint8Array<ArrayBuffer>): ZipPart[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  if (end < 0) throw new FileFault('damaged', 'zip');
  const parts: ZipPart[] = [];
  let at = view.getUint32(end + 16, true);
  if ([4, 6, 8, 10].some((field) => view.getUint16(end + field, true) === 0xffff) || at + view.getUint32(end + 12, true) !== end) throw new FileFault('damaged', 'zip');
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw new FileFault('damaged', 'zip');
    const [method, size, name, extra, comment, local] = [view.getUint16(at + 10, true), view.getUint32(at + 20, true), view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true), view.getUint32(at + 42, true)];
    if (local + 30 > bytes.length || (method !== 0 && method !== 8)) throw new FileFault('damaged', 'zip');
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    parts.push({ name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + name)), packed: bytes.subarray(from, from + size), deflated: method === 8 });
    at += 46 + name + extra + comment;
  }
  if (at !== end) throw new FileFault('damaged', 'zip');
  return parts;
}

function endOf(view: DataView): number {
  for (let at = view.byteLength - 22; at >= 0 && at > view.byteLength - 65_558; at--) if (view.getUint32(at, true) === 0x06054b50) return at;
  return -1;
}

/** Throws `unpacked` when the parts of a zip come to more than `most` bytes. */
export async function checkZip(parts: readonly ZipPart[], most: number): Promise<void> {
  let left = most;
  for (const { packed, deflated } of parts) {
    left -= deflated ? (await unpack(packed, 'deflate-raw', left)).length : packed.length;
    if (left < 0) throw new FileFault('unpacked');
  }
}
