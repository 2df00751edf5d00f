/** The page's half of addresses for files: the service worker is kept awake only while bytes are asked for, and no answer is held for ever. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { heldAddress } from '#view/kit/held-address.ts';

const CONTENT = Uint8Array.from({ length: 3_000 }, (_, at) => at % 251);
const files = { piece: async (_space: string, _id: string, index: number) => (index === 0 ? CONTENT : Promise.reject(new Error('none'))) };
const held = (name: string | null, size = CONTENT.length) => ({ files, space: 's', id: 'f', size, mime: 'video/webm', name });

let awake = 0;
const heard = new EventTarget();
const serviceWorker = { controller: { postMessage: () => void (awake += 1) }, addEventListener: heard.addEventListener.bind(heard) };

beforeEach(() => {
  awake = 0;
  vi.useFakeTimers();
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('navigator', { serviceWorker });
  vi.stubGlobal('document', { baseURI: 'https://app.example/' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The service worker asks who holds the address. */
function ask(url: string) {
  const port = { said: [] as unknown[], closed: false, onmessage: null as ((event: { data: unknown }) => void) | null, postMessage: (message: unknown) => void port.said.push(message), close: () => void (port.closed = true) };
  heard.dispatchEvent(Object.assign(new Event('message'), { data: { type: 'held', token: url.split('/').at(-1) }, ports: [port] }));
  return port;
}
const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

test('an offer that nobody takes up keeps nothing awake and ends', async () => {
  const address = heldAddress(held(null))!;
  const port = ask(address.url);
  expect(port.said).toEqual([{ size: 3_000, mime: 'video/webm', name: null }]);
  await pass(59_000);
  expect([awake, port.closed]).toEqual([0, false]);
  await pass(2_000);
  expect([awake, port.closed, port.said.at(-1)]).toEqual([0, true, null]);
  address.drop();
  expect(ask(address.url).said).toEqual([null]);
});

test('while bytes are asked for the worker is kept awake; an answer of which no more is asked ends, one that is played after a minute, one that is saved after ten', async () => {
  for (const [name, idle] of [[null, 60_000], ['a.bin', 600_000]] as const) {
    const port = ask(heldAddress(held(name))!.url);
    for (let at = 0; at < 5; at++) {
      port.onmessage!({ data: [at * 100, 3_000] });
      await pass(50_000);
    }
    expect(port.said).toHaveLength(6);
    expect([awake, port.closed]).toEqual([25, false]);
    await pass(idle - 50_000 + 1);
    expect([port.closed, port.said.at(-1)]).toEqual([true, null]);
    awake = 0;
    await pass(100_000);
    expect(awake).toBe(0);
  }
});

test('the last byte, a piece that is not here any more and a word of the worker end it, each once', async () => {
  const done = vi.fn();
  const [whole, cut, left] = [ask(heldAddress(held(null), done)!.url), ask(heldAddress(held(null, 3_000_000))!.url), ask(heldAddress(held(null))!.url)];
  whole.onmessage!({ data: [1_000, 3_000] });
  left.onmessage!({ data: [0, 10] });
  cut.onmessage!({ data: [2_000_000, 3_000_000] });
  await pass(0);
  expect([done.mock.calls.length, (whole.said[1] as Uint8Array).length, (left.said[1] as Uint8Array).length]).toEqual([1, 2_000, 10]);
  expect([cut.closed, cut.said.slice(1)]).toEqual([true, [null]]);
  for (const port of [whole, left, cut]) port.onmessage!({ data: null });
  expect([whole.closed, left.closed]).toEqual([true, true]);
  await pass(100_000);
  expect(awake).toBe(0);
  expect([whole, left, cut].map(({ said }) => said.length)).toEqual([2, 2, 2]);
});

test('who jumps to another place of what is still coming, or leaves, waits for the old one no longer; what is saved waits on', async () => {
  const waits: { index: number; signal: AbortSignal | undefined }[] = [];
  const coming = { piece: (_space: string, _id: string, index: number, signal?: AbortSignal) => new Promise<Uint8Array>((_came, fail) => {
    waits.push({ index, signal });
    signal?.addEventListener('abort', () => fail(new Error('cancelled')));
  }) };
  const size = 5 * 1_048_576;
  const address = heldAddress({ ...held(null, size), files: coming })!;
  const first = ask(address.url);
  first.onmessage!({ data: [0, size] });
  const second = ask(address.url);
  second.onmessage!({ data: [3 * 1_048_576, size] });
  await pass(0);
  expect(waits.map(({ index, signal }) => [index, signal?.aborted])).toEqual([[0, false], [3, false]]);
  // The worker says that the first is not read any more; nothing is said of it in turn.
  first.onmessage!({ data: null });
  await pass(0);
  expect(waits.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
  expect([first.said.length, first.closed, second.closed]).toEqual([1, true, false]);
  // The player is gone.
  address.drop();
  await pass(0);
  expect([waits[1]!.signal!.aborted, second.said.at(-1), second.closed]).toEqual([true, null, true]);
  const saved = heldAddress({ ...held('a.bin', size), files: coming })!;
  ask(saved.url).onmessage!({ data: [0, size] });
  saved.drop();
  await pass(0);
  expect(waits[2]).toEqual({ index: 0, signal: undefined });
  await pass(100_000);
  awake = 0;
});
