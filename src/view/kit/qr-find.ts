/** Finds a QR code in a picture and reads it: three finder patterns, the alignment pattern at the fourth corner, perspective. Pure; a picture of a camera takes some milliseconds. */
import { readModules } from '#view/kit/qr-read.ts';

/** One byte for each pixel, 0 black. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly light: Uint8Array;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Finder extends Point {
  readonly module: number;
  readonly seen: number;
}

/** Is the pixel dark? False outside. */
type Dark = (x: number, y: number) => boolean;

/** Finders that are looked at: a picture full of stripes has many. */
const MOST_FINDERS = 12;

/** The text of the code in the picture; null when there is none that can be read. */
export function readPicture(picture: Picture): string | null {
  const dark = binarize(picture);
  const finders = findFinders(dark, picture).sort((a, b) => b.seen - a.seen).slice(0, MOST_FINDERS);
  for (const [a, b, c] of triples(finders)) {
    const text = readAt(dark, a, b, c);
    if (text !== null) return text;
  }
  return null;
}

/** Darker than what is around it: light falls unevenly on screens and paper. */
function binarize({ width, height, light }: Picture): Dark {
  const sums = new Float64Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += light[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  const reach = Math.max(8, Math.floor(Math.max(width, height) / 12));
  const bits = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const [top, bottom] = [Math.max(0, y - reach), Math.min(height, y + reach + 1)];
    for (let x = 0; x < width; x++) {
      const [left, right] = [Math.max(0, x - reach), Math.min(width, x + reach + 1)];
      const sum = sums[bottom * (width + 1) + right]! - sums[top * (width + 1) + right]! - sums[bottom * (width + 1) + left]! + sums[top * (width + 1) + left]!;
      bits[y * width + x] = light[y * width + x]! * (bottom - top) * (right - left) < sum * 0.92 ? 1 : 0;
    }
  }
  return (x, y) => x >= 0 && y >= 0 && x < width && y < height && bits[y * width + x] === 1;
}

/** Are the runs dark, light, dark, light, dark as 1 : 1 : 3 : 1 : 1? The width of a module, or null. */
function moduleOf(runs: readonly number[]): number | null {
  const module = runs.reduce((sum, one) => sum + one, 0) / 7;
  const fits = module >= 1 && runs.every((run, i) => Math.abs(run - module * (i === 2 ? 3 : 1)) < Math.max(1.1, module * (i === 2 ? 1.2 : 0.65)));
  return fits ? module : null;
}

/** The runs through a dark pixel along a direction, and how far the middle of the whole is from it. */
function across(dark: Dark, x: number, y: number, dx: number, dy: number, limit: number): { runs: number[]; middle: number } | null {
  const runs = [0, 0, 1, 0, 0];
  let reach = 0;
  for (const sign of [-1, 1]) {
    let step = 1;
    for (const [place, colour] of [[2, true], [2 + sign, false], [2 + 2 * sign, true]] as const) {
      const from = step;
      while (step - from <= limit && dark(x + sign * dx * step, y + sign * dy * step) === colour) step += 1;
      if (step - from > limit || (place !== 2 && step === from)) return null;
      runs[place]! += step - from;
    }
    reach += sign * (step - 1);
  }
  return { runs, middle: reach / 2 };
}

function findFinders(dark: Dark, { width, height }: Picture): Finder[] {
  const found: Finder[] = [];
  const limit = Math.ceil(width / 6);
  for (let y = 0; y < height; y++) {
    let runs = [0, 0, 0, 0, 0];
    let colour = false;
    for (let x = 0; x <= width; x++) {
      const here = dark(x, y);
      if (here === colour) {
        runs[4]! += 1;
        continue;
      }
      if (colour && moduleOf(runs) !== null) note(dark, found, Math.round(x - runs[4]! - runs[3]! - runs[2]! / 2), y, limit);
      runs = [...runs.slice(1), 1];
      colour = here;
    }
  }
  return found;
}

/** A finder by its row is one by its column and again by its row. */
function note(dark: Dark, found: Finder[], x: number, y: number, limit: number): void {
  if (!dark(x, y)) return;
  const column = across(dark, x, y, 0, 1, limit);
  if (column === null || moduleOf(column.runs) === null) return;
  const cy = Math.round(y + column.middle);
  const row = dark(x, cy) ? across(dark, x, cy, 1, 0, limit) : null;
  const module = row && moduleOf(row.runs);
  if (row === null || module === null) return;
  const at = { x: x + row.middle, y: y + column.middle };
  const near = found.findIndex((one) => Math.hypot(one.x - at.x, one.y - at.y) < 3 * module);
  if (near < 0) return void found.push({ ...at, module, seen: 1 });
  const { seen, ...old } = found[near]!;
  const mix = (a: number, b: number): number => (a * seen + b) / (seen + 1);
  found[near] = { x: mix(old.x, at.x), y: mix(old.y, at.y), module: mix(old.module, module), seen: seen + 1 };
}

/** Top left, top right, bottom left of each likely code, the best first. */
function triples(finders: readonly Finder[]): [Finder, Finder, Finder][] {
  const out: { score: number; at: [Finder, Finder, Finder] }[] = [];
  for (let i = 0; i < finders.length; i++) {
    for (let j = 0; j < finders.length; j++) {
      for (let k = 0; k < finders.length; k++) {
        if (i === j || j === k || i === k) continue;
        const [a, b, c] = [finders[i]!, finders[j]!, finders[k]!];
        // Each three once, the one at the right angle first, and not mirrored.
        if ((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) <= 0) continue;
        const [ab, ac, bc] = [Math.hypot(b.x - a.x, b.y - a.y), Math.hypot(c.x - a.x, c.y - a.y), Math.hypot(c.x - b.x, c.y - b.y)];
        const sizes = [a.module, b.module, c.module];
        const score = Math.abs(ab - ac) / Math.max(ab, ac) + Math.abs(bc * bc - ab * ab - ac * ac) / (bc * bc) + (Math.max(...sizes) / Math.min(...sizes) - 1);
        if (score < 1.2 && ab > 10 * Math.min(...sizes)) out.push({ score, at: [a, b, c] });
      }
    }
  }
  return out.sort((a, b) => a.score - b.score).slice(0, 6).map(({ at }) => at);
}

