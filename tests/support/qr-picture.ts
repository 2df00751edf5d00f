/** QR codes as pictures: what a camera that stands still before them sees. */
import qrcode from 'qrcode-generator';

export interface QrPicture {
  readonly width: number;
  readonly height: number;
  readonly light: Uint8Array;
}

/** The code of the text in the middle of a picture of 640 × 480, or nothing. */
export function drawn(text: string | null): QrPicture {
  const [width, height] = [640, 480];
  const light = new Uint8Array(width * height).fill(220);
  if (text !== null) {
    const code = qrcode(0, 'L');
    code.addData(text);
    code.make();
    const size = code.getModuleCount();
    const module = Math.min(7, Math.floor((height - 16) / size));
    const [left, top] = [(width - size * module) >> 1, (height - size * module) >> 1];
    for (let y = 0; y < size * module; y++) for (let x = 0; x < size * module; x++) if (code.isDark(Math.floor(y / module), Math.floor(x / module))) light[(top + y) * width + left + x] = 30;
  }
  return { width, height, light };
}

/** Pictures as a film that Chromium plays again and again as its camera (--use-file-for-fake-video-capture). */
export function film(pictures: readonly QrPicture[], perSecond = 10): Buffer {
  const { width, height } = pictures[0]!;
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F${perSecond}:1 Ip A1:1 C420mpeg2\n`), ...pictures.flatMap(({ light }) => [Buffer.from('FRAME\n'), Buffer.from(light), Buffer.alloc((width * height) / 2, 128)])]);
}
