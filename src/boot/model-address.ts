/** Files of a model at an address that a person typed: which are there, and their bytes, going on where they stopped. */
import { MODEL_PIECE } from '#adapters/idb/idb-model-store';
import { isModelPath, kindOf, PRECISIONS, readConfig, TEXTS, type Listed } from '#os/models/layout';
import { MODEL_LIMITS } from '#os/model-limits';
import { ModelError } from '#os/models-api';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Read twice where a download goes on: what the server gives now must be what it gave before. */
const OVERLAP = MODEL_PIECE;

/** The folder an address names; a page of Hugging Face is read as the folder of its files. Null where it is none that this app asks. What it gives names itself. */
export function folderOf(typed: string): string | null {
  if (typed.length > MODEL_LIMITS.addressChars || !URL.canParse(typed)) return null;
  const url = new URL(typed);
  const near = url.protocol === 'http:' && (url.hostname === '127.0.0.1' || url.hostname === 'localhost');
  if ((url.protocol !== 'https:' && !near) || url.username !== '' || url.password !== '') return null;
  url.hash = '';
  url.search = '';
  if (url.pathname.endsWith('/config.json')) url.pathname = url.pathname.slice(0, -'config.json'.length);
  const page = url.hostname === 'huggingface.co' ? /^\/([^/]+\/[^/]+?)(?:\/(?:tree|resolve)\/([^/]+))?\/?$/.exec(url.pathname) : null;
  if (page) url.pathname = `/${page[1]!}/resolve/${page[2] ?? 'main'}/`;
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url.href.length > MODEL_LIMITS.addressChars ? null : url.href;
}

/** No credentials, no referrer: the server learns the address of this device and which file is asked for, no more. */
const INIT: RequestInit = { credentials: 'omit', referrerPolicy: 'no-referrer', mode: 'cors', cache: 'no-store', redirect: 'follow' };

/** A signal that ends with the given one, and when nothing was heard for too long. */
export function patience(signal: AbortSignal, ms: number): { readonly signal: AbortSignal; heard(): void; end(): void; readonly late: () => boolean } {
  const own = new AbortController();
  let late = false;
  let timer: ReturnType<typeof setTimeout>;
  const pass = (): void => own.abort();
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => ((late = true), own.abort()), ms);
  };
  signal.addEventListener('abort', pass);
  if (signal.aborted) pass();
  heard();
  return { signal: own.signal, heard, late: () => late, end: () => (clearTimeout(timer), signal.removeEventListener('abort', pass)) };
}

/** A small file's text; null when the server does not have it. */
async function text(get: Fetch, url: string, signal: AbortSignal): Promise<{ text: string; size: number } | null> {
  const response = await get(url, { ...INIT, signal });
  if (response.status === 404 || response.status === 403 || response.status === 401) return null;
  if (!response.ok) throw new ModelError('network', String(response.status));
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > MODEL_LIMITS.textBytes) throw new ModelError('too-large', url);
    parts.push(part);
  }
  return { text: await new Blob(parts as BlobPart[]).text(), size };
}

/** Size of a file there; null when the server does not have it, -1 when it does not say. */
async function sizeOf(get: Fetch, url: string, signal: AbortSignal): Promise<number | null> {
  const response = await get(url, { ...INIT, method: 'HEAD', signal });
  if (!response.ok) return null;
  const length = response.headers.get('content-length');
  return length !== null && response.headers.get('content-encoding') === null && /^\d{1,15}$/.test(length) ? Number(length) : -1;
}

/** What the folder holds of what a model of its kind needs: asked file by file, in the order of what suits this machine. */
export async function lookAt(get: Fetch, folder: string, signal: AbortSignal): Promise<{ config: string; files: Listed[] }> {
  const config = await text(get, `${folder}config.json`, signal);
  if (config === null) throw new ModelError('not-found', 'config.json');
  const kind = kindOf(readConfig(config.text));
  const files: Listed[] = [{ path: 'config.json', size: config.size }];
  const add = async (path: string): Promise<boolean> => {
    const size = await sizeOf(get, folder + path, signal);
    if (size !== null && isModelPath(path)) files.push({ path, size });
    return size !== null;
  };
  for (const path of TEXTS.slice(1)) await add(path);
  for (const graphs of kind.graphs) {
    for (const [end] of PRECISIONS) {
      if (!(await add(`onnx/${graphs[0]!}${end}.onnx`))) continue;
      for (const graph of graphs.slice(1)) await add(`onnx/${graph}${end}.onnx`);
      for (const graph of graphs) for (let no = 0; no < MODEL_LIMITS.files && (await add(`onnx/${graph}${end}.onnx_data${no === 0 ? '' : `_${no}`}`)); no++);
      return { config: config.text, files };
    }
  }
  return { config: config.text, files };
}

/** Where a file goes on, and the bytes to compare there. */
export interface Resume {
  readonly kept: number;
  /** The last piece that lies here. */
  readonly last: Uint8Array | null;
}

/**
 * The bytes of a file that are not here yet. One that goes on is asked for from one piece before: are those bytes other ones, the file changed. Yields pieces as they come;
 * `restart` is told when the server gives only the whole.
 */
export async function* bytesOf(get: Fetch, url: string, { kept, last }: Resume, wait: ReturnType<typeof patience>, restart: () => void): AsyncGenerator<Uint8Array> {
  const from = last === null ? 0 : kept - OVERLAP;
  const response = await get(url, { ...INIT, signal: wait.signal, ...(from > 0 || last !== null ? { headers: { Range: `bytes=${from}-` } } : {}) });
  if (response.status === 404) throw new ModelError('not-found', url.split('/').at(-1));
  if (!response.ok || response.body === null) throw new ModelError('network', String(response.status));
  let compare = last;
  if (last !== null && response.status !== 206) {
    compare = null;
    restart();
  }
  let at = 0;
  for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
    wait.heard();
    if (compare === null || at >= compare.length) {
      yield part;
      continue;
    }
    const same = Math.min(part.length, compare.length - at);
    for (let i = 0; i < same; i++) if (part[i] !== compare[at + i]) throw new ModelError('changed', url.split('/').at(-1));
    at += same;
    if (same < part.length) yield part.subarray(same);
  }
  if (compare !== null && at < compare.length) throw new ModelError('changed', url.split('/').at(-1));
}
