/**
 * Files of this kernel (docs/PROTOCOL.md, Files): adding, fetching over the links of the leader, reading. A file up to 1 MiB follows its fragment, a larger one
 * comes when somebody asks; who asked for what is a row of its own, so that a reload of either end goes on where it stood.
 */
import { AppError } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import type { AddFile, FileState } from '#os/files-api';
import type { ChunkStore } from '#ports/chunk-store';
import { StoreError } from '#ports/record-store';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { createFetcher, type Fetcher } from '#vm/chunks/fetching';
import type { Place } from '#vm/chunks/messages';
import { createServing, type Serving } from '#vm/chunks/serving';
import { levelsOf } from '#vm/chunks/tree';
import type { LinkMessage } from '#vm/mesh/link-types';
import type { Core, PeerState } from '#vm/replication/peer-state';
import { addFile } from './file-add.ts';
import { GivingUp } from './file-give-up.ts';
import { readFileNode } from './file-node.ts';
import { heldPiece, piecesOf, plainPiece, roomOf, type Found, type PieceDeps } from './file-pieces.ts';
import { FileRoom, filesBeside, keepsPieces, smallFiles } from './file-room.ts';
import { FileTransfer } from './file-transfer.ts';
import { FileWatchers } from './file-watchers.ts';
import { FileWishes } from './file-wishes.ts';
import type { KernelParts } from './kernel.ts';
import { fragmentOfNode } from './spaces.ts';
import type { FilesNotice } from './tab-notices.ts';

const keyOf = (space: string, id: string): string => `${space}/${id}`;
const isLarge = ({ file }: Found): boolean => file.size > CHUNK_LIMITS.followFile;

export class FileDesk {
  private readonly pieces: PieceDeps;
  private readonly transfers = new Map<string, FileTransfer>();
  /** Files that were found whole in this run, or found to be none. */
  private readonly settled = new Set<string>();
  /** Files added where nothing is kept, with the pieces that went out to no device that keeps them. */
  private readonly alone = new Map<string, Set<string>>();
  /** Files of which a piece found no room: they wait until they are asked for again, or once until room was made. */
  private readonly full = new Set<string>();
  private readonly retried = new Set<string>();
  /** Until then nothing follows, ms monotone: one that did found no room. */
  private followAt = -Infinity;
  /** Files that gave their place to another, and until when they take nobody's, ms monotone. */
  private readonly rested = new Map<string, number>();
  /** Looks that are put off, by how long, ms: a file waits for a place, or for room. */
  private readonly later = new Map<number, () => void>();
  private readonly watchers = new FileWatchers();
  private core: Core | null = null;
  private fetcher: Fetcher | null = null;
  private serving: Serving | null = null;
  private readonly room: FileRoom;
  private readonly wishes: FileWishes;
  private readonly givingUp: GivingUp;
  /** Others are asked what may go: nothing that comes waits for them. */
  private looking: Promise<void> | null = null;
  private reviewing: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(private readonly parts: KernelParts, private readonly store: ChunkStore) {
    const { clock, crypto } = parts.kernel.deps;
    this.room = new FileRoom(parts.kernel, store);
    this.wishes = new FileWishes(parts.kernel);
    this.pieces = { store, crypto, pause: () => new Promise((next) => void clock.setTimer(0, next)) };
    this.givingUp = new GivingUp({
      pieces: this.pieces, room: this.room, now: () => clock.now(),
      find: (key) => this.findKey(key),
      beside: (key, place) => filesBeside(parts.kernel, key, place),
      moving: (key) => this.transfers.has(key),
      may: () => parts.kernel.leader && !this.closed,
      isHeld: async ({ place }, ids, silent) => this.fetcher?.isHeld(place, ids, (peer) => keepsPieces(parts.kernel.spaces.get(toBase64url(place.space)), peer), silent) ?? false,
      takeOut: (key, found, ids) => this.takeOut(key, found, ids),
    });
  }

  /** A link opened a space, or may see more now. */
  look(core: Core): void {
    this.attach(core);
    this.fetcher?.look();
    this.tellMoving();
  }

  onMessage(core: Core, peer: PeerState, message: LinkMessage): void {
    this.attach(core);
    this.serving?.onMessage(peer, message);
  }

  /** Keeps a file. AppErrors as FilesApi.add says. */
  async add(spaceId: string, fragmentId: string, blob: Blob, how: AddFile): Promise<string> {
    const { id, put } = await addFile(this.parts, this.pieces, spaceId, fragmentId, blob, how);
    if (this.parts.kernel.deps.fleeting) this.alone.set(keyOf(spaceId, id), new Set(put));
    return id;
  }