/** Half of a finder on the way to another point: to the end of its outer ring, three and a half modules. */
function ringEnd(dark: Dark, from: Point, to: Point, sign: number): number {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const [dx, dy] = [(sign * (to.x - from.x)) / length, (sign * (to.y - from.y)) / length];
  let colour = true;
  let changes = 0;
  for (let step = 0; step < length; step += 0.5) {
    if (dark(Math.round(from.x + dx * step), Math.round(from.y + dy * step)) === colour) continue;
    colour = !colour;
    if (++changes === 3) return step;
  }
  return 0;
}

function readAt(dark: Dark, a: Finder, b: Finder, c: Finder): string | null {
  const spans = ([[a, b], [b, a], [a, c], [c, a]] as const).map(([from, to]) => (ringEnd(dark, from, to, 1) + ringEnd(dark, from, to, -1)) / 7);
  const module = spans.reduce((sum, one) => sum + one, 0) / spans.length;
  if (module < 1) return null;
  const sides = (Math.hypot(b.x - a.x, b.y - a.y) + Math.hypot(c.x - a.x, c.y - a.y)) / 2 / module + 7;
  const near = Math.round((sides - 17) / 4) * 4 + 17;
  for (const size of [near, near - 4, near + 4]) {
    const text = size < 21 ? null : readSize(dark, a, b, c, size);
    if (text !== null) return text;
  }
  return null;
}

function readSize(dark: Dark, a: Point, b: Point, c: Point, size: number): string | null {
  const across = size - 7;
  const [u, v] = [{ x: (b.x - a.x) / across, y: (b.y - a.y) / across }, { x: (c.x - a.x) / across, y: (c.y - a.y) / across }];
  const plain = { x: b.x + c.x - a.x, y: b.y + c.y - a.y };
  const found = size > 21 ? findAlignment(dark, { x: plain.x - 3 * (u.x + v.x), y: plain.y - 3 * (u.y + v.y) }, u, v) : null;
  const fourth = found ? size - 6.5 : size - 3.5;
  const map = perspective([[3.5, 3.5], [size - 3.5, 3.5], [fourth, fourth], [3.5, size - 3.5]], [a, b, found ?? plain, c]);
  return readModules(size, (x, y) => {
    const at = map(x + 0.5, y + 0.5);
    return dark(Math.round(at.x), Math.round(at.y));
  });
}

/** Where a dark ring around a light one around a dark module fits best, near the place it should be. */
function findAlignment(dark: Dark, near: Point, u: Point, v: Point): Point | null {
  const step = Math.max(0.5, Math.hypot(u.x, u.y) / 4);
  const reach = Math.ceil((6 * Math.hypot(u.x, u.y)) / step);
  let best = { fits: 22, x: 0, y: 0, count: 0 };
  for (let i = -reach; i <= reach; i++) {
    for (let j = -reach; j <= reach; j++) {
      const [x, y] = [near.x + i * step, near.y + j * step];
      let fits = 0;
      for (let p = -2; p <= 2; p++) for (let q = -2; q <= 2; q++) if (dark(Math.round(x + p * u.x + q * v.x), Math.round(y + p * u.y + q * v.y)) === (Math.max(Math.abs(p), Math.abs(q)) !== 1)) fits += 1;
      if (fits > best.fits) best = { fits, x, y, count: 1 };
      else if (fits === best.fits && best.count > 0 && Math.hypot(best.x / best.count - x, best.y / best.count - y) < 4 * step) best = { fits, x: best.x + x, y: best.y + y, count: best.count + 1 };
    }
  }
  return best.count === 0 ? null : { x: best.x / best.count, y: best.y / best.count };
}

type Quad = readonly [Point, Point, Point, Point];

/** The projective map that takes four places of the code to four of the picture (Gauss on eight unknowns). */
function perspective(from: readonly (readonly [number, number])[], to: Quad): (x: number, y: number) => Point {
  const rows = from.flatMap(([x, y], i) => {
    const at = to[i]!;
    return [[x, y, 1, 0, 0, 0, -x * at.x, -y * at.x, at.x], [0, 0, 0, x, y, 1, -x * at.y, -y * at.y, at.y]];
  });
  for (let col = 0; col < 8; col++) {
    const pivot = rows.slice(col).reduce((best, row, i) => (Math.abs(row[col]!) > Math.abs(rows[best]![col]!) ? col + i : best), col);
    [rows[col], rows[pivot]] = [rows[pivot]!, rows[col]!];
    for (let row = 0; row < 8; row++) {
      if (row === col) continue;
      const factor = rows[row]![col]! / rows[col]![col]!;
      for (let k = col; k < 9; k++) rows[row]![k]! -= factor * rows[col]![k]!;
    }
  }
  const [a, b, c, d, e, f, g, h] = rows.map((row, i) => row[8]! / row[i]!) as [number, number, number, number, number, number, number, number];
  return (x, y) => {
    const w = g * x + h * y + 1;
    return { x: (a * x + b * y + c) / w, y: (d * x + e * y + f) / w };
  };
}
