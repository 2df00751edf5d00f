/**
 * Payloads of attacks with markup, put into the app by every door that words have: the composer, raw operations, names. What a payload would have to do to
 * count is watched from before the page's own scripts on: markup that appears, script that runs, an address that is asked for, a window that opens.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import type { Page } from 'playwright-core';
import { plainMessage } from '#base/plain-message';
import { person } from './acts.ts';
import type { Peer, PeerSetup } from './peer.ts';

/** Messages in one channel: as many as are drawn without scrolling. */
const PER_CHANNEL = 50;
/** UTF-16 units of one message of the composer that holds several payloads. */
const PER_MESSAGE = 12_000;

/** A browser with a person in it that is watched. */
export interface Target {
  readonly peer: Peer;
  readonly space: string;
  /** What was seen since the watch began, and nothing of it twice. */
  found(): Promise<string[]>;
}

/** Payloads that were put in, and how many of them were seen on the screen as the text they are. */
export interface Shown {
  readonly put: number;
  readonly missing: readonly string[];
}

/** Payloads of a file: a list of texts, or of objects with a text `payload`. */
export function payloadsOf(json: unknown): string[] {
  if (!Array.isArray(json)) return [];
  return json.flatMap((one: unknown) => (typeof one === 'string' ? [one] : typeof one === 'object' && one !== null && typeof (one as { payload?: unknown }).payload === 'string' ? [(one as { payload: string }).payload] : []));
}

/** All payloads of the JSON files of a folder. */
export function payloadsIn(folder: string): { readonly file: string; readonly payloads: string[] }[] {
  return readdirSync(folder).filter((name) => name.endsWith('.json')).sort().map((file) => ({ file, payloads: payloadsOf(JSON.parse(readFileSync(joinPath(folder, file), 'utf8'))) }));
}

