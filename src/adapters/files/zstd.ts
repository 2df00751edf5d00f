/** Zstandard (RFC 8878) unpacked within limits: one frame, walked block by block before the library sees it, so that no head of a file says how much memory is taken. */
import { Decompress } from 'fzstd';
import { FileFault } from './unpack.ts';

/** Bytes a frame may look back: what every reader has to take, and the most that usual levels write. */
const WINDOW = 8_388_608;
/** Bytes of a block, by the format. */
const BLOCK = 131_072;
const bad = (what: string): FileFault => new FileFault('damaged', `zstd: ${what}`);

/** Bytes of the head of a frame, and whether four of a checksum follow its last block. Throws when it asks for more than is given. */
function headOf(bytes: Uint8Array): { blocks: number; sum: boolean } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 9 || view.getUint32(0, true) !== 0xfd2fb528) throw bad('head');
  const flags = bytes[4]!;
  const [single, dictionary, sized] = [(flags & 0x20) !== 0, flags & 3, flags >> 6];
  if ((flags & 8) !== 0 || dictionary !== 0) throw bad('a frame with a dictionary');
  const at = single ? 5 : 6;
  const bytesOfSize = sized === 0 ? Number(single) : 1 << sized;
  if (at + bytesOfSize > bytes.length) throw bad('head');
  // Without a window of its own the whole is one.
  const whole = sized === 0 ? bytes[at]! : sized === 1 ? view.getUint16(at, true) + 256 : sized === 2 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
  const window = single ? whole : 2 ** (10 + (bytes[5]! >> 3)) * (1 + (bytes[5]! & 7) / 8);
  if (window > WINDOW) throw new FileFault('unpacked', window);
  return { blocks: at + bytesOfSize, sum: (flags & 4) !== 0 };
}

/** Throws unless the blocks of the one frame are whole and end where the bytes do. */
function walk(bytes: Uint8Array): void {
  const { blocks, sum } = headOf(bytes);
  for (let at = blocks; ;) {
    if (at + 3 > bytes.length) throw bad('cut off');
    const head = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const [last, kind, size] = [(head & 1) !== 0, (head >> 1) & 3, head >> 3];
    if (kind === 3 || size > BLOCK) throw bad('block');
    at += 3 + (kind === 1 ? 1 : size);
    if (!last) continue;
    if (at + (sum ? 4 : 0) !== bytes.length) throw bad('end');
    return;
  }
}

/** Unpacks a frame; throws `unpacked` as soon as more than `most` bytes came of it, or where it asks for a larger window than is given. */
export function unzstd(bytes: Uint8Array, most: number): Uint8Array<ArrayBuffer> {
  walk(bytes);
  const parts: Uint8Array[] = [];
  let size = 0;
  const stream = new Decompress((part) => {
    size += part.length;
    if (size > most) throw new FileFault('unpacked');
    if (part.length > 0) parts.push(part);
  });
  try {
    stream.push(bytes, true);
  } catch (error) {
    throw error instanceof FileFault ? error : bad(error instanceof Error ? error.message : String(error));
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
