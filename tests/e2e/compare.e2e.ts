/** Comparing seals by asking the other device, on the screen of System, in two browser processes. */
import { afterAll, afterEach, beforeAll, test } from 'vitest';
import { closeAll, inviteTo, join, newSpace, person, sameSeal, say } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

test('{K8} System → Compare asks the linked device: equal on both; with the network cut the dialog says that nobody is linked', async () => {
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
  await anna.expectClean();
  await boris.expectClean();
});
