/** PDF by pdf.js: the texts of each page with their places, and the addresses of its links. Its own worker parses; nothing is drawn, no script of a file runs, nothing is fetched. */
import tablesUrl from 'virtual:pdf-tables';
import { getDocument, PasswordResponses, PDFWorker, type PDFDocumentProxy } from 'pdfjs-dist';
// eslint-disable-next-line import/default -- Vite gives the address of the file
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import type { Bytes } from '#base/bytes';
import { readPack } from '#base/pack';
import { checkStreams, countPictures } from '#adapters/files/pdf-streams';
import { FileFault } from '#adapters/files/unpack';

/** A piece of text as the file sets it; places in points from the lower left corner. */
export interface PdfItem {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size: number;
  /** The line ends behind it. */
  readonly end: boolean;
}

export interface PdfPage {
  readonly number: number;
  readonly items: readonly PdfItem[];
  readonly links: readonly { readonly url: string; readonly box: readonly number[] }[];
  /** pdf.js cannot read it: the others come in all the same. */
  readonly unread: boolean;
}

export interface PdfOptions {
  readonly password: string | undefined;
  /** Pages, and bytes one stream may unpack to. */
  readonly pages: number;
  readonly unpacked: number;
  onPage(page: PdfPage, pages: number): void;
}

/** Tables of characters that files in Chinese, Japanese and Korean name instead of holding them; their file is fetched from this origin when a PDF first names one. */
class Tables {
  #pack: Promise<ReadonlyMap<string, Bytes>> | null = null;

  async fetch({ filename }: { filename: string }): Promise<Uint8Array> {
    const table = (await (this.#pack ??= readTables())).get(filename);
    if (table === undefined) throw new Error(`no table ${filename}`);
    // pdf.js gives the bytes away.
    return table.slice();
  }
}

async function readTables(): Promise<ReadonlyMap<string, Bytes>> {
  const response = await fetch(tablesUrl);
  const pack = response.ok ? readPack(new Uint8Array(await response.arrayBuffer())) : null;
  if (pack === null) throw new Error(`tables of characters: ${response.status}`);
  return pack;
}

/** Entries of the contents that are read, and how deep. */
const ENTRIES = 1_000;
const DEEP = 6;

export interface PdfEntry {
  readonly title: string;
  readonly depth: number;
  readonly page: number;
}

/** What the file lists as its contents, with the page each leads to; what leads nowhere is left out. */
async function contentsOf(document: PDFDocumentProxy): Promise<PdfEntry[]> {
  type Node = { readonly title: string; readonly dest: string | unknown[] | null; readonly items: readonly Node[] };
  const out: PdfEntry[] = [];
  // The first last: what is deeper comes before what follows.
  const open: (readonly [Node, number])[] = ((await document.getOutline()) as Node[] | null ?? []).map((node) => [node, 1] as const).reverse();
  for (let seen = 0; open.length > 0 && seen < ENTRIES; seen++) {
    const [node, depth] = open.pop()!;
    if (depth < DEEP) open.push(...node.items.slice(0, ENTRIES).map((one) => [one, depth + 1] as const).reverse());
    try {
      const dest = typeof node.dest === 'string' ? await document.getDestination(node.dest) : node.dest;
      const [at] = dest ?? [];
      const page = typeof at === 'number' ? at : at ? await document.getPageIndex(at as Parameters<PDFDocumentProxy['getPageIndex']>[0]) : -1;
      if (page >= 0 && typeof node.title === 'string') out.push({ title: node.title.slice(0, 400), depth, page: page + 1 });
    } catch {
      // It leads nowhere.
    }
  }
  return out;
}

/** Reads all pages in order; gives the title the file names, how many pictures it holds, and what it lists as its contents. */
export async function readPdf(bytes: Uint8Array<ArrayBuffer>, { password, pages, unpacked, onPage }: PdfOptions): Promise<{ title: string; pictures: number; contents: readonly PdfEntry[] }> {
  await checkStreams(bytes, unpacked);
  const pictures = countPictures(bytes);
  const port = new Worker(workerUrl, { type: 'module', name: 'pdf' });
  const worker = PDFWorker.create({ port });
  const task = getDocument({
    data: bytes, worker, verbosity: 0, useWasm: false, useSystemFonts: false, disableFontFace: true, enableXfa: false, isOffscreenCanvasSupported: false, isImageDecoderSupported: false,
    disableWorkerRendering: true, useWorkerFetch: false, cMapUrl: 'tables/', cMapPacked: true, BinaryDataFactory: Tables, ...(password === undefined ? {} : { password }),
  });
  let taken = true;
  try {
    const document = await task.promise;
    if (document.numPages > pages) throw new FileFault('too-many-pages', document.numPages);
    for (let number = 1; number <= document.numPages; number++) {
      const page = await readPage(document, number).catch((error: unknown) => unreadPage(number, error));
      taken = false;
      onPage(page, document.numPages);
      taken = true;
    }
    const { info } = await document.getMetadata().catch(() => ({ info: {} }));
    const title = (info as { Title?: unknown }).Title;
    return { title: typeof title === 'string' ? title : '', pictures, contents: await contentsOf(document).catch(() => []) };
  } catch (error) {
    // What whoever takes the pages says is no fault of the reader.
    throw taken ? faultOf(error) : error;
  } finally {
    port.terminate();
  }
}

function faultOf(error: unknown): FileFault {
  if (error instanceof FileFault) return error;
  const { name, code, message } = error as { name?: string; code?: number; message?: string };
  if (name === 'PasswordException') return new FileFault(code === PasswordResponses.INCORRECT_PASSWORD ? 'wrong-password' : 'locked');
  return new FileFault('damaged', message ?? String(error));
}

/** A broken page; a file that asks for a password is none. */
function unreadPage(number: number, error: unknown): PdfPage {
  if ((error as { name?: string }).name === 'PasswordException') throw error;
  return { number, items: [], links: [], unread: true };
}

async function readPage(document: PDFDocumentProxy, number: number): Promise<PdfPage> {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent();
  const notes = (await page.getAnnotations().catch(() => [])) as { subtype?: string; url?: string; rect?: number[] }[];
  page.cleanup();
  return {
    number,
    unread: false,
    items: items.flatMap((item): PdfItem[] => {
      if (!('str' in item)) return [];
      const [a, b, c, d, x, y] = item.transform as [number, number, number, number, number, number];
      return [{ text: item.str, x, y, width: item.width, size: Math.hypot(c, d) || Math.hypot(a, b), end: item.hasEOL }];
    }),
    links: notes.flatMap(({ subtype, url, rect }) => (subtype === 'Link' && typeof url === 'string' && Array.isArray(rect) ? [{ url, box: rect }] : [])),
  };
}
