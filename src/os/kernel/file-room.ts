/**
 * Room for large files (FILE1, FILE2): what one space may take on this device, and what goes first when the browser has little left. Pieces can be fetched again, so they go;
 * records never do. When a file was last used stands in a row of its own.
 */
import { toBase64url } from '#base/bytes';
import { sha256 } from '#base/hash';
import type { NodeView } from '#os/api';
import { FILE } from '#os/files-api';
import { runQuery } from '#os/graph-manager/query';
import type { ChunkStore, DiskRoom } from '#ports/chunk-store';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import type { Place } from '#vm/chunks/messages';
import type { PeerState } from '#vm/replication/peer-state';
import { readFileNode, type FileNode } from './file-node.ts';
import { isFleetingDevice } from './fleeting.ts';
import type { Kernel, Space } from './state.ts';

/** A file that is here, and was fetched from others. */
export interface KeptFile {
  readonly key: string;
  readonly space: string;
  readonly bytes: number;
  /** ms. */
  readonly usedAt: number;
}

export type RoomLimits = { readonly [K in 'spaceBytes' | 'freshMs' | 'lowShare' | 'enoughShare']: number };

/** Does little room remain? */
export const isLow = ({ usage, quota }: DiskRoom, { lowShare }: Pick<RoomLimits, 'lowShare'> = CHUNK_LIMITS): boolean => usage > quota * lowShare;

/**
 * What goes, first the one that was not used for the longest time: of a space with more than its budget until it has that, and of all when little room is left until there is enough.
 * `stay`: those that cannot go, which are counted. None that was used lately goes. `room` null: the browser does not say.
 */
export function overdue(files: readonly KeptFile[], stay: ReadonlySet<string>, room: DiskRoom | null, now: number, limits: RoomLimits = CHUNK_LIMITS): KeptFile[] {
  const spaces = new Map<string, number>();
  for (const { space, bytes } of files) spaces.set(space, (spaces.get(space) ?? 0) + bytes);
  let over = room !== null && isLow(room, limits) ? room.usage - room.quota * limits.enoughShare : 0;
  const old = files.filter(({ key, usedAt }) => !stay.has(key) && now - usedAt >= limits.freshMs).toSorted((a, b) => a.usedAt - b.usedAt || (a.key < b.key ? -1 : 1));
  const goes = new Set<KeptFile>();
  const go = (file: KeptFile): void => {
    goes.add(file);
    spaces.set(file.space, spaces.get(file.space)! - file.bytes);
    over -= file.bytes;
  };
  for (const file of old) if (spaces.get(file.space)! > limits.spaceBytes) go(file);
  for (const file of old) if (over > 0 && !goes.has(file)) go(file);
  return [...goes];
}

/** Added by the own person, as is said too where somebody carried it over, or nobody knows by whom. */
function isMine({ profile }: Kernel, { createdBy, told }: NodeView): boolean {
  return [createdBy, ...(told ? [told.by] : [])].some((by) => by === null || (profile !== null && by === toBase64url(profile.uid)));
}

function* filesIn(kernel: Kernel): Generator<{ readonly key: string; readonly space: string; readonly bytes: number; readonly mine: boolean }> {
  for (const [space, { standing, source }] of kernel.spaces) {
    if (standing !== 'member') continue;
    for (const view of runQuery(source, { type: FILE })) {
      const file = readFileNode(view);
      if (file !== null) yield { key: `${space}/${view.id}`, space, bytes: file.size, mine: isMine(kernel, view) };
    }
  }
}

/** What somebody else added and a person asked for: own files are never given up. */
function largeOfOthers(kernel: Kernel): Omit<KeptFile, 'usedAt'>[] {
  return [...filesIn(kernel)].filter(({ bytes, mine }) => bytes > CHUNK_LIMITS.followFile && !mine);
}

/** What says which pieces a file has. */
const OPENS = ['root', 'key', 'salt', 'size'];

/** Another file whose pieces lie in the same place. */
export interface Beside {
  readonly key: string;
  /** Null: what it says is not what its author wrote. */
  readonly file: FileNode | null;
  /** Of the own person, or nobody knows whose. */
  readonly mine: boolean;
}

/** The other files of a place, deleted ones and those that went elsewhere too: whoever did that takes nothing away here. */
export function* filesBeside(kernel: Kernel, key: string, place: Place): Generator<Beside> {
  const [space, id] = key.split('/') as [string, string];
  const source = kernel.spaces.get(space)?.source;
  if (!source) return;
  for (const view of runQuery(source, { type: FILE, fragment: toBase64url(place.fragment), include: { deleted: true, moved: true } })) {
    if (view.id === id) continue;
    const mine = isMine(kernel, view);
    const file = mine && OPENS.some((name) => view.setBy && name in view.setBy) ? null : readFileNode(view);
    if (mine || file !== null) yield { key: `${space}/${view.id}`, file, mine };
  }
}

/** Files that come by themselves and are not known to be here or on their way, and what each space has already, bytes. */
export function smallFiles(kernel: Kernel, known: (key: string) => boolean): { readonly sizes: ReadonlyMap<string, number>; readonly spent: Map<string, number> } {
  const [sizes, spent] = [new Map<string, number>(), new Map<string, number>()];
  for (const { key, space, bytes } of filesIn(kernel)) {
    if (bytes > CHUNK_LIMITS.followFile) continue;
    if (known(key)) spent.set(space, (spent.get(space) ?? 0) + bytes);
    else sizes.set(key, bytes);
  }
  return { sizes, spent };
}

