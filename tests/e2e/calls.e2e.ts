/** Calls in real browsers with devices that the engine feigns: who is heard, seen and counted, with keys that fit and with one that does not. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { tinyModels, writeModel } from '#scripts/lib/tiny-models';
import { closeAll, closeNetwork, composer, inviteTo, join as joinBy, newSpace, person, until } from './support/acts.ts';
import { LONG_MS } from './support/documents.ts';
import { createNetwork } from './support/netns.ts';
import { killHard, type Peer, type PeerSetup } from './support/peer.ts';
import { startServer, type TestServer } from './support/server.ts';
import { startTurn, TURN_PORT } from './support/turn.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterEach((context) => closeAll(context));
afterAll(() => server?.stop());

const FLAGS = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];

/** Keys that come in are wrong while the page says so: what a person who has another key would have. */
function wrongKeys(): void {
  const { postMessage } = Worker.prototype;
  Worker.prototype.postMessage = function (this: Worker, message: { t?: string; way?: string; chain?: Uint8Array }, ...rest: unknown[]) {
    const wrong = (globalThis as { __wrong?: boolean }).__wrong === true && message?.t === 'chain' && message.way === 'in';
    (postMessage as (...args: unknown[]) => void).call(this, wrong ? { ...message, chain: message.chain!.map((byte) => byte ^ 1) } : message, ...rest);
  } as typeof postMessage;
}

/** Three people and bad networks take longer than `npm test` has. */
const FULL = process.env['LGOS_FULL'] === '1';

async function people(names: readonly string[], setup: (at: number) => Partial<PeerSetup> = () => ({})): Promise<{ peers: Peer[]; space: string }> {
  const peers = await Promise.all(names.map((name, at) => person({ name, url: server.url, before: wrongKeys, ...setup(at), flags: [...FLAGS, ...(setup(at).flags ?? [])] })));
  const space = await newSpace(peers[0]!);
  const link = await inviteTo(peers[0]!, space, { uses: 5 });
  await Promise.all(peers.slice(1).map((peer) => joinBy(peer, link)));
  for (const { page } of peers) {
    page.setDefaultTimeout(LONG_MS);
    await page.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
    await composer(page).waitFor();
  }
  return { peers, space };
}

const tile = (page: Page, name: string) => page.getByRole('group', { name: new RegExp(`^${name}(,|$)`) });
const stage = (page: Page) => page.getByRole('region', { name: /^Call in / });

/** The greatest loudness of the others' voices within a time, measured by an analyser of the test. */
const peak = (page: Page, ms = 2_500): Promise<number> => page.evaluate(async (span) => {
  const players = [...document.querySelectorAll<HTMLAudioElement>('audio[data-seat]')];
  const context = new AudioContext();
  await context.resume();
  const all = players.map((player) => {
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    context.createMediaStreamSource(player.srcObject as MediaStream).connect(analyser);
    return analyser;
  });
  const samples = new Float32Array(2048);
  let most = 0;
  for (const end = performance.now() + span; performance.now() < end; await new Promise((next) => setTimeout(next, 20))) {
    for (const analyser of all) {
      analyser.getFloatTimeDomainData(samples);
      for (const sample of samples) most = Math.max(most, Math.abs(sample));
    }
  }
  await context.close();
  return most;
}, ms);

/** Others are heard: beeps come each second, and a machine that is busy lets some out. */
const sounds = (page: Page): Promise<void> => expect.poll(() => peak(page), { timeout: LONG_MS }).toBeGreaterThan(0.1);

/** What the transforms counted of the others, as the screen says it: opened and refused, and the four words. */
async function counted(page: Page): Promise<{ frames: [opened: number, refused: number][]; words: string[] }> {
  await page.getByRole('button', { name: /of 10 · End to end/ }).click();
  const box = page.locator('.call-words');
  await box.waitFor();
  const frames = await box.locator('[data-frames]').evaluateAll((all) => all.map((one) => one.getAttribute('data-frames')!.split('/').map(Number) as [number, number]));
  const words = await box.locator('dd.code').allInnerTexts();
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'detached' });
  return { frames, words };
}

