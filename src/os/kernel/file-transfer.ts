/** One file on its way here: its tree from the top, then its pieces, several at a time. */
import { AppError } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import type { FileState } from '#os/files-api';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import type { Fetcher, Fetching } from '#vm/chunks/fetching';
import type { Random } from '#ports/random';
import type { Place } from '#vm/chunks/messages';
import type { FileNode } from './file-node.ts';
import { piecesOf, roomOf, type PieceDeps } from './file-pieces.ts';

export class FileTransfer {
  private readonly open = new Set<Fetching>();
  /** Ids of its pieces, once its tree is here; those that are not looked for yet, and who waits for the next that comes. */
  private ids: readonly Bytes[] = [];
  private left: Bytes[] = [];
  private ask: (id: Bytes) => void = () => undefined;
  private waiting: (() => void)[] = [];
  private readonly from = new Set<string>();
  private have = 0;
  private over = false;
  private ended = false;
  /** When the last piece of it came, or it began, ms monotone. */
  private moved: number;

  constructor(
    private readonly pieces: PieceDeps, private readonly fetcher: Fetcher, private readonly place: Place, private readonly file: FileNode,
    /** It comes by itself, nobody asked. */
    readonly follows: boolean, private readonly random: Random, private readonly changed: () => void, private readonly now: () => number,
  ) {
    this.moved = now();
  }

  state(): Pick<FileState, 'state' | 'have' | 'from'> {
    return { state: [...this.open].some((one) => one.found()) ? 'coming' : 'asked', have: this.have, from: [...this.from] };
  }

  /** For how long nothing came although nobody linked has any of it, ms. */
  idle(): number {
    return this.state().state === 'asked' ? this.now() - this.moved : 0;
  }

  /** Resolves when all of it is here, or it turned out that there is no file behind the node. Rejects when the store refuses a piece; never after abort. */
  async run(): Promise<void> {
    try {
      await piecesOf(this.pieces, this.file, this.place, (ids, level) => this.fetch(ids, level === 0));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'damaged') throw error;
    } finally {
      this.ended = true;
      this.wake();
    }
  }

  abort(): void {
    this.over = true;
    for (const one of this.open) one.stop();
    this.open.clear();
    this.wake();
  }

  /** Who reads it while it comes wants this piece now and then those behind it: they come before the others, in order. */
  soon(index: number): void {
    const next = this.ids.slice(index, index + CHUNK_LIMITS.readAhead);
    const names = new Set(next.map((id) => toBase64url(id)));
    const unasked = this.left.filter((id) => names.has(toBase64url(id)));
    if (unasked.length > 0) this.left = this.left.filter((id) => !names.has(toBase64url(id)));
    // Not many more at once than otherwise: who jumps about in it would have all of it asked for.
    const now = unasked.slice(0, Math.max(0, CHUNK_LIMITS.ahead + CHUNK_LIMITS.readAhead - this.open.size));
    this.left.unshift(...unasked.slice(now.length));
    for (const id of now) this.ask(id);
    this.fetcher.first(this.place, next);
  }

  /** Resolves when something more of it is here, or nothing more comes of this. Rejects with `cancelled` when who waits has left. */
  more(signal?: AbortSignal): Promise<void> {
    const gaveUp = (): AppError => new AppError('cancelled', 'This part of the file is not waited for any more.', 'What came stays.', 'Ask for it again.');
    if (signal?.aborted === true) return Promise.reject(gaveUp());
    if (this.ended || this.over) return Promise.resolve();
    return new Promise((go, leave) => {
      const left = (): void => {
        this.waiting = this.waiting.filter((other) => other !== one);
        leave(gaveUp());
      };
      const one = (): void => {
        signal?.removeEventListener('abort', left);
        go();
      };
      this.waiting.push(one);
      signal?.addEventListener('abort', left, { once: true });
    });
  }

  private wake(): void {
    for (const go of this.waiting.splice(0)) go();
  }

  private async fetch(ids: readonly Bytes[], counts: boolean): Promise<boolean> {
    const held = await this.pieces.store.held(roomOf(this.place));
    const missing = ids.filter((id) => !held.has(toBase64url(id)));
    if (counts) this.have = ids.length - missing.length;
    // In an order of its own: two who fetch the same file at the same time have different parts of it, and give them to each other.
    shuffle(this.random, missing);
    if (counts) this.ids = ids;
    this.left = missing;
    await new Promise<void>((done, failed) => {
      const one = (id: Bytes): void => {
        const fetching = this.fetcher.fetch(this.place, id);
        this.open.add(fetching);
        // Nothing more comes of one that was given up.
        fetching.done.then((device) => {
          this.from.add(device);
          this.open.delete(fetching);
          this.moved = this.now();
          if (counts) this.have += 1;
          this.changed();
          this.wake();
          more();
        }, failed);
      };
      this.ask = one;
      // Many at a time: whether an end has them is one question.
      const more = (): void => {
        if (this.over || (this.left.length === 0 && this.open.size === 0)) return done();
        if (this.open.size > CHUNK_LIMITS.aheadLeft) return;
        for (const id of this.left.splice(0, CHUNK_LIMITS.ahead - this.open.size)) one(id);
        this.changed();
      };
      more();
    });
    return !this.over;
  }
}

function shuffle<T>(random: Random, list: T[]): void {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(unit(random) * (at + 1));
    [list[at], list[other]] = [list[other]!, list[at]!];
  }
}

/** 0 to 1. */
const unit = (random: Random): number => random.bytes(4).reduce((sum, byte) => (sum + byte) / 256, 0);
