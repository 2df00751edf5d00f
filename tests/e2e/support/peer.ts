/**
 * A peer of a browser test: a Chromium process of its own with a profile folder of its own. Everything the page complains about
 * (console errors, page errors, policy violations) is collected, and `expectClean` makes the test fail on any of it.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { needChromium } from './chromium.ts';
import { checkProfile, newProfile, removeProfile, roomInMemory } from './profiles.ts';

/** Flags of every browser (PLATFORM.md); plain host candidates instead of multicast names. */
const ALWAYS: readonly string[] = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-features=WebRtcHideLocalIpsWithMdns',
];
export const FLAGS: readonly string[] = [...ALWAYS, '--disable-dev-shm-usage'];
/** Flags of the browsers of tests: what processes share lies in memory where there is room, a tenth less of the processor. */
const lightFlags = (): readonly string[] => (roomInMemory() ? ALWAYS : FLAGS);

/** How long a page is asked for its violations when its browser closes, ms. */
const LAST_LOOK_MS = 2_000;
/** What an act on a page, or a look that says no other time, waits at most, ms. */
const ACT_MS = 60_000;

/** What a page complained about. */
export interface Complaints {
  readonly console: string[];
  readonly page: string[];
  readonly violations: string[];
}

/** How a peer is launched. */
export interface PeerSetup {
  /** Names the peer in messages and its profile folder. */
  readonly name: string;
  /** Address opened in the first page; none = a blank page. */
  readonly url?: string;
  /** Profile folder to use again; a fresh temporary one when left out. */
  readonly profile?: string;
  /** Executable instead of the system Chromium (a wrapper that enters a network namespace). */
  readonly executable?: string;
  readonly flags?: readonly string[];
  readonly locale?: string;
  readonly colorScheme?: 'light' | 'dark';
  readonly viewport?: { readonly width: number; readonly height: number };
  /**
   * With its service worker, which keeps the whole build for offline use when the page is first opened: two seconds of processor a profile. Without this the page
   * is told that the browser has none, as on an insecure origin.
   */
  readonly offline?: boolean;
  /** Without the page's Content Security Policy: for controls only. */
  readonly noPolicy?: boolean;
  /** The test is about a violation of the policy: it fails nobody when the browser closes. */
  readonly violates?: boolean;
  /** Runs in every page before its own scripts. */
  readonly before?: () => void;
}

/** A running browser. */
export interface Peer {
  readonly name: string;
  readonly setup: PeerSetup;
  readonly profile: string;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly pid: number;
  readonly complaints: Complaints;
  /** Another tab of the same profile. */
  newTab(url?: string): Promise<Page>;
  /** Violations seen so far in all pages, also in those that were left or closed. */
  violations(): Promise<string[]>;
  /** The same in words, for whoever closes the browser; null when there is none, and where the test is about one. */
  violated(): Promise<string | null>;
  /** Throws when a page complained; `allow` takes messages that the test provokes. */
  expectClean(allow?: readonly RegExp[]): Promise<void>;
  /** Closes the browser; `keep` leaves the profile for a later launch. Throws when a page violated its policy. */
  close(options?: { readonly keep?: boolean }): Promise<void>;
}

/** Runs in every page before its own scripts. */
const LISTEN = (): void => {
  const found: string[] = [];
  (globalThis as unknown as { __violations: string[] }).__violations = found;
  document.addEventListener('securitypolicyviolation', (event) => {
    const text = `${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`;
    found.push(text);
    // Told at once: a page that is left or closed takes its list along.
    (globalThis as unknown as { __violated?: (text: string) => void }).__violated?.(text);
  });
  // Every connection the page makes is kept, so that a test reads getStats() itself instead of believing the app.
  const Native = globalThis.RTCPeerConnection;
  const connections: RTCPeerConnection[] = [];
  (globalThis as unknown as { __connections: RTCPeerConnection[] }).__connections = connections;
  if (Native === undefined) return;
  globalThis.RTCPeerConnection = class extends Native {
    constructor(...args: ConstructorParameters<typeof RTCPeerConnection>) {
      super(...args);
      connections.push(this);
    }
  };
};

