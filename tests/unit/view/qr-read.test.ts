/** QR codes as this app draws them, read back: from their modules with damage, and out of pictures that are turned, tilted, uneven and noisy. */
import { describe, expect, test } from 'vitest';
import qrcode from 'qrcode-generator';
import { readModules } from '#view/kit/qr-read.ts';
import { readPicture, type Picture } from '#view/kit/qr-find.ts';

/** Numbers 0 ≤ x < 1 that follow from the seed. */
function chance(seed: number): () => number {
  let x = seed | 1;
  return () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) / 0x1_0000_0000;
  };
}

const textOf = (length: number, next: () => number): string => `https://graph.example.org/#/meet/${Array.from({ length }, () => 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'[Math.floor(next() * 64)]).join('')}`;

function draw(text: string): { size: number; dark: (x: number, y: number) => boolean } {
  const code = qrcode(0, 'L');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  return { size, dark: (x, y) => x >= 0 && y >= 0 && x < size && y < size && code.isDark(y, x) };
}

interface Shot {
  readonly width?: number;
  readonly height?: number;
  readonly module: number;
  readonly turn: number;
  /** How far its upper edge leans back, as a camera sees it from two and a half times its width. */
  readonly tilt?: number;
  readonly noise?: number;
  /** Light at the right edge, of that at the left. */
  readonly shade?: number;
}

/** A picture of the code as a camera takes it: each pixel the mean of four looks. */
function shoot(text: string, { width = 640, height = 480, module, turn, tilt = 0, noise = 0, shade = 1 }: Shot, next: () => number): Picture {
  const { size, dark } = draw(text);
  const light = new Uint8Array(width * height);
  const [sin, cos] = [Math.sin(turn), Math.cos(turn)];
  const far = 2.5 * size * module;
  const [lean, upright] = [Math.sin(tilt), Math.cos(tilt)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const [ox, oy] of [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]] as const) {
        const [dx, dy] = [x + ox - width / 2, y + oy - height / 2];
        const [rx, ry] = [dx * cos + dy * sin, dy * cos - dx * sin];
        const py = (ry * far) / (far * upright - ry * lean);
        const px = (rx * (far + py * lean)) / far;
        sum += dark(Math.floor(px / module + size / 2), Math.floor(py / module + size / 2)) ? 30 : 220;
      }
      light[y * width + x] = Math.max(0, Math.min(255, (sum / 4) * (1 - (1 - shade) * (x / width)) + (next() - 0.5) * 2 * noise));
    }
  }
  return { width, height, light };
}

describe('{K17} QR codes read', () => {
  test('every size of code that this app draws comes back, with as much damage as its level mends', () => {
    const next = chance(5);
    for (const length of [1, 20, 60, 100, 180, 250, 330, 420, 600, 900, 1_300]) {
      const text = textOf(length, next);
      const { size, dark } = draw(text);
      expect(readModules(size, dark), `${length}`).toBe(text);
      // A spot of damage in the data; the format and the finders stay.
      const at = { x: Math.floor(size * 0.55), y: Math.floor(size * 0.6) };
      expect(readModules(size, (x, y) => ((x - at.x) ** 2 + (y - at.y) ** 2 < 6 ? !dark(x, y) : dark(x, y))), `${length}, damaged`).toBe(text);
      expect(readModules(size, (x, y) => (x > size / 2 && y > size / 2 ? next() < 0.5 : dark(x, y))), `${length}, destroyed`).toBeNull();
    }
    const high = qrcode(0, 'H');
    high.addData('another level');
    high.make();
    expect(readModules(high.getModuleCount(), (x, y) => high.isDark(y, x))).toBeNull();
    expect(readModules(24, () => false)).toBeNull();
  });

  test.each<[string, number, Shot]>([
    ['straight', 185, { module: 6, turn: 0 }], ['small', 185, { module: 3.2, turn: 0.03 }], ['turned a little', 185, { module: 5.5, turn: 0.2 }], ['turned by a quarter', 185, { module: 6, turn: Math.PI / 2 }], ['upside down', 185, { module: 6, turn: Math.PI + 0.1 }],
    ['askew', 185, { module: 4.6, turn: Math.PI / 4 }], ['tilted', 185, { module: 6, turn: 0.05, tilt: 0.3 }], ['noise and shade', 185, { module: 6, turn: 0.1, tilt: 0.2, noise: 35, shade: 0.45 }], ['a large code', 430, { width: 960, height: 720, module: 7, turn: 0.08, tilt: 0.15, noise: 15 }], ['a short one', 20, { module: 9, turn: -0.3, noise: 20 }],
  ])('out of a picture: %s', (_what, length, shot) => {
    const next = chance(length + 77);
    const text = textOf(length, next);
    expect(readPicture(shoot(text, shot, next))).toBe(text);
  });

  test('nothing is read where nothing is: an empty picture, noise, stripes, half a code', () => {
    const next = chance(9);
    const plain = (light: (x: number, y: number) => number): Picture => ({ width: 320, height: 240, light: Uint8Array.from({ length: 320 * 240 }, (_, i) => light(i % 320, Math.floor(i / 320))) });
    expect(readPicture(plain(() => 200))).toBeNull();
    expect(readPicture(plain(() => next() * 255))).toBeNull();
    expect(readPicture(plain((x) => (x % 12 < 6 ? 20 : 230)))).toBeNull();
    const whole = shoot(textOf(60, next), { module: 6, turn: 0 }, next);
    expect(readPicture(whole)).not.toBeNull();
    expect(readPicture({ ...whole, light: whole.light.map((one, i) => (i % 640 > 330 ? 200 : one)) })).toBeNull();
  });
});
