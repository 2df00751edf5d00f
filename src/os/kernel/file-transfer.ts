/** One file on its way here: its tree from the top, then its pieces, several at a time. */
import { AppError } from '#base/app-error';
import { toBase64url, type Bytes } from '#base/bytes';
import type { FileState } from '#os/files-api';
import { CHUNK_LIMITS } from '#vm/chunk-limits';
import type { Fetcher, Fetching } from '#vm/chunks/fetching';
import type { Place } from '#vm/chunks/messages';
import type { FileNode } from './file-node.ts';
import { piecesOf, roomOf, type PieceDeps } from './file-pieces.ts';

/** Pieces of one file that are looked for at once: as many as three links take. */
const AHEAD = 3 * CHUNK_LIMITS.asksPerLink;

export class FileTransfer {
  private readonly open = new Set<Fetching>();
  private readonly from = new Set<string>();
  private have = 0;
  private over = false;

  constructor(
    private readonly pieces: PieceDeps, private readonly fetcher: Fetcher, private readonly place: Place, private readonly file: FileNode,
    /** It comes by itself, nobody asked. */
    readonly follows: boolean, private readonly changed: () => void,
  ) {}

  state(): Pick<FileState, 'state' | 'have' | 'from'> {
    return { state: [...this.open].some((one) => one.found()) ? 'coming' : 'asked', have: this.have, from: [...this.from] };
  }

  /** Resolves when all of it is here, or it turned out that there is no file behind the node. Rejects when the store refuses a piece; never after abort. */
  async run(): Promise<void> {
    try {
      await piecesOf(this.pieces, this.file, this.place, (ids, level) => this.fetch(ids, level === 0));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'damaged') throw error;
    }
  }

  abort(): void {
    this.over = true;
    for (const one of this.open) one.stop();
    this.open.clear();
  }

  private async fetch(ids: readonly Bytes[], counts: boolean): Promise<boolean> {
    const held = await this.pieces.store.held(roomOf(this.place));
    const missing = ids.filter((id) => !held.has(toBase64url(id)));
    if (counts) this.have = ids.length - missing.length;
    const left = missing.values();
    const one = async (): Promise<void> => {
      for (const id of left) {
        if (this.over) return;
        const fetching = this.fetcher.fetch(this.place, id);
        this.open.add(fetching);
        this.changed();
        // Nothing more comes of one that was given up.
        this.from.add(await fetching.done);
        this.open.delete(fetching);
        if (counts) this.have += 1;
        this.changed();
      }
    };
    await Promise.all(Array.from({ length: AHEAD }, one));
    return !this.over;
  }
}
