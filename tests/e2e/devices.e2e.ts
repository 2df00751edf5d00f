/** A second device in real browsers: paired by hand with the four words on both screens, then taken away while it is connected and listens. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, has, inviteTo, join, launch, newSpace, person, say, texts, until } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const PAIR_MS = 60_000;
const words = (page: Page): Promise<string[]> => page.locator('.pair-words li').allInnerTexts();
/** Where reading stands in the channel, as this device shows it. */
const read = (page: Page, space: string): Promise<string> =>
  page.evaluate(async (id) => JSON.stringify((await window.lifegraph.graph(id).query({ type: 'read@1' })).map((node) => [node.props, node.max]).sort()), space);

async function devicesPage(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const personal = (await window.lifegraph.spaces.list()).find((one) => one.kind === 'personal')!;
    location.hash = `#/${personal.id}/settings/me`;
  });
  await page.getByRole('list', { name: 'Devices' }).waitFor();
}

test('[row 30] {K7}{C7} a second device by code and four words; taken away while it listens it is told, reads nothing new, and writes nothing', async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const boris = await person({ name: 'boris', url: server.url });
  const space = await newSpace(anna);
  await join(boris, await inviteTo(anna, space));
  await say(boris.page, space, 'before');
  await has(anna.page, space, ['before']);

  // By hand on both.
  await devicesPage(anna.page);
  await anna.page.getByRole('button', { name: 'Pair a device' }).click();
  const code = (await anna.page.locator('.pair-code').innerText()).trim();
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
  const phone = await launch({ name: 'phone', url: server.url });
  await phone.page.getByRole('button', { name: 'I already use LifeGraph' }).click();
  await phone.page.getByLabel('Code from the other device').fill('not a code');
  await phone.page.getByRole('button', { name: 'Pair', exact: true }).click();
  await phone.page.getByText(/This is no pairing code/).waitFor();
  await phone.page.getByLabel('Code from the other device').fill(code.toLowerCase());
  await phone.page.getByRole('button', { name: 'Pair', exact: true }).click();
  for (const { page } of [anna, phone]) await page.locator('.pair-words li').nth(3).waitFor({ timeout: PAIR_MS });
  expect(await words(phone.page)).toEqual(await words(anna.page));
  await phone.page.getByRole('button', { name: 'Yes, the same' }).click();
  await phone.page.getByText('You said Yes. Waiting for the Yes on the other device.').waitFor();
  await anna.page.getByText('The other device says Yes.').waitFor();
  expect(await phone.page.evaluate(() => window.lifegraph.identity.get())).toBeNull();
  await anna.page.getByRole('button', { name: 'Yes, the same' }).click();
  await phone.page.getByRole('heading', { name: 'You are back, anna' }).waitFor({ timeout: PAIR_MS });
  for (const name of ['River Watch', 'Personal']) await phone.page.getByRole('listitem').filter({ hasText: name }).getByText('here').waitFor({ timeout: PAIR_MS });
  await anna.page.locator('[data-pairing="done"]').waitFor({ timeout: PAIR_MS });
  await anna.page.getByRole('button', { name: 'Close', exact: true }).last().click();
  expect(await phone.page.evaluate(() => window.lifegraph.identity.get()!.uid)).toBe(await anna.page.evaluate(() => window.lifegraph.identity.get()!.uid));
  await phone.page.getByRole('button', { name: 'Open LifeGraph' }).click();
  await phone.page.getByRole('button', { name: /^Space:/ }).waitFor();
  await has(phone.page, space, ['before'], PAIR_MS);
  // What is read on the one is read on the other.
  const line = phone.page.getByText('before', { exact: true }).first();
  // The app goes to its first screen by itself once it is open: whoever is quicker than that goes again.
  await expect.poll(async () => {
    if (!(await line.isVisible())) for (const place of ['settings/me', 'chat']) await phone.page.evaluate((hash) => void (location.hash = hash), `#/${space}/${place}`);
    return line.waitFor({ timeout: 5_000 }).then(() => true, () => false);
  }, { timeout: PAIR_MS }).toBe(true);
  await line.click();
  await until(anna.page, async (id) => (await window.lifegraph.graph(id).query({ type: 'fragment@1' })).length > 0, space, 'the directory');
  const personal = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list()).find((one) => one.kind === 'personal')!.id);
  await until(phone.page, async (id) => (await window.lifegraph.graph(id).query({ type: 'device@1' })).length === 2, personal, 'both devices have a name');
  await expect.poll(async () => {
    const [here, there] = [await read(phone.page, personal), await read(anna.page, personal)];
    return here === there && here.includes(space);
  }, { timeout: PAIR_MS }).toBe(true);

  // Taken away while it looks at the space.
  await say(phone.page, space, 'as a device');
  await has(boris.page, space, ['before', 'as a device'], PAIR_MS);
  await devicesPage(anna.page);
  await anna.page.locator('[data-device="in-use"]').nth(1).getByRole('button', { name: /^Take away/ }).click();
  await anna.page.getByRole('dialog').getByText(/It keeps what it has received/).waitFor();
  await anna.page.getByRole('dialog').getByRole('button', { name: 'Take away', exact: true }).click();
  await anna.page.getByText('Taken away in all your spaces.').waitFor();
  await anna.page.locator('[data-device="gone"]').waitFor();
  await phone.page.locator('[data-ending="device"]').waitFor({ timeout: PAIR_MS });
  await until(boris.page, async (id) => (await window.lifegraph.spaces.members(id)).every((one) => one.devices.length === 1), space, 'boris knows');
  await say(anna.page, space, 'among us');
  await say(boris.page, space, 'yes');
  // Control: the two who stay read each other under the new key.
  for (const { page } of [anna, boris]) await has(page, space, ['before', 'as a device', 'among us', 'yes'], PAIR_MS);
  expect(await phone.page.evaluate((id) => window.lifegraph.graph(id).transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'still here' } }]).then(() => 'done', (error: { code: string }) => error.code), space)).toBe('no-right');
  await phone.page.evaluate(() => window.lifegraph.network.retry());
  await phone.page.reload();
  await phone.page.locator('[data-ending="device"]').waitFor({ timeout: PAIR_MS });
  await has(phone.page, space, ['before', 'as a device'], PAIR_MS);
  expect(await texts(boris.page, space)).not.toContain('still here');
  for (const peer of [anna, boris, phone]) await peer.expectClean();
});