/** What is known of a browser whoever uses it. */
interface Known {
  /** Where its complaints go now. */
  complaints: Complaints;
  /** Sites that were opened in it. */
  readonly origins: Set<string>;
  /** The test asked for something that stays in the browser when its pages are closed. */
  spoilt: boolean;
}

const known = new WeakMap<BrowserContext, Known>();

function watch(context: BrowserContext, complaints: Complaints): Known {
  const facts: Known = { complaints, origins: new Set(), spoilt: false };
  known.set(context, facts);
  context.on('console', (message) => {
    if (message.type() === 'error') facts.complaints.console.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => facts.complaints.page.push(wordsOf(error.error())));
  const follow = (page: Page): void => void page.on('framenavigated', (frame) => URL.canParse(frame.url()) && facts.origins.add(new URL(frame.url()).origin));
  context.pages().forEach(follow);
  context.on('page', follow);
  return facts;
}

const STAYS = ['addInitScript', 'exposeBinding', 'exposeFunction', 'grantPermissions', 'newCDPSession', 'on', 'once', 'route', 'setExtraHTTPHeaders', 'setGeolocation', 'setOffline'] as const;

/** Sees from here on what a test asks of the browser that stays in it. */
function seeSpoiled(context: BrowserContext, facts: Known): void {
  for (const name of STAYS) {
    const ask = context[name].bind(context) as (...args: unknown[]) => unknown;
    Object.assign(context, { [name]: (...args: unknown[]) => ((facts.spoilt = true), ask(...args)) });
  }
}

/** Process id of the browser that runs on a profile: the one of our children that was started with it and is no helper of another. */
export function browserPid(profile: string): number | null {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let args: string[];
    try {
      args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    } catch {
      continue;
    }
    if (args.includes(`--user-data-dir=${profile}`) && !args.some((arg) => arg.startsWith('--type='))) return Number(pid);
  }
  return null;
}

/** A process and all processes below it. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      // The name in parentheses may hold anything; the parent is the second word after it.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    } catch {
      continue;
    }
  }
  const out = [root];
  for (const pid of out) out.push(...(parents.get(pid) ?? []));
  return out;
}

/** Can a browser that was wiped stand for one launched like this? Nothing but a name and an address is asked of it. */
export const takesWiped = ({ name: _name, url: _url, ...rest }: PeerSetup): boolean => Object.values(rest).every((value) => value === undefined);

/**
 * Takes away all that the pages of a peer left in its browser, which then is as one that was just launched: no page but a blank one, no row, file, worker or cookie of any site it opened.
 * False when that cannot be had: it was launched in some way of its own, the test asked for what stays, or it is gone.
 */
export async function wipe({ context, setup }: Peer): Promise<boolean> {
  const facts = known.get(context);
  if (facts === undefined || facts.spoilt || !takesWiped(setup)) return false;
  try {
    const before = context.pages();
    const blank = await context.newPage();
    await Promise.all(before.map((page) => page.close()));
    const engine = await context.newCDPSession(blank);
    for (const origin of facts.origins) if (origin !== 'null') await engine.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
    await engine.detach();
    await context.clearCookies();
  } catch {
    return false;
  }
  facts.spoilt = false;
  return true;
}

/** The browser of a peer that was wiped, for somebody else. */
export async function reusePeer(setup: PeerSetup, { context, profile, pid }: Peer): Promise<Peer> {
  const facts = known.get(context)!;
  facts.complaints = { console: [], page: [], violations: [] };
  facts.origins.clear();
  const page = context.pages()[0]!;
  if (setup.url !== undefined) await page.goto(setup.url);
  return peerOf(setup, profile, context, page, pid, facts.complaints);
}

