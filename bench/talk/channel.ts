/** A channel of 100,000 messages: opened, scrolled and written in by the screen, with another browser that reads. Times are ms of the wall clock, which all processes of a machine share. */
import type { Page } from 'playwright-core';
import { enter, makePlace, newFragment, open, reached, write, type Place } from '#bench/browser/app';
import { attempt } from '#bench/browser/rows';
import { startApp } from '#bench/browser/servers';
import { percentile, result } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { batches } from '#bench/support/words';

const MESSAGES = 100_000;
const MESSAGE = 'chat/message@1';
const SENT = 40;
const WARM = 5;
/** Frames of one scroll, and how far each goes, px. */
const FRAMES = 600;
const STEP_PX = 120;
const PATIENCE_MS = 60_000;

/** Leads to an address; resolves with the ms until the frame in which the last message of the channel stands, or any that is drawn where none was. */
function show(page: Page, { space, fragment }: Place): Promise<number> {
  return page.evaluate(([hash, patience]) => new Promise<number>((done, failed) => {
    const from = performance.now();
    location.hash = hash;
    const look = (): void => {
      const rows = document.querySelectorAll('.messages .message');
      if (rows.length > 20 && document.querySelector('.messages')?.getAttribute('data-live') === 'true') return void requestAnimationFrame(() => done(performance.now() - from));
      if (performance.now() - from > patience) return failed(new Error('the channel was not drawn'));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }), [`#/${space}/chat/${fragment}`, PATIENCE_MS] as const);
}

/** Somewhere else: no message is drawn. */
function away(page: Page, space: string): Promise<unknown> {
  return page.evaluate((id) => void (location.hash = `#/${id}/access`), space).then(() => page.waitForFunction(() => document.querySelectorAll('.messages').length === 0));
}

/** The times between frames while the channel is scrolled upwards through loaded and older pages. */
function scroll(page: Page): Promise<{ frames: number[]; rows: number }> {
  return page.evaluate(([count, step]) => new Promise<{ frames: number[]; rows: number }>((done) => {
    const box = document.querySelector('.messages')!.closest('main')!;
    const frames: number[] = [];
    let seen = new Set<string>();
    let last = performance.now();
    const next = (now: number): void => {
      frames.push(now - last);
      last = now;
      box.scrollTop -= step;
      const first = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest<HTMLElement>('[data-key]')?.dataset['key'];
      if (first) seen = seen.add(first);
      if (frames.length < count) requestAnimationFrame(next);
      else done({ frames: frames.slice(1), rows: seen.size });
    };
    requestAnimationFrame(next);
  }), [FRAMES, STEP_PX] as const);
}

/** Notes when a message whose text ends with a number stands in a frame: number → time. */
function watchRows(page: Page): Promise<void> {
  return page.evaluate(() => {
    const seen: Record<string, number> = {};
    (globalThis as unknown as { __rows: Record<string, number> }).__rows = seen;
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) {
          const n = node instanceof HTMLElement && node.matches('.message') ? /measured (\d+)\./.exec(node.textContent ?? '')?.[1] : undefined;
          // The callback after the frame in which it is drawn for the first time.
          if (n !== undefined) requestAnimationFrame(() => setTimeout(() => (seen[n] ??= performance.timeOrigin + performance.now())));
        }
      }
    }).observe(document.body, { childList: true, subtree: true });
  });
}

const rowTime = (page: Page, n: number): Promise<number> => page.waitForFunction((key) => (globalThis as unknown as { __rows: Record<string, number> }).__rows[key], String(n), { timeout: PATIENCE_MS }).then((handle) => handle.jsonValue() as Promise<number>);

/** Writes a message with the field; the time of the Enter. */
async function send(page: Page, n: number): Promise<number> {
  const field = page.getByRole('textbox', { name: /^Message #/ });
  await field.focus();
  await page.keyboard.insertText(`measured ${n}.`);
  await page.evaluate(() => document.activeElement!.addEventListener('keydown', () => ((globalThis as unknown as { __sent: number }).__sent = performance.timeOrigin + performance.now()), { once: true, capture: true }));
  await page.keyboard.press('Enter');
  return page.evaluate(() => (globalThis as unknown as { __sent: number }).__sent);
}

interface Measured {
  opens: number[];
  frames: number[];
  rows: number;
  own: number[];
  other: number[];
}

async function measure(rounds: number): Promise<Measured> {
  const server = await startApp();
  try {
    const [a, b] = [await open('a', server.url), await open('b', server.url)];
    const made = await makePlace(a, 'Talk');
    await enter(a, b, made);
    const place = await newFragment(a.page, made.space, 'Crowded');
    for (let part = 0; part < 10; part++) await write(a.page, place, batches(1 + part, MESSAGES / 1_000, 100));
    await reached(b.page, place, MESSAGES, MESSAGE);
    const out: Measured = { opens: [], frames: [], rows: 0, own: [], other: [] };
    for (let round = 0; round < Math.max(3, rounds); round++) {
      await away(b.page, place.space);
      out.opens.push(await show(b.page, place));
    }
    const scrolled = await scroll(b.page);
    Object.assign(out, scrolled);
    await away(b.page, place.space);
    for (const { page } of [a, b]) {
      await show(page, place);
      await watchRows(page);
    }
    for (let n = 0; n < SENT + WARM; n++) {
      const from = await send(a.page, n);
      const [own, other] = await Promise.all([rowTime(a.page, n), rowTime(b.page, n)]);
      if (n < WARM) continue;
      out.own.push(own - from);
      out.other.push(other - from);
    }
    return out;
  } finally {
    await server.stop();
  }
}

/** The rows of the group. */
export const suite: Suite = {
  name: 'channel',
  async run(rounds): Promise<BenchResult[]> {
    const made = await attempt('talk-100k', () => measure(rounds));
    if (made === null) return [];
    const row = (name: string, target: number, values: readonly number[], how: string, peer?: Record<string, readonly number[]>): BenchResult => result({ group: 'talk', name, unit: 'ms', target, direction: 'lower', values, how, ...(peer && { peer }) });
    return [
      row('talk-open-100k', 300, made.opens, 'a channel of 100,000 messages that is held, from another screen of the space: address set → frame in which its end stands'),
      row('talk-scroll-frame-p95', 20, [percentile(made.frames, 0.95)], `${FRAMES} frames of ${STEP_PX} px upwards from its end, older pages are loaded on the way: time between frames, Chromium without a head`, { median: made.frames, greatest: [Math.max(...made.frames)], 'rows-passed': [made.rows] }),
      row('talk-send-own-screen', 50, made.own, `${SENT} messages by the field, one at a time: Enter → after the frame in which the row stands on the own screen`, { p95: [percentile(made.own, 0.95)] }),
      row('talk-send-other-screen', 100, made.other, 'the same → on the screen of the other browser, over a direct data channel', { p95: [percentile(made.other, 0.95)] }),
    ];
  },
};