test('{K7} No ends a pairing on both screens; the link of the picture takes the code along and leaves the address', async () => {
  const anna = await person({ name: 'anna', url: server.url });
  await devicesPage(anna.page);
  await anna.page.getByRole('button', { name: 'Pair a device' }).click();
  const first = (await anna.page.locator('.pair-code').innerText()).trim();
  const link = await anna.page.evaluate(async () => location.href.split('#')[0]! + (await window.lifegraph.devices.pairing())!.link);
  const phone = await launch({ name: 'phone', url: link });
  for (const { page } of [anna, phone]) await page.locator('.pair-words li').nth(3).waitFor({ timeout: PAIR_MS });
  expect(phone.page.url()).not.toContain('pair');
  const before = await words(phone.page);
  await phone.page.getByRole('button', { name: 'No, they differ' }).click();
  await phone.page.getByText(/You said No/).waitFor();
  await anna.page.getByText(/The other device said No/).waitFor({ timeout: PAIR_MS });
  expect(await anna.page.evaluate(() => window.lifegraph.devices.list().then((list) => list.length))).toBe(1);
  expect(await phone.page.evaluate(() => window.lifegraph.identity.get())).toBeNull();

  // Tried again it begins anew on both: another code, and with that other words.
  await anna.page.getByRole('button', { name: 'New code' }).click();
  const next = anna.page.locator('[data-pairing="meet"] .pair-code');
  await next.waitFor({ timeout: PAIR_MS });
  const again = (await next.innerText()).trim();
  expect(again).not.toBe(first);
  await phone.page.getByRole('button', { name: 'Try again' }).click();
  await phone.page.getByLabel('Code from the other device').fill(again);
  await phone.page.getByRole('button', { name: 'Pair', exact: true }).click();
  for (const { page } of [anna, phone]) await page.locator('.pair-words li').nth(3).waitFor({ timeout: PAIR_MS });
  expect(await words(phone.page)).toEqual(await words(anna.page));
  expect(await words(phone.page)).not.toEqual(before);
  for (const peer of [anna, phone]) await peer.expectClean();
});
