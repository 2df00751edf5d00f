/** Talk between two browsers: threads with their own unread, everything read at once, mentions only, what comes late. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, composer, reads as readsSoon, say, texts, until } from './support/acts.ts';
import { LONG_MS, two } from './support/documents.ts';
import { pngFile } from './support/files.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const reads = (page: Page, text: string): Promise<void> => readsSoon(page, text, LONG_MS);
const message = (page: Page, text: string) => page.locator('.messages .message').filter({ hasText: text });
const inThread = (page: Page, text: string) => page.locator('.thread .message').filter({ hasText: text });
const count = (page: Page, n: number) => page.locator('.rail-sub').getByLabel(`${n} unread`, { exact: true });
const nothingUnread = (page: Page): Promise<unknown> => page.waitForFunction(() => document.querySelectorAll('.rail .rail-count').length === 0, undefined, { timeout: LONG_MS });

/** Answers in the thread of a message, by the screen. */
async function answer(page: Page, about: string, ...words: string[]): Promise<void> {
  if (!(await page.getByRole('textbox', { name: 'Reply in thread' }).isVisible())) {
    await message(page, about).first().hover();
    await message(page, about).first().getByRole('button', { name: 'Open thread' }).click();
  }
  for (const one of words) {
    await page.getByRole('textbox', { name: 'Reply in thread' }).fill(one);
    await page.keyboard.press('Enter');
    await inThread(page, one).waitFor();
  }
}

/** Menu of the channel → item. */
async function menu(page: Page, item: string): Promise<void> {
  await page.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('{C1} a thread has its own unread: it is counted there, leads there, is read there, and all read at once stays read after a reload; an address of a reply opens its thread', async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await say(a, space, 'the box is sealed', 'and the lid is grey');
  for (const page of [a, b]) await reads(page, 'and the lid is grey');
  await answer(b, 'the box is sealed', 'with which gasket?', 'the old one?');
  // In the channel it is a count under the message; the words stand in the thread alone.
  await message(a, 'the box is sealed').getByText('2 new', { exact: true }).waitFor({ timeout: LONG_MS });
  await count(a, 2).waitFor();
  expect(await a.getByText('with which gasket?').count()).toBe(0);
  // The channel being read does not read the thread: its end is in sight all the time, and a word in the channel is read there (control).
  await say(b, space, 'look at the thread');
  await reads(a, 'look at the thread');
  await count(a, 2).waitFor({ timeout: LONG_MS });
  await a.getByRole('button', { name: '2 new in threads' }).click();
  await inThread(a, 'the old one?').waitFor();
  await a.locator('.thread .rule').getByText('2 new').waitFor();
  await nothingUnread(a);
  await a.getByRole('button', { name: 'Close' }).first().click();

  await answer(b, 'the box is sealed', 'the new one holds');
  await count(a, 1).waitFor({ timeout: LONG_MS });
  await menu(a, 'Mark all as read');
  await nothingUnread(a);
  await a.evaluate(() => window.lifegraph.saved());
  await a.reload();
  await composer(a).waitFor({ timeout: LONG_MS });
  await message(a, 'the box is sealed').getByText('3 replies').waitFor({ timeout: LONG_MS });
  await nothingUnread(a);
  await expect.poll(() => message(a, 'the box is sealed').locator('[data-fresh]').count(), { timeout: LONG_MS }).toBe(0);
  // What comes after it counts again (control).
  await answer(b, 'the box is sealed', 'for a year');
  await count(a, 1).waitFor({ timeout: LONG_MS });

  const reply = await a.evaluate(async (id) => (await window.lifegraph.graph(id).query({ type: 'chat/message@1' })).find((one) => one.props['text'] === 'with which gasket?')!.id, space);
  await a.evaluate((m) => (location.hash = `${location.hash.split('?')[0]}?m=${m}`), reply);
  await inThread(a, 'with which gasket?').waitFor({ timeout: LONG_MS });
  await until(a, (id) => (document.activeElement as HTMLElement | null)?.dataset['key'] === id, reply, 'the reply has the focus', LONG_MS);
  for (const peer of [anna, boris]) await peer.expectClean();
});

