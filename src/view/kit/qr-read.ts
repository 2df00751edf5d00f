/** From the modules of a QR code to its text: the codes this app draws (src/view/kit/qr.tsx: level L, bytes), after ISO/IEC 18004. Pure. */

/** Of level L, by version from 1: correction bytes of a block, and blocks. */
const CHECK = [7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30];
const BLOCKS = [1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25];
const LEVEL_L = 1;

/** Is the module at column x, row y dark? */
export type Modules = (x: number, y: number) => boolean;

/** The text; null when it is no code of ours, or more of it is damaged than can be mended. */
export function readModules(size: number, dark: Modules): string | null {
  const version = (size - 17) / 4;
  if (!Number.isInteger(version) || version < 1 || version > 40) return null;
  const mask = maskOf(size, dark);
  const raw = mask === null ? null : codewords(size, version, dark, MASKS[mask]!);
  const data = raw && mended(raw, CHECK[version - 1]!, BLOCKS[version - 1]!);
  return data && textOf(data, version);
}

const MASKS: readonly ((x: number, y: number) => number)[] = [
  (x, y) => (x + y) % 2, (_x, y) => y % 2, (x) => x % 3, (x, y) => (x + y) % 3, (x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2,
  (x, y) => ((x * y) % 2) + ((x * y) % 3), (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2, (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2,
];

/** The mask, of both copies of the format the one that is read better; null for another level, or too many faults. */
function maskOf(size: number, dark: Modules): number | null {
  const places: [(i: number) => [number, number], (i: number) => [number, number]] = [
    (i) => (i < 6 ? [8, i] : i === 6 ? [8, 7] : i === 7 ? [8, 8] : i === 8 ? [7, 8] : [14 - i, 8]),
    (i) => (i < 8 ? [size - 1 - i, 8] : [8, size - 15 + i]),
  ];
  let best = { faults: 4, data: -1 };
  for (const place of places) {
    let bits = 0;
    for (let i = 0; i < 15; i++) if (dark(...place(i))) bits |= 1 << i;
    for (let data = 0; data < 32; data++) {
      const faults = ones(bits ^ formatBits(data));
      if (faults < best.faults) best = { faults, data };
    }
  }
  return best.data >= 0 && best.data >> 3 === LEVEL_L ? best.data & 7 : null;
}

function formatBits(data: number): number {
  let rest = data;
  for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >> 9) * 0x537);
  return ((data << 10) | rest) ^ 0x5412;
}

function ones(bits: number): number {
  let count = 0;
  for (let left = bits; left !== 0; left &= left - 1) count += 1;
  return count;
}

/** Rows and columns of the alignment patterns. */
export function alignments(version: number): number[] {
  if (version === 1) return [];
  const count = Math.floor(version / 7) + 2;
  const step = Math.floor((version * 8 + count * 3 + 5) / (count * 4 - 4)) * 2;
  const out = [6];
  for (let at = version * 4 + 10; out.length < count; at -= step) out.splice(1, 0, at);
  return out;
}

/** Does the module belong to a pattern that carries no data? */
function isPattern(size: number, version: number): Modules {
  const centers = alignments(version);
  const last = centers.length - 1;
  const spots: [number, number][] = [];
  centers.forEach((x, i) => centers.forEach((y, j) => {
    if (!((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0))) spots.push([x, y]);
  }));
  return (x, y) => {
    if (x === 6 || y === 6 || (x < 9 && y < 9) || (x >= size - 8 && y < 9) || (x < 9 && y >= size - 8)) return true;
    if (version >= 7 && ((x >= size - 11 && y < 6) || (y >= size - 11 && x < 6))) return true;
    return spots.some(([cx, cy]) => Math.abs(x - cx) <= 2 && Math.abs(y - cy) <= 2);
  };
}

/** All bytes in the order they lie in the code. */
function codewords(size: number, version: number, dark: Modules, mask: (x: number, y: number) => number): Uint8Array {
  const pattern = isPattern(size, version);
  const bytes: number[] = [];
  let byte = 0;
  let bits = 0;
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5;
    for (let step = 0; step < size; step++) {
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
        if (pattern(x, y)) continue;
        byte = (byte << 1) | (dark(x, y) !== (mask(x, y) === 0) ? 1 : 0);
        if (++bits % 8 !== 0) continue;
        bytes.push(byte);
        byte = 0;
      }
    }
  }
  return Uint8Array.from(bytes);
}

