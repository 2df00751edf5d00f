/** Decks out of files and into them: the thread that reads and writes them, and what the kernel is given of it. */
import { toBase64url } from '#base/bytes';
import type { GraphApi, LifegraphApi, Op, Query } from '#os/api';
import { CARD, DECK } from '#domain/learn';
import { beginHalf, CARD_LIMITS, decksOf, deleteCard, dropHalf, endHalf, halfWholes, type Card } from '#domain/learn/cards';
import type { CardFound, DeckFaultCode, DecksFound, FromDecks, Side, ToDecks } from '#domain/learn/anki';
import { CHANNEL_TITLE_MAX, FRAGMENT, oneLine, ROOT, type DirectoryEntry } from '#domain/shared';
import { cutText } from '#base/plain-text';
import { RASTER_HEAD, rasterType } from '#view/kit/raster.ts';

/** Operations given to the kernel at once: between two of them it serves whoever else asks. */
const TOGETHER = 500;

/** Sounds and films by the ends of their names; pictures are known by their bytes. What they call themselves is not believed by who plays them. */
const PLAYED: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', ogg: 'audio/ogg', oga: 'audio/ogg', opus: 'audio/ogg', wav: 'audio/wav', flac: 'audio/flac', m4a: 'audio/mp4', aac: 'audio/aac', mp4: 'video/mp4', webm: 'video/webm' };

/** Why a deck is not taken, as the thread said. */
export class DeckRefused extends Error {
  override readonly name = 'DeckRefused';
  constructor(readonly code: DeckFaultCode) {
    super(code);
  }
}

/** The thread. `close` ends it at any moment. */
export class DeckThread {
  private readonly worker = new Worker(new URL('../../../workers/decks.worker.ts', import.meta.url), { type: 'module', name: 'decks' });
  private waiting: { resolve(said: FromDecks): void; reject(error: Error): void } | null = null;
  closed = false;
  /** It was ended: what a stranger's file does to a reader may have no end. */
  private late = false;

  constructor() {
    this.worker.onmessage = ({ data }: MessageEvent<FromDecks>) => ('fault' in data ? this.waiting?.reject(new DeckRefused(data.fault.code)) : this.waiting?.resolve(data));
    // Out of memory, or its code did not come.
    this.worker.onerror = () => this.waiting?.reject(new DeckRefused('damaged'));
  }

  private ask(asked: ToDecks): Promise<FromDecks> {
    if (this.closed) return Promise.reject(new Error('given up'));
    if (this.late) return Promise.reject(new DeckRefused('too-large'));
    const answer = new Promise<FromDecks>((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.worker.postMessage(asked);
    });
    // What is written is the person's own, of any length.
    if ('write' in asked) return answer;
    const timer = setTimeout(() => {
      this.late = true;
      this.worker.terminate();
      this.waiting?.reject(new DeckRefused('too-large'));
    }, CARD_LIMITS.deckMs);
    return answer.finally(() => clearTimeout(timer));
  }

  async read(file: File): Promise<DecksFound> {
    const said = await this.ask({ read: { name: file.name, file } });
    if (!('found' in said)) throw new DeckRefused('damaged');
    return said.found;
  }

  async media(at: number): Promise<Uint8Array<ArrayBuffer>> {
    const said = await this.ask({ media: at });
    if (!('bytes' in said)) throw new DeckRefused('damaged');
    return said.bytes;
  }

  async write(asked: Extract<ToDecks, { write: unknown }>['write']): Promise<Blob> {
    const said = await this.ask({ write: asked });
    if (!('written' in said)) throw new DeckRefused('damaged');
    return said.written;
  }

  close(): void {
    this.closed = true;
    this.worker.terminate();
    this.waiting?.reject(new Error('given up'));
  }
}

const entryOf = async (graph: GraphApi, fragment: string): Promise<DirectoryEntry> => {
  const found = decksOf(await graph.query({ type: FRAGMENT, fragment: ROOT, where: { type: DECK } })).find((deck) => deck.fragment === fragment);
  if (!found) throw new Error('the deck did not appear');
  return found;
};

/** What came in. */
export interface Kept {
  readonly decks: readonly DirectoryEntry[];
  readonly cards: number;
  /** Names of files that could not be read. */
  readonly unread: readonly string[];
}

type Thread = Pick<DeckThread, 'media' | 'closed'>;

/** Decks that are being written by this page: no others are told of as broken off. */
export const WRITING = new Set<string>();

/** Entries of decks of which only a part came. */
export const HALVES = { type: FRAGMENT, fragment: ROOT, where: { type: DECK }, include: { deleted: 'only' } } satisfies Query;

/** Takes away what came of decks that are not whole. Who goes on writing one elsewhere finds that at its end. */
export async function dropDecks(graph: GraphApi, entries: readonly DirectoryEntry[]): Promise<void> {
  await graph.transact(entries.flatMap(dropHalf));
  for (const { fragment } of entries) {
    const cards = await graph.query({ type: CARD, fragment });
    for (let at = 0; at < cards.length; at += TOGETHER) await graph.transact(cards.slice(at, at + TOGETHER).flatMap(({ id }) => deleteCard(id)), { fragment });
  }
}

/** Keeps the decks of a file in the Personal space: all, or nothing. None is in a list until all of them are written. */
export async function keepDecks(api: LifegraphApi, personal: string, found: DecksFound, thread: Thread, told: (done: number, total: number) => void): Promise<Kept> {
  const made: DirectoryEntry[] = [];
  try {
    return await writeDecks(api, personal, found, thread, told, made);
  } catch (error) {
    // Where this fails, too, the page of the cards tells of what lies here.
    await dropDecks(api.graph(personal), made).catch(() => undefined);
    throw error;
  } finally {
    for (const { fragment } of made) WRITING.delete(fragment);
  }
}

