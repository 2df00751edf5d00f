/** The streams of a PDF, looked at before its reader gets them: their dictionaries always lie open, whatever is packed in them. */
import { unpack } from './unpack.ts';

/** How often one packed stream may hold another. */
const LAYERS = 4;
const [BEGIN, END] = ['stream', 'endstream'].map((word) => new TextEncoder().encode(word)) as [Uint8Array, Uint8Array];

/** Throws `unpacked` for a stream that unpacks to more than `most` bytes: pdf.js would take it whole into memory. */
export async function checkStreams(bytes: Uint8Array<ArrayBuffer>, most: number): Promise<void> {
  for (let at = find(bytes, BEGIN, 0); at >= 0; at = find(bytes, BEGIN, at)) {
    let from = at + BEGIN.length;
    while (bytes[from] === 0x0d || bytes[from] === 0x0a) from++;
    const end = find(bytes, END, from);
    at = end < 0 ? bytes.length : end + END.length;
    let part: Uint8Array<ArrayBuffer> = bytes.subarray(from, end < 0 ? bytes.length : end);
    for (let layer = 0; layer < LAYERS && packed(part); layer++) part = (await unpack(part, 'deflate', most)) as Uint8Array<ArrayBuffer>;
  }
}

function find(bytes: Uint8Array, word: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(word[0]!, from); at >= 0; at = bytes.indexOf(word[0]!, at + 1)) if (word.every((byte, i) => bytes[at + i] === byte)) return at;
  return -1;
}

/** The two bytes every zlib stream begins with. */
const packed = (bytes: Uint8Array): boolean => bytes.length > 2 && (bytes[0]! & 0x0f) === 8 && ((bytes[0]! << 8) | bytes[1]!) % 31 === 0;

/** Pictures the file holds; those that only say how another is cut out are none. */
export function countPictures(bytes: Uint8Array): number {
  const text = new TextDecoder('windows-1252').decode(bytes);
  return Math.max(0, (text.match(/\/Subtype\s*\/Image\b/g)?.length ?? 0) - (text.match(/\/S?Mask\s+\d+\s+\d+\s+R/g)?.length ?? 0));
}