  async piece(space: string, id: string, index: number, signal?: AbortSignal): Promise<Bytes> {
    const found = this.find(space, id);
    if (found && isLarge(found)) this.room.touch(keyOf(space, id));
    const ids = found && (await piecesOf(this.pieces, found.file, found.place, async () => true));
    const read = async (): Promise<Bytes | null> => (found && ids?.[index] ? plainPiece(this.pieces, found.file, found.place, ids[index], index) : null);
    let piece = await read();
    // While it comes, who plays it waits for what comes next.
    for (let transfer = this.transfers.get(keyOf(space, id)); piece === null && ids?.[index] && transfer; transfer = this.transfers.get(keyOf(space, id))) {
      const more = transfer.more(signal);
      transfer.soon(index);
      await more;
      piece = await read();
    }
    if (piece !== null) {
      if (isLarge(found!)) void this.room.note(keyOf(space, id)).catch(() => undefined);
      return piece;
    }
    this.settled.delete(keyOf(space, id));
    this.tell(keyOf(space, id));
    throw new AppError('not-here', 'This part of the file is not on this device.', 'Nothing was changed.', 'Download the file.');
  }

  async want(space: string, id: string): Promise<void> {
    const key = keyOf(space, id);
    await this.wishes.add(key);
    this.parts.kernel.deps.tabs.post({ t: 'files', want: key });
    this.again(key);
    await this.review();
  }

  async cancel(space: string, id: string): Promise<void> {
    await this.wishes.forget(keyOf(space, id));
    this.stop(keyOf(space, id));
    this.parts.kernel.deps.tabs.post({ t: 'files' });
  }

  async drop(space: string, id: string): Promise<void> {
    const found = this.find(space, id);
    await this.cancel(space, id);
    if (!found) return;
    await this.takeOut(keyOf(space, id), found, await this.allOf(found));
    await this.room.forget(keyOf(space, id));
  }

  /** Ids of its tree and its pieces, as far as they are known here. */
  private async allOf({ file, place }: Found): Promise<Bytes[]> {
    const all: Bytes[] = [];
    await piecesOf(this.pieces, file, place, async (ids) => (all.push(...ids), true)).catch(() => null);
    return all;
  }

  private async takeOut(key: string, { place }: Found, all: readonly Bytes[]): Promise<void> {
    await this.store.remove(roomOf(place), all.map((one) => toBase64url(one)));
    this.settled.delete(key);
    this.alone.delete(key);
    this.parts.kernel.deps.tabs.post({ t: 'files' });
    this.tell(key);
  }

  watch(space: string, id: string, on: (state: FileState) => void): () => void {
    return this.watchers.add(keyOf(space, id), () => this.state(space, id), on);
  }

  /** Files added in a tab that keeps nothing which no device that keeps was given whole (decisions/0051). */
  unheld(): number {
    return [...this.alone.keys()].filter((key) => this.parts.kernel.spaces.get(key.split('/')[0]!)?.standing !== 'left' && this.findKey(key) !== null).length;
  }

  /** Fetches what is to come, where this tab holds the links; everywhere, watchers are told. One after another. */
  review(): Promise<void> {
    this.reviewing = this.reviewing.then(() => this.reviewNow()).catch((error: unknown) => this.parts.kernel.fault('files', error));
    return this.reviewing;
  }

  /** A write was refused for want of room: the tab with the links makes some. */
  press(): void {
    if (!this.parts.kernel.leader) return this.parts.kernel.deps.tabs.post({ t: 'files', press: true });
    this.room.press();
    void this.review();
  }

  /** What another tab said. */
  heard({ press, used, want }: FilesNotice): void {
    if (used !== undefined) this.room.touch(used);
    if (want !== undefined) this.again(want);
    if (press && this.parts.kernel.leader) this.room.press();
    void this.review();
  }

  close(): void {
    this.closed = true;
    for (const cancel of this.later.values()) cancel();
    this.fetcher?.close();
    for (const key of [...this.transfers.keys()]) this.stop(key);
    this.store.close();
  }

  private attach(core: Core): void {
    if (this.core === core || this.closed) return;
    this.core = core;
    this.fetcher?.close();
    for (const key of [...this.transfers.keys()]) this.stop(key);
    this.serving = createServing(core, {
      read: (place, id) => heldPiece(this.pieces, roomOf(place), id),
      held: (place, ids) => this.givingUp.held(place, ids),
      given: (peer, place, id) => this.given(peer, place, toBase64url(id)),
    });
    this.fetcher = createFetcher(core, {
      take: (place, id, stored) => this.store.put(roomOf(place), toBase64url(id), stored),
      strike: (peer) => this.parts.kernel.replication?.strike(peer.id, 'forged'),
    });
    void this.review();
  }

