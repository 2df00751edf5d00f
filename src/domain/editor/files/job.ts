/** What a page and its importer, which has a thread of its own, say to each other. */
import type { Field } from '#domain/editor';
import type { FaultCode, Note } from './fault.ts';

/** One file, then, when the person goes on, the document it becomes: its blocks stay in the importer until then. `keeps`: are files that come with it taken? */
export type ToImporter =
  | { readonly read: { readonly name: string; readonly file: Blob; readonly password?: string; readonly keeps?: boolean } }
  | { readonly write: { readonly client: number; readonly original?: Original | undefined; readonly files?: readonly (KeptFile | null)[] } }
  /** A folder, or an archive; then each of its pages, when all of them have addresses. */
  | { readonly vault: { readonly name: string; readonly files: readonly GivenFile[] | Blob; readonly keeps?: boolean } }
  | { readonly page: { readonly at: number; readonly client: number; readonly hrefs: readonly string[]; readonly files?: readonly (KeptFile | null)[] } }
  /** The bytes of a file that comes with a page: which page (0 of a single document), and which of its files. */
  | { readonly attached: { readonly page: number; readonly at: number } };

/** A file that comes in with a page; what its type is called may be empty. */
export interface FileSaid {
  readonly name: string;
  readonly mime: string;
  readonly size: number;
}

/** The same when it is kept: its node, and whether its bytes are a picture. */
export interface KeptFile {
  readonly id: string;
  readonly picture: boolean;
}

/** What was read, kept beside the document: its file and its name. */
export interface Original {
  readonly file: string;
  readonly alt: string;
}

/** A file of a folder. */
export interface GivenFile {
  readonly path: string;
  readonly file: Blob;
}

/** What is known of a file that was read. */
export interface Found {
  readonly title: string;
  readonly blocks: number;
  readonly fields: readonly Field[];
  readonly notes: readonly Note[];
  readonly files: readonly FileSaid[];
}

/** What is known of a folder or an archive that was read. */
export interface VaultFound {
  readonly name: string;
  /** `path`: '' for the page that names the others. */
  readonly pages: readonly { readonly path: string; readonly title: string; readonly notes: readonly Note[]; readonly files: readonly FileSaid[] }[];
  /** Files that are left out; `fault` says why a page is. */
  readonly left: readonly { readonly path: string; readonly fault: Fault | null }[];
}

/** Why something is not taken, as it crosses between threads. */
export interface Fault {
  readonly code: FaultCode;
  readonly facts: Readonly<Record<string, string | number>>;
}

export type FromImporter =
  | { readonly progress: { readonly done: number; readonly total: number } }
  | { readonly found: Found }
  | { readonly vault: VaultFound }
  /** `fields`: of a page of a folder. */
  | { readonly updates: readonly Uint8Array[]; readonly fields?: readonly Field[] }
  | { readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly fault: Fault };
