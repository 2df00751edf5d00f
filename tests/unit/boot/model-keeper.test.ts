/** Models that come from folders, addresses and members: whole and checked, or not at all; and going on where they stopped. On an IndexedDB in memory. */
import 'fake-indexeddb/auto';
import { describe, expect, test, vi } from 'vitest';
import { MODEL_PIECE, openModelStore } from '#adapters/idb/idb-model-store';
import { folderOf, patience } from '#boot/model-address';
import { storeFault, type Store } from '#boot/model-bytes';
import { createKeeper, type Keeper } from '#boot/model-keeper';
import { createModelServer, type FromKeeper } from '#boot/model-server';
import { MODEL_LIMITS } from '#os/model-limits';
import { ModelError, type ModelLoad, type ModelRow } from '#os/models-api';
import { StoreError } from '#ports/record-store';
import { soon } from '#tests/support/soon';

type Files = Record<string, string | Uint8Array<ArrayBuffer>>;
const CONFIG = JSON.stringify({ model_type: 'bert', architectures: ['BertModel'] });
const bytesOf = (content: string | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => (typeof content === 'string' ? new TextEncoder().encode(content) : content);
function noise(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at++) out[at] = at * 31 + seed * (at >> 12);
  return out;
}
const model = (graph: string | Uint8Array<ArrayBuffer> = 'graph'): Files => ({ 'config.json': CONFIG, 'tokenizer.json': '{}', 'onnx/model.onnx': graph });
const folder = (files: Files, name = 'tiny'): { path: string; file: Blob }[] => Object.entries(files).map(([path, content]) => ({ path: `${name}/${path}`, file: new Blob([bytesOf(content)]) }));

/** A server of files; `cut`: it breaks off after so many bytes of a file, `stall`: it says no more after so many; `whole`: it knows no ranges. */
function served(files: Files): { fetch: (url: string, init: RequestInit) => Promise<Response>; asked: string[]; cut: Map<string, number>; stall: number; whole: boolean; files: Files } {
  const host = {
    files, asked: [] as string[], cut: new Map<string, number>(), stall: Infinity, whole: false,
    async fetch(url: string, init: RequestInit): Promise<Response> {
      const path = new URL(url).pathname.replace('/m/', '');
      const range = new Headers(init.headers).get('range');
      host.asked.push(`${init.method ?? 'GET'} ${path}${range ? ` ${range}` : ''}`);
      expect([init.credentials, init.referrerPolicy]).toEqual(['omit', 'no-referrer']);
      const content = host.files[path];
      if (content === undefined) return new Response(null, { status: 404 });
      const all = bytesOf(content);
      if (init.method === 'HEAD') return new Response(null, { headers: { 'content-length': String(all.length) } });
      const from = range && !host.whole ? Number(/^bytes=(\d+)-$/.exec(range)![1]) : 0;
      const end = host.cut.get(path);
      let at = from;
      const body = new ReadableStream<Uint8Array>({
        async pull(to) {
          if (init.signal?.aborted) return to.error(new DOMException('', 'AbortError'));
          if (end !== undefined && at >= end) return to.error(new TypeError('network error'));
          if (at >= host.stall) return new Promise((_, reject) => init.signal!.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))));
          if (at >= all.length) return to.close();
          const next = Math.min(at + 1_000_000, all.length, end ?? Infinity);
          to.enqueue(all.slice(at, next));
          at = next;
        },
      });
      return new Response(body, { status: range && !host.whole ? 206 : 200 });
    },
  };
  return host;
}

let count = 0;
async function opened(host = served({}), change: (store: Store) => Store = (store) => store, database = `lgos-${count++}/models`): Promise<{ keeper: Keeper; store: Store; database: string }> {
  const store = change(await openModelStore<ModelRow, ModelLoad>(database));
  let name = 0;
  return { store, database, keeper: createKeeper({ store, fetch: host.fetch, now: () => 1, newName: () => `n${name++}`, changed: () => undefined, alone: (_key, work) => work(), held: async () => new Set() }) };
}
const faultOf = (done: Promise<unknown>): Promise<string> => done.then(() => 'none', (error: unknown) => (error instanceof ModelError ? error.fault : String(error)));
const ADDRESS = 'https://models.example/m/';

