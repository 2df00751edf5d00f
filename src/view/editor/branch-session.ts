/** What the author of a proposal writes: kept in nodes that answer the proposal. The document itself gets nothing of it. */
import { AppError } from '#base/app-error';
import type { LifegraphApi } from '#os/api';
import { writeInProposal } from '#domain/editor/proposals';
import { oneUpdate, type DocReplica } from '#domain/editor/model';
import type { PageSession, Shown } from './session.ts';

export interface BranchPlace {
  readonly space: string;
  readonly fragment: string;
  readonly proposal: string;
}

/** Between the last letter and its saving, ms. */
const FLUSH_MS = 400;
/** After a refusal it is tried again, each time twice as late, ms. */
const AGAIN_MS = 1_000;
const AGAIN_MAX_MS = 30_000;
/** Bytes one node holds before the next one begins: each saving writes it anew. */
const NODE_BYTES = 4_000;
/** Bytes of one saving: well below what one operation may hold. */
const STEP_BYTES = 24_000;

export class BranchSession implements PageSession {
  private shown: Shown | null = null;
  private waiting: Uint8Array[] = [];
  private node: { readonly id: string; readonly update: Uint8Array } | null = null;
  private saving = false;
  /** Between this try and the next, ms; 0 while all goes well. */
  private pause = 0;
  /** That it was refused was said. */
  private told = false;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly api: LifegraphApi, private readonly place: BranchPlace, readonly replica: DocReplica, private readonly onTrouble: (error: unknown) => void) {
    // Before the page waits for its last acts (src/boot/last-words.ts).
    addEventListener('pagehide', this.gone, true);
    document.addEventListener('visibilitychange', this.hidden);
  }

  show(shown: Shown): void {
    this.shown = shown;
  }

  /** What an own other device wrote in the proposal, and what of its beginning comes late. */
  take(updates: readonly Uint8Array[]): void {
    if (this.shown) this.shown.take(updates);
    else this.replica.take(updates);
  }

  send(updates: readonly Uint8Array[]): void {
    this.waiting.push(...updates);
    this.later(Math.max(FLUSH_MS, this.pause));
  }

  /** What waits is saved at once. */
  close(): void {
    removeEventListener('pagehide', this.gone, true);
    document.removeEventListener('visibilitychange', this.hidden);
    this.shown = null;
    this.gone();
  }

  private readonly hidden = (): void => {
    if (document.visibilityState === 'hidden') this.gone();
  };

  /** Everything that waits is given away at once, in nodes of its own: the one in hand may still be on its way. */
  private readonly gone = (): void => {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    while (this.waiting.length > 0) {
      const part = this.part();
      this.give(oneUpdate(part), null).then(() => this.taken(), (error: unknown) => {
        this.refused(part, error);
        this.later(this.pause);
      });
    }
  };

  private taken(): void {
    [this.pause, this.told] = [0, false];
  }

  /** Nothing is thrown away: it is tried again until it is taken. */
  private refused(part: readonly Uint8Array[], error: unknown): void {
    this.waiting.unshift(...part);
    const lost = error instanceof AppError && error.code === 'kernel-lost';
    this.pause = lost ? AGAIN_MS : Math.min(AGAIN_MAX_MS, Math.max(AGAIN_MS, 2 * this.pause));
    if (!lost && !this.told) this.onTrouble(error);
    this.told ||= !lost;
  }

  private give(update: Uint8Array, node: string | null): Promise<{ ids: string[] }> {
    return this.api.graph(this.place.space).transact([writeInProposal(this.place.proposal, update, node)], { fragment: this.place.fragment });
  }

  /** As much of what waits as one saving takes. */
  private part(): Uint8Array[] {
    const out: Uint8Array[] = [];
    for (let bytes = 0; this.waiting.length > 0 && (out.length === 0 || bytes + this.waiting[0]!.length <= STEP_BYTES); bytes += out.at(-1)!.length) out.push(this.waiting.shift()!);
    return out;
  }

  private later(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.flush();
    }, ms);
  }

  private async flush(): Promise<void> {
    if (this.saving || this.waiting.length === 0) return;
    this.saving = true;
    const fresh = this.part();
    const goesOn = this.node !== null && this.node.update.length < NODE_BYTES ? this.node : null;
    const update = oneUpdate(goesOn ? [goesOn.update, ...fresh] : fresh);
    try {
      const { ids } = await this.give(update, goesOn?.id ?? null);
      this.node = { id: goesOn?.id ?? ids[0]!, update };
      this.taken();
    } catch (error) {
      this.refused(fresh, error);
    } finally {
      this.saving = false;
    }
    if (this.waiting.length > 0) this.later(this.pause);
  }
}
