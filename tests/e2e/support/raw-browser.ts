/**
 * A Chromium driven by its debugger alone. Playwright makes every page believe that it has the focus and is visible; here a tab behind another one is
 * hidden, and the engine freezes it when it is told to.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { needWholeChromium } from './chromium.ts';
import { FLAGS } from './peer.ts';
import { newProfile, removeProfile } from './profiles.ts';

/** How long a page may take to load, ms. */
const LOAD_MS = 20_000;

/** What the engine says of a page without being asked; it keeps the issues until somebody listens. */
interface Issue {
  readonly code: string;
  readonly details: { readonly contentSecurityPolicyIssueDetails?: { readonly violatedDirective: string; readonly blockedURL?: string; readonly sourceCodeLocation?: { readonly url: string; readonly lineNumber: number } } };
}

interface Answer {
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: { readonly issue?: Issue; readonly targetId?: string };
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** A tab of it. */
export interface RawTab {
  readonly target: string;
  /** Value of an expression; a promise is awaited. */
  evaluate<T>(expression: string): Promise<T>;
  /** In front of all others: visible, they are hidden. */
  toFront(): Promise<void>;
  /** What the engine does to a tab in the background, and takes back. */
  lifecycle(state: 'frozen' | 'active'): Promise<void>;
  /** As its cross does, after a person has touched the page. Where the page asks whether to leave it, the person stays: then it is false. */
  close(): Promise<boolean>;
}

export interface RawBrowser {
  /** Violations of a policy in its tabs so far, also in those that were left or closed. */
  readonly violations: readonly string[];
  open(url: string): Promise<RawTab>;
  /** Throws when a tab violated its policy. */
  close(): Promise<void>;
}

/** Starts a browser with a fresh profile. */
export async function launchRaw(): Promise<RawBrowser> {
  const profile = newProfile('raw', true);
  const child = spawn(needWholeChromium(), [...FLAGS, '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--window-size=1280,800', 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const socket = new WebSocket(await addressOf(child.stderr));
  await once(socket, 'open');
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const violations: string[] = [];
  /** By session and by target: what is done when the page asks something, and when it is gone. */
  const [dialogs, ends] = [new Map<string, () => void>(), new Map<string, () => void>()];
  let next = 1;
  socket.on('message', (data: Buffer) => {
    const { method, params, sessionId: of, id, result, error } = JSON.parse(data.toString()) as Answer;
    if (method === 'Page.javascriptDialogOpening') dialogs.get(of ?? '')?.();
    if (method === 'Target.targetDestroyed') ends.get(params?.targetId ?? '')?.();
    const issue = method === 'Audits.issueAdded' ? params?.issue?.details.contentSecurityPolicyIssueDetails : undefined;
    if (issue) violations.push(`${issue.violatedDirective} ${issue.blockedURL ?? ''} ${issue.sourceCodeLocation?.url ?? ''}:${issue.sourceCodeLocation?.lineNumber ?? 0}`);
    const call = id === undefined ? undefined : waiting.get(id);
    if (!call) return;
    waiting.delete(id!);
    if (error) call.reject(new Error(error.message));
    else call.resolve(result);
  });
  const send = <T>(method: string, params: object = {}, sessionId?: string): Promise<T> => new Promise<unknown>((resolve, reject) => {
    const id = next++;
    waiting.set(id, { resolve, reject });
    socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
  }) as Promise<T>;
  await send('Target.setDiscoverTargets', { discover: true });
  return {
    violations,
    async open(url) {
      const { targetId } = await send<{ targetId: string }>('Target.createTarget', { url });
      const { sessionId } = await send<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
      await send('Audits.enable', {}, sessionId);
      const evaluate = async <T>(expression: string): Promise<T> => {
        const { result, exceptionDetails } = await send<{ result: { value: T }; exceptionDetails?: { text: string; exception?: { description?: string } } }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true }, sessionId);
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
        return result.value;
      };
      // Between the empty page and the one asked for there is a moment without anything to evaluate in.
      for (const end = performance.now() + LOAD_MS; ; ) {
        const at = await evaluate<string>(`document.readyState + ' ' + location.href`).catch(() => '');
        if (at.startsWith('complete ') && (url === 'about:blank' || !at.endsWith('about:blank'))) break;
        if (performance.now() > end) throw new Error(`${url} does not load: ${at}`);
        await new Promise((next) => setTimeout(next, 20));
      }
      return {
        target: targetId, evaluate,
        toFront: () => send<void>('Target.activateTarget', { targetId }),
        lifecycle: (state) => send<void>('Page.setWebLifecycleState', { state }, sessionId),
        async close() {
          await send('Page.enable', {}, sessionId);
          await send('Runtime.evaluate', { expression: '0', userGesture: true }, sessionId);
          const asked = new Promise<boolean>((resolve) => dialogs.set(sessionId, () => {
            void send('Page.handleJavaScriptDialog', { accept: false }, sessionId).then(() => resolve(false));
          }));
          const gone = new Promise<boolean>((resolve) => ends.set(targetId, () => resolve(true)));
          void send('Page.close', {}, sessionId).catch(() => undefined);
          return Promise.race([asked, gone]);
        },
      };
    },
    async close() {
      process.off('exit', kill);
      const ended = once(child, 'exit');
      await send('Browser.close').catch(kill);
      await ended;
      removeProfile(profile);
      if (violations.length > 0) throw new Error(`policy violation:\n${violations.join('\n')}`);
    },
  };
}

async function addressOf(stderr: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stderr })) {
    const found = /^DevTools listening on (ws:\S+)/.exec(line);
    if (found) {
      stderr.resume();
      return found[1]!;
    }
  }
  throw new Error('Chromium ended without the address of its debugger');
}
