/** Registers the service worker of the built app and tells when a newer build waits. */

import type { ReleaseStatus } from '#os/release';
import type { KernelRuns } from './kernel-runs.ts';
import type { PageBuilds } from './page-builds.ts';

/** Hooks of the registration. */
export interface ServiceWorkerHooks {
  /** A newer build is installed and waits; call `apply` when the person agrees: the page reloads into it. */
  onUpdate(apply: () => void): void;
  /** The server offers a build that was not taken; the service worker knows why. */
  onRefused(): void;
}

/**
 * Registers `sw.js` beside the page. False where that cannot be: an insecure origin, a browser without service workers, the development
 * server, a refused registration. The app works the same without, only not from a cold start without network.
 */
export async function registerServiceWorker(hooks: ServiceWorkerHooks, runs: KernelRuns): Promise<boolean> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return false;
  try {
    const registration = await navigator.serviceWorker.register('./sw.js', { scope: './', updateViaCache: 'none' });
    watch(registration, hooks, askDevices(runs));
    return true;
  } catch {
    return false;
  }
}

/** Lets the waiting build take over, then reloads. Where another tab has done so, nothing waits and nobody tells this page any more: it reloads at once. */
export function takeUpdate({ waiting }: Pick<ServiceWorkerRegistration, 'waiting'>, container: Pick<ServiceWorkerContainer, 'addEventListener'>, reload: () => void): void {
  if (waiting === null) return reload();
  container.addEventListener('controllerchange', reload, { once: true });
  waiting.postMessage({ type: 'SKIP_WAITING' });
}

/** The same where the worker stays and only its release changes: it answers when the files of the other one are served. */
export function takeRelease(worker: Pick<ServiceWorker, 'postMessage'>, container: Pick<ServiceWorkerContainer, 'addEventListener'>, reload: () => void): void {
  container.addEventListener('message', ({ data }) => {
    if ((data as { type?: unknown } | null)?.type === 'taken') reload();
  });
  worker.postMessage({ type: 'SKIP_WAITING' });
}

/** Lets the worker look: what the host does not give, it asks of linked devices over the port, whose code comes with its first question. */
function askDevices(runs: KernelRuns): { check(): void; heard(status: ReleaseStatus): void } {
  let coming: Promise<PageBuilds> | null = null;
  const builds = (): Promise<PageBuilds> => (coming ??= import('./page-builds.ts').then(({ createPageBuilds }) => createPageBuilds(runs, check)));
  const check = (): void => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (question) => void builds().then((one) => one.answer(port1, question.data));
    navigator.serviceWorker.controller?.postMessage({ type: 'check' }, [port2]);
  };
  return {
    check,
    // Links come later than this look, and others take what is new later still.
    heard: ({ away = false, pinned }) => void ((away && pinned > 0) || coming ? builds().then((one) => one.away(away)) : null),
  };
}

function watch(registration: ServiceWorkerRegistration, hooks: ServiceWorkerHooks, devices: ReturnType<typeof askDevices>): void {
  const container = navigator.serviceWorker;
  const reload = (): void => globalThis.location.reload();
  let [offered, told] = [false, ''];
  const offer = (): void => {
    if (offered || container.controller === null) return;
    offered = true;
    hooks.onUpdate(() => (registration.waiting || !container.controller ? takeUpdate(registration, container, reload) : takeRelease(container.controller, container, reload)));
  };
  if (registration.waiting !== null) offer();
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed') offer();
    });
  });
  container.addEventListener('message', ({ data }) => {
    // The worker of an older build speaks of other things.
    const { type, status } = (data ?? {}) as { type?: unknown; status?: ReleaseStatus | null };
    if (type !== 'release' || !status) return;
    devices.heard(status);
    if (status.next !== null) offer();
    if (!status.refused || status.refused.reason === told) return;
    told = status.refused.reason;
    hooks.onRefused();
  });
  container.startMessages();
  devices.check();
}