test('{C1} mentions only: of such a channel what mentions me counts and nothing else, until everything counts again', async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await say(b, space, 'good morning');
  await reads(a, 'good morning');
  await nothingUnread(a);
  await menu(a, 'Mute…');
  await a.getByRole('button', { name: /^Only mentions in #/ }).click();
  await a.evaluate((id) => (location.hash = `#/${id}/settings/me`), space);
  await a.getByRole('list', { name: 'Muted and blocked' }).getByText('Channel: mentions only').waitFor();
  await say(b, space, 'the kettle is on');
  await composer(b).pressSequentially('look here @Ann');
  await b.getByRole('option', { name: /Anna/ }).first().click();
  await b.keyboard.press('Enter');
  await until(a, async (id) => (await window.lifegraph.graph(id).query({ type: 'chat/message@1' })).length === 3, space, 'both are here', LONG_MS);
  await a.locator('.rail').getByLabel('1 unread', { exact: true }).first().waitFor({ timeout: LONG_MS });
  await a.getByRole('button', { name: /^Count everything: #/ }).click();
  await a.locator('.rail').getByLabel('2 unread', { exact: true }).first().waitFor({ timeout: LONG_MS });
  for (const peer of [anna, boris]) await peer.expectClean();
});

test('{C1} what comes late takes its place above, moves nothing that is read, and is unread until it has been in sight', async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await say(a, space, ...Array.from({ length: 20 }, (_, at) => `line ${at}`));
  for (const page of [a, b]) await reads(page, 'line 19');
  // Boris is away, says something, and Anna goes on for more than a screen.
  await b.evaluate(() => window.lifegraph.network.pause());
  await say(b, space, 'said while away');
  await say(a, space, ...Array.from({ length: 40 }, (_, at) => `more ${at}`));
  await reads(a, 'more 39');
  // She reads above the end, further than what stands under her own last words (where they are) takes when it goes.
  await message(a, 'more 20').evaluate((row) => (row.closest('main')!.scrollTop -= 400));
  await a.getByRole('button', { name: 'To the latest' }).waitFor();
  // Where it stands when rows that were scrolled to have been measured: the same for ten frames.
  const place = (): Promise<number> => message(a, 'more 20').evaluate((row) => new Promise<number>((done) => {
    let [last, same] = [NaN, 0];
    const look = (): void => {
      const top = Math.round(row.getBoundingClientRect().top);
      [last, same] = [top, top === last ? same + 1 : 0];
      if (same >= 10) done(top);
      else requestAnimationFrame(look);
    };
    look();
  }));
  const before = await place();
  await b.evaluate(() => window.lifegraph.network.resume());
  await count(a, 1).waitFor({ timeout: 2 * LONG_MS });
  expect(await place()).toBe(before);
  await a.getByRole('button', { name: /^To the latest|new$/ }).first().click();
  // Boris goes on: his new words are read, and still do not make what nobody looked at read.
  await say(b, space, 'back again');
  await reads(a, 'back again');
  // What another tab of his writes is another log, where nothing is late: once that is marked, his other words would have been.
  const marked = (): Promise<number> => a.evaluate(async () => {
    const personal = (await window.lifegraph.spaces.list()).find(({ kind }) => kind === 'personal')!;
    return (await window.lifegraph.graph(personal.id).query({ type: 'read@1' })).reduce((sum, { max }) => sum + Object.keys(max).length, 0);
  });
  const logs = await marked();
  const other = await boris.context.newPage();
  await other.goto(b.url());
  await composer(other).waitFor({ timeout: LONG_MS });
  await say(other, space, 'from the other tab');
  await reads(a, 'from the other tab');
  await expect.poll(marked, { timeout: LONG_MS }).toBeGreaterThan(logs);
  await count(a, 2).waitFor();
  await a.getByRole('button', { name: 'Jump to first unread' }).click();
  await until(a, () => {
    const row = [...document.querySelectorAll('.messages .message')].find((one) => one.textContent?.includes('said while away'));
    const { top, bottom } = row?.getBoundingClientRect() ?? { top: -1, bottom: -1 };
    return top > 0 && bottom < innerHeight;
  }, null, 'it is in sight', LONG_MS);
  await a.getByRole('button', { name: /^To the latest|new$/ }).first().click();
  await nothingUnread(a);
  expect((await texts(a, space)).indexOf('said while away'), 'in its place').toBe(20);
  for (const peer of [anna, boris]) await peer.expectClean();
});

/** Menu of a message → item. */
async function act(page: Page, about: string, item: string): Promise<void> {
  await message(page, about).first().hover();
  await message(page, about).first().getByRole('button', { name: 'More acts' }).click();
  await page.getByRole('menuitem', { name: item, exact: true }).click();
}

test('{C1} Markdown and pins: code, lists and quotes are drawn and nothing in them runs; what one pins the other finds in the panel, shows in the channel and unpins', async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  const hostile = ['look **here**:', '```html', '<img src=x onerror="window.__ran = 1">', '```', '- one @Anna', '- two', '> <script>window.__ran = 1</script>', 'file \u202Egpj.exe', '[a](javascript:window.__ran=1)'].join('\n');
  await say(b, space, hostile);
  await message(a, 'look here').locator('pre code').getByText('<img src=x onerror="window.__ran = 1">').waitFor({ timeout: LONG_MS });
  const row = message(a, 'look here');
  expect(await row.locator('strong').innerText()).toBe('here');
  expect(await row.locator('li').allInnerTexts()).toEqual(['one @Anna', 'two']);
  expect(await row.locator('li .mention').innerText()).toBe('@Anna');
  expect(await row.locator('blockquote').innerText()).toBe('<script>window.__ran = 1</script>');
  expect([await row.locator('.message-text img, .message-text script, .message-text a').count(), await a.evaluate(() => '__ran' in window), (await row.innerText()).includes('\u202E')]).toEqual([0, false, false]);

  await act(a, 'look here', 'Pin');
  await row.getByText('Pinned', { exact: true }).waitFor();
  await b.locator('.messages .message-pinned').waitFor({ timeout: LONG_MS });
  await menu(b, 'Pinned (1)');
  await b.locator('[data-pin]').getByText('look here').waitFor();
  await b.getByRole('button', { name: 'Show in the channel' }).click();
  await until(b, () => document.activeElement?.classList.contains('message') === true, null, 'the message has the focus', LONG_MS);
  // Who jumps into the last screenful is at the end: what comes is read there.
  await say(a, space, 'after the jump');
  await reads(b, 'after the jump');
  await nothingUnread(b);
  await b.getByRole('button', { name: /^To the latest|new$/ }).waitFor({ state: 'detached' });
  await b.locator('[data-pin]').getByRole('button', { name: 'Unpin' }).click();
  await b.getByText('Nothing is pinned').waitFor();
  await a.locator('.message-pinned').waitFor({ state: 'detached', timeout: LONG_MS });
  for (const peer of [anna, boris]) await peer.expectClean();
});

test('{C1} files in messages: a picture that is pasted, a sound and a film that are chosen go with the words, the other sees the one and plays the others; what calls itself a picture and is none is a card; one is taken away before it is sent; a link that is pasted with its title is a card', { timeout: 240_000 }, async () => {
  const { anna, boris } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  const field = composer(a);
  const paste = (name: string, type: string, bytes: readonly number[]): Promise<void> => field.evaluate((box, [called, mime, content]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(content as number[])], called as string, { type: mime as string }));
    box.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
  }, [name, type, bytes] as const);
  const list = a.locator('.composer .message-files');
  // Kept, not still being added.
  const kept = (name: string) => list.locator('li[data-file]').getByText(name, { exact: true });
  await paste('lid.png', 'image/png', [...pngFile(40, 30, [20, 120, 90])]);
  await kept('lid.png').waitFor({ timeout: LONG_MS });
  await paste('plan.png', 'image/png', [...Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="window.__ran=1"/>')]);
  await kept('plan.png').waitFor({ timeout: LONG_MS });
  await paste('not this.txt', 'text/plain', [1, 2, 3]);
  await a.getByRole('button', { name: 'Take away: not this.txt' }).click();
  const chosen = a.waitForEvent('filechooser');
  await a.getByRole('button', { name: 'Attach files' }).click();
  await (await chosen).setFiles({ name: 'hum.wav', mimeType: 'audio/wav', buffer: wavFile() });
  await kept('hum.wav').waitFor({ timeout: LONG_MS });
  // Kept beside the draft: a reload loses none of them.
  await until(a, async (at) => String(await window.lifegraph.local.get(`draft:files:${at}`)).split(' ').length === 3, placeOf(a), 'the three are in the draft', LONG_MS);
  await a.evaluate(() => window.lifegraph.saved());
  await a.reload();
  await kept('hum.wav').waitFor({ timeout: LONG_MS });
  await expect.poll(() => list.locator('li[data-file]').count(), { timeout: LONG_MS }).toBe(3);
  await field.fill('the lid, and how it hums');
  await field.press('Enter');
  await list.waitFor({ state: 'detached' });

  const row = message(b, 'the lid, and how it hums');
  await row.locator('.message-picture img').waitFor({ timeout: LONG_MS });
  expect(await row.locator('.message-picture img').evaluate((img: HTMLImageElement) => img.decode().then(() => [img.naturalWidth, img.naturalHeight, img.src.slice(0, 5)]))).toEqual([40, 30, 'blob:']);
  await expect.poll(() => row.locator('.message-file').allInnerTexts().then((all) => all.map((one) => /[\w ]+\.\w+/.exec(one)?.[0])), { timeout: LONG_MS }).toEqual(['lid.png', 'plan.png', 'hum.wav']);
  expect([await row.locator('img').count(), await b.evaluate(() => '__ran' in window)], 'what is no picture is not drawn').toEqual([1, false]);
  await row.getByRole('button', { name: 'Play: hum.wav' }).click();
  await until(b, () => (document.querySelector('audio')?.duration ?? 0) > 0.4, null, 'the sound is read by the player', LONG_MS);
  // A film that is recorded here: the other sees pictures of it.
  const film = await a.evaluate(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
    const paint = canvas.getContext('2d')!;
    const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: 'video/webm;codecs=vp8' });
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => void parts.push(data);
    const over = new Promise<void>((end) => (recorder.onstop = () => end()));
    recorder.start();
    for (let frame = 0; frame < 20; frame++) {
      paint.fillStyle = `rgb(${frame * 12}, 90, 120)`;
      paint.fillRect(0, 0, 64, 48);
      await new Promise((next) => requestAnimationFrame(next));
    }
    recorder.stop();
    await over;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  const filmed = a.waitForEvent('filechooser');
  await a.getByRole('button', { name: 'Attach files' }).click();
  await (await filmed).setFiles({ name: 'lid.webm', mimeType: 'video/webm', buffer: Buffer.from(film) });
  await kept('lid.webm').waitFor({ timeout: LONG_MS });
  await a.getByRole('button', { name: 'Send', exact: true }).click();
  expect(await b.locator('video').count(), 'nothing plays before it is asked for').toBe(0);
  await b.getByRole('button', { name: 'Play: lid.webm' }).click({ timeout: LONG_MS });
  await until(b, () => {
    const video = document.querySelector('video');
    return video?.videoWidth === 64 && video.videoHeight === 48 && video.getVideoPlaybackQuality().totalVideoFrames > 3;
  }, null, 'pictures of the film are drawn', LONG_MS);
  // A link that is pasted with the title that the browser gave it is a card; neither end asks its address for anything.
  const asked: string[] = [];
  for (const page of [a, b]) page.on('request', (request) => void (request.url().includes('pumps.example') && asked.push(request.url())));
  await field.evaluate((box) => {
    const data = new DataTransfer();
    data.setData('text/plain', 'https://pumps.example/gland');
    data.setData('text/html', '<meta charset="utf-8"><a href="https://pumps.example/gland">Gland packing, and a title so long that it ends before its line does on every screen</a>');
    box.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data }));
  });
  expect(await field.inputValue()).toMatch(/^\[Gland packing, .*\]\(https:\/\/pumps\.example\/gland\)$/);
  await a.keyboard.press('Enter');
  const outside = b.locator('.messages a.outside');
  await outside.waitFor({ timeout: LONG_MS });
  expect([await outside.getAttribute('href'), await outside.getAttribute('rel'), await outside.locator('.outside-host').innerText()]).toEqual(['https://pumps.example/gland', 'noopener noreferrer', 'pumps.example']);
  await b.setViewportSize({ width: 390, height: 844 });
  expect(await b.evaluate(() => document.querySelector('.messages')!.scrollWidth - document.querySelector('.messages')!.clientWidth), 'nothing is wider than its column').toBeLessThanOrEqual(0);
  expect(await outside.evaluate((box) => box.getBoundingClientRect().right - innerWidth), 'nor than the screen').toBeLessThanOrEqual(0);
  await b.setViewportSize({ width: 1280, height: 800 });
  expect(asked).toEqual([]);
  // A message of files alone.
  await paste('alone.png', 'image/png', [...pngFile(8, 8, [0, 0, 0])]);
  await kept('alone.png').waitFor({ timeout: LONG_MS });
  await a.getByRole('button', { name: 'Send', exact: true }).click();
  await b.locator('.message-file').getByText('alone.png').waitFor({ timeout: LONG_MS });
  for (const peer of [anna, boris]) await peer.expectClean();
});

