/** A tab that keeps nothing (decisions/0051): its words say so, and with something in it that nobody else has, closing asks. Loaded by such a tab only. */
import type { KernelEvent, LifegraphApi } from '#os/api';
import { enFleetingInstead } from '#view/i18n/en-fleeting.ts';
import { ruFleetingInstead } from '#view/i18n/ru-fleeting.ts';
import { sayInstead } from '#view/kit/i18n.tsx';
import { hideRoutes, navigate, parseRoute } from '#view/kit/router.tsx';

/** After these the kernel is asked again, and so soon, ms. */
const CHANGES: ReadonlySet<KernelEvent['type']> = new Set<KernelEvent['type']>(['copies', 'node_created', 'node_updated', 'network', 'members', 'spaces']);
const SOON_MS = 150;

/** A link to a place leads there without an address; a tab that it opened would be one that keeps what it shows. */
function follow(event: MouseEvent): void {
  const href = event.target instanceof Element ? event.target.closest('a[href^="#/"]')?.getAttribute('href') : null;
  // The right button opens a menu.
  if (!href || event.defaultPrevented || event.button === 2) return;
  event.preventDefault();
  navigate(parseRoute(href));
}

/** An address that was typed or set is followed and taken away at once; what begins the page anew (main.tsx) stays for that. */
function takeTyped(): void {
  const { hash } = location;
  if (hash.length <= 2 || /^#\/?(read|join|pair|keep-nothing)(\/|$)/.test(hash)) return;
  history.replaceState({ key: `typed.${performance.now()}` }, '', '#/');
  navigate(parseRoute(hash), { replace: true });
}

/** Before anything is said: a start that fails has its words as well. */
export const sayFleeting = (): void => sayInstead({ en: enFleetingInstead, ru: ruFleetingInstead });

/** Once, before the first screen. */
export function tendFleeting(api: Pick<LifegraphApi, 'devices' | 'on' | 'supervision'>, page: Pick<Window, 'onbeforeunload'> = window): void {
  hideRoutes(new Map());
  takeTyped();
  // Before the router hears of it.
  for (const type of ['popstate', 'hashchange']) addEventListener(type, takeTyped);
  document.addEventListener('click', follow);
  document.addEventListener('auxclick', follow);
  let unheld = 0;
  /** Something was written since it was counted. */
  let fresh = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const look = (): void => {
    timer = null;
    void api.devices.unheld().then((count) => {
      unheld = count;
      fresh &&= timer !== null;
    }, () => undefined);
  };
  api.on(({ type }) => {
    if (type === 'node_created' || type === 'node_updated') fresh = true;
    if (CHANGES.has(type)) timer ??= setTimeout(look, SOON_MS);
  });
  page.onbeforeunload = (event) => {
    if (fresh || unheld > 0 || api.supervision.status().waiting > 0) event.preventDefault();
  };
}
