/** What leads to a document: pages and messages of the space that link to it, and pages that say its title, read out of the texts, so that nothing has to be kept true; and tasks, goals, milestones and events that were linked with it. */
import { cutText } from '#base/plain-text';
import type { LifegraphApi } from '#os/api';
import { MESSAGE, readMessage } from '#domain/chat';
import { DOCUMENT, readDocument, textNodeOf } from '#domain/editor';
import { DocReplica, plainOf, type Block } from '#domain/editor/model';
import { EVENT, GOAL, goalNodeOf, LINKED, MILESTONE, readTask, TASK } from '#domain/goals';
import { FRAGMENT, oneLine, readDirectoryEntry, ROOT, type DirectoryEntry } from '#domain/shared';
import { parseRoute, type Route } from '#view/kit/router.tsx';

export interface Backlink {
  readonly key: string;
  readonly kind: 'page' | 'message' | 'work';
  /** Title of the page or the task; of a message its author. */
  readonly title: string;
  readonly by: string | null;
  readonly words: string;
  readonly route: Partial<Route>;
}

export interface Backlinks {
  readonly linked: readonly Backlink[];
  readonly mentioned: readonly Backlink[];
}

/** Pages and messages that are looked through, the newest first. */
const PAGES = 200;
const MESSAGES = 5_000;
const WORDS = 160;
/** Shorter titles stand in too many words. */
const TITLE_MIN = 3;

/** Texts that were read before, so that only news is asked for. */
export type KnownTexts = Map<string, { replica: DocReplica; mark: string | null }>;

/** Does an address lead to the thing? */
export function leadsTo(href: string, space: string, object: string): boolean {
  const at = href.indexOf('#/');
  if (at < 0) return false;
  const route = parseRoute(href.slice(at));
  return route.space === space && route.object === object;
}

/** Does a text say the words, as words of their own and whatever their case? */
export function says(text: string, words: string): boolean {
  const [lower, wanted] = [text.toLowerCase(), words.toLowerCase()];
  const letter = /[\p{L}\p{N}]/u;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
    if (!letter.test(lower[at - 1] ?? ' ') && !letter.test(lower[at + wanted.length] ?? ' ')) return true;
  }
  return false;
}

async function blocksOf(api: LifegraphApi, space: string, fragment: string, known: KnownTexts): Promise<readonly Block[]> {
  let text = known.get(fragment);
  // Nothing is written under this number.
  if (!text) known.set(fragment, (text = { replica: new DocReplica(1), mark: null }));
  const news = await api.graph(space).updates(textNodeOf(fragment), text.mark).catch(() => null);
  if (news !== null) {
    text.replica.take(news.updates);
    text.mark = news.mark;
  }
  return text.replica.shown();
}

/** Tasks, goals, milestones and events that say they have to do with it. */
async function worksFor(api: LifegraphApi, space: string, fragment: string): Promise<Backlink[]> {
  const graph = api.graph(space);
  const nodes = await graph.query({ type: [TASK, GOAL, MILESTONE, EVENT], edges: { type: LINKED, to: textNodeOf(fragment) } });
  // A goal of the rail has its title in the directory.
  const entries = nodes.some(({ type }) => type === GOAL) ? (await graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: GOAL } })).flatMap((node) => readDirectoryEntry(node) ?? []) : [];
  return nodes.map((node): Backlink => {
    const goal = node.type === GOAL && node.id === goalNodeOf(node.fragment);
    const title = goal ? entries.find((one) => one.fragment === node.fragment)?.title : readTask({ ...node, type: TASK })!.title;
    return { key: node.id, kind: 'work', title: title || '…', by: null, words: '', route: { space, lens: 'goals', object: node.fragment, params: goal ? {} : { panel: 'details', t: node.id } } };
  });
}

/** Looks through the space. */
export async function backlinks(api: LifegraphApi, space: string, document: DirectoryEntry, known: KnownTexts): Promise<Backlinks> {
  const [linked, mentioned]: [Backlink[], Backlink[]] = [[], []];
  const graph = api.graph(space);
  const entries = (await graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: DOCUMENT } })).flatMap((node) => readDocument(node) ?? []).sort((a, b) => (a.stamp > b.stamp ? -1 : 1));
  for (const page of entries.slice(0, PAGES)) {
    if (page.fragment === document.fragment) continue;
    const blocks = await blocksOf(api, space, page.fragment, known);
    const link = blocks.find(({ text }) => text.some(({ marks }) => marks.link !== undefined && leadsTo(marks.link, space, document.fragment)));
    const mention = link || document.title.length < TITLE_MIN ? undefined : blocks.find(({ text }) => says(plainOf(text), document.title));
    const at = link ?? mention;
    if (at) (link ? linked : mentioned).push({ key: page.fragment, kind: 'page', title: page.title, by: null, words: cutText(oneLine(plainOf(at.text)), WORDS), route: { space, lens: 'documents', object: page.fragment } });
  }
  const pages = new Set(entries.map(({ fragment }) => fragment));
  for (const node of await graph.query({ type: MESSAGE, order: '-stamp', limit: MESSAGES })) {
    const message = readMessage(node);
    if (!message || message.deleted || !message.text.includes(document.fragment)) continue;
    const place: Partial<Route> = pages.has(message.fragment) ? { lens: 'documents', params: { panel: 'comments', m: message.id } } : { lens: 'chat', params: { m: message.id } };
    if ((message.text.match(/#\/[^\s[\]|]+/gu) ?? []).some((word) => leadsTo(word, space, document.fragment))) linked.push({ key: message.id, kind: 'message', title: '', by: message.by, words: cutText(oneLine(message.text), WORDS), route: { space, object: message.fragment, ...place } });
  }
  return { linked: [...(await worksFor(api, space, document.fragment)), ...linked], mentioned };
}
