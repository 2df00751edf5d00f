/** What a page and the thread that writes a space out say to each other. */
import type { Field } from '#domain/editor';
import type { PageOut, SaidOut, TaskOut, ThreadOut } from '#domain/editor/vault';

/** Each is answered when it is done. `page`: its updates, out of which it is made there; files it shows may follow, then it is written. */
export type ToExporter =
  | { readonly begin: { readonly space: { readonly id: string; readonly name: string }; readonly pages: readonly PageOut[]; readonly at: number } }
  | { readonly page: { readonly at: number; readonly updates: readonly Uint8Array[]; readonly fields: readonly Field[] } }
  | { readonly file: { readonly id: string; readonly name: string; readonly mime: string; readonly bytes: Uint8Array<ArrayBuffer> } }
  | { readonly write: true }
  | { readonly thread: ThreadOut }
  | { readonly said: readonly SaidOut[] }
  | { readonly endThread: true }
  | { readonly tasks: readonly TaskOut[] }
  | { readonly end: true };

/** A file a page shows, by its node, and what the page says of it. */
export interface FileShown {
  readonly id: string;
  readonly said: string;
}

/** How many blocks of files and pictures were left out so far; of a page, what it shows that is not in the file yet. */
export interface Answered {
  readonly files: number;
  readonly shows: readonly FileShown[];
}

/** A part of the file, in order; or the answer to one request. */
export type FromExporter = { readonly part: Uint8Array<ArrayBuffer> } | { readonly done: Answered } | { readonly failed: string };
