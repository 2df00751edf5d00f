/**
 * Notices of the system while a tab or the installed app lives: what came into the Inbox since then, when nobody looks at any tab of it and it is not quiet.
 * There is no push server: nothing comes to a closed app.
 */
import '#view/kit/hub-words.ts';
import '#view/kit/notices-words.ts';
import type { LifegraphApi } from '#os/api';
import type { Item } from '#domain/hub';
import type { I18n } from '#view/kit/i18n.tsx';
import { NoticeDoor, noticePort, type NoticePort, type Told } from '#view/kit/system-notices.ts';
import type { TabKind } from '#view/kit/tab-kind.tsx';
import type { Feed, HubState } from './feed.ts';
import { placeEntry, routeOf } from './projection.ts';
import { REASON_WORD } from './words.ts';

/** What came before this tab by more than so long is no news: it came with a look at the past, ms. */
const NEWS_MS = 120_000;
/** So many at once are told in one notice. */
const APART = 3;
/** So many entries that were told are remembered, the latest. */
const KNOWN = 20_000;

/** Follows the Inbox and tells what is new in it. */
export class Notices {
  /** Told, or there before: what is gone from the Inbox for a while (a read that failed, a mark taken back) is no news when it comes again. */
  readonly #known = new Set<string>();
  #whole = false;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #began: number;
  readonly #door: NoticeDoor;

  constructor(readonly api: Pick<LifegraphApi, 'local' | 'spaces'>, readonly feed: Pick<Feed, 'state' | 'subscribe'>, readonly port: NoticePort, readonly words: () => Pick<I18n, 't'>) {
    this.#began = port.now();
    this.#door = new NoticeDoor(api.local, port);
    feed.subscribe(() => this.#look());
    this.#look();
  }

  #look(): void {
    const state = this.feed.state();
    if (!state.settled) return;
    const open = state.items.filter(({ is, unread }) => is === 'inbox' && unread);
    const news = open.filter((item) => this.#isNews(item));
    if (this.#whole && news.length > 0) this.#turn = this.#turn.then(() => this.#door.tell(() => this.#make(news, state))).catch(() => undefined);
    this.#whole = true;
  }

  /** Since this tab began, and not known yet. What was put off comes back at its time however old it is, once. */
  #isNews({ entry, until }: Item): boolean {
    if (Math.max(entry.at, until ?? 0) < this.#began - NEWS_MS) return false;
    const key = until === null ? entry.id : `${entry.id} ${until}`;
    const known = this.#known.delete(key);
    this.#known.add(key);
    if (this.#known.size > KNOWN) this.#known.delete(this.#known.values().next().value!);
    return !known;
  }

  async #make(news: readonly Item[], state: HubState): Promise<readonly Told[]> {
    return news.length > APART ? [this.#many(news.length, state)] : await Promise.all(news.map((item) => this.#one(item, state)));
  }

  #many(n: number, { personal, spaces }: HubState): Told {
    const space = personal ?? spaces?.[0]?.id ?? null;
    const title = this.words().t('notices.more', { n });
    return { tag: 'lgos/inbox', title, body: '', route: { space, lens: 'hub', object: 'inbox' }, secret: false, bare: title };
  }

  async #one({ entry, reasons }: Item, state: HubState): Promise<Told> {
    const members = await this.api.spaces.members(entry.space).catch(() => []);
    const by = entry.kind === 'task' ? (entry.given?.by ?? entry.by) : entry.by;
    const place = placeEntry(state.indexes.get(entry.space), entry.fragment);
    // Of a space that is not in the list nobody knows what it asks.
    const secret = state.spaces?.find(({ id }) => id === entry.space)?.rules.keep !== 'all';
    const name = members.find(({ uid }) => uid === by)?.name ?? '…';
    // One tag for one thing: several tabs show it once.
    return { tag: `lgos/${entry.id}`, title: this.words().t(REASON_WORD[reasons[0] ?? 'follow'][0], { name }), body: entry.title || (place?.place?.title ?? ''), route: routeOf(entry, place), secret, bare: this.words().t('notices.bare') };
  }
}

const running = new WeakSet<Feed>();

/** Begins once for a tab. */
export function startNotices(api: LifegraphApi, feed: Feed, tab: TabKind, words: () => Pick<I18n, 't'>): void {
  if (running.has(feed)) return;
  running.add(feed);
  new Notices(api, feed, noticePort(tab), words);
}