  private given(peer: PeerState, place: Place, id: string): void {
    const { kernel } = this.parts;
    const space = this.alone.size > 0 && kernel.spaces.get(toBase64url(place.space));
    if (!space || !keepsPieces(space, peer)) return;
    for (const [key, ids] of this.alone) {
      if (!ids.delete(id) || ids.size > 0) continue;
      this.alone.delete(key);
      kernel.emit({ type: 'copies', space: space.key });
    }
  }

  private find(spaceId: string, id: string): Found | null {
    const space = this.parts.kernel.spaces.get(spaceId);
    const fragment = space && fragmentOfNode(space, id);
    const view = fragment ? space.source.view(fragment.key, id) : null;
    const file = view && readFileNode(view);
    return space && fragment && file ? { place: { space: space.id, fragment: fragment.id }, file } : null;
  }

  private findKey(key: string): Found | null {
    const [space, id] = key.split('/') as [string, string];
    return this.find(space, id);
  }

  /** How many pieces are here; null while the tree is not. */
  private async have({ file, place }: Found): Promise<number | null> {
    const held = await this.store.held(roomOf(place));
    const ids = await piecesOf(this.pieces, file, place, async (nodes, level) => level === 0 || nodes.every((id) => held.has(toBase64url(id))));
    return ids && ids.reduce((sum, id) => sum + (held.has(toBase64url(id)) ? 1 : 0), 0);
  }

  private async state(space: string, id: string): Promise<FileState> {
    const key = keyOf(space, id);
    const node = fragmentOfNode(this.parts.kernel.spaces.get(space)!, id);
    const found = this.find(space, id);
    if (!found) return { state: node ? 'damaged' : 'looking', name: '', mime: '', size: 0, have: 0, of: 0, from: [] };
    const { name, mime, size } = found.file;
    const of = levelsOf(size)[0]!;
    const transfer = this.transfers.get(key);
    if (transfer) return { name, mime, size, of, ...transfer.state() };
    const have = await this.have(found).catch(() => -1);
    if (have === of) return { state: 'here', name, mime, size, have, of, from: [] };
    const wished = await this.wishes.has(key);
    return { state: have === -1 ? 'damaged' : wished ? 'asked' : 'absent', name, mime, size, have: Math.max(0, have ?? 0), of, from: [], ...(wished && this.full.has(key) && { problem: 'full' as const }) };
  }

  private tell(key: string): void {
    this.watchers.tell(key);
  }

  private tellMoving(): void {
    for (const key of this.transfers.keys()) this.tell(key);
  }

  private stop(key: string): void {
    this.transfers.get(key)?.abort();
    this.transfers.delete(key);
    this.tell(key);
  }

  private async reviewNow(): Promise<void> {
    const { kernel } = this.parts;
    if (this.closed) return;
    if (kernel.leader && this.fetcher) {
      const wished = await this.wishes.all();
      for (const [key, transfer] of this.transfers) if (!transfer.follows && !wished.has(key)) this.stop(key);
      for (const key of this.longestLeft([...wished])) await this.begin(key, false);
      await this.follow();
      this.makeRoom();
    }
    for (const key of this.watchers.keys()) this.tell(key);
  }

  /** Gives up what is overdue, beside everything else; then what found no room is tried once more. */
  private makeRoom(): void {
    if (this.looking) return;
    this.looking = this.givingUp.look(this.room).then((went) => {
      if (this.closed || went === 0) return;
      this.followAt = -Infinity;
      for (const key of [...this.full].filter((one) => !this.retried.has(one))) {
        this.retried.add(key);
        this.full.delete(key);
      }
      void this.review();
    }).catch((error: unknown) => (this.closed ? undefined : this.parts.kernel.fault('files', error))).finally(() => {
      this.looking = null;
      if (this.room.waits) this.reviewIn(CHUNK_LIMITS.roomLookMs);
    });
  }

  /** Its room is looked for as if none had been refused. */
  private again(key: string): void {
    this.full.delete(key);
    this.retried.delete(key);
  }

  private reviewIn(ms: number): void {
    if (this.closed || this.later.has(ms)) return;
    this.later.set(ms, this.parts.kernel.deps.clock.setTimer(ms, () => {
      this.later.delete(ms);
      void this.review();
    }));
  }