/** Runs in the page before everything else. */
const WATCH = (): void => {
  const seen = new Set<string>();
  const state = { on: false, seen, names: new Set<string>() };
  (globalThis as unknown as { __watch: typeof state }).__watch = state;
  const tell = (what: string): void => void (state.on && seen.size < 50 && seen.add(what));
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open', 'xssHit']) (globalThis as unknown as Record<string, unknown>)[name] = (...args: unknown[]) => tell(`script ran: ${name}(${String(args[0]).slice(0, 40)})`);
  const bad = new Set(['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'APPLET', 'FRAME', 'FRAMESET', 'META', 'LINK', 'STYLE', 'MATH', 'FOREIGNOBJECT', 'MARQUEE', 'VIDEO', 'AUDIO']);
  const look = (element: Element): void => {
    const tag = element.tagName.toUpperCase();
    const own = (element.getAttribute('href') ?? element.getAttribute('src') ?? '').includes('assets/');
    if (bad.has(tag) && !own) tell(`element ${tag}`);
    if (tag === 'FORM' && element.hasAttribute('action')) tell('form with an address');
    for (const { name, value } of element.attributes) {
      if (/^on/i.test(name)) tell(`handler ${name} on ${tag}`);
      // What an engine leaves out of an address before it looks at the scheme.
      if (/^(?:xlink:)?(?:href|src|action|formaction|data|srcdoc|poster|background|srcset)$/i.test(name) && /^(?:javascript|vbscript|data:text)/i.test(value.replace(/[\u0000-\u0020]/g, ''))) tell(`address ${name}=${value.slice(0, 40)}`);
    }
  };
  const all = (node: Node): void => {
    if (!(node instanceof Element)) return;
    look(node);
    for (const below of node.querySelectorAll('*')) look(below);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === 'attributes') look(change.target as Element);
      else for (const node of change.addedNodes) all(node);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
};

/** Opens the app at an address with a person and a space in it, and begins to watch. */
export async function openTarget(setup: Omit<PeerSetup, 'before'>): Promise<Target> {
  const peer = await person({ ...setup, before: WATCH });
  const { page, context } = peer;
  const space = await page.evaluate(() => window.lifegraph.spaces.create({ name: 'Payloads' }));
  await page.evaluate(async (id) => {
    location.hash = `#/${id}/chat`;
    await window.lifegraph.saved();
  }, space);
  await page.getByRole('textbox', { name: /^Message #/ }).waitFor();
  const outside: string[] = [];
  const origin = new URL(page.url()).origin;
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin || !/^\/(?:assets\/[\w.-]+|sw\.js)$/.test(url.pathname)) outside.push(`asked for ${request.url().slice(0, 80)}`);
  });
  context.on('page', (opened) => outside.push(`opened ${opened.url()}`));
  page.on('dialog', (dialog) => {
    outside.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('frameattached', (frame) => outside.push(`frame ${frame.url()}`));
  page.on('framenavigated', (frame) => {
    if (frame.url().split('#')[0] !== page.url().split('#')[0]) outside.push(`went to ${frame.url()}`);
  });
  await page.evaluate(() => {
    const { __watch } = globalThis as unknown as { __watch: { on: boolean; names: Set<string> } };
    __watch.names = new Set(Object.getOwnPropertyNames(window));
    __watch.on = true;
  });
  return {
    peer, space,
    async found() {
      const inside = await page.evaluate(() => {
        const { __watch } = globalThis as unknown as { __watch: { seen: Set<string>; names: Set<string> } };
        const added = Object.getOwnPropertyNames(window).filter((name) => !__watch.names.has(name) && !/^\d+$/.test(name));
        return [...__watch.seen, ...added.map((name) => `a new global: ${name}`)];
      });
      return [...new Set([...inside, ...outside, ...(await peer.violations()).map((text) => `policy violation: ${text}`)])];
    },
  };
}

/** What is left of a text on the screen when marks of code and white space do not count. */
const bare = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069`\s]/gu, '');

/** Raw operations: each payload is a message of its own, in channels that are all opened, and besides the value of every property of a message. */
export async function asMessages({ peer: { page }, space }: Target, payloads: readonly string[]): Promise<Shown> {
  const missing: string[] = [];
  let put = 0;
  for (let at = 0; at < payloads.length; at += PER_CHANNEL) {
    const part = payloads.slice(at, at + PER_CHANNEL);
    const { channel, held } = await page.evaluate(async ([id, texts]) => {
      const graph = window.lifegraph.graph(id);
      const fragment = await graph.createFragment({ type: 'chat/channel@1', title: texts[0]!.slice(0, 80) });
      const make = (list: Record<string, unknown>[]): Promise<unknown> => graph.transact(list.map((props) => ({ op: 'node.create', type: 'chat/message@1', props: props as never })), { fragment });
      const odd = texts.map((text) => ({ text: `odd ${text}`, replyTo: text, mentions: [text, { text }], edited: text, by: text }));
      const kept: boolean[] = [];
      // All at once; where one of them is refused, one by one.
      for (const list of [odd, texts.map((text) => ({ text }))]) {
        const whole = await make(list).then(() => true, () => false);
        kept.length = 0;
        for (const props of list) kept.push(whole || (await make([props]).then(() => true, () => false)));
      }
      location.hash = `#/${id}/chat/${fragment}`;
      return { channel: fragment, held: kept };
    }, [space, part] as const);
    const wanted = part.filter((_, no) => held[no]).filter((text) => bare(text) !== '');
    put += held.filter(Boolean).length;
    missing.push(...part.filter((_, no) => !held[no]).map((text) => `refused: ${text.slice(0, 60)}`));
    await page.waitForFunction(([name, count]) => location.hash.includes(name) && document.querySelectorAll('.message-text').length >= count, [channel, Math.min(PER_CHANNEL, part.length)] as const, { polling: 'raf' });
    const words = bare(await page.evaluate(() => [...document.querySelectorAll('.message')].map((row) => row.textContent).join('\u0001')));
    // As it is, or without the stars and ticks by which a message sets words off.
    missing.push(...wanted.filter((text) => ![text, plainMessage(text)].some((form) => words.includes(bare(form)))).map(bare));
  }
  return { put, missing };
}

/** Acts that give names: each costs the seal of a record and a new drawing of most of the screen. */
const NAMES = 600;

/** What of the payloads was drawn as a name, by kind. */
export interface Names {
  /** How many were put as the name of the person and of the space; as a title all of them. */
  readonly put: number;
  readonly people: number;
  readonly channels: number;
  readonly spaces: number;
}

/**
 * Each payload is once the title of a channel, thirty at a time, and once the name of the person, of the space and the topic, one act each; of more than
 * `NAMES` payloads an even spread has those names. Counted is how often the screen changed by it.
 */
