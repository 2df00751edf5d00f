/**
 * The words of the state chip against the truth: what lies in the databases of all devices, read past the app. With the network cut, a failed write, one
 * device, three devices, and two tabs of one device. Every word the chip ever showed is kept, so that a wrong one that flashed by is seen too.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { CDPSession, Page } from 'playwright-core';
import { chat, closeAll, composer, has, inviteTo, join, kept, launch, linked, newSpace, person, ready, say, SOON_MS, until } from './support/acts.ts';
import { buildMutant } from './support/mutant-build.ts';
import type { Peer } from './support/peer.ts';
import { storeDump } from './support/scan.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const chip = (page: Page) => page.locator('.header .state-chip');

/** Waits until the chip says this. */
async function says(page: Page, word: string | RegExp, timeout = SOON_MS): Promise<void> {
  await chip(page).filter({ hasText: word }).waitFor({ timeout }).catch(async (error: unknown) => {
    throw new Error(`the chip says "${await chip(page).textContent()}"; it said: ${(await words(page)).join(' → ')}`, { cause: error });
  });
}

/** Keeps every word of the chip from now on. */
const listen = (page: Page): Promise<void> => page.evaluate(() => {
  const said: string[] = [];
  (globalThis as unknown as { __words: string[] }).__words = said;
  const look = (): void => {
    const word = document.querySelector('.header .state-chip')?.textContent ?? '';
    if (word !== '' && said.at(-1) !== word) said.push(word);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
});
const words = (page: Page): Promise<string[]> => page.evaluate(() => (globalThis as unknown as { __words?: string[] }).__words ?? []);

/** The record that holds a message, base64url; waits until it is sealed. */
async function recordOf(page: Page, space: string, text: string): Promise<string> {
  await has(page, space, [text]);
  await page.evaluate(() => window.lifegraph.saved());
  return page.evaluate(async ([id, wanted]) => {
    const graph = window.lifegraph.graph(id);
    const node = (await graph.query({ type: 'chat/message@1' })).find((one) => one.props['text'] === wanted)!;
    return (await graph.history(node.id))[0]!.record!;
  }, [space, text] as const);
}

/** Does the disk of this page's profile hold the record? Asked of IndexedDB, not of the app. */
async function holds(page: Page, record: string): Promise<boolean> {
  return Buffer.from(await storeDump(page)).includes(Buffer.from(record, 'base64url'));
}

/**
 * The chip says that so many devices have it, and so does the kernel of the channel as it is now: after an act the word of before may stand for the
 * moment in which "Saving…" is held back.
 */
async function onDevices(page: Page, space: string, devices: number, timeout = SOON_MS): Promise<void> {
  await until(page, async ([id, wanted]) => {
    const entry = (await window.lifegraph.graph(id).query({ type: 'fragment@1' }))[0]!;
    const copies = await window.lifegraph.copiesOf(id, String(entry.props['fragment']));
    return copies.state === 'shared' && copies.devices.length === wanted;
  }, [space, devices] as const, `${devices} devices by the kernel`, timeout);
  await says(page, `On ${devices} devices`, timeout);
}

/** Opens the first channel of a space on the screen. */
async function openSpace(page: Page, space: string): Promise<void> {
  // A page opened without an address chooses a space and its first channel first.
  await page.waitForFunction(() => /^#\/[\w-]{43}\/\w+\/[\w-]/.test(location.hash));
  await page.evaluate(async (id) => {
    const entry = (await window.lifegraph.graph(id).query({ type: 'fragment@1' }))[0]!;
    const hash = `#/${id}/chat/${String(entry.props['fragment'])}`;
    if (location.hash === hash) return;
    // The place of before has a composer and a chip too: it is gone two frames after the page heard of the address.
    await new Promise<void>((gone) => {
      addEventListener('hashchange', () => requestAnimationFrame(() => requestAnimationFrame(() => gone())), { once: true });
      location.hash = hash;
    });
  }, space);
  await composer(page).waitFor();
  await chip(page).waitFor();
}

/** A space with these people in it, the first of them looking at its channel. */
const team = (...names: string[]): Promise<{ peers: Peer[]; space: string }> => teamAt(server.url, names);

/** `offline`: the first of them loads parts of the app while there is no server. */
async function teamAt(url: string, names: readonly string[], offline?: boolean): Promise<{ peers: Peer[]; space: string }> {
  const anna = await person({ name: names[0]!, url, offline });
  const space = await newSpace(anna);
  const peers = [anna];
  for (const name of names.slice(1)) {
    const peer = await person({ name, url });
    await join(peer, await inviteTo(anna, space));
    peers.push(peer);
  }
  await openSpace(anna.page, space);
  return { peers, space };
}

test('{V5}{V8} three devices: "On 3 devices" only when three disks hold it; one that is cut off is not counted until it has it', async () => {
  const { peers: [anna, boris, cara], space } = await team('Anna', 'Boris', 'Cara');
  const all = [anna!, boris!, cara!];
  await onDevices(anna!.page, space, 3, 30_000);
  await listen(anna!.page);
  await chat(anna!.page, 'for three');
  const first = await recordOf(anna!.page, space, 'for three');
  await onDevices(anna!.page, space, 3);
  expect(await Promise.all(all.map((peer) => holds(peer.page, first)))).toEqual([true, true, true]);

  const second = await cutOff(all, space);
  await onDevices(anna!.page, space, 2);
  // The word of before may stand until the chip has asked; after any other it must not come back.
  const said = await words(anna!.page);
  expect(said.slice(said.findIndex((word) => word !== 'On 3 devices')).filter((word) => word === 'On 3 devices')).toEqual([]);

  await cara!.page.evaluate(() => window.lifegraph.network.resume());
  await onDevices(anna!.page, space, 3, 30_000);
  expect(await holds(cara!.page, second)).toBe(true);
  for (const peer of all) await peer.expectClean();
});

/** The third of them is cut off; what the first says then is on no more disks than the word counts. Returns the record. */
async function cutOff([anna, boris, cara]: readonly Peer[], space: string): Promise<string> {
  await cara!.page.evaluate(() => window.lifegraph.network.pause());
  await until(anna!.page, () => window.lifegraph.network.status().peers.length === 1, null, 'one link less');
  await anna!.page.evaluate(() => void ((globalThis as unknown as { __words: string[] }).__words.length = 0));
  await chat(anna!.page, 'for two');
  const record = await recordOf(anna!.page, space, 'for two');
  await has(boris!.page, space, ['for two']);
  await until(anna!.page, countOf, space, 'the kernel counts others');
  const counted = await anna!.page.evaluate(countOf, space);
  await says(anna!.page, `On ${counted} devices`);
  const disks = await Promise.all([anna!, boris!, cara!].map((peer) => holds(peer.page, record)));
  expect(disks.filter(Boolean).length, `the word counts ${counted}`).toBe(counted);
  return record;
}

/** Run in the page: how many devices the kernel counts for the channel as it is now; 0 while others are not known to have it all. */
async function countOf(space: string): Promise<number> {
  const entry = (await window.lifegraph.graph(space).query({ type: 'fragment@1' }))[0]!;
  const copies = await window.lifegraph.copiesOf(space, String(entry.props['fragment']));
  return copies.state === 'shared' ? copies.devices.length : 0;
}

test('control: a kernel that counts acks it did not get says more devices than disks, and the same look sees it', async () => {
  const dist = await buildMutant({
    name: 'counts-no-acks', file: 'src/os/kernel/status.ts',
    find: 'const confirmed = new Set(held.devices);', replace: 'const confirmed = new Set(held.devices.length === 0 ? [] : space.rights.view().devices.map((one) => one.ds).filter((ds) => ds !== self));',
  });
  const wrong = await startServer({ dist });
  try {
    const { peers, space } = await teamAt(wrong.url, ['Anna', 'Boris', 'Cara']);
    await onDevices(peers[0]!.page, space, 3, 30_000);
    await listen(peers[0]!.page);
    await expect(cutOff(peers, space)).rejects.toThrow('the word counts 3');
  } finally {
    await wrong.stop();
  }
});

test('{V5}{V8} the network is cut: "Waiting to send" and since when, while no other disk has it; back again it is counted when it is there', async () => {
  const own = server;
  server = await startServer();
  const { port } = server;
  try {
    const { peers: [anna, boris], space } = await teamAt(server.url, ['Anna', 'Boris'], true);
    const { page } = anna!;
    await says(page, 'On 2 devices', 30_000);
    await boris!.close({ keep: true });
    await until(page, () => window.lifegraph.network.status().peers.length === 0, null, 'Boris is gone', 40_000);
    await page.keyboard.press('Control+.');
    const where = page.getByRole('dialog', { name: 'Where is this?' });
    await where.getByRole('listitem').filter({ hasText: /^Boris.*confirmed$/ }).waitFor();
    expect(await where.textContent(), 'a holder who is away is named').toMatch(/Last confirmed .+\./);
    await page.keyboard.press('Escape');
    await kept(page);
    await server.stop();
    await until(page, () => !window.lifegraph.network.status().online, null, 'cut', 40_000);
    await listen(page);
    await chat(page, 'nobody hears');
    const record = await recordOf(page, space, 'nobody hears');
    await says(page, 'Waiting to send (1)');
    expect(await holds(page, record), 'on the own disk').toBe(true);
    await chip(page).click();
    expect(await where.textContent()).toMatch(/\d\d?:\d\d/);
    await page.keyboard.press('Escape');
    expect((await words(page)).slice(1).filter((word) => /On \d/.test(word)), 'nobody is counted').toEqual([]);
    await partsWait(page, 'nobody hears');

    server = await startServer({ port });
    const back = await launch({ name: 'boris', profile: boris!.profile, url: server.url });
    await ready(back.page);
    await says(page, 'On 2 devices', 60_000);
    expect(await holds(back.page, record)).toBe(true);
  } finally {
    await server.stop();
    server = own;
  }
});

/** Without a network a reply in its thread, a task in its panel and the card of the task say that they wait. */
async function partsWait(page: Page, text: string): Promise<void> {
  const line = page.locator('.message', { hasText: text }).first();
  await line.hover();
  await line.getByRole('button', { name: 'Open thread' }).click();
  await page.getByRole('textbox', { name: 'Reply in thread' }).fill('an answer');
  await page.keyboard.press('Enter');
  await page.locator('.thread .message', { hasText: 'an answer' }).locator('.message-state', { hasText: 'Waiting to send' }).waitFor();
  await line.hover();
  await line.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Make task' }).click();
  await page.locator('.task-panel .state-chip', { hasText: 'Waiting to send' }).waitFor();
  await line.locator('.tasks-of .object-state', { hasText: 'Waiting to send' }).waitFor();
}

test('{V5} a write that fails: "Not saved" within 2 s and no saved word until it is on the disk', async () => {
  const { anna, space, engine } = await fullDisk(server.url);
  const { page } = anna;
  expect(await page.evaluate(() => window.lifegraph.saved().then(() => 'saved', (error: { code: string }) => error.code))).toBe('store-quota');
  const said = await words(page);
  expect(said.slice(said.findIndex((word) => word.startsWith('Not saved'))).filter((word) => !word.startsWith('Not saved'))).toEqual([]);
  await engine.send('Storage.overrideQuotaForOrigin', { origin: server.url });
  // The peer tries by itself too: the note may go before it is pressed.
  const note = page.getByRole('alert').filter({ hasText: 'Not saved' });
  await Promise.any([note.getByRole('button', { name: 'Retry' }).click(), note.waitFor({ state: 'detached' })]);
  await says(page, 'Only on this device');
  expect(await holds(page, await recordOf(page, space, 'not on any disk'))).toBe(true);
  await anna.expectClean();
});

/** A kernel that lies is given so long to say the truth, ms. */
const WRONG_MS = 8_000;

/** A person whose disk is full writes, and the word says that it is not saved. */
async function fullDisk(url: string, within = SOON_MS): Promise<{ anna: Peer; space: string; engine: CDPSession }> {
  const first = await person({ name: 'Anna', url });
  await composer(first.page).waitFor();
  const space = await first.page.evaluate(async () => (await window.lifegraph.spaces.list())[0]!.id);
  await say(first.page, space, 'before');
  await first.close({ keep: true });
  const anna = await launch({ name: 'anna', profile: first.profile });
  const { page } = anna;
  const engine = await anna.context.newCDPSession(page);
  await engine.send('Storage.overrideQuotaForOrigin', { origin: url, quotaSize: 1 });
  await page.goto(url);
  await ready(page);
  await composer(page).waitFor();
  await says(page, 'Only on this device');
  await listen(page);
  await chat(page, 'not on any disk');
  await says(page, 'Not saved', within);
  return { anna, space, engine };
}

test('control: a kernel that says "saved" before the commit keeps its saved word on a full disk, and the same look sees it', async () => {
  const dist = await buildMutant({
    name: 'saved-whatever-comes', file: 'src/adapters/idb/idb-record-store.ts',
    find: 'commit: (input) => guarded(() => commit(db, input, key, mac)),',
    replace: 'commit: (input) => guarded(async () => { if (input.records.length === 0) return commit(db, input, key, mac); void commit(db, input, key, mac).catch(() => undefined); return 1; }),',
  });
  const wrong = await startServer({ dist });
  try {
    await expect(fullDisk(wrong.url, WRONG_MS)).rejects.toThrow('the chip says "Only on this device"');
  } finally {
    await wrong.stop();
  }
});

test('{V5}{V8} one device: "Only on this device" when it is on the disk, and never that others hold it; two tabs are one device: alone they say so, with another device it is two, in both tabs', async () => {
  const { peers: [anna], space } = await team('Anna');
  await listen(anna!.page);
  await chat(anna!.page, 'mine alone');
  await says(anna!.page, 'Only on this device');
  expect(await holds(anna!.page, await recordOf(anna!.page, space, 'mine alone'))).toBe(true);
  expect((await words(anna!.page)).filter((word) => /On \d|Saved here|Not saved/.test(word))).toEqual([]);
  const second = await anna!.newTab(server.url);
  await ready(second);
  await openSpace(second, space);
  await Promise.all([listen(anna!.page), listen(second)]);
  await chat(second, 'from the second tab');
  await has(anna!.page, space, ['from the second tab']);
  await Promise.all([says(anna!.page, 'Only on this device'), says(second, 'Only on this device')]);
  for (const page of [anna!.page, second]) expect((await words(page)).filter((word) => /On \d/.test(word))).toEqual([]);

  const boris = await person({ name: 'Boris', url: server.url });
  await join(boris, await inviteTo(anna!, space));
  await linked(boris.page, 'direct');
  await chat(second, 'for two devices');
  const record = await recordOf(second, space, 'for two devices');
  await Promise.all([says(anna!.page, 'On 2 devices', 30_000), says(second, 'On 2 devices', 30_000)]);
  expect([await holds(second, record), await holds(boris.page, record)]).toEqual([true, true]);
  for (const page of [anna!.page, second]) expect((await words(page)).filter((word) => /On 3/.test(word))).toEqual([]);
  await anna!.expectClean();
  await boris.expectClean();
});
