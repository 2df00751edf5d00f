/**
 * Files of this kernel (docs/PROTOCOL.md, Files): adding, fetching over the links of the leader, reading. A file up to 1 MiB follows its fragment, a larger one
 * comes when somebody asks; who asked for what is a row of its own, so that a reload of either end goes on where it stood.
 */
import { AppError } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import { sha256 } from '#base/hash';
import { FILE, type AddFile, type FileState } from '#os/files-api';
import { runQuery } from '#os/graph-manager/query';
import { idBytes } from '#os/graph-manager/values';
import type { ChunkStore } from '#ports/chunk-store';
import { StoreError } from '#ports/record-store';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import { createFetcher, type Fetcher } from '#vm/chunks/fetching';
import { makeFile } from '#vm/chunks/make-file';
import type { Place } from '#vm/chunks/messages';
import { createServing, type Serving } from '#vm/chunks/serving';
import { levelsOf } from '#vm/chunks/tree';
import type { LinkMessage } from '#vm/mesh/link-types';
import type { Core, PeerState } from '#vm/replication/peer-state';
import { FILE_ADD, fileMime, fileName, readFileNode, type FileNode } from './file-node.ts';
import { heldPiece, piecesOf, plainPiece, roomOf, type PieceDeps } from './file-pieces.ts';
import { FileTransfer } from './file-transfer.ts';
import { isFleetingDevice } from './fleeting.ts';
import type { KernelParts } from './kernel.ts';
import { fragmentOfNode } from './spaces.ts';
import { checkMayWrite, transact } from './transact.ts';
import { openFromVault, sealInVault } from './vault.ts';

/** Rows of what somebody asked for; a row's name tells nothing. */
const WISHES = 'files/';

interface Found {
  readonly place: Place;
  readonly file: FileNode;
}

const keyOf = (space: string, id: string): string => `${space}/${id}`;
const wishRow = (key: string): string => WISHES + toBase64url(sha256('lgos/wish/1', key));

export class FileDesk {
  private readonly pieces: PieceDeps;
  private readonly transfers = new Map<string, FileTransfer>();
  /** Files that were found whole in this run, or found to be none. */
  private readonly settled = new Set<string>();
  /** Files added where nothing is kept, with the pieces that went out to no device that keeps them. */
  private readonly alone = new Map<string, Set<string>>();
  private readonly watchers = new Map<string, Set<() => void>>();
  private core: Core | null = null;
  private fetcher: Fetcher | null = null;
  private serving: Serving | null = null;
  private reviewing: Promise<void> = Promise.resolve();
  private closed = false;