  /** What is small enough comes by itself, up to what this device gives such files. */
  private async follow(): Promise<void> {
    if (this.parts.kernel.deps.clock.monotonic() < this.followAt) return this.reviewIn(CHUNK_LIMITS.roomLookMs);
    let room = CHUNK_LIMITS.followBytes - (await this.store.size());
    const { sizes, spent } = smallFiles(this.parts.kernel, (key) => this.settled.has(key) || this.transfers.has(key));
    for (const key of this.longestLeft([...sizes.keys()])) {
      const [size, space] = [sizes.get(key)!, key.split('/')[0]!];
      const all = (spent.get(space) ?? 0) + size;
      if (size > room || all > CHUNK_LIMITS.followSpaceBytes) continue;
      const begun = await this.begin(key, true);
      if (begun === 'no-place') return;
      if (begun === 'begun') room -= size;
      if (begun === 'begun' || this.settled.has(key)) spent.set(space, all);
    }
  }

  /** Those that never gave way first, then the one that did longest ago: each has its turn. */
  private longestLeft(keys: readonly string[]): string[] {
    return keys.toSorted((a, b) => (this.rested.get(a) ?? 0) - (this.rested.get(b) ?? 0));
  }

  /** Is there a place for one more? Where all are taken, the file that nobody has for the longest time gives way. */
  private place(key: string, follows: boolean): boolean {
    const { clock } = this.parts.kernel.deps;
    const now = clock.monotonic();
    const all = [...this.transfers].filter(([, one]) => follows || !one.follows);
    if (all.length < (follows ? CHUNK_LIMITS.follows : CHUNK_LIMITS.transfers)) return true;
    const idle = all.map(([held, one]) => ({ held, ms: one.follows === follows ? one.idle() : 0 })).toSorted((a, b) => b.ms - a.ms)[0]!;
    const gives = idle.ms >= CHUNK_LIMITS.idleMs && (this.rested.get(key) ?? 0) <= now;
    if (gives) {
      this.rested.set(idle.held, now + CHUNK_LIMITS.restMs);
      this.stop(idle.held);
    }
    this.reviewIn(CHUNK_LIMITS.idleMs);
    return gives;
  }

  private async begin(key: string, follows: boolean): Promise<'begun' | 'no-place' | 'not'> {
    await this.givingUp.still(key);
    const found = this.findKey(key);
    if (!found || !this.fetcher || this.transfers.has(key) || (!follows && this.full.has(key))) return 'not';
    // One that is asked for may have been taken off by another tab.
    if ((follows && this.settled.has(key)) || (await this.have(found).catch(() => -1)) === levelsOf(found.file.size)[0]!) {
      this.settled.add(key);
      if (!follows) this.room.touch(key);
      await this.wishes.forget(key).catch(() => undefined);
      return 'not';
    }
    if (!this.place(key, follows)) return 'no-place';
    const transfer = new FileTransfer(this.pieces, this.fetcher, found.place, found.file, follows, this.parts.kernel.deps.random, () => this.tell(key), () => this.parts.kernel.deps.clock.monotonic());
    this.transfers.set(key, transfer);
    void transfer.run().then(() => this.came(key, found, transfer)).catch((error: unknown) => this.broke(key, transfer, error));
    return 'begun';
  }

  private async came(key: string, found: Found, transfer: FileTransfer): Promise<void> {
    if (this.transfers.get(key) !== transfer) return;
    this.transfers.delete(key);
    this.rested.delete(key);
    this.again(key);
    this.settled.add(key);
    // A full disk writes neither: what was used is known in this run, and the wish is looked at again.
    if (isLarge(found)) await this.room.note(key, true).catch(() => undefined);
    await this.wishes.forget(key).catch(() => undefined);
    this.parts.kernel.deps.tabs.post({ t: 'files' });
    this.tell(key);
    await this.review();
  }

  /** The store refused a piece: what came stays, and a later look begins again. */
  private broke(key: string, transfer: FileTransfer, error: unknown): void {
    this.parts.kernel.fault('files', error);
    const full = error instanceof StoreError && error.reason === 'quota';
    if (full && !transfer.follows) this.full.add(key);
    if (this.transfers.get(key) === transfer) this.stop(key);
    if (!full) return;
    if (!transfer.follows) return this.retried.has(key) ? undefined : this.press();
    // What nobody asked for drives nothing out: it waits.
    this.followAt = this.parts.kernel.deps.clock.monotonic() + CHUNK_LIMITS.roomLookMs;
    for (const [other, { follows }] of [...this.transfers]) if (follows) this.stop(other);
    this.reviewIn(CHUNK_LIMITS.roomLookMs);
  }
}

/** Makes the files of a kernel. */
export function createFileDesk(parts: KernelParts, store: ChunkStore): FileDesk {
  return new FileDesk(parts, store);
}
