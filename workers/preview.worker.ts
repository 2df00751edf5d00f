/** Draws the first page of one file, in a thread of its own that is ended with it. Wiring only. */
import { firstPage } from '#adapters/pdfjs/first-page';
import { installTrustedTypes } from '#boot/trusted-types';
import { IMPORT_LIMITS } from '#domain/shared';

/** Pixels of the picture, either way, and of one picture in the page. */
const SIDE = 640;
const PIXELS = 16_777_216;

// The reader of PDF has a worker of its own, of this origin.
installTrustedTypes();
addEventListener('message', ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => {
  firstPage(data, { unpacked: IMPORT_LIMITS.unpackedBytes, side: SIDE, pixels: PIXELS }).then((made) => postMessage(made), (error: unknown) => postMessage({ fault: String(error) }));
});
