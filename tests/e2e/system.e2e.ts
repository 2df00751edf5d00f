/** The screen System at work: comparing seals by asking the other device, and the network check. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll, inviteTo, join, newSpace, person, sameSeal, say } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

test('[row 32] {K8} System → Compare asks the linked device: equal on both; with the network cut the dialog says that nobody is linked; Storage says how much is stored', async () => {
  const anna = await person({ name: 'anna', url: server.url });
  const space = await newSpace(anna);
  await say(anna.page, space, 'one', 'two', 'three');
  const boris = await person({ name: 'boris', url: server.url });
  await join(boris, await inviteTo(anna, space));
  await sameSeal(anna.page, boris.page, space);
  await anna.page.evaluate((id) => (location.hash = `#/${id}/system`), space);
  await anna.page.getByRole('button', { name: 'Compare' }).click();
  const dialog = anna.page.getByRole('dialog', { name: 'Compare seals' });
  await dialog.getByText('boris', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Compare' }).click();
  await dialog.getByText(/^Equal on both: \d+ fragments compared\.$/).waitFor();
  await anna.page.evaluate(() => window.lifegraph.network.pause());
  await dialog.getByText('No device of this space is linked now.', { exact: false }).waitFor();
  // How much is stored here, as the browser says it.
  await anna.page.evaluate((id) => (location.hash = `#/${id}/system?tab=storage`), space);
  await anna.page.getByText(/^\d[\d.,]*\s\w+ are stored in this browser\./).waitFor();
  await anna.expectClean();
  await boris.expectClean();
});

test('{V8}{V9} System → Network → Check: server, introductions, relay and a direct connection are tried for real; with the server ended the failed step says why', async () => {
  const own = await startServer();
  const anna = await person({ name: 'anna', url: own.url });
  const space = await newSpace(anna);
  await anna.page.evaluate((id) => (location.hash = `#/${id}/system?tab=network`), space);
  await anna.page.getByRole('button', { name: 'Check the network' }).click();
  const check = anna.page.getByRole('region', { name: 'Network check' });
  const row = (name: string) => check.getByRole('listitem').filter({ hasText: new RegExp(`^${name}`) });
  for (const name of ['Introduction server', 'Introductions', 'Relay', 'Direct connection']) await row(name).getByText('In order').waitFor();
  await row('STUN or TURN').getByText('Not checked').waitFor();
  const lines = await anna.page.evaluate(() => window.lifegraph.network.check());
  console.log(`network check: ${lines.map(({ name, ms, reason }) => `${name} ${ms === null ? reason : `${Math.round(ms)} ms`}`).join(', ')}`);
  expect(lines.find((line) => line.name === 'direct')!.reason).toContain('host');
  await own.stop();
  await anna.page.getByRole('button', { name: 'Check the network' }).click();
  await row('Introduction server').getByText('Failed').waitFor();
  await row('Direct connection').getByText('In order').waitFor();
  await anna.expectClean([/WebSocket/, /ERR_CONNECTION_REFUSED/]);
});
