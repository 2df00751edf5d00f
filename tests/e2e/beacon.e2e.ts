/** A beacon in a process of its own and real browsers: added on the screen, over WebRTC or the relay, and two people who are never online together read each other. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { digestCommand } from '#signaling/beacon/digest';
import { startBeaconProcess, type BeaconProcess } from '#tests/support/beacon-process';
import { drawn, film } from '#tests/support/qr-picture';
import { closeAll, digest, has, inviteTo, join, launch, newSpace, person, ready, say, until } from './support/acts.ts';
import { formsOf } from './support/scan.ts';
import { startServer, type TestServer } from './support/server.ts';

let server: TestServer;
let beacon: BeaconProcess;
beforeAll(async () => {
  server = await startServer();
  beacon = await startBeaconProcess({ server: server.signalUrl, name: 'Office tower' });
});
afterEach((context) => closeAll(context));
afterAll(async () => {
  await beacon?.stop();
  await server?.stop();
});

const LONG_MS = 90_000;
const found = (bytes: Uint8Array, text: string): string[] => formsOf(text).filter(({ form }) => Buffer.from(bytes).includes(form)).map(({ name }) => name);
/** The beacon has confirmed everything that this browser has. */
const kept = (page: Page, space: string): Promise<number> => until(page, async (id) => (await window.lifegraph.access.beacons(id))[0]?.behind === 0, space, 'the beacon has everything', LONG_MS);
const peers = (page: Page): Promise<{ via: string; name: string | null; pair: string | null }[]> => page.evaluate(() => window.lifegraph.network.status().peers.map(({ via, name, pair }) => ({ via, name, pair })));

