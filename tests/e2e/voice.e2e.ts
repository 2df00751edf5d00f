/** What stands in messages beside words: a PDF by its first page, voice messages: recorded from a device that is made up by the browser, heard in another one; a microphone that is refused is said. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { closeAll, composer, inviteTo, join, newSpace, person } from './support/acts.ts';
import { LONG_MS } from './support/documents.ts';
import { pdfFile } from './support/files.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const bar = (page: Page) => page.locator('.composer .voice-bar');
const heard = (page: Page) => page.locator('.messages .voice-bar');
const begin = (page: Page): Promise<void> => page.getByRole('button', { name: 'Record a voice message' }).first().click();
/** Is sound on its way through a microphone of the page? */
const listens = (page: Page): Promise<boolean> => page.evaluate(() => (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks.some(({ readyState }) => readyState === 'live'));

/** Keeps every track the page is given, so that a test sees whether it was let go. */
const KEEP_TRACKS = (): void => {
  const tracks: MediaStreamTrack[] = [];
  Object.assign(globalThis, { tracks });
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    tracks.push(...stream.getTracks());
    return stream;
  };
};

test('a voice message is recorded with its level in sight, given up without a trace, sent, and heard elsewhere; a refused microphone is said', { timeout: 300_000 }, async () => {
  const anna = await person({ name: 'Anna', url: server.url, flags: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'], before: KEEP_TRACKS });
  const space = await newSpace(anna);
  const boris = await person({ name: 'Boris', url: server.url, flags: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream=deny', '--autoplay-policy=no-user-gesture-required'] });
  await join(boris, await inviteTo(anna, space));
  const [a, b] = [anna.page, boris.page];
  for (const page of [a, b]) {
    page.setDefaultTimeout(LONG_MS);
    await page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
    await composer(page).waitFor();
  }
  // Given up: nothing is sent, no file stays, the microphone is let go.
  await begin(a);
  await bar(a).and(a.locator('[data-at=recording]')).waitFor();
  await a.waitForFunction(() => Number(document.querySelector('.voice-level')?.getAttribute('aria-valuenow')) > 1, undefined, { timeout: LONG_MS });
  expect(await listens(a)).toBe(true);
  await bar(a).getByRole('button', { name: 'Cancel' }).click();
  await bar(a).waitFor({ state: 'detached' });
  await expect.poll(() => listens(a), { timeout: LONG_MS }).toBe(false);
  expect(await a.evaluate(async (id) => (await window.lifegraph.graph(id).query({ type: 'file@1' })).length, space)).toBe(0);

  await begin(a);
  await a.waitForFunction(() => document.querySelectorAll('.voice-level rect').length >= 40, undefined, { timeout: LONG_MS });
  await bar(a).getByRole('button', { name: 'Send' }).click();
  for (const page of [a, b]) await heard(page).waitFor();
  await expect.poll(() => listens(a), { timeout: LONG_MS }).toBe(false);
  // What its sender measured is in the message: the beeps of the device are no flat line.
  const props = await b.evaluate(async (id) => {
    const { voiceMs, voiceWave } = (await window.lifegraph.graph(id).query({ type: 'chat/message@1' }))[0]!.props;
    return { ms: voiceMs as number, wave: [...(voiceWave as Uint8Array)] };
  }, space);
  expect(props.ms).toBeGreaterThan(1_500);
  expect(Math.max(...props.wave)).toBe(255);
  expect(Math.min(...props.wave)).toBeLessThan(128);
  expect(await heard(b).locator('rect').count()).toBe(props.wave.length);
  await heard(b).getByRole('button', { name: /^Play voice message/ }).click();
  await b.waitForFunction(() => (document.querySelector('.voice-bar audio') as HTMLAudioElement).currentTime > 0.3, undefined, { timeout: LONG_MS });
  await heard(b).and(b.locator('[data-playing=false]')).waitFor();

  // Sent, and its place left before the recorder gave the last of it: it is sent all the same.
  await begin(a);
  await bar(a).and(a.locator('[data-at=recording]')).waitFor();
  await a.evaluate(() => {
    const { stop } = MediaRecorder.prototype;
    Object.defineProperty(MediaRecorder.prototype, 'stop', { value(this: MediaRecorder) { Object.assign(globalThis, { give: () => stop.call(this) }); } });
  });
  await bar(a).getByRole('button', { name: 'Send' }).click();
  await a.evaluate((id) => void (location.hash = `#/${id}/hub`), space);
  await bar(a).waitFor({ state: 'detached' });
  await a.evaluate(() => (globalThis as unknown as { give(): void }).give());
  await b.waitForFunction(() => document.querySelectorAll('.messages .voice-bar').length === 2, undefined, { timeout: LONG_MS });
  await expect.poll(() => listens(a), { timeout: LONG_MS }).toBe(false);
  await a.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  await composer(a).waitFor();

  await begin(b);
  await bar(b).getByRole('alert').getByText('The microphone was refused.').waitFor();
  await bar(b).getByRole('button', { name: 'Close' }).click();
  await bar(b).waitFor({ state: 'detached' });

  // A PDF by its first page, drawn from its bytes; one with a script and one that is none beside it.
  const asked: string[] = [];
  for (const { context } of [anna, boris]) context.on('request', (request) => !request.url().startsWith(server.url) && !request.url().startsWith('blob:') && asked.push(request.url()));
  const pages = pdfFile([[['Readings of the lid', 40]], [['second', 20]]]);
  const scripted = Buffer.from(pages.toString('latin1').replace('/Type/Catalog', '/Type/Catalog/OpenAction<</S/JavaScript/JS(app.launchURL\\("https://x.example/"\\); app.alert\\(1\\))>>'), 'latin1');
  const chosen = a.waitForEvent('filechooser');
  await a.getByRole('button', { name: 'Attach files' }).first().click();
  await (await chosen).setFiles([['readings.pdf', pages], ['scripted.pdf', scripted], ['none.pdf', Buffer.from('<script>window.ran = 1</script>')]].map(([name, buffer]) => ({ name: name as string, mimeType: 'application/pdf', buffer: buffer as Buffer })));
  await a.locator('.foot [data-file]').nth(2).waitFor();
  await composer(a).focus();
  await a.keyboard.press('Enter');
  for (const page of [a, b]) {
    await page.getByRole('img', { name: 'readings.pdf, the first of 2 pages' }).waitFor({ timeout: 2 * LONG_MS });
    await page.getByRole('img', { name: 'scripted.pdf, the first of 2 pages' }).waitFor({ timeout: 2 * LONG_MS });
    // Words are drawn: there is dark among the light.
    expect(await page.getByRole('img', { name: /^readings.pdf/ }).evaluate((image: HTMLImageElement) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: image.naturalWidth, height: image.naturalHeight });
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const dark = data.reduce((sum, value, at) => sum + (at % 4 === 0 && value < 100 ? 1 : 0), 0);
      return [image.naturalHeight, dark > 100, dark < data.length / 40];
    })).toEqual([640, true, true]);
    expect(await page.locator('.message-files img').count()).toBe(2);
    expect(await page.evaluate(() => 'ran' in window)).toBe(false);
  }
  expect(asked).toEqual([]);
  for (const peer of [anna, boris]) await peer.expectClean();
});
