/** A part of a page that is read in another: a copy of its own for the editor that shows it, of which nothing goes back. */
import { DocReplica, type Block } from '#domain/editor/model';
import type { PageSession, Shown } from './session.ts';

/** Nothing is told to anybody under these numbers. */
const [WRITER, READER] = [1, 2];

export class PartSession implements PageSession {
  readonly replica = new DocReplica(READER);
  private readonly source = new DocReplica(WRITER);
  private shown: Shown | null = null;

  constructor(blocks: readonly Block[]) {
    this.set(blocks);
  }

  /** From now on it says this. */
  set(blocks: readonly Block[]): void {
    const updates = this.source.write(blocks);
    this.shown?.take(updates);
    this.replica.take(updates);
  }

  show(shown: Shown): void {
    this.shown = shown;
  }

  send(): void {
    // What is read here is written in its own page.
  }
}
