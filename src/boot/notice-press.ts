/** A notice of the system that was pressed where the service worker showed it (Android): a tab of its person is brought forward and led there, or the app opened. */

/** A page that may be asked. */
export interface PressedPage {
  postMessage(message: unknown, transfer?: Transferable[]): void;
  focus(): Promise<unknown>;
}

/** How long pages have to say that they are of this person, ms: one that the system froze says nothing. */
const ASK_MS = 700;

/** `open` shows the app anew at a place. What a page of the app wrote into `data` decides both; a place that was kept nowhere opens nothing. */
export async function pressNotice(data: unknown, pages: readonly PressedPage[], open: (hash: string) => Promise<unknown>): Promise<void> {
  const { name, route } = (data ?? {}) as { name?: unknown; route?: unknown };
  if (typeof name !== 'string' || typeof route !== 'string') return;
  const leads = route.startsWith('#/') ? route : null;
  const page = await Promise.any(pages.map((one) => answers(one, name))).catch(() => null);
  if (!page) return void (leads !== null && (await open(leads)));
  // Where it may not be brought forward, it is led there all the same.
  await page.focus().catch(() => undefined);
  if (leads !== null) page.postMessage({ type: 'notice', name, route: leads });
}

/** The page, when it works with that database. */
function answers(page: PressedPage, name: string): Promise<PressedPage> {
  return new Promise((yes, no) => {
    const { port1, port2 } = new MessageChannel();
    const timer = setTimeout(() => (port1.close(), no(new Error('silent'))), ASK_MS);
    port1.onmessage = ({ data }: MessageEvent<unknown>) => {
      clearTimeout(timer);
      port1.close();
      if (data === true) yes(page);
      else no(new Error('another'));
    };
    page.postMessage({ type: 'notice', name }, [port2]);
  });
}