/** Does the device at the far end keep pieces for others? Who reads by a public link does not, nor who keeps nothing. */
export const keepsPieces = (space: Space | undefined, peer: PeerState): boolean => space !== undefined && !peer.spaces.get(space.key)?.reader && !isFleetingDevice(space, toBase64url(peer.link.device));

const USED = 'used/';
const rowOf = (key: string): string => USED + toBase64url(sha256('lgos/used/1', key));

interface Noted {
  /** ms. */
  usedAt: number;
  writtenAt: number;
}

/** What the rows of one kernel say. */
export class FileRoom {
  private readonly noted = new Map<string, Noted>();
  private nextLook = -Infinity;
  private pressedLook = -Infinity;
  private pressed = false;

  constructor(private readonly kernel: Kernel, private readonly store: ChunkStore) {}

  /** Somebody opens it now; nothing is written. */
  touch(key: string): Noted {
    const one = this.noted.get(key) ?? { usedAt: 0, writtenAt: -Infinity };
    this.noted.delete(key);
    if (this.noted.size >= CHUNK_LIMITS.noted) this.noted.delete(this.noted.keys().next().value!);
    this.noted.set(key, one);
    one.usedAt = this.kernel.deps.clock.now();
    return one;
  }

  /** The file came (`anew`), or somebody opens it: told to the disk once in `noteMs`. Where that is refused the other tabs are told, and it is tried again. */
  async note(key: string, anew = false): Promise<void> {
    const { kernel } = this;
    if (kernel.deps.fleeting) return;
    const one = this.touch(key);
    // Another tab may have taken it off, with its row.
    if (!anew && one.usedAt - one.writtenAt < CHUNK_LIMITS.noteMs) return;
    one.writtenAt = one.usedAt;
    try {
      await kernel.store.commit({ origin: kernel.boot, records: [], values: [[rowOf(key), one.usedAt]] });
    } catch (error) {
      one.writtenAt += CHUNK_LIMITS.roomLookMs - CHUNK_LIMITS.noteMs;
      kernel.deps.tabs.post({ t: 'files', used: key });
      throw error;
    }
  }

  /** When it was last used, as far as the disk and this tab know, ms; null: nobody knows. */
  async usedAt(key: string): Promise<number | null> {
    const row = await this.kernel.store.get(rowOf(key));
    const here = this.noted.get(key)?.usedAt ?? null;
    return typeof row === 'number' ? Math.max(row, here ?? row) : here;
  }

  /** The browser refused a write for want of room: what it says of that is not what it gives (Chromium reports 10 GiB more than is used, whatever there is). */
  press(): void {
    this.pressed = true;
    this.nextLook = Math.min(this.nextLook, this.pressedLook + CHUNK_LIMITS.roomLookMs);
  }

  /** Was a write refused that no look has answered yet? */
  get waits(): boolean {
    return this.pressed;
  }

  async forget(key: string): Promise<void> {
    const { kernel } = this;
    this.noted.delete(key);
    if ((await kernel.store.get(rowOf(key))) !== undefined) await kernel.store.commit({ origin: kernel.boot, records: [], values: [[rowOf(key), undefined]] });
  }

  /**
   * Gives up what is overdue, one file after the other: `giveUp` says whether it went; one that did not stays, and another goes in its place. Only those that are `here` count.
   * At most once in `roomLookMs`. How many went.
   */
  async look(giveUp: (key: string) => Promise<boolean>, here: (key: string) => Promise<boolean>): Promise<number> {
    const { clock } = this.kernel.deps;
    if (clock.monotonic() < this.nextLook) return 0;
    this.nextLook = clock.monotonic() + CHUNK_LIMITS.roomLookMs;
    const { pressed } = this;
    if (pressed) this.pressedLook = clock.monotonic();
    this.pressed = false;
    let files = await this.kept(here);
    const all = files.reduce((sum, { bytes }) => sum + bytes, 0);
    // As if these files were all that there is room for: some of them go.
    let room = pressed ? { usage: all, quota: all } : files.length === 0 ? null : await this.store.room();
    const stay = new Set<string>();
    let went = 0;
    for (let tries = 0; tries < CHUNK_LIMITS.givenUpAtOnce; tries++) {
      const [next] = overdue(files, stay, room, clock.now());
      if (!next) break;
      if (!(await giveUp(next.key))) {
        stay.add(next.key);
        continue;
      }
      // A row that stays on a full disk counts for nothing: the file is not here.
      await this.forget(next.key).catch(() => undefined);
      this.kernel.metric('files.given-up', 1);
      went += 1;
      files = files.filter((file) => file !== next);
      room &&= { ...room, usage: room.usage - next.bytes };
    }
    return went;
  }

  private async kept(here: (key: string) => Promise<boolean>): Promise<KeptFile[]> {
    const used = new Map(await this.kernel.store.list(USED));
    const files: KeptFile[] = [];
    for (const file of largeOfOthers(this.kernel)) {
      const usedAt = used.get(rowOf(file.key));
      if (typeof usedAt === 'number' && (await here(file.key))) files.push({ ...file, usedAt: Math.max(usedAt, this.noted.get(file.key)?.usedAt ?? usedAt) });
    }
    return files;
  }
}
