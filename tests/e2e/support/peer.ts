/**
 * A peer of a browser test: a Chromium process of its own with a profile folder of its own. Everything the page complains about
 * (console errors, page errors, policy violations) is collected, and `expectClean` makes the test fail on any of it.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { needChromium } from './chromium.ts';
import { checkProfile, newProfile, removeProfile } from './profiles.ts';

/** Flags of every browser (PLATFORM.md); plain host candidates instead of multicast names. */
export const FLAGS: readonly string[] = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-features=WebRtcHideLocalIpsWithMdns', '--disable-dev-shm-usage',
];

/** How long a page is asked for its violations when its browser closes, ms. */
const LAST_LOOK_MS = 2_000;

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

function watch(context: BrowserContext, complaints: Complaints): void {
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.console.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complaints.page.push(String(error.error().stack ?? error.error())));
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

/** Launches a browser and opens its first page. */
export async function launchPeer(setup: PeerSetup): Promise<Peer> {
  if (setup.profile !== undefined) checkProfile(setup.name, setup.profile);
  const profile = setup.profile ?? newProfile(setup.name);
  const complaints: Complaints = { console: [], page: [], violations: [] };
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: setup.executable ?? needChromium(),
    headless: true,
    serviceWorkers: setup.offline === true ? 'allow' : 'block',
    args: [...FLAGS, ...(setup.flags ?? [])],
    viewport: setup.viewport ?? { width: 1280, height: 800 },
    ...(setup.noPolicy === true && { bypassCSP: true }),
    ...(setup.locale !== undefined && { locale: setup.locale }),
    ...(setup.colorScheme !== undefined && { colorScheme: setup.colorScheme }),
  });
  watch(context, complaints);
  // tsx, unlike vitest, wraps functions in a helper that keeps their names and that a page does not have.
  await context.addInitScript({ content: 'globalThis.__name ??= (value) => value;' });
  await context.exposeBinding('__violated', (_source, text: string) => void complaints.violations.push(text));
  await context.addInitScript(LISTEN);
  if (setup.before !== undefined) await context.addInitScript(setup.before);
  const page = context.pages()[0] ?? (await context.newPage());
  if (setup.url !== undefined) await page.goto(setup.url);
  const pid = browserPid(profile);
  if (pid === null) throw new Error(`${setup.name}: its browser process is not found`);
  return peerOf(setup, profile, context, page, pid, complaints);
}

function peerOf({ name, violates = false }: PeerSetup, profile: string, context: BrowserContext, page: Page, pid: number, complaints: Complaints): Peer {
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
    name, profile, context, page, pid, complaints, violations, violated,
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
function runs(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2)[0]!);
  } catch {
    return false;
  }
}

/** kill -9 of the whole browser, by process ids; the profile stays for `launchPeer({ profile })`. */
export async function killHard(peer: Peer): Promise<void> {
  const ended = new Promise<void>((resolve) => peer.context.once('close', () => resolve()));
  const all = processTree(peer.pid);
  for (const pid of all) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended with its parent.
    }
  }
  await ended;
  // As when the power goes out, none is left: one that is still dying would hold the files of the profile under the next browser.
  for (const until = performance.now() + 10_000; all.some(runs); ) {
    if (performance.now() > until) throw new Error(`${peer.name}: killed processes still run`);
    await new Promise((next) => setTimeout(next, 5));
  }
  // The lock of a dead browser would keep the next one from opening the profile.
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie']) rmSync(join(peer.profile, name), { force: true });
}