/** The data of all blocks, put right; null when one cannot be. */
function mended(raw: Uint8Array, check: number, count: number): Uint8Array | null {
  const short = Math.floor(raw.length / count);
  const shorts = count - (raw.length % count);
  const blocks: number[][] = Array.from({ length: count }, () => []);
  let at = 0;
  for (let i = 0; i <= short; i++) for (let j = 0; j < count; j++) if (i !== short - check || j >= shorts) blocks[j]!.push(raw[at++]!);
  const out: number[] = [];
  for (const block of blocks) {
    const right = corrected(Uint8Array.from(block), check);
    if (right === null) return null;
    out.push(...right.subarray(0, block.length - check));
  }
  return Uint8Array.from(out);
}

const EXP = new Uint8Array(512);
const LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i++, x = (x << 1) ^ (x & 128 ? 0x11d : 0)) {
  EXP[i] = EXP[i + 255] = x;
  LOG[x] = i;
}
const times = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : EXP[LOG[a]! + LOG[b]!]!);
const over = (a: number, b: number): number => (a === 0 ? 0 : EXP[LOG[a]! + 255 - LOG[b]!]!);
/** Value of a polynomial, lowest power first. */
const valueAt = (poly: readonly number[], x: number): number => poly.reduceRight((sum, one) => times(sum, x) ^ one, 0);

function syndromes(block: Uint8Array, check: number): number[] {
  return Array.from({ length: check }, (_, i) => block.reduce((sum, byte) => times(sum, EXP[i]!) ^ byte, 0));
}

/** A block of Reed and Solomon put right: Berlekamp and Massey, Chien, Forney. */
function corrected(block: Uint8Array, check: number): Uint8Array | null {
  const sums = syndromes(block, check);
  if (sums.every((one) => one === 0)) return block;
  let locator = [1];
  let before = [1];
  let [faults, shift, scale] = [0, 1, 1];
  for (let n = 0; n < check; n++) {
    let gap = sums[n]!;
    for (let i = 1; i <= faults; i++) gap ^= times(locator[i] ?? 0, sums[n - i]!);
    if (gap === 0) {
      shift += 1;
      continue;
    }
    const factor = over(gap, scale);
    const next = Array.from({ length: Math.max(locator.length, before.length + shift) }, (_, i) => (locator[i] ?? 0) ^ times(factor, before[i - shift] ?? 0));
    if (2 * faults <= n) [before, faults, scale, shift] = [locator, n + 1 - faults, gap, 1];
    else shift += 1;
    locator = next;
  }
  if (2 * faults > check) return null;
  const omega = Array.from({ length: check }, (_, i) => locator.reduce((sum, one, j) => (j <= i ? sum ^ times(one, sums[i - j]!) : sum), 0));
  const slope = locator.map((_, i) => (i % 2 === 0 ? (locator[i + 1] ?? 0) : 0));
  const out = block.slice();
  for (let power = 0; power < block.length; power++) {
    const inverse = EXP[(255 - (power % 255)) % 255]!;
    if (valueAt(locator, inverse) !== 0) continue;
    out[block.length - 1 - power]! ^= times(EXP[power]!, over(valueAt(omega, inverse), valueAt(slope, inverse)));
  }
  return syndromes(out, check).every((one) => one === 0) ? out : null;
}

const BYTES = 4;

/** The first segment, where it is one of bytes. */
function textOf(data: Uint8Array, version: number): string | null {
  const long = version > 9;
  if (data[0]! >> 4 !== BYTES) return null;
  const nibble = (at: number): number => (at % 2 === 0 ? data[at >> 1]! >> 4 : data[at >> 1]! & 15);
  const number = (at: number, count: number): number => Array.from({ length: count }, (_, i) => nibble(at + i)).reduce((sum, one) => sum * 16 + one, 0);
  const length = number(1, long ? 4 : 2);
  const from = long ? 5 : 3;
  if (from + 2 * length > 2 * data.length) return null;
  return new TextDecoder().decode(Uint8Array.from({ length }, (_, i) => number(from + 2 * i, 2)));
}
