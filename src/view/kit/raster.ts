/** Which picture some bytes are, by how they begin, and how large it says it is. Only pictures that are nothing but pixels: what a file calls itself is not believed, and SVG is none of them. */

/** Bytes that are looked at. */
export const RASTER_HEAD = 32;

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** Its type; null for anything else. */
export function rasterType(head: Uint8Array): string | null {
  if (ascii(head, 0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg';
  if (['GIF87a', 'GIF89a'].includes(ascii(head, 0, 6))) return 'image/gif';
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'image/webp';
  if (ascii(head, 4, 8) === 'ftyp' && ['avif', 'avis'].includes(ascii(head, 8, 12))) return 'image/avif';
  return null;
}

const wide = (bytes: Uint8Array, at: number, size: number, little: boolean): number => Array.from(bytes.subarray(at, at + size)).reduce((sum, byte, index) => sum + byte * 256 ** (little ? index : size - 1 - index), 0);

/** How many pixels a picture of this type draws; null when it does not say. */
export function rasterPixels(type: string, bytes: Uint8Array): number | null {
  const sides = SIDES[type]?.(bytes) ?? null;
  return sides === null || sides[0] < 1 || sides[1] < 1 ? null : sides[0] * sides[1];
}

type Size = readonly [width: number, height: number];

const SIDES: Readonly<Record<string, (bytes: Uint8Array) => Size | null>> = {
  'image/png': (bytes) => (ascii(bytes, 12, 16) === 'IHDR' && bytes.length >= 24 ? [wide(bytes, 16, 4, false), wide(bytes, 20, 4, false)] : null),
  'image/gif': gif, 'image/webp': webp, 'image/jpeg': jpeg, 'image/avif': avif,
};

/** Its screen, and what of its pictures reaches out of it: some programs make room for those. */
function gif(bytes: Uint8Array): Size | null {
  if (bytes.length < 13) return null;
  const table = (packed: number): number => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);
  let [width, height, pictures, at] = [wide(bytes, 6, 2, true), wide(bytes, 8, 2, true), 0, 13 + table(bytes[10]!)];
  while (at < bytes.length && bytes[at] !== 0x3b) {
    if (bytes[at] === 0x21) at += 2;
    else if (bytes[at] === 0x2c && at + 10 < bytes.length) {
      width = Math.max(width, wide(bytes, at + 1, 2, true) + wide(bytes, at + 5, 2, true));
      height = Math.max(height, wide(bytes, at + 3, 2, true) + wide(bytes, at + 7, 2, true));
      pictures += 1;
      at += 11 + table(bytes[at + 9]!);
    } else break;
    while (at < bytes.length && bytes[at] !== 0) at += bytes[at]! + 1;
    at += 1;
  }
  return pictures === 0 ? null : [width, height];
}

function webp(bytes: Uint8Array): Size | null {
  if (bytes.length < 30) return null;
  switch (ascii(bytes, 12, 16)) {
    case 'VP8X': return [wide(bytes, 24, 3, true) + 1, wide(bytes, 27, 3, true) + 1];
    case 'VP8L': {
      const sides = wide(bytes, 21, 4, true);
      return bytes[20] === 0x2f ? [(sides & 0x3fff) + 1, (Math.floor(sides / 0x4000) & 0x3fff) + 1] : null;
    }
    case 'VP8 ': return wide(bytes, 23, 3, false) === 0x9d012a ? [wide(bytes, 26, 2, true) & 0x3fff, wide(bytes, 28, 2, true) & 0x3fff] : null;
    default: return null;
  }
}

/** The first frame that has a size; the parts before it are passed over by their lengths. */
function jpeg(bytes: Uint8Array): Size | null {
  for (let at = 2; at + 9 < bytes.length;) {
    if (bytes[at] !== 0xff) return null;
    const mark = bytes[at + 1]!;
    if (mark === 0xff) at += 1;
    else if (mark >= 0xc0 && mark <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(mark)) return [wide(bytes, at + 7, 2, false), wide(bytes, at + 5, 2, false)];
    else if (mark === 0x01 || (mark >= 0xd0 && mark <= 0xd7)) at += 2;
    else if (mark === 0xda) return null;
    else at += 2 + Math.max(2, wide(bytes, at + 2, 2, false));
  }
  return null;
}

/** The largest of the sizes its parts have. */
function avif(bytes: Uint8Array): Size | null {
  for (let at = 0, parts = 0; at + 8 <= bytes.length && parts < 64; parts++) {
    const size = wide(bytes, at, 4, false);
    if (ascii(bytes, at + 4, at + 8) === 'meta') return largest(bytes.subarray(at + 8, size === 0 ? bytes.length : at + size));
    if (size < 8) return null;
    at += size;
  }
  return null;
}

function largest(meta: Uint8Array): Size | null {
  let best: Size | null = null;
  for (let at = meta.indexOf(0x69); at >= 0; at = meta.indexOf(0x69, at + 1)) {
    if (ascii(meta, at, at + 4) !== 'ispe' || at + 16 > meta.length) continue;
    const sides: Size = [wide(meta, at + 8, 4, false), wide(meta, at + 12, 4, false)];
    if (best === null || sides[0] * sides[1] > best[0] * best[1]) best = sides;
  }
  return best;
}