/** Launches a browser and opens its first page; `light`: as tests do, where nothing is measured. */
export async function launchPeer(setup: PeerSetup, light = false): Promise<Peer> {
  if (setup.profile !== undefined) checkProfile(setup.name, setup.profile);
  const profile = setup.profile ?? newProfile(setup.name, light);
  const complaints: Complaints = { console: [], page: [], violations: [] };
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: setup.executable ?? needChromium(),
    headless: true,
    serviceWorkers: setup.offline === true ? 'allow' : 'block',
    args: [...(light ? lightFlags() : FLAGS), ...(setup.flags ?? [])],
    viewport: setup.viewport ?? { width: 1280, height: 800 },
    ...(setup.noPolicy === true && { bypassCSP: true }),
    ...(setup.locale !== undefined && { locale: setup.locale }),
    ...(setup.colorScheme !== undefined && { colorScheme: setup.colorScheme }),
  });
  context.setDefaultTimeout(ACT_MS);
  const facts = watch(context, complaints);
  // tsx, unlike vitest, wraps functions in a helper that keeps their names and that a page does not have.
  await context.addInitScript({ content: 'globalThis.__name ??= (value) => value;' });
  await context.exposeBinding('__violated', (_source, text: string) => void facts.complaints.violations.push(text));
  await context.addInitScript(LISTEN);
  if (setup.before !== undefined) await context.addInitScript(setup.before);
  const page = context.pages()[0] ?? (await context.newPage());
  if (setup.url !== undefined) await page.goto(setup.url);
  const pid = browserPid(profile);
  if (pid === null) throw new Error(`${setup.name}: its browser process is not found`);
  seeSpoiled(context, facts);
  return peerOf(setup, profile, context, page, pid, complaints);
}

/** What is thrown without a place, a DOMException, has an empty one. */
const wordsOf = (error: Error): string => error.stack || `${error.name}: ${error.message}`;

function peerOf(setup: PeerSetup, profile: string, context: BrowserContext, page: Page, pid: number, complaints: Complaints): Peer {
  const { name, violates = false } = setup;
  const violations = async (): Promise<string[]> => {
    const lists = await Promise.all(
      context.pages().map((open) => open.evaluate(() => (globalThis as unknown as { __violations?: string[] }).__violations ?? []).catch(() => [])),
    );
    return [...new Set([...complaints.violations, ...lists.flat()])];
  };
  const violated = async (): Promise<string | null> => {
    // A page that stands still gives no answer; what was told before is known all the same.
    const seen = violates ? [] : await Promise.race([violations(), new Promise<string[]>((told) => setTimeout(() => told(complaints.violations), LAST_LOOK_MS).unref())]);
    return seen.length === 0 ? null : `${name}: policy violation:\n${seen.join('\n')}`;
  };
  return {
    name, setup, profile, context, page, pid, complaints, violations, violated,
    async newTab(url) {
      const tab = await context.newPage();
      if (url !== undefined) await tab.goto(url);
      return tab;
    },
    async expectClean(allow = []) {
      const all = [...complaints.console, ...complaints.page, ...(await violations()).map((text) => `policy violation: ${text}`)];
      const faults = all.filter((text) => !allow.some((pattern) => pattern.test(text)));
      if (faults.length > 0) throw new Error(`${name} complained:\n${faults.join('\n')}`);
    },
    async close(options = {}) {
      const fault = await violated();
      await context.close().catch(() => undefined);
      if (options.keep !== true) removeProfile(profile);
      if (fault !== null) throw new Error(fault);
    },
  };
}

/** Does the process still run? One that ended and was not waited for yet does not. */
export function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2)[0]!);
  } catch {
    return false;
  }
}

function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended with its parent.
    }
  }
}

/** Ends the browser that runs on a profile, if one does, while this process itself ends and nothing can be awaited any more. */
export function killAtExit(profile: string): void {
  const pid = browserPid(profile);
  if (pid === null) return;
  const all = processTree(pid);
  killAll(all);
  // What still dies writes into its folder.
  for (const until = performance.now() + 5_000; all.some(runs) && performance.now() < until; ) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}

/** kill -9 of the whole browser, by process ids; the profile stays for `launchPeer({ profile })`. */
export async function killHard(peer: Peer): Promise<void> {
  const ended = new Promise<void>((resolve) => peer.context.once('close', () => resolve()));
  const all = processTree(peer.pid);
  killAll(all);
  await ended;
  // As when the power goes out, none is left: one that is still dying would hold the files of the profile under the next browser.
  for (const until = performance.now() + 10_000; all.some(runs); ) {
    if (performance.now() > until) throw new Error(`${peer.name}: killed processes still run`);
    await new Promise((next) => setTimeout(next, 5));
  }
  // The lock of a dead browser would keep the next one from opening the profile.
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie']) rmSync(join(peer.profile, name), { force: true });
}
