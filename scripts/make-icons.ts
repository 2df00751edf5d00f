/**
 * Draws the app icons into public/: one table of shapes → icon.svg and PNG files (own rasteriser and PNG encoder, so that no image
 * library is needed). Run: `npx tsx scripts/make-icons.ts`. The picture: three people (nodes) joined to each other.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32Of } from './lib/crc32.ts';
import { deflateSync } from 'node:zlib';

type Rgb = readonly [number, number, number];
const BACK: Rgb = [16, 20, 24];
const LINE: Rgb = [92, 200, 180];
const NODES: readonly { readonly x: number; readonly y: number; readonly r: number; readonly color: Rgb }[] = [
  { x: 256, y: 148, r: 54, color: [235, 245, 243] },
  { x: 146, y: 340, r: 54, color: [92, 200, 180] },
  { x: 366, y: 340, r: 54, color: [246, 178, 92] },
];
const WIDTH = 22;
const CORNER = 112;

const hex = (c: Rgb): string => `#${c.map((v) => v.toString(16).padStart(2, '0')).join('')}`;

function svg(): string {
  const [a, b, c] = NODES;
  const path = `M${a!.x} ${a!.y}L${b!.x} ${b!.y}L${c!.x} ${c!.y}Z`;
  const dots = NODES.map((n) => `<circle cx="${n.x}" cy="${n.y}" r="${n.r}" fill="${hex(n.color)}"/>`).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512"><rect width="512" height="512" rx="${CORNER}" fill="${hex(BACK)}"/>` +
    `<path d="${path}" fill="none" stroke="${hex(LINE)}" stroke-width="${WIDTH}" stroke-linejoin="round"/>${dots}</svg>\n`
  );
}

/** Distance of a point to the segment between two nodes. */
function toSegment(x: number, y: number, from: (typeof NODES)[number], to: (typeof NODES)[number]): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const t = Math.max(0, Math.min(1, ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - from.x - t * dx, y - from.y - t * dy);
}

/** Colour at a point of the 512 canvas; null outside the rounded square. */
function colorAt(x: number, y: number, full: boolean): Rgb | null {
  if (!full) {
    const cx = Math.max(CORNER, Math.min(512 - CORNER, x));
    const cy = Math.max(CORNER, Math.min(512 - CORNER, y));
    if (Math.hypot(x - cx, y - cy) > CORNER) return null;
  }
  for (const n of NODES) if (Math.hypot(x - n.x, y - n.y) <= n.r) return n.color;
  for (let i = 0; i < 3; i++) if (toSegment(x, y, NODES[i]!, NODES[(i + 1) % 3]!) <= WIDTH / 2) return LINE;
  return BACK;
}

/** RGBA rows with 4 × 4 samples per pixel; full = square without rounded corners, drawing shrunk into the safe zone. */
function raster(size: number, full: boolean): Buffer {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  const scale = 512 / size;
  const shrink = full ? 1.2 : 1;
  for (let py = 0; py < size; py++) {
    for (let px = 0; px < size; px++) {
      const sum = [0, 0, 0, 0];
      for (let s = 0; s < 16; s++) {
        const x = 256 + ((px + ((s & 3) + 0.5) / 4) * scale - 256) * shrink;
        const y = 256 + ((py + ((s >> 2) + 0.5) / 4) * scale - 256) * shrink;
        const color = colorAt(x, y, full);
        if (color === null) continue;
        for (let k = 0; k < 3; k++) sum[k]! += color[k]!;
        sum[3]! += 1;
      }
      const at = py * (size * 4 + 1) + 1 + px * 4;
      for (let k = 0; k < 3; k++) rows[at + k] = sum[3] === 0 ? 0 : Math.round(sum[k]! / sum[3]!);
      rows[at + 3] = Math.round((sum[3]! / 16) * 255);
    }
  }
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(data.length);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32Of(body));
  return Buffer.concat([head, body, tail]);
}

function png(size: number, full: boolean): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const image = deflateSync(raster(size, full), { level: 9 });
  return Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', image), chunk('IEND', Buffer.alloc(0))]);
}

const out = join(import.meta.dirname, '..', 'public');
writeFileSync(join(out, 'icon.svg'), svg());
writeFileSync(join(out, 'icon-192.png'), png(192, false));
writeFileSync(join(out, 'icon-512.png'), png(512, false));
writeFileSync(join(out, 'icon-maskable-512.png'), png(512, true));
writeFileSync(join(out, 'apple-touch-icon.png'), png(180, true));