  constructor(private readonly parts: KernelParts, private readonly store: ChunkStore) {
    const { clock, crypto } = parts.kernel.deps;
    this.pieces = { store, crypto, pause: () => new Promise((next) => void clock.setTimer(0, next)) };
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
  async add(spaceId: string, fragmentId: string, blob: Blob, { name, mime, onProgress, signal }: AddFile): Promise<string> {
    const { kernel } = this.parts;
    const { random, crypto } = kernel.deps;
    const space = kernel.spaces.get(spaceId);
    if (!space) throw new AppError('no-space', 'This space is not on this device.');
    const place: Place = { space: space.id, fragment: idBytes(fragmentId, 16, 'fragment') };
    checkMayWrite(kernel, space);
    if (blob.size > CHUNK_LIMITS.fileBytes) throw new AppError('too-large', 'This file is larger than 4 GiB.', 'Nothing was added.', 'Add it in parts.');
    const put: string[] = [];
    const pause = (): Promise<void> => (signal?.aborted ? Promise.reject(new AppError('cancelled', 'Adding was given up.', 'Nothing was added.', 'Add it again if you want it.')) : this.pieces.pause());
    try {
      const made = await makeFile({
        crypto, random, pause,
        read: async (from, to) => new Uint8Array(await blob.slice(from, to).arrayBuffer().catch(unreadable)),
        put: async (id, stored) => {
          put.push(toBase64url(id));
          await this.store.put(roomOf(place), toBase64url(id), stored);
        },
        progress: (done, of) => onProgress?.(done / of),
      }, blob.size);
      const props = { name: fileName(name), mime: fileMime(mime ?? blob.type), size: blob.size, ...made };
      const [id] = transact(this.parts, space, [{ op: 'node.create', type: FILE, props, verb: FILE_ADD }], fragmentId);
      if (kernel.deps.fleeting) this.alone.set(keyOf(spaceId, id!), new Set(put));
      return id!;
    } catch (error) {
      await this.store.remove(roomOf(place), put).catch(() => undefined);
      throw toldError(error);
    }
  }

  async piece(space: string, id: string, index: number): Promise<Bytes> {
    const found = this.find(space, id);
    const ids = found && (await piecesOf(this.pieces, found.file, found.place, async () => true));
    const piece = found && ids?.[index] ? await plainPiece(this.pieces, found.file, found.place, ids[index], index) : null;
    if (piece !== null) return piece;
    this.settled.delete(keyOf(space, id));
    this.tell(keyOf(space, id));
    throw new AppError('not-here', 'This part of the file is not on this device.', 'Nothing was changed.', 'Download the file.');
  }

  async want(space: string, id: string): Promise<void> {
    const { kernel } = this.parts;
    const row = await sealInVault(kernel, encodeCbor([space, id]));
    if (row !== null) await kernel.store.commit({ origin: kernel.boot, records: [], values: [[wishRow(keyOf(space, id)), row]] });
    kernel.deps.tabs.post({ t: 'files' });
    await this.review();
  }

  async cancel(space: string, id: string): Promise<void> {
    await this.forgetWish(keyOf(space, id));
    this.stop(keyOf(space, id));
    this.parts.kernel.deps.tabs.post({ t: 'files' });
  }

  watch(space: string, id: string, on: (state: FileState) => void): () => void {
    const key = keyOf(space, id);
    let [open, running, again, shown] = [true, false, false, ''];
    const look = async (): Promise<void> => {
      if (running) return void (again = true);
      running = true;
      do {
        again = false;
        const state = await this.state(space, id).catch(() => null);
        const said = JSON.stringify(state);
        if (open && state && said !== shown) on(state);
        shown = said;
        // eslint-disable-next-line no-unmodified-loop-condition -- set while the state is read
      } while (again);
      running = false;
    };
    const set = this.watchers.get(key) ?? new Set();
    this.watchers.set(key, set.add(look as () => void));
    void look();
    return () => {
      open = false;
      set.delete(look as () => void);
      if (set.size === 0) this.watchers.delete(key);
    };
  }

  /** Files added in a tab that keeps nothing which no device that keeps was given whole (decisions/0051). */
  unheld(): number {
    return [...this.alone.keys()].filter((key) => {
      const [space, id] = key.split('/') as [string, string];
      return this.parts.kernel.spaces.get(space)?.standing !== 'left' && this.find(space, id) !== null;
    }).length;
  }

  /** Fetches what is to come, where this tab holds the links; everywhere, watchers are told. One after another. */
  review(): Promise<void> {
    this.reviewing = this.reviewing.then(() => this.reviewNow()).catch((error: unknown) => this.parts.kernel.fault('files', error));
    return this.reviewing;
  }

  close(): void {
    this.closed = true;
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
      held: async (place, ids) => {
        const held = await this.store.held(roomOf(place));
        return ids.map((id) => held.has(toBase64url(id)));
      },
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
    // Who reads by a public link keeps nothing for anybody.
    if (!space || peer.spaces.get(space.key)?.reader || isFleetingDevice(space, toBase64url(peer.link.device))) return;
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
    const wished = (await this.parts.kernel.store.get(wishRow(key))) !== undefined;
    return { state: have === -1 ? 'damaged' : wished ? 'asked' : 'absent', name, mime, size, have: Math.max(0, have ?? 0), of, from: [] };
  }

  private tell(key: string): void {
    for (const look of this.watchers.get(key) ?? []) look();
  }

  private tellMoving(): void {
    for (const key of this.transfers.keys()) this.tell(key);
  }

  private async forgetWish(key: string): Promise<void> {
    const { kernel } = this.parts;
    if ((await kernel.store.get(wishRow(key))) !== undefined) await kernel.store.commit({ origin: kernel.boot, records: [], values: [[wishRow(key), undefined]] });
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
      const wished = new Set<string>();
      for (const [, row] of await kernel.store.list(WISHES)) {
        const plain = await openFromVault(kernel, row);
        const wish = plain === null ? undefined : tryDecodeCbor(plain);
        if (Array.isArray(wish) && typeof wish[0] === 'string' && typeof wish[1] === 'string') wished.add(keyOf(wish[0], wish[1]));
      }
      for (const [key, transfer] of this.transfers) if (!transfer.follows && !wished.has(key)) this.stop(key);
      for (const key of wished) await this.begin(key, false);
      await this.follow();
    }
    for (const key of this.watchers.keys()) this.tell(key);
  }