describe('the keeper of models', () => {
  test('[limit MODEL.nameChars] a folder: what is needed is kept, hashed and found again; the same once more is the same; deleted, nothing of it stays', async () => {
    const { keeper, store } = await opened();
    const id = await keeper.addFolder('tiny', folder({ ...model(noise(MODEL_PIECE + 5)), 'README.md': 'no' }));
    const [row] = await keeper.rows();
    expect([row!.id, row!.name, row!.files.map(({ path }) => path), row!.files[2]!.size, row!.spec.dtype]).toEqual([id, 'tiny', ['config.json', 'tokenizer.json', 'onnx/model.onnx'], MODEL_PIECE + 5, 'fp32']);
    expect(await keeper.addFolder('again', folder(model(noise(MODEL_PIECE + 5)), 'other'))).toBe(id);
    expect(await keeper.rows()).toHaveLength(1);
    expect(await store.sweep(), 'nothing lies about').toBe(0);
    const { blobs } = (await store.row(id))!;
    expect(await store.piece(blobs[2]!, 1)).toHaveLength(5);
    const named = await keeper.addFolder(`<b>${'я'.repeat(MODEL_LIMITS.nameChars)}`, folder(model('other')));
    expect((await keeper.rows()).find((one) => one.id === named)!.name).toMatch(new RegExp(`^b я{${MODEL_LIMITS.nameChars - 2}}$`, 'u'));
    await keeper.remove(named);
    await keeper.remove(id);
    expect([await keeper.rows(), await store.piece(blobs[2]!, 0)]).toEqual([[], null]);
    expect([await faultOf(keeper.addFolder('x', folder({ 'a.txt': 'a' }))), await faultOf(keeper.addFolder('x', folder({ ...model(), 'config.json': '{' })))]).toEqual(['no-config', 'damaged']);
    expect(await keeper.loads()).toEqual([]);
  });

  test('an address: what stopped goes on behind the pieces that are here, and the hash is that of the folder; what the server gives again is compared', async () => {
    const graph = noise(3 * MODEL_PIECE + 100);
    const host = served(model(graph));
    const { keeper } = await opened(host);
    host.cut.set('onnx/model.onnx', 2 * MODEL_PIECE + 50);
    expect(await faultOf(keeper.addAddress(ADDRESS, null))).toBe('network');
    const [load] = await keeper.loads();
    expect([load!.state, load!.fault]).toEqual(['failed', 'network']);
    host.cut.clear();
    host.asked.length = 0;
    const id = await keeper.resume(load!.key);
    expect(host.asked, 'from one piece before').toEqual([`GET onnx/model.onnx bytes=${MODEL_PIECE}-`]);
    expect(id).toBe(await (await opened()).keeper.addFolder('same', folder(model(graph))));
    expect(await keeper.loads()).toEqual([]);
  });

  test('the file changed while it came: told, nothing is kept of the mixture; a server without ranges gives the whole again', async () => {
    const host = served(model(noise(2 * MODEL_PIECE)));
    const { keeper } = await opened(host);
    host.cut.set('onnx/model.onnx', MODEL_PIECE + 50);
    await faultOf(keeper.addAddress(ADDRESS, null));
    host.cut.clear();
    const [load] = await keeper.loads();
    host.files = model(noise(2 * MODEL_PIECE, 7));
    expect(await faultOf(keeper.resume(load!.key))).toBe('changed');
    expect(await keeper.rows()).toEqual([]);
    host.files = model(noise(2 * MODEL_PIECE));
    host.whole = true;
    expect(await keeper.resume(load!.key)).toBe(await (await opened()).keeper.addFolder('same', folder(model(noise(2 * MODEL_PIECE)))));
  });

  test('the content is pinned: an address that gives another one later is refused, and so is what has not the hash that was asked for', async () => {
    const host = served(model('one'));
    const { keeper, store } = await opened(host);
    const id = await keeper.addAddress(ADDRESS, null);
    await keeper.remove(id);
    host.files = model('two');
    expect(await faultOf(keeper.addAddress(ADDRESS, null))).toBe('hash');
    expect(await keeper.rows()).toEqual([]);
    host.files = model('one');
    expect(await keeper.addAddress(ADDRESS, id)).toBe(id);
    expect(await faultOf(keeper.addAddress('https://models.example/m/', 'another'))).toBe('hash');
    expect(await store.pin(ADDRESS)).toBe(id);
  });

  test('the hash a person typed is asked for also by the page that goes on with it', async () => {
    const host = served(model(noise(2 * MODEL_PIECE)));
    const { keeper, database } = await opened(host);
    host.cut.set('onnx/model.onnx', MODEL_PIECE + 50);
    expect(await faultOf(keeper.addAddress(ADDRESS, 'x'.repeat(43)))).toBe('network');
    host.cut.clear();
    const { keeper: anew } = await opened(host, (store) => store, database);
    const [load] = await anew.loads();
    expect(await faultOf(anew.resume(load!.key))).toBe('hash');
    expect(await anew.rows()).toEqual([]);
  });

  test('what stopped on its way out of a space whose name is an address does not go on from there: nothing is asked of it, and the next page throws it away, but not what another tab works at', async () => {
    const host = served(model('evil'));
    const { keeper, store, database } = await opened(host);
    const part = { path: 'config.json', blob: 'b', got: 0, size: 5, hash: null };
    const load = (key: string, kind: 'space' | 'folder' | 'address', text = ADDRESS): Promise<void> => store.putLoad({ key, name: key, source: { kind, text }, state: 'coming', done: 0, of: 5, fault: null, detail: '', expected: null }, [{ ...part, blob: key }]);
    await Promise.all([load('space', 'space'), load('folder', 'folder'), load('held', 'space'), load('odd', 'address', `${ADDRESS}?x`), load('address', 'address')]);
    for (const key of ['space', 'folder', 'odd', 'none']) expect(await faultOf(keeper.resume(key)), key).toBe('not-found');
    expect([host.asked, await keeper.rows()]).toEqual([[], []]);
    await store.put('space', 0, Uint8Array.of(1));
    vi.stubGlobal('BroadcastChannel', class {});
    vi.stubGlobal('navigator', { locks: { query: async () => ({ held: [{ name: `${database}/held` }] }) } });
    const said = await new Promise<FromKeeper>((resolve) => {
      const heard = createModelServer(resolve);
      heard({ begin: database });
      heard({ no: 1, call: ['loads'] });
    });
    vi.unstubAllGlobals();
    expect((said as { value: ModelLoad[] }).value.map(({ key }) => key).sort()).toEqual(['address', 'held', 'odd']);
    expect(await store.piece('space', 0)).toBeNull();
    expect(await faultOf(keeper.resume('address')), 'what can go on is asked for').toBe('changed');
  });

  test('bytes that begin to come in another tab while this one sweeps are not swept away', async () => {
    const { store, database } = await opened();
    const { store: other } = await opened(served({}), (same) => same, database);
    await store.put('lost', 0, Uint8Array.of(1));
    const sweeping = store.sweep();
    const load: ModelLoad = { key: 'k', name: 'k', source: { kind: 'folder', text: 'k' }, state: 'coming', done: 0, of: 1, fault: null, detail: '', expected: null };
    await Promise.all([other.putLoad(load, [{ path: 'config.json', blob: 'b', got: 0, size: 1, hash: null }]), other.put('b', 0, Uint8Array.of(1))]);
    expect([await sweeping, await store.piece('lost', 0), await store.piece('b', 0)]).toEqual([1, null, Uint8Array.of(1)]);
  });

  test('stopped by the person, it stays where it is; thrown away, its bytes go', async () => {
    const host = served(model(noise(2 * MODEL_PIECE)));
    const { keeper, store } = await opened(host);
    host.stall = MODEL_PIECE;
    const coming = faultOf(keeper.addAddress(ADDRESS, null));
    await soon(async () => expect((await keeper.loads())[0]?.done).toBeGreaterThan(1_000_000));
    const [{ key }] = (await keeper.loads()) as [ModelLoad];
    keeper.stop(key);
    expect(await coming).toBe('cancelled');
    expect((await keeper.loads())[0]).toMatchObject({ state: 'stopped' });
    await keeper.drop(key);
    expect([await keeper.loads(), await store.sweep()]).toEqual([[], 0]);
  });

  test('a full disk and a store that is gone are told as such; a crash in the middle leaves bytes that are swept away', async () => {
    let full = true;
    const { keeper, store } = await opened(served({}), (real) => ({ ...real, put: (...args) => (full ? Promise.reject(new StoreError('quota', 'full')) : real.put(...args)) }));
    expect(await faultOf(keeper.addFolder('tiny', folder(model())))).toBe('quota');
    full = false;
    expect(await faultOf(keeper.addFolder('tiny', folder(model())))).toBe('none');
    expect([storeFault(new StoreError('closed', '')).fault, storeFault(new DOMException('', 'QuotaExceededError')).fault]).toEqual(['store', 'quota']);
    await store.put('lost', 0, Uint8Array.of(1));
    expect(await store.sweep()).toBe(1);
    expect(await keeper.rows()).toHaveLength(1);
  });

  test('a disk that is full in the middle of an address is told as such though not even that can be written; what came is kept, and with room again it goes on from there', async () => {
    const host = served(model(noise(3 * MODEL_PIECE)));
    let [room, writes] = [1, 0];
    const full = (): boolean => writes > room;
    const { keeper } = await opened(host, (real) => ({ ...real, put: (...args) => (++writes, full() ? Promise.reject(new StoreError('quota', 'full')) : real.put(...args)), putLoad: (...args) => (full() ? Promise.reject(new StoreError('quota', 'full')) : real.putLoad(...args)) }));
    room = 4;
    expect(await faultOf(keeper.addAddress(ADDRESS, null))).toBe('quota');
    const [load] = await keeper.loads();
    expect([load!.state, load!.fault]).toEqual(['failed', 'quota']);
    const before = host.asked.length;
    expect(await faultOf(keeper.resume(load!.key)), 'control: still full').toBe('quota');
    expect((await keeper.loads()).map(({ state, fault }) => [state, fault])).toEqual([['failed', 'quota']]);
    room = Infinity;
    expect(await faultOf(keeper.resume(load!.key))).toBe('none');
    expect(host.asked.slice(before).filter((one) => one.startsWith('GET onnx'))).toEqual([`GET onnx/model.onnx bytes=${MODEL_PIECE}-`]);
    expect([(await keeper.rows()).length, await keeper.loads()]).toEqual([1, []]);
  });

  test('packed and taken out again it is the same model; under another hash, cut, or with a path that leads away it is none', async () => {
    const { keeper } = await opened();
    const id = await keeper.addFolder('tiny', folder(model(noise(MODEL_PIECE + 5))));
    const { blob } = await keeper.pack(id);
    const source = { kind: 'space', text: 'River' } as const;
    const other = (await opened()).keeper;
    expect(await other.addPacked(blob.stream(), id, source)).toBe(id);
    expect(await other.addPacked(blob.stream(), null, source), 'by its own word').toBe(id);
    const fresh = (await opened()).keeper;
    const take = (part: Blob, as: string | null = id): Promise<string> => faultOf(fresh.addPacked(part.stream(), as, source));
    expect(await take(blob, 'x'.repeat(43))).toBe('hash');
    expect([await take(blob.slice(0, blob.size - 1)), await take(blob.slice(0, 30)), await take(new Blob(['nothing of it']))]).toEqual(['damaged', 'damaged', 'damaged']);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    bytes[bytes.length - 1]! ^= 1;
    expect(await take(new Blob([bytes])), 'one bit of the content').toBe('hash');
    expect(await take(new Blob([bytes]), null), 'and it says itself what it must be').toBe('hash');
    const away = new TextDecoder('latin1').decode(await blob.slice(0, 400).arrayBuffer()).replace('onnx/model.onnx', '../../odel.onnx');
    expect(await take(new Blob([Uint8Array.from(away, (letter) => letter.charCodeAt(0)), blob.slice(400)]))).toBe('damaged');
    expect([await fresh.rows(), await fresh.loads()]).toEqual([[], []]);
  });

  test('[limit MODEL.kept] the device is not filled with models without end', async () => {
    const { keeper, store } = await opened();
    const id = await keeper.addFolder('first', folder(model('0')));
    const row = (await store.row(id))!;
    for (let no = 1; no < MODEL_LIMITS.kept; no++) await store.keep({ ...row, id: `${no}` }, [], '');
    expect(await faultOf(keeper.addFolder('one more', folder(model('1'))))).toBe('too-many');
    await keeper.remove('1');
    expect(await faultOf(keeper.addFolder('one more', folder(model('1'))))).toBe('none');
  });
});

