/** A stranger's way through the screens (UX §7.1, 7.2, 7.11): first word, offline and back, invite, join, talk; by keyboard where it matters. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchPeer, type Peer } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
const peers: Peer[] = [];

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  for (const peer of peers) await peer.close();
  await server?.stop();
});

async function open(name: string, url: string): Promise<Peer> {
  const peer = await launchPeer({ name, url, locale: 'en-GB' });
  peers.push(peer);
  peer.page.setDefaultTimeout(15_000);
  await peer.page.getByRole('textbox').first().fill(name);
  await peer.page.keyboard.press('Enter');
  return peer;
}

async function say(peer: Peer, text: string): Promise<void> {
  await peer.page.locator('.foot textarea').fill(text);
  await peer.page.keyboard.press('Enter');
  await peer.page.locator('.message', { hasText: text }).last().waitFor();
}

test('first run to joined: Start here ticks from facts, link to inside, messages both ways', async () => {
  const mira = await open('Mira', server.url);
  const steps = mira.page.locator('.start-step');
  await steps.first().waitFor();
  expect(await mira.page.locator('.start-step[data-done]').count()).toBe(0);

  await say(mira, 'The weir path is closed on Sundays.');
  await mira.page.locator('.start-step[data-done]').first().waitFor();

  await mira.page.getByRole('button', { name: 'Go offline' }).click();
  await mira.page.getByText('Offline since').waitFor();
  await say(mira, 'Written without a network.');
  await mira.page.locator('.start').getByRole('button', { name: 'Go online' }).click();
  await mira.page.getByText('after the return').waitFor();

  await mira.page.locator('.start').getByRole('button', { name: 'Invite', exact: true }).click();
  await mira.page.getByRole('textbox', { name: 'Name of the space' }).fill('River Watch');
  await mira.page.keyboard.press('Enter');
  await mira.page.getByRole('button', { name: 'Show the code' }).click();
  await mira.page.locator('.qr').waitFor();
  const link = await mira.page.getByRole('textbox', { name: 'Invite link' }).inputValue();
  expect(link).toContain('#/join/');

  const noor = await launchPeer({ name: 'Noor', url: link, locale: 'en-GB' });
  peers.push(noor);
  noor.page.setDefaultTimeout(15_000);
  await noor.page.getByRole('heading', { name: 'River Watch' }).waitFor();
  expect(noor.page.url()).not.toContain('join');
  await noor.page.getByRole('textbox').first().fill('Noor');
  await noor.page.keyboard.press('Enter');
  await noor.page.locator('.foot textarea').waitFor();
  await say(noor, 'Morning, I am in.');

  await mira.page.keyboard.press('Escape');
  await mira.page.locator('.start-step[data-done]').nth(2).waitFor();
  await mira.page.getByRole('button', { name: /^Space:/ }).click();
  await mira.page.getByRole('menuitemradio', { name: 'River Watch' }).click();
  const line = mira.page.locator('.message', { hasText: 'Morning, I am in.' });
  await line.waitFor();
  await line.hover();
  await line.getByRole('button', { name: 'Add a reaction' }).click();
  await mira.page.getByRole('button', { name: 'React with 👍' }).click();
  await noor.page.locator('.reaction', { hasText: '👍' }).waitFor();
  await mira.page.getByText('On 2 devices').first().waitFor();

  await say(noor, 'A draft survives:');
  await noor.page.locator('.foot textarea').fill('half a thought');
  await noor.page.getByText('Draft saved here').waitFor();
  await noor.page.reload();
  await noor.page.waitForFunction(() => document.querySelector<HTMLTextAreaElement>('.foot textarea')?.value === 'half a thought');

  await mira.expectClean();
  await noor.expectClean();
});
