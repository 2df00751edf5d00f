/** What a page and the thread that writes a space out say to each other. */
import type { Field } from '#domain/editor';
import type { PageOut, SaidOut, TaskOut, ThreadOut } from '#domain/editor/vault';

/** Each is answered when it is done. `page`: its updates, out of which it is made there. */
export type ToExporter =
  | { readonly begin: { readonly space: { readonly id: string; readonly name: string }; readonly pages: readonly PageOut[]; readonly at: number } }
  | { readonly page: { readonly at: number; readonly updates: readonly Uint8Array[]; readonly fields: readonly Field[] } }
  | { readonly thread: ThreadOut }
  | { readonly said: readonly SaidOut[] }
  | { readonly endThread: true }
  | { readonly tasks: readonly TaskOut[] }
  | { readonly end: true };

/** A part of the file, in order; or the answer to one request, with how many files and pictures were left out so far. */
export type FromExporter = { readonly part: Uint8Array<ArrayBuffer> } | { readonly done: true; readonly files: number } | { readonly failed: string };