test('{V10} [RIGHT34] a beacon is added by its address before the camera; two browsers whose lives do not overlap have equal seals through it; its disk has nothing in clear', async () => {
  const canary = `canary-${randomBytes(9).toString('hex')}`;
  // What her camera sees.
  const camera = joinPath(mkdtempSync(joinPath(tmpdir(), 'lifegraph-camera-')), 'camera.y4m');
  writeFileSync(camera, film([drawn(beacon.address), drawn(beacon.address)]));
  const flags = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${camera}`];
  let [anna, boris] = await Promise.all([person({ name: 'AnnabellaQuietwater', url: server.url, flags }), person({ name: 'BorisQuietwater', url: server.url })]);
  const space = await newSpace(anna, 'Quiet Harbour');
  await join(boris, await inviteTo(anna, space));

  await anna.page.goto(`${server.url}/#/${space}/access`);
  await anna.page.getByRole('button', { name: 'Add a beacon' }).click();
  const dialog = anna.page.getByRole('dialog', { name: 'Add a beacon' });
  await dialog.getByLabel('Address of the beacon').fill('beacon:nothing');
  await dialog.getByRole('button', { name: 'Add a beacon' }).click();
  await dialog.getByRole('alert').filter({ hasText: 'not the address of a beacon' }).waitFor();
  // In place of typing: the code that it prints, held before the camera.
  await dialog.getByRole('button', { name: 'Scan with the camera' }).click();
  await dialog.waitFor({ state: 'detached', timeout: LONG_MS });
  const row = (): Locator => anna.page.getByRole('row', { name: /Office tower/ });
  await row().getByText('Connected').waitFor({ timeout: LONG_MS });
  await row().getByText('Has everything').waitFor({ timeout: LONG_MS });
  // The one who did not add it meets it, too.
  await until(boris.page, () => window.lifegraph.network.status().peers.some(({ via, name }) => via === 'beacon' && name === 'Office tower'), null, 'Boris is linked with it', LONG_MS);
  if ((await beacon.heard('beacon.started')).direct === true) {
    // The relay may have been quicker.
    await until(boris.page, () => window.lifegraph.network.status().peers.some(({ via, pair }) => via === 'beacon' && pair !== null), null, 'by WebRTC', LONG_MS);
    const direct = (await peers(boris.page)).find(({ via }) => via === 'beacon');
    expect(direct!.pair).toMatch(/host|prflx|srflx/);
  }

  // The meter of the whole space: enough, and less than enough once more beacons are asked for.
  const meter = anna.page.getByRole('region', { name: 'Copies' });
  await meter.getByText(/As much as the space asks for/).waitFor({ timeout: LONG_MS });
  await meter.getByText('1 beacon', { exact: true }).waitFor();
  await meter.getByLabel('Of these on beacons').selectOption('2');
  await meter.getByText(/Less than the space asks for\. .*2 of them on beacons/).waitFor({ timeout: LONG_MS });

  await boris.close({ keep: true });
  await say(anna.page, space, 'one', 'two', canary);
  await kept(anna.page, space);
  await anna.page.goto(`${server.url}/#/${space}/chat`);
  await anna.page.getByText('beacon Office tower').first().waitFor({ timeout: LONG_MS });
  // Of the channel: by kind, when it was confirmed last, what is asked for, and the act leads to where a beacon is added.
  await anna.page.locator('.header .state-chip').click();
  const where = anna.page.getByRole('dialog', { name: 'Where is this?' });
  await where.getByText(/Less than the space asks for/).waitFor({ timeout: LONG_MS });
  await where.getByRole('listitem').filter({ hasText: /^1 beacon ?confirmed / }).waitFor();
  await where.getByRole('button', { name: 'Beacons', exact: true }).click();
  await row().getByText('Has everything').waitFor({ timeout: LONG_MS });
  await anna.expectClean();
  await anna.close({ keep: true });

  boris = await launch({ name: 'Boris', url: server.url, profile: boris.profile });
  await ready(boris.page);
  await has(boris.page, space, ['one', 'two', canary], LONG_MS);
  expect((await peers(boris.page)).map(({ via, name }) => [via, name])).toEqual([['beacon', 'Office tower']]);
  await say(boris.page, space, 'an answer nobody hears');
  await kept(boris.page, space);
  const his = await digest(boris.page, space);
  await boris.expectClean();
  await boris.close({ keep: true });

  anna = await launch({ name: 'Anna', url: `${server.url}/#/${space}/access`, profile: anna.profile });
  await ready(anna.page);
  await has(anna.page, space, ['an answer nobody hears'], LONG_MS);
  expect(await digest(anna.page, space)).toEqual(his);

  // What lies on its disk.
  const sealed = (): void => {
    for (const secret of [canary, 'Quiet Harbour', 'Quietwater', 'an answer nobody hears']) expect(found(beacon.stored(), secret), secret).toEqual([]);
  };
  sealed();
  writeFileSync(joinPath(beacon.folder, 'control'), `a line with ${canary} in it`);
  expect(found(beacon.stored(), canary), 'control').toContain('utf-8');
  rmSync(joinPath(beacon.folder, 'control'));

  // Opened to it: everybody sees that it reads, and who runs it is given numbers. On its disk it stays sealed.
  const asked: string[] = [];
  const complained: string[] = [];
  expect(await digestCommand(beacon.folder, undefined, (line) => void asked.push(line), (line) => void complained.push(line)), complained.join()).toBe(0);
  expect(asked.join()).toContain('reads nothing');
  await row().getByRole('button', { name: /Office tower/ }).click();
  await anna.page.getByRole('menuitem', { name: 'What it may read' }).click();
  const reads = anna.page.getByRole('dialog', { name: 'What may Office tower read?' });
  await reads.getByRole('switch', { name: '#general' }).click();
  await reads.getByRole('button', { name: 'Save' }).click();
  await row().getByText('Reader', { exact: true }).waitFor();
  await row().getByText('Reads #general').waitFor();
  const told = async (): Promise<string> => {
    const lines: string[] = [];
    await digestCommand(beacon.folder, '24', (line) => void lines.push(line), (line) => void lines.push(line));
    return lines.join('\n');
  };
  await expect.poll(told, { timeout: LONG_MS }).toMatch(/^Quiet Harbour\n {2}general: \d+ chat\/message@1 by 2 people, \d+ in all, the newest 20/);
  sealed();
  for (const secret of [canary, 'Quiet Harbour', 'an answer nobody hears']) expect(found(Buffer.concat([...beacon.said.map((line) => Buffer.from(JSON.stringify(line)))]), secret), secret).toEqual([]);

  // Removed: the list is empty, and it gets nothing more.
  await row().getByRole('button', { name: /Office tower/ }).click();
  await anna.page.getByRole('menuitem', { name: 'Remove the beacon' }).click();
  await anna.page.getByRole('button', { name: 'Remove the beacon' }).click();
  await row().waitFor({ state: 'detached', timeout: LONG_MS });
  await until(anna.page, () => window.lifegraph.network.status().peers.every(({ via }) => via !== 'beacon'), null, 'no beacon is among the links', LONG_MS);
  await anna.expectClean();
}, 300_000);
