/**
 * Addresses under which a page of this app gives the bytes of a file it holds: `held/<token>`. The service worker answers such a request with what the page reads
 * piece by piece, so that a film plays and a large file is saved without ever being whole in memory or lying open on the disk. It remembers nothing: who holds
 * the token is asked each time, since a browser ends a worker whenever it likes.
 */

/** A page that may be asked. */
export interface HeldPage {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

/** What a page says of a file. */
interface Offer {
  readonly size: number;
  readonly mime: string;
  /** To be saved under; null: to be played. */
  readonly name: string | null;
}

/** The only types that are named; everything else is bytes. */
export const PLAYED = /^(?:audio|video)\/(?:mpeg|mp4|ogg|webm|wav|x-wav|flac|aac)$/;
const TOKEN = /^held\/([A-Za-z0-9_-]{22,43})$/;
/** How long pages have to say that they hold it, and a piece may take, ms. */
const ASK_MS = 5_000;
const PIECE_MS = 30_000;
const NAME_CHARS = 200;

/** The token of such an address, relative to the app; null for any other. */
export const heldToken = (path: string): string | null => TOKEN.exec(path)?.[1] ?? null;

const HEADERS = {
  'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', 'Cross-Origin-Resource-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp',
  // Opened as a page of its own it is nothing but what it is.
  'Content-Security-Policy': "default-src 'none'; media-src 'self'; sandbox", 'Accept-Ranges': 'bytes',
};

/** The answer. `range`: the header of the request; `navigates`: a page would be shown in place of the one that asks, so what is not there is no page (204 leaves it). */
export async function giveHeld(token: string, range: string | null, pages: readonly HeldPage[], navigates = false): Promise<Response> {
  const held = await firstOffer(token, pages);
  if (!held) return new Response(null, { status: navigates ? 204 : 404, headers: HEADERS });
  const { offer, port } = held;
  const part = partOf(range, offer.size);
  if (!part) {
    letGo(port);
    return new Response(null, { status: navigates ? 204 : 416, headers: { ...HEADERS, 'Content-Range': `bytes */${offer.size}` } });
  }
  const [from, to] = part;
  const type: Record<string, string> = offer.name === null && PLAYED.test(offer.mime) ? { 'Content-Type': offer.mime } : { 'Content-Type': 'application/octet-stream', 'Content-Disposition': `attachment; filename*=UTF-8''${encodeName(offer.name ?? 'file')}` };
  return new Response(streamOf(port, from, to), {
    status: range === null ? 200 : 206,
    headers: { ...HEADERS, ...type, 'Content-Length': String(to - from), ...(range === null ? {} : { 'Content-Range': `bytes ${from}-${to - 1}/${offer.size}` }) },
  });
}

/** Bytes from and up to; null when there are none such. */
export function partOf(range: string | null, size: number): readonly [number, number] | null {
  if (range === null) return [0, size];
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range) ?? [];
  if (first === '' && last === '') return null;
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  return from < to ? [from, to] : null;
}

/** RFC 5987: everything but letters and digits in hex; halves of characters are left out. */
const encodeName = (name: string): string => encodeURIComponent([...name.slice(0, NAME_CHARS)].filter((sign) => !/^[\ud800-\udfff]$/.test(sign)).join('')).replace(/['()*!~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

function readOffer(value: unknown): Offer | null {
  const { size, mime, name } = (value ?? {}) as Record<string, unknown>;
  return Number.isSafeInteger(size) && (size as number) >= 0 && typeof mime === 'string' && (name === null || typeof name === 'string') ? { size: size as number, mime, name } : null;
}

/** The page is told that no more is taken. */
function letGo(port: MessagePort): void {
  port.postMessage(null);
  port.close();
}

function firstOffer(token: string, pages: readonly HeldPage[]): Promise<{ offer: Offer; port: MessagePort } | null> {
  return new Promise((done) => {
    let [left, over] = [pages.length, false];
    const end = (held: { offer: Offer; port: MessagePort } | null): void => {
      over = true;
      clearTimeout(late);
      done(held);
    };
    const late = setTimeout(() => end(null), ASK_MS);
    if (left === 0) return end(null);
    for (const page of pages) {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => {
        const offer = readOffer(data);
        left -= 1;
        if (offer && !over) return end({ offer, port: port1 });
        // Not its file, no offer at all, or one that came too late.
        letGo(port1);
        if (left === 0 && !over) end(null);
      };
      page.postMessage({ type: 'held', token }, [port2]);
    }
  });
}

function streamOf(port: MessagePort, from: number, to: number): ReadableStream<Uint8Array> {
  let at = from;
  let gone = false;
  let waits: ((bytes: Uint8Array | null) => void) | null = null;
  port.onmessage = ({ data }) => {
    const bytes = data instanceof Uint8Array && data.length > 0 && data.length <= to - at ? data : null;
    // A page may let go while nothing is asked of it.
    if (waits === null) gone ||= bytes === null;
    waits?.(bytes);
  };
  const next = (): Promise<Uint8Array | null> => new Promise((done) => {
    const end = (bytes: Uint8Array | null): void => {
      clearTimeout(late);
      waits = null;
      done(bytes);
    };
    const late = setTimeout(() => end(null), PIECE_MS);
    waits = end;
    port.postMessage([at, to]);
  });
  return new ReadableStream<Uint8Array>({
    async pull(into) {
      const bytes = at < to && !gone ? await next() : null;
      if (bytes) {
        at += bytes.length;
        into.enqueue(bytes);
      } else if (at < to) into.error(new TypeError('the page does not give it any more'));
      if (at < to && bytes) return;
      letGo(port);
      if (at >= to) into.close();
    },
    cancel: () => letGo(port),
  }, { highWaterMark: 0 });
}