const frameCount = (page: Page, label: RegExp): Promise<number> => page.getByLabel(label).evaluate((video) => (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames);

test('{C4} [CALL3] [CALL6] [CALL7] two call each other: it rings in another lens, sound and pictures are opened by their keys and counted, words agree, mute, leave and rejoin; with a wrong key nothing is heard; who is removed is out', { timeout: 300_000 }, async () => {
  const { peers: [anna, boris], space } = await people(['Anna', 'Boris']);
  const [a, b] = [anna!.page, boris!.page];
  // A room by hand.
  await a.getByRole('link', { name: 'Messenger' }).click();
  await a.getByRole('button', { name: 'New room or conversation' }).first().click();
  await a.getByRole('textbox', { name: 'Name of the room' }).fill('Box group');
  await a.keyboard.press('Enter');
  await a.getByRole('heading', { name: 'Box group' }).waitFor();
  await a.getByRole('button', { name: 'Call', exact: true }).click();
  await stage(a).getByText('Ringing. Nobody has answered yet.').waitFor();
  // It rings in the chat of the other, who answers there.
  await b.getByRole('alert', { name: 'Anna calls' }).getByRole('button', { name: 'Answer' }).click();
  for (const [page, other] of [[a, 'Boris'], [b, 'Anna']] as const) {
    await expect.poll(() => tile(page, other).getAttribute('data-link'), { timeout: LONG_MS }).toBe('live');
    await sounds(page);
  }
  for (const page of [a, b]) {
    await expect.poll(async () => (await counted(page)).frames[0]![0], { timeout: LONG_MS }).toBeGreaterThan(100);
    expect((await counted(page)).frames[0]![1]).toBe(0);
  }
  expect((await counted(a)).words).toEqual((await counted(b)).words);
  expect((await counted(a)).words[0]!.split(' ').length).toBe(4);
  // Pictures: camera and screen of one, seen by the other.
  await b.getByRole('button', { name: 'Turn camera on' }).click();
  await expect.poll(() => frameCount(a, /^Boris: camera$/), { timeout: LONG_MS }).toBeGreaterThan(5);
  await b.getByRole('button', { name: 'Share screen' }).click();
  await expect.poll(() => frameCount(a, /^Boris: screen$/), { timeout: LONG_MS }).toBeGreaterThan(3);
  await b.getByRole('button', { name: 'Stop sharing' }).click();
  await a.getByLabel('Boris: screen').waitFor({ state: 'detached' });
  // Muted: seen, and not heard.
  await a.getByRole('button', { name: 'Mute', exact: true }).click();
  await tile(b, 'Anna').getByText('muted').waitFor();
  await expect.poll(() => peak(b, 1_200), { timeout: LONG_MS }).toBeLessThan(0.01);
  await a.getByRole('button', { name: 'Unmute' }).click();
  await expect.poll(() => peak(b, 1_200), { timeout: LONG_MS }).toBeGreaterThan(0.1);
  // The permission is taken back in the middle of the call (the engine ends the sound, as when the device is unplugged): it is said with what to do, the call goes on, and taken up again he is heard again.
  await boris!.context.grantPermissions(['clipboard-read']);
  await stage(b).getByText(/^The microphone is gone/).waitFor();
  await expect.poll(() => peak(a, 1_200), { timeout: LONG_MS }).toBeLessThan(0.01);
  await boris!.context.grantPermissions(['microphone', 'camera', 'clipboard-read']);
  for (const device of ['microphone', 'camera']) {
    const note = stage(b).getByRole('paragraph').filter({ hasText: `The ${device} is gone` });
    await note.getByRole('button', { name: 'Try again' }).click();
    await note.waitFor({ state: 'detached' });
  }
  await sounds(a);
  // A task out of the call, beside it.
  await a.getByRole('button', { name: 'Make task' }).click();
  await a.getByRole('textbox', { name: 'What is to be done' }).fill('Move the gland');
  await a.keyboard.press('Enter');
  const made = a.getByRole('complementary', { name: 'Task' });
  await made.getByRole('button', { name: /^Call of / }).waitFor();
  // From where tasks are it leads back to the call, which is named, and to its line among the messages.
  await a.evaluate((id) => void (location.hash = `#/${id}/goals?panel=details&t=${new URLSearchParams(location.hash.split('?')[1]).get('t')}`), space);
  await a.getByRole('heading', { name: 'All tasks' }).waitFor();
  await made.getByRole('button', { name: /^Call of / }).click();
  await stage(a).waitFor();
  await a.locator('.messages [data-line] .call-line').waitFor();
  expect(new URL(a.url()).hash).toMatch(new RegExp(`^#/${space}/messenger/[^/]+\\?m=`));
  // Notes beside the call, which goes on: a page that is named in the conversation, the same one for the other.
  await a.getByRole('button', { name: 'Notes', exact: true }).click();
  await a.getByRole('textbox', { name: /^Text of Box group · / }).waitFor();
  await a.getByRole('button', { name: 'Back to the call' }).click();
  await b.locator('.messages').getByRole('link', { name: /Box group · / }).or(b.locator('.messages').getByRole('button', { name: /Box group · / })).first().waitFor();
  // Push to talk, and another lens with the key held: the microphone is shut with the stage, and the call goes on and is at hand.
  await stage(b).getByRole('button', { name: 'Devices' }).click();
  await b.getByRole('switch', { name: 'Push to talk' }).click();
  await b.keyboard.press('Escape');
  await b.getByRole('switch', { name: 'Push to talk' }).waitFor({ state: 'detached' });
  await tile(a, 'Boris').getByText('muted').waitFor();
  await b.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await b.keyboard.down('Space');
  await tile(a, 'Boris').getByText('muted').waitFor({ state: 'detached' });
  await b.evaluate((id) => void (location.hash = `#/${id}/chat`), space);
  await tile(a, 'Boris').getByText('muted').waitFor();
  await b.keyboard.up('Space');
  await b.getByRole('button', { name: 'Unmute' }).click();
  await tile(a, 'Boris').getByText('muted').waitFor({ state: 'detached' });
  await b.getByRole('button', { name: 'Back to the call' }).click();
  // Leaves, and comes back with wrong keys: connected, and nothing is heard.
  await b.getByRole('button', { name: 'Leave' }).click();
  await tile(a, 'Boris').waitFor({ state: 'detached' });
  await b.evaluate(() => ((globalThis as { __wrong?: boolean }).__wrong = true));
  await b.getByRole('button', { name: 'Join the call' }).click();
  await tile(b, 'Anna').getByText('cannot be heard: the keys differ').waitFor();
  await expect.poll(async () => (await counted(b)).frames[0]![1], { timeout: LONG_MS }).toBeGreaterThan(50);
  expect(await peak(b, 1_500)).toBe(0);
  expect((await counted(b)).frames[0]![0]).toBe(0);
  // The way is the same one and the other direction is heard: it is the key alone.
  await sounds(a);
  await b.getByRole('button', { name: 'Leave' }).click();
  await b.evaluate(() => ((globalThis as { __wrong?: boolean }).__wrong = false));
  await b.getByRole('button', { name: 'Join the call' }).click();
  await expect.poll(() => tile(b, 'Anna').getAttribute('data-link'), { timeout: LONG_MS }).toBe('live');
  await sounds(b);
  await b.getByRole('button', { name: 'Leave' }).click();
  await tile(a, 'Boris').waitFor({ state: 'detached' });
  await a.getByRole('button', { name: 'Leave' }).click();
  // The log, at both; nothing of the call is open any more.
  for (const page of [a, b]) {
    await page.getByRole('link', { name: 'Messenger' }).click();
    await page.getByRole('region', { name: 'Calls' }).getByText(/^\d+ min$/).waitFor();
    expect(await page.locator('audio[data-seat]').count()).toBe(0);
  }
  // A call that nobody answered is missed by the other, who was away.
  await b.evaluate(() => window.lifegraph.network.pause());
  await a.getByRole('list', { name: 'People and rooms' }).getByRole('link', { name: /Box group/ }).click();
  await a.getByRole('button', { name: 'Call', exact: true }).click();
  await stage(a).waitFor();
  await a.getByRole('button', { name: 'Leave' }).click();
  await a.evaluate(() => window.lifegraph.saved());
  await b.evaluate(() => window.lifegraph.network.resume());
  await b.getByRole('region', { name: 'Calls' }).getByText('Missed').waitFor();
  await until(b, async (id) => (await window.lifegraph.graph(id).query({ type: 'messenger/call@1' })).length === 2, space, 'both calls', LONG_MS);
  // Removed in the middle of a call: gone from the other's page at once, and the own page leaves.
  await a.getByRole('button', { name: 'Call', exact: true }).click();
  await b.getByRole('alert', { name: 'Anna calls' }).getByRole('button', { name: 'Answer' }).click();
  await expect.poll(() => tile(a, 'Boris').getAttribute('data-link'), { timeout: LONG_MS }).toBe('live');
  const uid = await b.evaluate(() => window.lifegraph.identity.get()!.uid);
  await a.evaluate(([id, who]) => window.lifegraph.access.remove(id!, who!), [space, uid] as const);
  await tile(a, 'Boris').waitFor({ state: 'detached' });
  await expect.poll(() => b.locator('audio[data-seat]').count(), { timeout: LONG_MS }).toBe(0);
  expect(await stage(a).count()).toBe(1);
  for (const peer of [anna!, boris!]) await peer.expectClean();
});

/** A room that the first makes, in which everybody is in the call. */
async function inCall(peers: readonly Peer[], space: string): Promise<void> {
  const room = await peers[0]!.page.evaluate((id) => window.lifegraph.graph(id).createFragment({ type: 'messenger/room@1', title: 'Box group' }), space);
  const [first, ...others] = peers.map(({ page }) => page);
  await first!.evaluate(([id, fragment]) => void (location.hash = `#/${id}/messenger/${fragment}`), [space, room] as const);
  await first!.getByRole('button', { name: 'Call', exact: true }).click();
  for (const page of others) {
    await page.getByRole('alert').getByRole('button', { name: 'Answer' }).or(page.getByRole('button', { name: 'Join the call' })).click({ timeout: LONG_MS }).catch(async () => {
      // Somebody answered before: it rings no more, and the call is in the list.
      await page.evaluate(([id, fragment]) => void (location.hash = `#/${id}/messenger/${fragment}`), [space, room] as const);
      await page.getByRole('button', { name: 'Join the call' }).click();
    });
  }
}

const live = (page: Page, name: string): Promise<void> => expect.poll(() => tile(page, name).getAttribute('data-link').catch(() => null), { timeout: 2 * LONG_MS }).toBe('live');

if (FULL) test('{C4} [CALL4] [CALL5] [CALL6] three in a full mesh: everybody hears everybody; who leaves is gone and the others go on with the next keys; who is killed is gone within seconds', { timeout: 400_000 }, async () => {
  const names = ['Anna', 'Boris', 'Carl'];
  const { peers, space } = await people(names);
  await inCall(peers, space);
  for (const [at, { page }] of peers.entries()) for (const name of names) if (name !== names[at]) await live(page, name);
  for (const { page } of peers) {
    await sounds(page);
    await expect.poll(async () => Math.min(...(await counted(page)).frames.map(([opened]) => opened)), { timeout: LONG_MS }).toBeGreaterThan(50);
    expect((await counted(page)).frames).toHaveLength(2);
  }
  const [a, b, c] = peers.map(({ page }) => page) as [Page, Page, Page];
  await c.getByRole('button', { name: 'Leave' }).click();
  for (const page of [a, b]) await tile(page, 'Carl').waitFor({ state: 'detached' });
  const before = (await counted(a)).frames[0]![0];
  // Sealed by the next keys, and opened.
  await expect.poll(async () => (await counted(a)).frames[0]![0], { timeout: LONG_MS }).toBeGreaterThan(before + 100);
  for (const page of [a, b]) expect((await counted(page)).frames.map(([, refused]) => refused)).toEqual([0]);
  await c.getByRole('button', { name: 'Join the call' }).click();
  for (const page of [a, b]) await live(page, 'Carl');
  const from = performance.now();
  await killHard(peers[2]!);
  for (const page of [a, b]) await tile(page, 'Carl').waitFor({ state: 'detached', timeout: LONG_MS });
  console.log(`killed → gone: ${Math.round(performance.now() - from)} ms`);
  await sounds(a);
});

if (FULL) test('{C4} [CALL5] the direct way is cut in the middle of a call: it goes on through TURN over TCP by new candidates, and comes back', { timeout: 400_000 }, async () => {
  const network = createNetwork();
  const login = { user: 'lifegraph', password: 'only-for-this-test' };
  const turn = await startTurn({ prefix: network.serverPrefix, addresses: network.routers, ...login });
  const inner = await startServer({ prefix: network.serverPrefix, host: '0.0.0.0', args: ['--turn', `turn:${network.routers[0]}:${TURN_PORT}?transport=tcp`, '--turn-user', login.user, '--turn-password', login.password] });
  try {
    const { peers, space } = await people(['Anna', 'Boris'], (at) => {
      const side = at === 0 ? 'a' : 'b';
      return { url: network.url(side, inner.port), executable: network.executable(side), flags: network.flags(side, inner.port) };
    });
    const [a, b] = peers.map(({ page }) => page) as [Page, Page];
    await inCall(peers, space);
    await live(a, 'Boris');
    await live(b, 'Anna');
    await sounds(a);
    for (const [cut, what] of [[true, 'cut'], [false, 'passes again']] as const) {
      const before = (await counted(a)).frames[0]![0];
      network.blockUdp(cut);
      network.blockUdpToRouter(cut);
      const from = performance.now();
      await expect.poll(async () => (await counted(a)).frames[0]![0], { timeout: 60_000 }).toBeGreaterThan(before + 150);
      console.log(`UDP ${what} → 150 further pieces of sound (3 s of it): ${Math.round(performance.now() - from)} ms`);
      expect((await counted(a)).frames[0]![1]).toBe(0);
    }
    await sounds(b);
  } finally {
    await closeNetwork(network, () => inner.stop(), () => turn.kill());
  }
});

/** Something that goes up and down as speech does, and pauses: a file that the engine plays as a microphone. */
function speechFile(): Buffer {
  const [rate, seconds] = [48_000, 3];
  const out = Buffer.alloc(44 + rate * seconds * 2);
  out.write('RIFF', 0);
  out.writeUInt32LE(out.length - 8, 4);
  out.write('WAVEfmt ', 8);
  for (const [at, value, size] of [[16, 16, 4], [20, 1, 2], [22, 1, 2], [24, rate, 4], [28, rate * 2, 4], [32, 2, 2], [34, 16, 2]] as const) out.writeUIntLE(value, at, size);
  out.write('data', 36);
  out.writeUInt32LE(rate * seconds * 2, 40);
  for (let n = 0; n < rate * seconds; n++) {
    const t = n / rate;
    const voice = [1, 2, 3, 5].reduce((sum, k) => sum + Math.sin(2 * Math.PI * 140 * k * t + Math.sin(9 * t)) / k, 0);
    out.writeInt16LE(t < 1.5 ? Math.round(voice * 9_000 * (0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * t))) : 0, 44 + 2 * n);
  }
  return out;
}

