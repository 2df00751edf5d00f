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

function watch(registration: ServiceWorkerRegistration, hooks: ServiceWorkerHooks): void {
  const offer = (): void => {
    const waiting = registration.waiting;
    if (waiting === null || navigator.serviceWorker.controller === null) return;
    hooks.onUpdate(() => {
      navigator.serviceWorker.addEventListener('controllerchange', () => globalThis.location.reload(), { once: true });
      waiting.postMessage({ type: 'SKIP_WAITING' });
    });
  };
  offer();
  registration.addEventListener('updatefound', () => {
    const installing = registration.installing;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed') offer();
    });
  });
}
