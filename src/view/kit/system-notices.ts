/**
 * The one door to notices of the system: whoever has something to tell asks it. It shows none unless this device chose so, it is not quiet, and nobody looks at
 * a tab of this person; and says whether it did. Of what is to be kept nowhere the system is told no name and no word: it keeps what it shows.
 */
import type { LifegraphApi } from '#os/api';
import { isQuietAt, NOTICES_KEY, readChoice } from '#view/kit/notice-choice.ts';
import { formatRoute, navigate, parseRoute, type Route } from '#view/kit/router.tsx';
import type { TabKind } from '#view/kit/tab-kind.tsx';

export interface Notice {
  readonly tag: string;
  readonly title: string;
  readonly body: string;
  readonly route: Partial<Route>;
}

export interface Told extends Notice {
  /** Of a space that asks to be kept nowhere. */
  readonly secret: boolean;
  /** What is said in place of title and body where they are not to be kept. */
  readonly bare: string;
}

/** What the surroundings do for it. */
export interface NoticePort {
  /** This tab keeps nothing. */
  readonly fleeting: boolean;
  /** May it show any? */
  allowed(): boolean;
  /** Is any tab of this person looked at? */
  looked(): Promise<boolean>;
  show(notice: Notice): void;
  now(): number;
}

/** Asks before it shows. */
export class NoticeDoor {
  constructor(readonly local: Pick<LifegraphApi['local'], 'get'>, readonly port: NoticePort) {}

  /** Shows what is made, should notices be shown now; false when none was. */
  async tell(make: () => readonly Told[] | Promise<readonly Told[]>): Promise<boolean> {
    const { port } = this;
    const choice = readChoice(await this.local.get(NOTICES_KEY));
    if (!choice.on || !port.allowed() || isQuietAt(choice, new Date(port.now()).getHours()) || (await port.looked())) return false;
    for (const { tag, title, body, route, secret, bare } of await make()) port.show(secret || port.fleeting ? { tag: 'lgos/bare', title: bare, body: '', route } : { tag, title, body, route });
    return true;
  }
}

/** Says to the other tabs of this person that this one is looked at, for as long as it is. */
function sayLooking(lock: string): void {
  if (!('locks' in navigator)) return;
  let release: (() => void) | null = null;
  const look = (): void => {
    const now = document.visibilityState === 'visible' && document.hasFocus();
    if (now && release === null) {
      const held = new Promise<void>((end) => (release = end));
      navigator.locks.request(lock, { mode: 'shared' }, () => held).catch(() => undefined);
    } else if (!now) {
      release?.();
      release = null;
    }
  };
  for (const type of ['focus', 'blur'] as const) addEventListener(type, look);
  document.addEventListener('visibilitychange', look);
  look();
}

/** The worker of the app says which notice was pressed, to the tab that answers for its person (src/boot/notice-press.ts). */
function hearPressed(name: string): void {
  navigator.serviceWorker?.addEventListener('message', ({ data, ports }: MessageEvent<{ type?: unknown; name?: unknown; route?: unknown } | null>) => {
    if (data?.type !== 'notice') return;
    const mine = data.name === name;
    if (mine && typeof data.route === 'string') navigate(parseRoute(data.route));
    else ports[0]?.postMessage(mine);
  });
}

/** What a tab does for its notices; `name` is that of its database: another person of this browser neither hears nor stops them. */
function createPort({ name, begun }: TabKind): NoticePort {
  const lock = `${name}/looking`;
  sayLooking(lock);
  hearPressed(name);
  const fleeting = begun !== null;
  return {
    fleeting,
    allowed: () => 'Notification' in globalThis && Notification.permission === 'granted',
    async looked() {
      if (!('locks' in navigator)) return document.hasFocus();
      const { held } = await navigator.locks.query();
      return held?.some((one) => one.name === lock) === true;
    },
    show({ tag, title, body, route }) {
      try {
        const shown = new Notification(title, { tag, body });
        shown.onclick = () => {
          shown.close();
          window.focus();
          navigate(route);
        };
      } catch {
        // Chromium on Android shows them by the worker of the app alone, which is told where a press leads.
        const data = { name, route: fleeting ? '' : formatRoute(route) };
        void navigator.serviceWorker?.getRegistration().then((worker) => worker?.showNotification(title, { tag, body, data })).catch(() => undefined);
      }
    },
    now: () => Date.now(),
  };
}

let port: NoticePort | null = null;

/** That of this tab. */
export const noticePort = (tab: TabKind): NoticePort => (port ??= createPort(tab));