  /** What is small enough comes by itself, up to what this device gives such files. */
  private async follow(): Promise<void> {
    let room = CHUNK_LIMITS.followBytes - (await this.store.size());
    for (const [id, space] of this.parts.kernel.spaces) {
      if (space.standing !== 'member') continue;
      for (const view of runQuery(space.source, { type: FILE })) {
        const key = keyOf(id, view.id);
        const file = this.settled.has(key) || this.transfers.has(key) ? null : readFileNode(view);
        if (this.transfers.size >= CHUNK_LIMITS.follows) return;
        if (file === null || file.size > CHUNK_LIMITS.followFile || file.size > room) continue;
        if (await this.begin(key, true)) room -= file.size;
      }
    }
  }

  private async begin(key: string, follows: boolean): Promise<boolean> {
    const [space, id] = key.split('/') as [string, string];
    const found = this.find(space, id);
    if (!found || !this.fetcher || this.transfers.has(key)) return false;
    if (this.settled.has(key) || (await this.have(found).catch(() => -1)) === levelsOf(found.file.size)[0]!) {
      this.settled.add(key);
      await this.forgetWish(key);
      return false;
    }
    if (!follows && [...this.transfers.values()].filter((one) => !one.follows).length >= CHUNK_LIMITS.transfers) return false;
    const transfer = new FileTransfer(this.pieces, this.fetcher, found.place, found.file, follows, () => this.tell(key));
    this.transfers.set(key, transfer);
    void transfer.run().then(async () => {
      if (this.transfers.get(key) !== transfer) return;
      this.transfers.delete(key);
      this.settled.add(key);
      await this.forgetWish(key);
      this.parts.kernel.deps.tabs.post({ t: 'files' });
      this.tell(key);
      await this.review();
    }).catch((error: unknown) => {
      // The store refused a piece: what came stays, and the next look begins again.
      this.parts.kernel.fault('files', error);
      if (this.transfers.get(key) === transfer) this.stop(key);
    });
    return true;
  }
}

function unreadable(): never {
  throw new AppError('unreadable', 'This file cannot be read.', 'Nothing was added.', 'Check that it is still there, then choose it again.');
}

function toldError(error: unknown): unknown {
  if (error instanceof RangeError) return new AppError('unreadable', 'This file changed while it was read.', 'Nothing was added.', 'Choose it again.');
  if (error instanceof StoreError) return new AppError('store-quota', 'There is no room for this file on this device.', 'Nothing was added.', 'Free some space, then add it again.');
  return error;
}

/** Makes the files of a kernel. */
export function createFileDesk(parts: KernelParts, store: ChunkStore): FileDesk {
  return new FileDesk(parts, store);
}
