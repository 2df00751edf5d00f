/** Registers the service worker of the built app and tells when a newer build waits. */

/** Hooks of the registration. */
export interface ServiceWorkerHooks {
  /** A newer build is installed and waits; call `apply` when the person agrees: the page reloads into it. */
  onUpdate(apply: () => void): void;
}

/**
 * Registers `sw.js` beside the page. False where that cannot be: an insecure origin, a browser without service workers, the development
 * server, a refused registration. The app works the same without, only not from a cold start without network.
 */
export async function registerServiceWorker(hooks: ServiceWorkerHooks): Promise<boolean> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return false;
  try {
    const registration = await navigator.serviceWorker.register('./sw.js', { scope: './' });
    watch(registration, hooks);
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

function watch(registration: ServiceWorkerRegistration, hooks: ServiceWorkerHooks): void {
  const offer = (): void => {
    if (registration.waiting === null || navigator.serviceWorker.controller === null) return;
    hooks.onUpdate(() => takeUpdate(registration, navigator.serviceWorker, () => globalThis.location.reload()));
  };
  offer();
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed') offer();
    });
  });
}
