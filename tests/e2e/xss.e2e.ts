/**
 * Markup and script in words (TRUST §3 rows 21 and 22): own payloads by every door, in a real browser. Nothing runs, nothing is asked for, and each payload is
 * on the screen as the text it is. `npm run xss -- <folder>` does the same with payloads of others.
 */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { closeAll } from './support/acts.ts';
import { ROOT, startServer, type TestServer } from './support/server.ts';
import { asMessages, asNames, byComposer, everywhere, openTarget, payloadsIn } from './support/xss.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const own = payloadsIn(join(ROOT, 'tests', 'e2e', 'xss')).flatMap(({ payloads }) => payloads);

test('[row 21] own payloads as messages, by the composer, as names of people, spaces and channels: no script runs, nothing is asked for', async () => {
  expect(own.length).toBeGreaterThanOrEqual(40);
  const target = await openTarget({ name: 'xss', url: server.url });
  const messages = await asMessages(target, own);
  expect(messages).toEqual({ put: own.length, missing: [] });
  const composed = await byComposer(target, own, 1);
  expect(composed).toEqual({ put: own.length, missing: [] });
  const names = await asNames(target, own);
  expect(names).toMatchObject({ put: own.length, channels: own.length });
  for (const kind of ['people', 'spaces'] as const) expect(names[kind], `names of ${kind} that were drawn`).toBeGreaterThan(own.length * 0.9);
  await everywhere(target);
  expect(await target.found()).toEqual([]);
  await target.peer.expectClean();
});

/** A harmless script planted into the list of messages, as a fault of the app would put it there. */
const plant = (): string => {
  try {
    const box = document.createElement('div');
    box.innerHTML = '<img src="/xss-hit/planted" onerror="xssHit(\'planted\')">';
    document.querySelector('main')!.append(box);
    return 'planted';
  } catch (error) {
    return String(error);
  }
};

test('[row 22] control: a planted script is refused by the page\'s policy and seen; with the policy off it runs, and is seen', async () => {
  const kept = await openTarget({ name: 'policy', url: server.url, violates: true });
  expect(await kept.peer.page.evaluate(plant)).toContain('TrustedHTML');
  expect((await kept.found()).some((what) => what.startsWith('policy violation'))).toBe(true);
  const open = await openTarget({ name: 'no-policy', url: server.url, noPolicy: true });
  expect(await open.peer.page.evaluate(plant)).toBe('planted');
  await expect.poll(async () => (await open.found()).join('\n'), { timeout: 10_000 }).toContain('script ran: xssHit(planted)');
  const found = (await open.found()).join('\n');
  expect(found).toContain('handler onerror on IMG');
  expect(found).toContain('asked for');
});
