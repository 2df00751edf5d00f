/** The first walk of UX 7, by the screen: name, space, invite, join, talk; three people, each in a browser process of their own. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { chat, closeAll, composer, launch, linked, makeSpaceByHand, reads, sameSeal, shareByHand, typeName } from './support/acts.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const JOIN_BUDGET_MS = 10_000;

test('{V7}{V8} name → Personal space; invite by Share; join by link in ≤ 10 s with the content visible; live chat, typing, presence, a third person', async () => {
  const anna = await launch({ name: 'anna', url: server.url });
  await typeName(anna.page, 'Anna');
  await anna.page.getByRole('button', { name: /^Space: Personal/ }).waitFor();
  await anna.page.getByRole('heading', { name: 'Start here' }).waitFor();
  await makeSpaceByHand(anna.page, 'River Watch');
  await chat(anna.page, 'the water is high today');
  await reads(anna.page, 'the water is high today');
  const link = await shareByHand(anna.page, '3 people');

  const boris = await launch({ name: 'boris', url: link });
  expect(await boris.page.evaluate(() => location.hash), 'the secret left the address').toBe('#/');
  await boris.page.getByText('River Watch').first().waitFor();
  const from = performance.now();
  await typeName(boris.page, 'Boris', 'Join');
  await reads(boris.page, 'the water is high today', JOIN_BUDGET_MS);
  const took = performance.now() - from;
  console.log(`join by link, name typed → content visible: ${Math.round(took)} ms`);
  expect(took).toBeLessThanOrEqual(JOIN_BUDGET_MS);

  await chat(boris.page, 'I can bring the boat');
  await reads(anna.page, 'I can bring the boat');
  await composer(anna.page).click();
  // At the pace of a hand: the announcement is made at most every few seconds.
  await Promise.all([anna.page.keyboard.type('Thank you', { delay: 500 }), boris.page.getByText('Anna is writing').waitFor({ timeout: 10_000 })]);
  await anna.page.keyboard.press('Enter');
  await reads(boris.page, 'Thank you');
  await anna.page.getByLabel(/^Here now: .*Boris/).waitFor();

  const clara = await launch({ name: 'clara', url: link });
  await typeName(clara.page, 'Clara', 'Join');
  await reads(clara.page, 'Thank you');
  await chat(clara.page, 'three of us now');
  await reads(anna.page, 'three of us now');
  await reads(boris.page, 'three of us now');
  const space = await anna.page.evaluate(async () => (await window.lifegraph.spaces.list()).find((one) => one.kind === 'team')!.id);
  await linked(clara.page, 'direct', 2);
  await sameSeal(anna.page, clara.page, space);
  await sameSeal(boris.page, clara.page, space);
  for (const peer of [anna, boris, clara]) await peer.expectClean();
});
