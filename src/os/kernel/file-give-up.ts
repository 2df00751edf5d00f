/**
 * Giving a file up (FILE2). Two devices that both have too much must not each count on the other's copy, and pieces that another file here names stay: whoever may write
 * a node may name any piece in it. Where that is not sure the file stays.
 */
import { equalBytes, toBase64url, type Bytes } from '#base/bytes';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import type { Place } from '#vm/chunks/messages';
import type { FileNode } from './file-node.ts';
import { piecesOf, roomOf, type Found, type PieceDeps } from './file-pieces.ts';
import type { Beside, FileRoom } from './file-room.ts';

export interface GiveUpHost {
  readonly pieces: PieceDeps;
  readonly room: Pick<FileRoom, 'usedAt'>;
  now(): number;
  find(key: string): Found | null;
  beside(key: string, place: Place): Iterable<Beside>;
  /** Is it on its way here? */
  moving(key: string): boolean;
  /** May this tab give anything up now? */
  may(): boolean;
  /** Does a linked device that keeps what it has say that it has all of it? `silent`: those that gave no answer, which are not asked again. */
  isHeld(found: Found, ids: readonly Bytes[], silent: Set<string>): Promise<boolean>;
  takeOut(key: string, found: Found, ids: readonly Bytes[]): Promise<void>;
}

export class GivingUp {
  /** Pieces (`room/id`) of the file that may go: others are told that they are not here. */
  private readonly leaving = new Set<string>();
  /** How often that ended. */
  private ended = 0;
  private going: { readonly key: string; readonly over: Promise<unknown> } | null = null;

  constructor(private readonly host: GiveUpHost) {}

  /** What others are told of these pieces. */
  async held(place: Place, ids: readonly Bytes[]): Promise<readonly boolean[]> {
    const room = roomOf(place);
    for (;;) {
      const { ended } = this;
      const held = await this.host.pieces.store.held(room);
      // What went while the store was read stands in the answer of the store.
      if (ended === this.ended) return ids.map(toBase64url).map((id) => held.has(id) && !this.leaving.has(`${room}/${id}`));
    }
  }

  /** Resolves when its pieces are not being taken out. */
  async still(key: string): Promise<void> {
    if (this.going?.key === key) await this.going.over;
  }

  /** Gives up what is overdue; how many files went. */
  async look(room: FileRoom): Promise<number> {
    const silent = new Set<string>();
    const rooms = new Map<string, ReadonlyMap<string, number>>();
    const here = async (key: string): Promise<boolean> => {
      const found = this.host.find(key);
      if (!found) return false;
      const at = roomOf(found.place);
      if (!rooms.has(at)) rooms.set(at, await this.host.pieces.store.held(at));
      return rooms.get(at)!.has(toBase64url(found.file.root));
    };
    return room.look((key) => this.giveUp(key, silent), here);
  }

  /** Takes a file off this device if another one, that keeps what it has, says that it has all of it now and counts on no copy here. */
  async giveUp(key: string, silent: Set<string>): Promise<boolean> {
    const found = this.host.find(key);
    if (!found || !this.mayGo(key)) return false;
    const ids = await this.whole(found);
    if (ids === null) return false;
    const names = new Set(ids.map(toBase64url));
    // Before anybody is asked: of two that ask each other at least one hears no, and of those that go one after the other each counts on one that stayed longer.
    for (const name of names) this.leaving.add(`${roomOf(found.place)}/${name}`);
    try {
      if (!(await this.host.isHeld(found, ids, silent)) || (await this.isShared(key, found.place, names)) || (await this.isFresh(key))) return false;
      const still = this.host.find(key);
      if (!still || !equalBytes(still.file.root, found.file.root) || !this.mayGo(key)) return false;
      const over = this.host.takeOut(key, found, ids);
      this.going = { key, over: over.catch(() => undefined) };
      await over;
      return true;
    } finally {
      this.going = null;
      this.ended += 1;
      this.leaving.clear();
    }
  }

  private mayGo(key: string): boolean {
    return this.host.may() && !this.host.moving(key);
  }

  /** Ids of its tree and its pieces; null while the tree is not here to its end. */
  private async whole({ file, place }: Found): Promise<readonly Bytes[] | null> {
    const ids: Bytes[] = [];
    const pieces = await piecesOf(this.host.pieces, file, place, async (some) => (ids.push(...some), true)).catch(() => null);
    return pieces && ids;
  }

  /** Used lately, or nobody knows when. */
  private async isFresh(key: string): Promise<boolean> {
    const usedAt = await this.host.room.usedAt(key);
    return usedAt === null || this.host.now() - usedAt < CHUNK_LIMITS.freshMs;
  }

  /** Does another file that stays here name one of these pieces? */
  private async isShared(key: string, place: Place, names: ReadonlySet<string>): Promise<boolean> {
    const held = await this.host.pieces.store.held(roomOf(place));
    for (const { key: other, file, mine } of this.host.beside(key, place)) {
      if (file === null) return true;
      const named = await this.namesOneOf(file, place, held, names);
      if (named === false || (named === null && !mine)) continue;
      if (mine || file.size <= CHUNK_LIMITS.followFile || this.host.moving(other)) return true;
      const usedAt = await this.host.room.usedAt(other);
      if (usedAt !== null && this.host.now() - usedAt < CHUNK_LIMITS.freshMs) return true;
    }
    return false;
  }

  /** Null: a part of its tree is not here, so nobody knows. */
  private async namesOneOf(file: FileNode, place: Place, held: ReadonlyMap<string, number>, names: ReadonlySet<string>): Promise<boolean | null> {
    const root = toBase64url(file.root);
    if (names.has(root)) return true;
    if (!held.has(root)) return false;
    let found = false;
    const all = await piecesOf(this.host.pieces, file, place, async (ids) => !(found = ids.some((id) => names.has(toBase64url(id))))).catch(() => null);
    return found || (all === null ? null : false);
  }
}
