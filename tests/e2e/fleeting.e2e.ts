/**
 * A tab that keeps nothing (decisions/0051), in real browsers: it joins and writes like any other, and of what it held the profile folder has nothing, not in the
 * app's storages and not in the browser's own files. Controls: the same scan finds it in the folder of somebody who keeps, and what is planted.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { chat, closeAll, has, inviteTo, join, launch, newSpace, person, reads, ready, sameSeal, say, typeName, until } from './support/acts.ts';
import { looked } from './support/axe.ts';
import { formsOf, storeDump } from './support/scan.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const LONG = 60_000;
const canary = (): string => `canary-${randomBytes(9).toString('hex')}`;
const banner = (page: Page) => page.getByRole('region', { name: 'This tab keeps nothing.' });
const copiesOf = (page: Page, space: string, text: string) =>
  page.evaluate(async ([id, words]) => window.lifegraph.copies((await window.lifegraph.graph(id!).query({ type: 'chat/message@1' })).find((node) => node.props['text'] === words)!.id), [space, text]);

/** The keys of all rows of all databases of the page's origin. */
const rowsOf = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const read = <T>(request: IDBRequest<T>): Promise<T> => new Promise((resolve, reject) => Object.assign(request, { onsuccess: () => resolve(request.result), onerror: () => reject(request.error!) }));
    const out: string[] = [];
    for (const { name } of await indexedDB.databases()) {
      const db = await read(indexedDB.open(name!));
      for (const store of db.objectStoreNames) for (const key of await read(db.transaction(store).objectStore(store).getAllKeys())) out.push(`${name} ${store} ${JSON.stringify(key)}`);
      db.close();
    }
    return out.sort();
  });

/** Pairs the tab with the device of a person, who says Yes on both. */
async function pair(host: Page, tab: Page, space: string): Promise<void> {
  await host.evaluate(() => window.lifegraph.devices.pair());
  await until(host, async () => (await window.lifegraph.devices.pairing())?.step === 'meet', null, 'the code');
  const code = await host.evaluate(async () => (await window.lifegraph.devices.pairing())!.code);
  await tab.evaluate((text) => window.lifegraph.devices.pairWith(text), code);
  for (const page of [host, tab]) await until(page, async () => (await window.lifegraph.devices.pairing())?.step === 'compare', null, 'the words', LONG);
  for (const page of [host, tab]) await page.evaluate(() => window.lifegraph.devices.answerPairing(true));
  await until(tab, async (id) => (await window.lifegraph.spaces.list()).some((one) => one.id === id && one.role === 'owner'), space, 'the space', LONG);
}

/** Everything under a folder of the browser. */
function filesOf(folder: string): Buffer {
  const parts = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => joinPath(folder, name)).filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  return Buffer.concat(parts.map((path) => readFileSync(path)));
}

/** Which of these are in the bytes: texts in all their forms, ids as text and as bytes. */
function found(bytes: Uint8Array, texts: readonly string[], ids: readonly string[]): string[] {
  const all = Buffer.from(bytes);
  return [
    ...texts.filter((text) => formsOf(text).some(({ form }) => all.includes(form))),
    ...ids.filter((id) => all.includes(Buffer.from(id, 'base64url')) || formsOf(id).some(({ form }) => all.includes(form))),
  ];
}

