import { expect, test } from 'vitest';
import { giveHeld, heldToken, partOf, type HeldPage } from '#boot/held-answers';

const TOKEN = 'a'.repeat(32);
const CONTENT = Uint8Array.from({ length: 5_000 }, (_, at) => at % 251);

/** A page that holds one file and gives at most 1,000 bytes at a time. */
function pageWith(offer: unknown, token = TOKEN) {
  const asked: unknown[] = [];
  const page: HeldPage = {
    postMessage(message, transfer) {
      const port = transfer[0] as MessagePort;
      if ((message as { token: string }).token !== token) return port.postMessage(null);
      port.onmessage = ({ data }: MessageEvent<[number, number] | null>) => {
        asked.push(data);
        if (data === null) return port.close();
        port.postMessage(CONTENT.slice(data[0], Math.min(data[1], data[0] + 1_000)));
      };
      port.postMessage(offer);
    },
  };
  return { page, asked };
}

const FILM = { size: 5_000, mime: 'video/webm', name: null };
const bytesOf = async (answer: Response): Promise<number[]> => [...new Uint8Array(await answer.arrayBuffer())];

test('a file is answered in the pieces in which the page gives it, whole or the part that was asked for', async () => {
  const { page, asked } = pageWith(FILM);
  const whole = await giveHeld(TOKEN, null, [pageWith(FILM, 'b'.repeat(32)).page, page]);
  expect([whole.status, whole.headers.get('content-type'), whole.headers.get('content-length'), whole.headers.get('content-disposition')]).toEqual([200, 'video/webm', '5000', null]);
  expect(await bytesOf(whole)).toEqual([...CONTENT]);
  await expect.poll(() => asked).toEqual([[0, 5_000], [1_000, 5_000], [2_000, 5_000], [3_000, 5_000], [4_000, 5_000], null]);
  const part = await giveHeld(TOKEN, 'bytes=4500-4599', [page]);
  expect([part.status, part.headers.get('content-range'), part.headers.get('content-length')]).toEqual([206, 'bytes 4500-4599/5000', '100']);
  expect(await bytesOf(part)).toEqual([...CONTENT.slice(4_500, 4_600)]);
  // Whoever takes no more of it asks the page for no more.
  const other = pageWith(FILM);
  const left = await giveHeld(TOKEN, 'bytes=0-', [other.page]);
  const reader = left.body!.getReader();
  await reader.read();
  await reader.cancel();
  await expect.poll(() => other.asked).toEqual([[0, 5_000], null]);
});

test('nobody holds it, a part that is not there, a page that lies about it: nothing is made up', async () => {
  expect((await giveHeld(TOKEN, null, [])).status).toBe(404);
  expect((await giveHeld(TOKEN, null, [pageWith(FILM, 'b'.repeat(32)).page])).status).toBe(404);
  for (const offer of ['x', { ...FILM, size: -1 }, { ...FILM, size: '5' }, { ...FILM, name: 7 }, { size: 5 }]) expect((await giveHeld(TOKEN, null, [pageWith(offer).page])).status).toBe(404);
  const outside = await giveHeld(TOKEN, 'bytes=5000-', [pageWith(FILM).page]);
  expect([outside.status, outside.headers.get('content-range')]).toEqual([416, 'bytes */5000']);
  const longer = await giveHeld(TOKEN, null, [pageWith({ ...FILM, size: 6_000 }).page]);
  await expect(longer.arrayBuffer()).rejects.toThrow();
});

test('a page of ours never becomes a page of the file: only sound and film have a type, all else is saved, and nothing in it runs', async () => {
  for (const mime of ['text/html', 'image/svg+xml', 'video/mp4; codecs=x', 'application/pdf']) {
    const answer = await giveHeld(TOKEN, null, [pageWith({ ...FILM, mime }).page]);
    expect([answer.headers.get('content-type'), answer.headers.get('content-disposition')]).toEqual(['application/octet-stream', "attachment; filename*=UTF-8''file"]);
    await answer.body?.cancel();
  }
  const saved = await giveHeld(TOKEN, null, [pageWith({ ...FILM, name: `a"b\r\nX: 1;'(ü).mp4` }).page]);
  expect(saved.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a%22b%0D%0AX%3A%201%3B%27%28%C3%BC%29.mp4");
  expect([saved.headers.get('content-type'), saved.headers.get('x-content-type-options'), saved.headers.get('content-security-policy')]).toEqual(['application/octet-stream', 'nosniff', "default-src 'none'; media-src 'self'; sandbox"]);
  await saved.body?.cancel();
});

test('a link that is followed leaves the page where it is when there is nothing to save', async () => {
  const status = async (range: string | null, pages: HeldPage[], navigates?: boolean): Promise<number> => (await giveHeld(TOKEN, range, pages, navigates)).status;
  expect([await status(null, []), await status(null, [], true)]).toEqual([404, 204]);
  expect([await status('bytes=5000-', [pageWith(FILM).page]), await status('bytes=5000-', [pageWith(FILM).page], true)]).toEqual([416, 204]);
  const found = await giveHeld(TOKEN, null, [pageWith({ ...FILM, name: 'a' }).page], true);
  expect(found.status).toBe(200);
  await found.body?.cancel();
});

test('every page hears when no more is taken: a part that is not there, an offer behind the first, a file it does not hold', async () => {
  const { page, asked } = pageWith(FILM);
  await giveHeld(TOKEN, 'bytes=5000-', [page]);
  await expect.poll(() => asked).toEqual([null]);
  const later = pageWith(FILM);
  const told: unknown[] = [];
  const slow: HeldPage = { postMessage: (message, transfer) => void setTimeout(() => later.page.postMessage(message, transfer), 50) };
  const other: HeldPage = {
    postMessage(_message, transfer) {
      const port = transfer[0] as MessagePort;
      port.onmessage = ({ data }) => told.push(data);
      port.postMessage(null);
    },
  };
  const first = pageWith(FILM);
  const answer = await giveHeld(TOKEN, null, [other, first.page, slow]);
  await expect.poll(() => later.asked).toEqual([null]);
  await expect.poll(() => told).toEqual([null]);
  expect(await bytesOf(answer)).toEqual([...CONTENT]);
});

test('a page that let go while nothing was asked is not waited for', async () => {
  let port: MessagePort | null = null;
  const page: HeldPage = {
    postMessage(_message, transfer) {
      port = transfer[0] as MessagePort;
      port.onmessage = ({ data }: MessageEvent<[number, number] | null>) => data && port!.postMessage(CONTENT.slice(data[0], data[0] + 1_000));
      port.postMessage(FILM);
    },
  };
  const reader = (await giveHeld(TOKEN, null, [page])).body!.getReader();
  await reader.read();
  port!.postMessage(null);
  // Messages of one port come in their order.
  await new Promise((next) => setImmediate(() => setImmediate(next)));
  await expect(reader.read()).rejects.toThrow(TypeError);
});

test('addresses and ranges', () => {
  expect(['held/', `held/${TOKEN}`, `held/${TOKEN}/x`, `x/held/${TOKEN}`, 'held/short', `held/${'a'.repeat(44)}`].map(heldToken)).toEqual([null, TOKEN, null, null, null, null]);
  expect(['bytes=0-', 'bytes=10-19', 'bytes=-10', 'bytes=90-200', 'bytes=-', 'bytes=100-', 'bytes=20-10', 'bytes=1-2,5-6', 'items=0-1'].map((range) => partOf(range, 100))).toEqual([[0, 100], [10, 20], [90, 100], [90, 100], null, null, null, null, null]);
  expect(partOf(null, 0)).toEqual([0, 0]);
});
