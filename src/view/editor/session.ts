/** One open document of this page: reads what the kernel has of it, gives it what the person writes, and follows what comes from others. */
import type { LifegraphApi, Op, TextNews } from '#os/api';
import { AppError } from '#base/app-error';
import { DOCUMENT, DOCUMENT_VERB } from '#domain/editor';
import { DocReplica, type Block } from '#domain/editor/model';

export interface DocumentPlace {
  readonly space: string;
  readonly fragment: string;
  readonly node: string;
}

/** What the session needs of whoever shows the document. */
export interface Shown {
  take(updates: readonly Uint8Array[]): void;
  /** A word is being composed: nothing may come in now. */
  busy(): boolean;
  /** What stands on the page now. */
  blocks(): readonly Block[];
  /** The copy that is shown. */
  readonly copy: DocReplica;
  /** Another copy from here on; gives what the last one could not save. */
  change(replica: DocReplica): Uint8Array[];
}

/** What the editor of a page needs of whoever keeps its text. */
export interface PageSession {
  readonly replica: DocReplica;
  send(updates: readonly Uint8Array[]): void;
  /** Begins to tell what others write. */
  show(shown: Shown): void;
}

/** Own edits come back as news too: they are known here, and are asked for rarely. */
const OWN_NEWS_MS = 1_000;
/** Between two tries to begin anew, ms. */
const AGAIN_MS = 500;
/** Tries for a page that was left. */
const TRIES = 60;

export class DocumentSession implements PageSession {
  private shown: Shown | null = null;
  private asking = false;
  private asked = false;
  private opening = false;
  private closed = false;
  private tries = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private readonly stop: () => void;

  private constructor(private readonly api: LifegraphApi, private readonly place: DocumentPlace, readonly replica: DocReplica, private salt: Uint8Array, private mark: string, private readonly onTrouble: (error: unknown) => void) {
    this.stop = api.graph(place.space).subscribe({ type: DOCUMENT, fragment: place.fragment }, ({ origin }) => this.news(origin === 'local' ? OWN_NEWS_MS : 0));
  }

  /** Rejects with `not-here` while the document is not on this device. */
  static async open(api: LifegraphApi, place: DocumentPlace, onTrouble: (error: unknown) => void): Promise<DocumentSession> {
    const news = await api.graph(place.space).updates(place.node, null);
    const replica = new DocReplica(news.client);
    replica.take(news.updates);
    return new DocumentSession(api, place, replica, news.salt, news.mark, onTrouble);
  }

  /** Begins to tell what others write. */
  show(shown: Shown): void {
    this.shown = shown;
    this.news(0);
  }

  /** What stands on the page now. */
  blocks(): readonly Block[] {
    return this.shown?.blocks() ?? this.replica.shown();
  }

  close(): void {
    this.closed = true;
    this.stop();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  /** Given to the kernel at once: a page that is left has nothing of its own to save. */
  send(updates: readonly Uint8Array[]): void {
    // While a copy begins anew, what it lacks is found by what is shown.
    if (this.opening || updates.length === 0) return;
    const { salt, place } = this;
    const ops = updates.map((update): Op => ({ op: 'text.update', id: place.node, update, salt, verb: DOCUMENT_VERB.edit }));
    this.api.graph(place.space).transact(ops, { fragment: place.fragment }).catch((error: unknown) => {
      if (salt !== this.salt) return;
      const code = error instanceof AppError ? error.code : '';
      if (code === 'text-closed' || code === 'kernel-lost') void this.again();
      else this.onTrouble(error);
    });
  }

  private news(inMs: number): void {
    if (inMs > 0) {
      this.timer ??= setTimeout(() => (this.timer = null, this.news(0)), inMs);
      return;
    }
    if (this.asking) return void (this.asked = true);
    this.asking = true;
    void this.ask().finally(() => {
      this.asking = false;
      if (this.asked && !this.closed) {
        this.asked = false;
        this.news(0);
      }
    });
  }

  private async ask(): Promise<void> {
    const { mark } = this;
    const news = await this.api.graph(this.place.space).updates(this.place.node, mark).catch(() => null);
    if (news === null || this.closed || this.opening || mark !== this.mark) return;
    this.mark = news.mark;
    this.shown?.take(news.updates);
  }

  /** The kernel knows nothing of this copy any more: another one begins where the kernel stands and writes what is missing there. */
  private async again(): Promise<void> {
    if (this.opening) return;
    this.opening = true;
    for (;;) {
      let failed: unknown = null;
      const news = await this.api.graph(this.place.space).updates(this.place.node, null).catch((error: unknown) => ((failed = error), null));
      if (news !== null && (this.closed ? this.tries++ <= TRIES : !this.shown?.busy())) return this.goOn(news);
      // Who has left the page is told: nothing else would say that the last words are not in it.
      if (this.closed && ++this.tries > TRIES) return this.onTrouble(failed);
      await new Promise((next) => setTimeout(next, AGAIN_MS));
    }
  }

  /** A page that was left has no editor any more; its copy still has what was written in it. */
  private goOn({ updates, client, salt, mark }: TextNews): void {
    const copy = this.shown?.copy ?? this.replica;
    if (this.closed) copy.take(updates);
    else this.shown?.take(updates);
    const replica = new DocReplica(client);
    replica.take(updates);
    [this.salt, this.mark, this.opening] = [salt, mark, false];
    this.send(this.closed ? replica.write(copy.shown()) : (this.shown?.change(replica) ?? []));
  }
}