describe('addresses of models', () => {
  test('[limit MODEL.addressChars] only https, or this machine; a page of Hugging Face is read as its files; names, passwords and other schemes are refused', () => {
    expect(folderOf('https://huggingface.co/Xenova/all-MiniLM-L6-v2')).toBe('https://huggingface.co/Xenova/all-MiniLM-L6-v2/resolve/main/');
    expect(folderOf('https://huggingface.co/a/b/tree/v2')).toBe('https://huggingface.co/a/b/resolve/v2/');
    expect([folderOf('https://huggingface.co/a/b/config.json'), folderOf('https://huggingface.co/a/b/resolve/v2/config.json')]).toEqual(['https://huggingface.co/a/b/resolve/main/', 'https://huggingface.co/a/b/resolve/v2/']);
    for (const typed of ['https://huggingface.co/a', 'https://huggingface.co/a/b', 'https://huggingface.co/a/b/tree/v2/c', 'https://huggingface.co/a/b/config.json', 'https://host.example/я/config.json', 'https://host.example/config.json/config.json']) expect(folderOf(folderOf(typed)!), typed).toBe(folderOf(typed));
    expect(folderOf(`https://host.example/${'я'.repeat(MODEL_LIMITS.addressChars / 4)}`), 'what it names is too long').toBeNull();
    expect([folderOf('https://host.example/m/config.json?x#y'), folderOf('http://127.0.0.1:8080/m')]).toEqual(['https://host.example/m/', 'http://127.0.0.1:8080/m/']);
    for (const bad of ['', 'm', 'http://host.example/m', 'file:///etc', 'javascript:1', 'data:,a', 'https://a:b@host.example/', `https://host.example/${'a'.repeat(MODEL_LIMITS.addressChars)}`]) expect(folderOf(bad), bad).toBeNull();
  });

  test('[limit MODEL.fetchMs] a server that says nothing is given up, one that goes on is not', () => {
    vi.useFakeTimers();
    const wait = patience(new AbortController().signal, MODEL_LIMITS.fetchMs);
    for (let turn = 0; turn < 3; turn++) {
      vi.advanceTimersByTime(MODEL_LIMITS.fetchMs - 1);
      wait.heard();
    }
    expect(wait.signal.aborted).toBe(false);
    vi.advanceTimersByTime(MODEL_LIMITS.fetchMs);
    expect([wait.signal.aborted, wait.late()]).toEqual([true, true]);
    vi.useRealTimers();
  });
});