async function writeDecks(api: LifegraphApi, personal: string, found: DecksFound, thread: Thread, told: (done: number, total: number) => void, made: DirectoryEntry[]): Promise<Kept> {
  const graph = api.graph(personal);
  const total = found.decks.reduce((sum, { cards }) => sum + cards.length, 0) + found.files.length;
  const unread: string[] = [];
  let done = 0;
  for (const deck of found.decks) {
    const entry = await hiddenDeck(graph, deck.name, made);
    const files = new Map<number, string>();
    for (const at of new Set(deck.cards.flatMap(({ frontFiles, backFiles }) => [...frontFiles, ...backFiles]))) {
      const id = await keepFile(api, personal, entry.fragment, found.files[at]!.name, () => thread.media(at));
      if (id === null) unread.push(found.files[at]!.name);
      else files.set(at, id);
      told((done += 1), total);
    }
    let ops: Op[] = [];
    for (const [index, card] of deck.cards.entries()) {
      ops.push(...cardOps(card, files));
      if (ops.length < TOGETHER && index < deck.cards.length - 1) continue;
      if (thread.closed) throw new Error('given up');
      await graph.transact(ops, { fragment: entry.fragment });
      ops = [];
      told(Math.min(total, done + index + 1), total);
    }
    done += deck.cards.length;
  }
  // What somebody took away meanwhile is not whole.
  const here = new Set(halfWholes(await graph.query(HALVES)).map(({ fragment }) => fragment));
  if (thread.closed || !made.every(({ fragment }) => here.has(fragment))) throw new Error('given up');
  await graph.transact(made.flatMap(endHalf));
  return { decks: made, cards: found.decks.reduce((sum, { cards }) => sum + cards.length, 0), unread };
}

async function hiddenDeck(graph: GraphApi, name: string, made: DirectoryEntry[]): Promise<DirectoryEntry> {
  const fragment = await graph.createFragment({ type: DECK, title: cutText(oneLine(name), CHANNEL_TITLE_MAX) || 'Anki' });
  WRITING.add(fragment);
  const entry = await entryOf(graph, fragment);
  made.push(entry);
  await graph.transact(beginHalf(entry));
  return entry;
}

async function keepFile(api: LifegraphApi, personal: string, fragment: string, name: string, read: () => Promise<Uint8Array<ArrayBuffer>>): Promise<string | null> {
  const bytes = await read().catch((error: unknown) => (error instanceof DeckRefused ? null : Promise.reject(error)));
  if (bytes === null || !api.files) return null;
  const mime = rasterType(bytes.subarray(0, RASTER_HEAD)) ?? PLAYED[name.split('.').at(-1)!.toLowerCase()] ?? 'application/octet-stream';
  return api.files.add(personal, fragment, new Blob([bytes]), { name, mime });
}

function cardOps({ front, back, frontFiles, backFiles, reviews, off }: CardFound, files: ReadonlyMap<number, string>): Op[] {
  const id = toBase64url(crypto.getRandomValues(new Uint8Array(16)));
  const ids = (numbers: readonly number[]): string[] => numbers.flatMap((at) => files.get(at) ?? []).slice(0, CARD_LIMITS.files);
  const [of, behind] = [ids(frontFiles), ids(backFiles)];
  const props = { front, back, ...(of.length > 0 && { frontFiles: of }), ...(behind.length > 0 && { backFiles: behind }), ...(off && { off }) };
  return [{ op: 'node.create', type: CARD, id, props, verb: 'learn/card.create@1' }, ...reviews.slice(-CARD_LIMITS.reviews).map(({ at, grade }): Op => ({ op: 'set.add', id, prop: 'reviews', value: `${at} ${grade}`, verb: 'learn/card.review@1' }))];
}

/** A deck as a package of Anki, with what of its files is on this device; `missing` are those that are not. */
export async function deckPackage(api: LifegraphApi, personal: string, name: string, cards: readonly Card[], thread: Pick<DeckThread, 'write'>, at: number): Promise<{ file: Blob; missing: number }> {
  const files: { name: string; blob: Blob }[] = [];
  const names = new Map<string, string>();
  let missing = 0;
  for (const id of new Set(cards.flatMap(({ frontFiles, backFiles }) => [...frontFiles, ...backFiles]))) {
    const held = await fileHere(api, personal, id);
    if (held === null) missing += 1;
    else {
      const own = files.some((file) => file.name === held.name) ? `${files.length}-${held.name}` : held.name;
      names.set(id, own);
      files.push({ name: own, blob: held.blob });
    }
  }
  const side = (text: string, ids: readonly string[]): Side => ({ text, media: ids.flatMap((id) => names.get(id) ?? []) });
  const file = await thread.write({ name, at, files, cards: cards.map((card) => ({ card, front: side(card.front, card.frontFiles), back: side(card.back, card.backFiles) })) });
  return { file, missing };
}

/** Name and bytes of a file that is all on this device. */
async function fileHere(api: LifegraphApi, personal: string, id: string): Promise<{ name: string; blob: Blob } | null> {
  const { files } = api;
  if (!files) return null;
  const state = await new Promise<{ state: string; name: string }>((resolve) => {
    let stop: (() => void) | null = null;
    stop = files.watch(personal, id, (told) => {
      if (told.state === 'looking') return;
      resolve(told);
      void Promise.resolve().then(() => stop?.());
    });
  });
  if (state.state !== 'here') return null;
  return { name: oneLine(state.name).replace(/[/\\:]/g, '_').slice(0, 120) || id, blob: await new Response(files.read(personal, id)).blob() };
}