test('{C4} a room of invited people that a space knows of: a member asks to come in and is let in by hand; who has a room open is seen in the list; a call that was held in a channel stands in it', async () => {
  const { anna, boris, space } = await two(server.url);
  const [a, b] = [anna.page, boris.page];
  await a.getByRole('link', { name: 'Messenger' }).click();
  await a.getByRole('button', { name: 'New room or conversation' }).first().click();
  await a.getByLabel('Who is in it').selectOption({ label: 'Invited people only' });
  await a.getByRole('textbox', { name: 'Name of the room' }).fill('Budget');
  await a.getByRole('switch', { name: 'River Watch knows of it' }).click();
  await a.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await a.getByRole('heading', { name: 'Budget', exact: true }).waitFor();
  await a.keyboard.press('Escape');
  await a.getByRole('dialog').waitFor({ state: 'detached' });

  // Boris sees its name and nothing else of it, and asks.
  await b.getByRole('link', { name: 'Messenger' }).click();
  const door = b.getByRole('region', { name: 'Rooms you may ask for' }).getByRole('listitem').filter({ hasText: 'Budget' });
  await door.getByText('River Watch · by Anna').waitFor();
  expect(await b.getByRole('list', { name: 'People and rooms' }).getByText('Budget').count()).toBe(0);
  await door.getByRole('button', { name: 'Ask to come in' }).click();
  await b.getByRole('textbox', { name: 'Why you ask' }).fill('I pay the gaskets');
  await b.keyboard.press('Enter');
  await door.getByText('You asked. Somebody inside lets you in.').waitFor();
  // It is in Anna's Inbox and at the door of the room.
  const room = await a.evaluate(async () => (await window.lifegraph.spaces.list()).find(({ name }) => name === 'Budget')!.id);
  await a.evaluate((id) => (location.hash = `#/${id}/access?tab=requests`), room);
  await a.getByRole('listitem').filter({ hasText: 'I pay the gaskets' }).getByRole('button', { name: 'Let in as member', exact: true }).click();
  // Inside, it is a room like others, and there is nothing left to ask for.
  const rooms = b.getByRole('list', { name: 'People and rooms' });
  await rooms.getByRole('link', { name: /Budget/ }).waitFor({ timeout: 2 * LONG_MS });
  await door.waitFor({ state: 'detached' });
  await a.getByRole('link', { name: 'Messenger' }).click();
  await a.getByRole('list', { name: 'People and rooms' }).getByRole('link', { name: /Budget/ }).click();
  await rooms.getByText('here: Anna').waitFor();
  // It is left where it is: Boris asks no more and is out, and what he wrote stays.
  await rooms.getByRole('link', { name: /Budget/ }).click();
  await b.locator('.header').getByRole('button', { name: 'More acts' }).click();
  await b.getByRole('menuitem', { name: 'Leave the conversation' }).click();
  await b.getByRole('dialog', { name: 'Leave Budget' }).getByRole('button', { name: 'Leave the conversation' }).click();
  await until(b, async (id) => !(await window.lifegraph.spaces.list()).some((one) => one.id === id), room, 'the room is left', LONG_MS);
  await until(a, async (id) => (await window.lifegraph.spaces.members(id)).length === 1, room, 'Anna is alone in it', LONG_MS);
  // Out of the list again.
  await a.getByRole('link', { name: 'Messenger' }).click();
  await a.getByRole('region', { name: 'Rooms you may ask for' }).getByText('You are in it.').waitFor();
  await a.getByRole('region', { name: 'Rooms you may ask for' }).getByRole('button', { name: 'More acts' }).click();
  await a.getByRole('menuitem', { name: 'Take out of the list' }).click();
  await a.getByRole('region', { name: 'Rooms you may ask for' }).waitFor({ state: 'detached' });

  await a.evaluate(async (id) => {
    const graph = window.lifegraph.graph(id);
    const fragment = (await graph.query({ type: 'fragment@1' }))[0]!.id;
    const { ids } = await graph.transact([{ op: 'node.create', type: 'messenger/call@1', props: {}, verb: 'messenger/call.begin@1' }], { fragment });
    await graph.transact([{ op: 'node.set', id: ids[0]!, props: { ended: Date.now() + 240_000 }, verb: 'messenger/call.end@1' }], { fragment });
    location.hash = `#/${id}/chat`;
  }, space);
  const line = a.locator('.messages .call-line');
  await line.getByText('4 min').waitFor();
  expect(await line.locator('bdi').innerText()).toBe('Anna');
  for (const peer of [anna, boris]) await peer.expectClean();
});

/** Space and channel of what is open, as drafts name it. */
const placeOf = (page: Page): string => /^#\/([^/]+)\/[^/]+\/([^/?]+)/.exec(new URL(page.url()).hash)!.slice(1).join('/');

/** Half a second of silence. */
function wavFile(): Buffer {
  const data = Buffer.alloc(44 + 8_000);
  data.write('RIFF', 0);
  data.writeUInt32LE(data.length - 8, 4);
  data.write('WAVEfmt ', 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(8_000, 24);
  data.writeUInt32LE(16_000, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36);
  data.writeUInt32LE(8_000, 40);
  return data;
}
