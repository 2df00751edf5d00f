/** The page's half of addresses for files it holds (the other half: the service worker, src/boot/held-answers.ts): what plays or is saved from them is read piece by piece as it is taken. */
import type { FilesApi } from '#os/files-api';

/** A file to be played (`name` null) or saved. */
export interface Held {
  readonly files: Pick<FilesApi, 'piece'>;
  readonly space: string;
  readonly id: string;
  readonly size: number;
  readonly mime: string;
  readonly name: string | null;
}

const PIECE_BYTES = 1_048_576;
/** A worker that hears nothing is ended by the browser in the middle of an answer, ms. */
const AWAKE_MS = 10_000;
/** Nothing was asked for so long: an answer that is played ended without a word (a player that goes on asks again), one that is saved may have been paused by the person, ms. */
const PLAYED_IDLE_MS = 60_000;
const SAVED_IDLE_MS = 600_000;
const given = new Map<string, { readonly held: Held; readonly onDone: () => void; /** Of what reads from it now. */ readonly reads: Set<AbortController> }>();
let listening = false;
let awakeFor = 0;
let awake = 0;

/** Reads from a place up to the end of the piece it lies in. A piece that is still to come is waited for until `left`. */
export async function readHeld({ files, space, id, size }: Held, from: number, to: number, left?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  const index = Math.floor(from / PIECE_BYTES);
  const piece = await files.piece(space, id, index, left);
  const start = from - index * PIECE_BYTES;
  // A copy: it is given away.
  return piece.slice(start, Math.min(start + Math.min(to, size) - from, PIECE_BYTES)) as Uint8Array<ArrayBuffer>;
}

function stayAwake(change: 1 | -1): void {
  awakeFor += change;
  if (awakeFor > 0 && awake === 0) awake = window.setInterval(() => navigator.serviceWorker.controller?.postMessage({ type: 'awake' }), AWAKE_MS);
  if (awakeFor > 0) return;
  clearInterval(awake);
  awake = 0;
}

function answer(port: MessagePort, token: string): void {
  const one = given.get(token);
  if (!one) return port.postMessage(null);
  const { held, onDone, reads } = one;
  const reading = new AbortController();
  let state: 'offered' | 'read' | 'over' = 'offered';
  let idle = 0;
  const end = (): void => {
    clearTimeout(idle);
    if (state === 'read') stayAwake(-1);
    state = 'over';
    // Who jumps to another place, or leaves, waits for this one no longer.
    reads.delete(reading);
    reading.abort();
    port.close();
  };
  // Nothing is the word for: no more of it.
  const giveUp = (): void => {
    if (state !== 'over') port.postMessage(null);
    end();
  };
  const rest = (): void => {
    clearTimeout(idle);
    idle = window.setTimeout(giveUp, held.name === null ? PLAYED_IDLE_MS : SAVED_IDLE_MS);
  };
  port.onmessage = ({ data }: MessageEvent<readonly [number, number] | null>) => {
    if (state === 'over') return;
    if (data === null) return end();
    if (!given.has(token)) return giveUp();
    if (state === 'offered') stayAwake(1);
    if (held.name === null) reads.add(reading);
    state = 'read';
    clearTimeout(idle);
    readHeld(held, data[0], data[1], held.name === null ? reading.signal : undefined).then((bytes) => {
      if (state === 'over') return;
      const last = data[0] + bytes.length >= held.size;
      port.postMessage(bytes, [bytes.buffer]);
      rest();
      if (last) onDone();
    }, giveUp);
  };
  rest();
  port.postMessage({ size: held.size, mime: held.mime, name: held.name });
}

/** An address for the file until it is dropped, or null where no service worker serves this page. `onDone`: its last byte was read. */
export function heldAddress(held: Held, onDone: () => void = () => undefined): { readonly url: string; drop(): void } | null {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!container?.controller) return null;
  if (!listening) container.addEventListener('message', ({ data, ports }) => {
    const { type, token } = (data ?? {}) as { type?: unknown; token?: unknown };
    if (type === 'held' && typeof token === 'string' && ports[0]) answer(ports[0], token);
  });
  listening = true;
  const token = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const reads = new Set<AbortController>();
  given.set(token, { held, onDone, reads });
  const drop = (): void => {
    given.delete(token);
    for (const read of reads) read.abort();
  };
  return { url: new URL(`held/${token}`, document.baseURI).href, drop };
}
