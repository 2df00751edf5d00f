/** Files beside the pages: those that a page names come in with it, within limits on their number and size. */
import type { DraftFile } from '#domain/editor/ingest';
import { VAULT_LIMITS } from '#domain/shared';
import { baseOf } from './paths.ts';
import type { VaultFile } from './reading.ts';

/** What is said of a file elsewhere. */
export interface SaidOfFile {
  readonly name: string;
  readonly mime: string;
}

/** All files of a folder that are no pages. A file that two pages name comes in with both: it lies where its page lies. */
export class Attachments {
  /** Ways of files that came in. */
  readonly taken = new Set<string>();
  private readonly byPath: ReadonlyMap<string, VaultFile>;
  private count = 0;
  private bytes = 0;

  /** `keeps`: are any taken? `said`: names and types by their ways. */
  constructor(files: readonly VaultFile[], private readonly keeps: boolean, private readonly said: ReadonlyMap<string, SaidOfFile> = new Map()) {
    this.byPath = new Map(files.map((file) => [file.path, file]));
  }

  /** The file for one more page; `over` when that would be more, or more bytes, than is taken; null when none is. */
  take(path: string): DraftFile | 'over' | null {
    const file = this.byPath.get(path);
    if (!this.keeps || !file) return null;
    if (this.count >= VAULT_LIMITS.attachments || file.size > VAULT_LIMITS.attachmentBytes || this.bytes + file.size > VAULT_LIMITS.attachmentsBytes) return 'over';
    [this.count, this.bytes] = [this.count + 1, this.bytes + file.size];
    this.taken.add(path);
    return { ...(this.said.get(path) ?? { name: baseOf(path), mime: '' }), size: file.size, read: () => (file.attached ? file.attached() : file.read()) };
  }
}
