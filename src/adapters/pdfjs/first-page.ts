/** The first page of a PDF as a picture, drawn in a worker that its caller ends when it takes too long. No script of a file runs, nothing is fetched, its links are not drawn. */
import { AnnotationMode, getDocument, PDFWorker } from 'pdfjs-dist';
// eslint-disable-next-line import/default -- Vite gives the address of the file
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { checkStreams } from '#adapters/files/pdf-streams';

export interface FirstPageLimits {
  /** Bytes one stream may unpack to. */
  readonly unpacked: number;
  /** Pixels of the picture, either way, and of one picture in the page. */
  readonly side: number;
  readonly pixels: number;
}

/** pdf.js draws on canvases of the page; here there is none. */
class Canvases {
  create(width: number, height: number): { canvas: OffscreenCanvas; context: OffscreenCanvasRenderingContext2D } {
    const canvas = new OffscreenCanvas(Math.max(1, width), Math.max(1, height));
    return { canvas, context: canvas.getContext('2d', { willReadFrequently: true })! };
  }

  reset({ canvas }: { canvas: OffscreenCanvas }, width: number, height: number): void {
    Object.assign(canvas, { width, height });
  }

  destroy(held: { canvas: OffscreenCanvas | null; context: unknown }): void {
    if (held.canvas) Object.assign(held.canvas, { width: 0, height: 0 });
    Object.assign(held, { canvas: null, context: null });
  }
}

/** Effects that need a document are left out. */
class Filters {
  addFilter(): string {
    return 'none';
  }

  addHCMFilter(): string {
    return 'none';
  }

  addAlphaFilter(): string {
    return 'none';
  }

  addLuminosityFilter(): string {
    return 'none';
  }

  addKnockoutFilter(): string {
    return 'none';
  }

  addHighlightHCMFilter(): string {
    return 'none';
  }

  destroy(): void {
    // Nothing is held.
  }
}

/** A PNG of the first page, and how many pages there are. Throws for what is no PDF, is locked, or unpacks to more than the limit. */
export async function firstPage(bytes: Uint8Array<ArrayBuffer>, { unpacked, side, pixels }: FirstPageLimits): Promise<{ picture: Blob; pages: number }> {
  await checkStreams(bytes, unpacked);
  const port = new Worker(workerUrl, { type: 'module', name: 'pdf' });
  const task = getDocument({
    data: bytes, worker: PDFWorker.create({ port }), verbosity: 0, useWasm: false, useSystemFonts: false, disableFontFace: true, enableXfa: false, isOffscreenCanvasSupported: false, isImageDecoderSupported: false,
    disableWorkerRendering: true, useWorkerFetch: false, maxImageSize: pixels, canvasMaxAreaInBytes: pixels * 4, CanvasFactory: Canvases, FilterFactory: Filters,
  });
  try {
    const document = await task.promise;
    const page = await document.getPage(1);
    const { width, height } = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: Math.min(4, side / Math.max(1, width, height)) });
    const canvas = new OffscreenCanvas(Math.max(1, Math.round(viewport.width)), Math.max(1, Math.round(viewport.height)));
    const canvasContext = canvas.getContext('2d', { alpha: false }) as unknown as CanvasRenderingContext2D;
    // As for print: it does not wait for frames of a screen.
    await page.render({ canvas: null, canvasContext, viewport, intent: 'print', annotationMode: AnnotationMode.DISABLE }).promise;
    return { picture: await canvas.convertToBlob({ type: 'image/png' }), pages: document.numPages };
  } finally {
    port.terminate();
  }
}