if (FULL) test('{C4} {K5} [CALL7] captions: who has no model is told so; with a model of speech on the device what the other says stands on this screen alone', { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lgos-captions-'));
  try {
    writeModel(join(folder, 'speech'), tinyModels().transcribe);
    writeFileSync(join(folder, 'talk.wav'), speechFile());
    const { peers: [anna, boris], space } = await people(['Anna', 'Boris'], (at) => (at === 1 ? { flags: [`--use-file-for-fake-audio-capture=${join(folder, 'talk.wav')}`] } : {}));
    const [a, b] = [anna!.page, boris!.page];
    await a.getByRole('link', { name: 'Messenger' }).click();
    await a.getByRole('button', { name: 'New room or conversation' }).first().click();
    await a.getByRole('textbox', { name: 'Name of the room' }).fill('Box group');
    await a.keyboard.press('Enter');
    await a.getByRole('heading', { name: 'Box group' }).waitFor();
    const room = await a.evaluate(() => location.hash);
    await a.getByRole('button', { name: 'Call', exact: true }).click();
    await b.getByRole('alert', { name: 'Anna calls' }).getByRole('button', { name: 'Answer' }).click();
    await expect.poll(() => tile(a, 'Boris').getAttribute('data-link'), { timeout: LONG_MS }).toBe('live');
    await a.getByRole('button', { name: 'Captions', exact: true }).click();
    await a.getByText('none is on this device').waitFor();
    await a.getByRole('button', { name: 'End captions' }).click();
    // A call goes on while its person is in the settings.
    await a.evaluate((id) => void (location.hash = `#/${id}/settings/compute`), space);
    const chooser = a.waitForEvent('filechooser');
    await a.getByRole('button', { name: 'Choose a folder' }).click();
    await (await chooser).setFiles(join(folder, 'speech'));
    await a.locator('[data-model]').waitFor();
    await a.evaluate((to) => void (location.hash = to), room);
    await a.getByRole('button', { name: 'Captions', exact: true }).click();
    const line = a.locator('.caption-lines li', { hasText: 'Boris' });
    await line.first().waitFor({ timeout: 4 * LONG_MS });
    expect((await line.first().innerText()).replace('Boris', '').trim()).toMatch(/^[a-z ]+$/);
    expect(await b.locator('.captions').count()).toBe(0);
    // Nothing of it is a node, in any space of hers.
    const words = (await line.first().innerText()).replace('Boris', '').trim();
    const all = await a.evaluate(async () => JSON.stringify(await Promise.all((await window.lifegraph.spaces.list()).map(({ id }) => window.lifegraph.graph(id).query({})))));
    expect(all).toContain('Box group');
    expect(all).not.toContain(words);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