test('{C7}{V5} a space asks its members to keep nothing: the link offers such a tab first and joins in it; who keeps it is told, an owner is not', async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const space = await newSpace(anna);
  const dora = await person({ name: 'dora', url: server.url });
  await join(dora, await inviteTo(anna, space));
  await anna.page.evaluate((id) => (location.hash = `#/${id}/access?tab=rules`), space);
  await anna.page.getByLabel('Members and guests are asked to keep on their devices').selectOption({ label: 'nothing' });
  await anna.page.getByText('Nobody can check').waitFor();
  await looked(anna.page, 'keep-rule');
  await dora.page.evaluate((id) => (location.hash = `#/${id}/access`), space);
  await dora.page.locator('[data-keep]').getByText('This browser keeps it').waitFor({ timeout: LONG });
  await looked(dora.page, 'keep-note');
  await dora.page.locator('[data-keep]').getByRole('button', { name: 'Close' }).click();
  expect(await dora.page.locator('[data-keep]').count()).toBe(0);
  expect(await anna.page.locator('[data-keep]').count(), 'an owner keeps it').toBe(0);

  const boris = await launch({ name: 'boris', url: await inviteTo(anna, space) });
  const asks = boris.page.getByRole('region', { name: 'This space asks you to keep nothing of it on this device.' });
  await asks.getByText('closed, what was in it is gone').waitFor({ timeout: LONG });
  await looked(boris.page, 'keep-join');
  expect(await boris.page.getByRole('textbox').count(), 'nobody slips in').toBe(0);
  await asks.getByRole('button', { name: 'Join, keeping nothing' }).click();
  await banner(boris.page).getByText('goes with it').waitFor({ timeout: LONG });
  await typeName(boris.page, 'Boris', 'Join');
  expect(await boris.page.getByText('asks you to keep nothing').count(), 'it does already').toBe(0);
  await boris.page.getByRole('textbox', { name: /^Message #/ }).waitFor({ timeout: LONG });
  await chat(boris.page, 'from nowhere');
  await has(anna.page, space, ['from nowhere'], LONG);
  expect(await boris.page.locator('[data-keep]').count()).toBe(0);
  for (const peer of [anna, boris, dora]) await peer.expectClean();
});

test('{V0}{V5} two write with each other; of the one that keeps nothing the disk has no word, no name and no id; nobody counts its copies; a reload is empty and says so', async () => {
  const [word, name] = [canary(), canary()];
  const anna = await person({ name: 'anna', url: server.url });
  const space = await newSpace(anna, `space ${word}`);
  const link = await inviteTo(anna, space);
  // The way of a person: from the first screen of a browser, by a pasted link.
  const boris = await launch({ name: 'boris', url: server.url });
  const { page } = boris;
  await ready(page);
  await page.getByRole('button', { name: 'Not your device? Keep nothing here' }).click();
  await banner(page).getByText('goes with it').waitFor();
  await ready(page);
  const before = await rowsOf(page);
  await page.getByRole('button', { name: 'I have an invite link' }).click();
  await page.getByRole('textbox', { name: 'Paste an invite link' }).fill(link);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await typeName(page, name, 'Join');
  await page.getByRole('textbox', { name: /^Message #/ }).waitFor({ timeout: LONG });
  await chat(page, `by boris ${word}`);
  await has(anna.page, space, [`by boris ${word}`], LONG);
  await say(anna.page, space, `by anna ${word}`);
  await reads(page, `by anna ${word}`, LONG);
  await sameSeal(anna.page, page, space);
  // What he wrote is with Anna: one device, and only hers; and to her what both wrote is on this device only.
  await page.getByRole('button', { name: /On 1 device/ }).first().waitFor({ timeout: LONG });
  await banner(page).getByText('goes with it').waitFor({ timeout: LONG });
  const own = await anna.page.evaluate(() => window.lifegraph.identity.get()!.device);
  for (const text of [`by boris ${word}`, `by anna ${word}`]) expect(await copiesOf(anna.page, space, text)).toMatchObject({ state: 'one-copy', devices: [own] });
  expect(await copiesOf(page, space, `by boris ${word}`)).toMatchObject({ state: 'shared', devices: [own] });
  expect(await page.getByText(/Saved/).count()).toBe(0);
  // The tab can be left now; with something that nobody else has it asks.
  const asks = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
  await expect.poll(asks).toBe(false);
  await page.evaluate(() => window.lifegraph.network.pause());
  await chat(page, `alone ${word}`);
  await banner(page).getByText('in no other place yet').waitFor();
  await expect.poll(asks).toBe(true);

  // A file that follows its message is with Anna by itself, a larger one when she asks for it; until then it is here only.
  await page.evaluate(() => window.lifegraph.network.resume());
  await has(anna.page, space, [`alone ${word}`], LONG);
  const unheld = () => page.evaluate(() => window.lifegraph.devices.unheld());
  await expect.poll(unheld, { timeout: LONG }).toBe(0);
  const files = await page.evaluate(async (id) => {
    const { fragment } = (await window.lifegraph.graph(id).query({ type: 'chat/message@1' }))[0]!;
    return Promise.all([900_000, 2_500_000].map((size) => window.lifegraph.files!.add(id, fragment, new Blob([crypto.getRandomValues(new Uint8Array(60_000)), new Uint8Array(size - 60_000)]), { name: `${size}.bin` })));
  }, space);
  for (const id of files) await until(anna.page, async ([at, file]) => (await window.lifegraph.graph(at!).query({ type: 'file@1' })).some((node) => node.id === file), [space, id], 'the file is known', LONG);
  await expect.poll(unheld, { timeout: LONG }).toBe(1);
  await banner(page).getByText('1 change or file is in no other place yet').waitFor();
  await anna.page.evaluate(([at, file]) => window.lifegraph.files!.want(at!, file!), [space, files[1]!]);
  await expect.poll(unheld, { timeout: LONG }).toBe(0);
  await banner(page).getByText('goes with it').waitFor({ timeout: LONG });
  await page.evaluate(() => window.lifegraph.network.pause());
  await chat(page, `alone too ${word}`);
  await expect.poll(asks).toBe(true);

  const ids = await page.evaluate(async () => [...(await window.lifegraph.spaces.list()).map((one) => one.id), window.lifegraph.identity.get()!.uid, window.lifegraph.identity.get()!.device]);
  const shown = await page.evaluate(() => [document.title, location.href]);
  expect(found(Buffer.from(shown.join()), [word], ids)).toEqual([]);
  const after = await storeDump(page);
  expect(found(after, [word, name], ids)).toEqual([]);
  expect(await rowsOf(page), 'what an earlier tab left is untouched').toEqual(before);
  const rest = await page.evaluate(async () => {
    const files: string[] = [];
    for await (const name of ((await navigator.storage.getDirectory()) as unknown as { keys(): AsyncIterable<string> }).keys()) files.push(name);
    return { local: { ...localStorage }, session: { ...sessionStorage }, files };
  });
  expect(rest).toEqual({ local: {}, session: { 'lgos/database': 'lgosm:again' }, files: [] });

  // Reloaded it is empty and says so.
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await banner(page).getByText('It was loaded anew, so it is empty').waitFor({ timeout: LONG });
  await ready(page);
  expect(await page.evaluate(async () => [window.lifegraph.identity.get(), (await window.lifegraph.spaces.list()).length])).toEqual([null, 0]);
  await boris.expectClean();
  await anna.expectClean();

  // The folders of both browsers, ended: the files of the browser itself as well.
  await anna.page.evaluate(async (words) => {
    const db = await new Promise<IDBDatabase>((done) => Object.assign(indexedDB.open('lgos'), { onsuccess: (event: Event) => done((event.target as IDBOpenDBRequest).result) }));
    const tx = db.transaction('values', 'readwrite');
    tx.objectStore('values').put(words, 'planted');
    await new Promise((done) => (tx.oncomplete = done));
    db.close();
  }, word);
  const profiles = [boris.profile, anna.profile];
  const hers = await anna.page.evaluate(() => window.lifegraph.identity.get()!.uid);
  await Promise.all([boris.close({ keep: true }), anna.close({ keep: true })]);
  const [his, theirs] = profiles.map(filesOf);
  expect(his!.length, 'the scan has something to look at').toBeGreaterThan(10_000);
  expect(found(his!, [word, name], ids)).toEqual([]);
  expect(found(theirs!, [word], [space, hers]), 'control: somebody who keeps, and a word that was planted there').toEqual([word, space, hers]);
  for (const profile of profiles) rmSync(profile, { recursive: true, force: true });
});

test('{K7} from the page of an invite; paired with an own device, closed and forgotten: the list says what it was and that it is gone, and what it wrote is there; one that just ended may still be there, so it is asked', async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const space = await newSpace(anna);
  const tab = await launch({ name: 'tab', url: await inviteTo(anna, space) });
  await tab.page.getByRole('button', { name: 'Not your device? Keep nothing here' }).click();
  await banner(tab.page).waitFor({ timeout: LONG });
  // The link came with it.
  await tab.page.getByRole('heading', { name: 'River Watch' }).waitFor();
  await tab.page.goto('about:blank');
  await tab.page.goto(`${server.url}/#/keep-nothing`);
  await banner(tab.page).waitFor({ timeout: LONG });
  await ready(tab.page);
  await pair(anna.page, tab.page, space);
  await tab.page.getByRole('button', { name: 'Open LifeGraph' }).click({ timeout: LONG });
  await sameSeal(anna.page, tab.page, space, LONG);
  await say(tab.page, space, 'from a tab');
  const inUse = () => anna.page.evaluate(async () => (await window.lifegraph.devices.list()).filter((one) => !one.self).map((one) => [one.fleeting, one.state]));
  await until(anna.page, async () => (await window.lifegraph.devices.list()).some((one) => one.fleeting), null, 'it says what it is', LONG);
  expect(await inUse()).toEqual([[true, 'in-use']]);

  await banner(tab.page).getByRole('button', { name: 'Close and forget' }).click();
  // A second press that was meant for the first one: with something that nobody has it waits all the same.
  await tab.page.evaluate(() => window.lifegraph.network.pause());
  await say(tab.page, space, 'alone');
  await tab.page.getByRole('dialog').getByRole('button', { name: 'Close and forget' }).dblclick();
  await tab.page.getByRole('dialog').getByText(/: [1-9]\d* left/).waitFor();
  expect(await tab.page.getByRole('dialog').getByRole('button', { name: 'Close all the same' }).count()).toBe(0);
  await tab.page.evaluate(() => window.lifegraph.network.resume());
  await tab.page.getByRole('heading', { name: 'Closed and forgotten' }).waitFor({ timeout: LONG });
  await has(anna.page, space, ['from a tab', 'alone']);
  await expect.poll(inUse, { timeout: LONG }).toEqual([[true, 'gone']]);
  // Gone with its memory; the tab goes on like every other when that is asked for.
  expect(await tab.page.evaluate(async () => [window.lifegraph.identity.get(), (await window.lifegraph.spaces.list()).length])).toEqual([null, 0]);
  await tab.page.getByRole('button', { name: 'Use LifeGraph here as usual' }).click();
  await tab.page.getByRole('button', { name: 'Not your device? Keep nothing here' }).waitFor({ timeout: LONG });
  expect(await banner(tab.page).count()).toBe(0);
  for (const peer of [anna, tab]) await peer.expectClean();

  // Another one that just ended: nothing was done by it.
  const ended = await launch({ name: 'ended', url: `${server.url}/#/keep-nothing` });
  await ready(ended.page);
  await pair(anna.page, ended.page, space);
  await until(anna.page, async () => (await window.lifegraph.devices.list()).some((one) => one.fleeting && one.state === 'in-use' && one.online), null, 'it says what it is', LONG);
  // Out of the network first, so that nobody has to find out that it is gone.
  await ended.page.evaluate(() => window.lifegraph.network.pause());
  await until(anna.page, async () => (await window.lifegraph.devices.list()).every((one) => one.self || !one.online), null, 'it is away', LONG);
  await ended.close();
  await anna.page.evaluate(async () => {
    const personal = (await window.lifegraph.spaces.list()).find((one) => one.kind === 'personal')!;
    location.hash = `#/${personal.id}/settings/me`;
  });
  const row = anna.page.getByRole('list', { name: 'Devices' }).getByRole('listitem').filter({ hasText: 'keeps nothing' }).filter({ hasText: 'last heard of' }).filter({ hasNotText: 'taken away' });
  await row.getByRole('button', { name: /^Take away/ }).click({ timeout: LONG });
  // It may only be out of reach: it is asked, with what would be lost.
  await anna.page.getByRole('dialog').getByText(/no other device has yet is lost/).waitFor();
  await anna.page.getByRole('dialog').getByRole('button', { name: 'Take away', exact: true }).click();
  await expect.poll(inUse, { timeout: LONG }).toEqual([[true, 'gone'], [true, 'gone']]);
  await anna.expectClean();
});