export async function asNames({ peer: { page } }: Target, payloads: readonly string[]): Promise<Names> {
  return page.evaluate(async ([list, many, step]) => {
    const api = window.lifegraph;
    const id = await api.spaces.create({ name: 'Names' });
    const graph = api.graph(id);
    for (let no = 1; no < many; no++) await graph.createFragment({ type: 'chat/channel@1', title: `c${no}` });
    const entries = await graph.query({ type: 'fragment@1' });
    const [open, home] = [entries[0]!, (await graph.query({ type: 'space@1' }))[0]!];
    await graph.transact([{ op: 'node.create', type: 'chat/message@1', props: { text: 'whose name changes' } }], { fragment: String(open.props['fragment']) });
    const self = (await graph.query({ type: 'person@1' })).find((node) => node.props['uid'] === api.identity.get()!.uid)!;
    location.hash = `#/${id}/chat/${String(open.props['fragment'])}`;
    const frame = (): Promise<unknown> => new Promise((next) => requestAnimationFrame(next));
    const words = (where: string): string => [...document.querySelectorAll(where)].map((one) => one.textContent).join('\u0001');
    const [PERSON, SPACE, TITLES] = ['.message-name', '.space-switch', '.rail-sub'];
    while (words(PERSON) === '' || document.querySelectorAll(`${TITLES} li`).length < many) await frame();
    const out = { put: 0, people: 0, channels: 0, spaces: 0 };
    for (const [at, text] of list.entries()) {
      const titled = at % many === 0;
      if (!titled && at % step !== 0) continue;
      out.put += 1;
      const before = { person: words(PERSON), space: words(SPACE), titles: titled ? words(TITLES) : '' };
      await graph.transact([
        { op: 'node.set', id: self.id, props: { name: text } }, { op: 'node.set', id: home.id, props: { name: text } }, { op: 'node.set', id: open.id, props: { topic: text } },
        ...(titled ? entries.map((entry, no) => ({ op: 'node.set' as const, id: entry.id, props: { title: list[(at + no) % list.length]! } })) : []),
      ]);
      for (const end = performance.now() + (titled ? 10_000 : 3_000); performance.now() < end && (words(PERSON) === before.person || words(SPACE) === before.space || (titled && words(TITLES) === before.titles));) await frame();
      if (words(PERSON) !== before.person) out.people += 1;
      if (words(SPACE) !== before.space) out.spaces += 1;
      if (titled && words(TITLES) !== before.titles) out.channels += Math.min(many, list.length - at);
    }
    return out;
  }, [payloads, 30, Math.ceil(payloads.length / NAMES)] as const);
}

/** The composer: typed, and pasted as text with markup beside it; several payloads in a message where there are many. */
export async function byComposer({ peer: { page }, space }: Target, payloads: readonly string[], together: number): Promise<Shown> {
  const channel = await page.evaluate((id) => window.lifegraph.graph(id).createFragment({ type: 'chat/channel@1', title: 'typed' }), space);
  await page.evaluate(([id, fragment]) => void (location.hash = `#/${id}/chat/${fragment}`), [space, channel] as const);
  const field = page.getByRole('textbox', { name: 'Message #typed' });
  await field.waitFor();
  const groups: string[][] = [[]];
  for (const payload of payloads) {
    const last = groups.at(-1)!;
    if (last.length >= together || last.join('\n').length + payload.length > PER_MESSAGE) groups.push([payload]);
    else last.push(payload);
  }
  const missing: string[] = [];
  for (const [no, group] of groups.entries()) {
    const words = group.join('\n');
    await field.fill('');
    await field.focus();
    if (no % 2 === 0) await page.keyboard.insertText(words);
    else await page.evaluate((piece) => {
      const data = new DataTransfer();
      data.setData('text/plain', piece);
      data.setData('text/html', piece);
      const target = document.activeElement!;
      if (target.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))) document.execCommand('insertText', false, piece);
    }, words);
    if ((await field.inputValue()).trim() === '') {
      if (words.trim() !== '') missing.push(`not taken by the field: ${words.slice(0, 60)}`);
      continue;
    }
    // A list of people or emoji that the words opened takes the first Enter or is closed by Escape.
    await page.keyboard.press('Escape');
    await field.focus();
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => (document.querySelector<HTMLTextAreaElement>('textarea')?.value ?? '') === '', undefined, { polling: 'raf', timeout: 5_000 }).catch(() => missing.push(`not sent: ${words.slice(0, 60)}`));
  }
  const sent = await page.evaluate(async ([id, fragment]) => (await window.lifegraph.graph(id).query({ type: 'chat/message@1', fragment })).map((node) => String(node.props['text'])).join('\u0001'), [space, channel] as const);
  const held = bare(sent);
  missing.push(...payloads.filter((text) => !held.includes(bare(text))).map((text) => `not sent: ${text.slice(0, 60)}`));
  return { put: payloads.length, missing };
}

/** Screens that show names and words in other ways, with the last payloads as names of everything. */
export async function everywhere({ peer: { page }, space }: Target): Promise<void> {
  for (const lens of ['access', 'system', 'system?tab=log', 'settings', 'more', 'chat']) {
    await page.evaluate(([id, where]) => void (location.hash = `#/${id}/${where}`), [space, lens] as const);
    await page.locator('main').first().waitFor();
    await settled(page);
  }
  await page.getByRole('button', { name: /^Space: / }).click();
  await page.getByRole('menu').first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').first().waitFor();
  await page.keyboard.insertText('<');
  await settled(page);
  await page.keyboard.press('Escape');
}

/** Two frames passed: what was to be drawn is drawn. */
const settled = (page: Page): Promise<unknown> => page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
