/** A file on its way into a document: read in a thread of its own, then written as one act that can be taken back. */
import { toBase64url } from '#base/bytes';
import type { GraphApi, LifegraphApi, Op } from '#os/api';
import { copyProperties, DOCUMENT_VERB, type Field, propertiesAt, propertiesOf, restoreDocument, textNodeOf } from '#domain/editor';
import { ImportFault, type FileSaid, type Found, type FromImporter, type GivenFile, type KeptFile, type Original, type ToImporter, type VaultFound } from '#domain/editor/files';
import type { DirectoryEntry } from '#domain/shared';
import { hidden } from './hidden.ts';
import { keepFiles } from './import-files.ts';

/** Updates given to the kernel at once: between two of them it serves whoever else asks. */
const TOGETHER = 16;

/** What the importer answers to one request. */
type Answer = Exclude<FromImporter, { progress: unknown } | { fault: unknown }>;

/** Reads one file, or a folder or an archive of pages. `close` ends it at any moment: nothing was written before `write`. */
export class Importer {
  private readonly worker = new Worker(new URL('../../../workers/import.worker.ts', import.meta.url), { type: 'module', name: 'import' });
  /** Given up: nothing more is written. */
  closed = false;
  readonly over = new AbortController();
  private waiting: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;

  /** `keeps`: are files that come with a page taken? */
  constructor(private readonly told: (done: number, total: number) => void, private readonly keeps = true) {
    this.worker.onmessage = ({ data }: MessageEvent<FromImporter>) => {
      if ('progress' in data) this.told(data.progress.done, data.progress.total);
      else if ('fault' in data) this.waiting?.reject(new ImportFault(data.fault.code, data.fault.facts));
      else this.waiting?.resolve(data);
    };
    // Out of memory, or its code did not come: nothing is known of the file.
    this.worker.onerror = (event) => this.waiting?.reject(new Error(event.message || 'the importer ended'));
  }

  async read(file: File, password?: string): Promise<Found> {
    const answer = await this.ask({ read: { name: file.name, file, keeps: this.keeps, ...(password === undefined ? {} : { password }) } });
    return 'found' in answer ? answer.found : { title: '', blocks: 0, fields: [], notes: [], files: [] };
  }

  /** The updates of a document that holds what was read. */
  async updates(client: number, original?: Original, files: readonly (KeptFile | null)[] = []): Promise<readonly Uint8Array[]> {
    const answer = await this.ask({ write: { client, original, files } });
    return 'updates' in answer ? answer.updates : [];
  }

  /** All pages of a folder or an archive. */
  async vault(name: string, files: readonly GivenFile[] | Blob): Promise<VaultFound> {
    const answer = await this.ask({ vault: { name, files, keeps: this.keeps } });
    return 'vault' in answer ? answer.vault : { name, pages: [], left: [] };
  }

  /** The updates and properties of one of them; `hrefs`: the addresses of all, `files`: its own. */
  async page(at: number, client: number, hrefs: readonly string[], files: readonly (KeptFile | null)[] = []): Promise<{ readonly updates: readonly Uint8Array[]; readonly fields: readonly Field[] }> {
    const answer = await this.ask({ page: { at, client, hrefs, files } });
    return 'updates' in answer ? { updates: answer.updates, fields: answer.fields ?? [] } : { updates: [], fields: [] };
  }

  /** The bytes of a file that comes with a page; of a single document it is page 0. Rejects with why it cannot be read. */
  async attached(page: number, at: number): Promise<Uint8Array<ArrayBuffer>> {
    const answer = await this.ask({ attached: { page, at } });
    return 'bytes' in answer ? answer.bytes : new Uint8Array();
  }

  close(): void {
    this.closed = true;
    this.over.abort();
    this.worker.terminate();
    this.waiting?.reject(new Error('given up'));
  }

  private ask(message: ToImporter): Promise<Answer> {
    if (this.closed) return Promise.reject(new Error('given up'));
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.worker.postMessage(message);
    });
  }
}

/**
 * Makes the document, keeps what came with it, and the file it was read from behind its text when one is given. It stands in the trash until all of it is written: a page that is left, or a store that takes no more, leaves nothing half done in the list.
 */
export async function writeDocument(api: LifegraphApi, space: string, title: string, importer: Importer, told: (done: number, total: number) => void, file?: File, fields: readonly Field[] = [], files: readonly FileSaid[] = []): Promise<DirectoryEntry> {
  const graph = api.graph(space);
  const made = await hidden(graph, title);
  const { fragment } = made;
  const { client, salt } = await graph.updates(textNodeOf(fragment), null);
  const original = file && api.files ? { file: await api.files.add(space, fragment, file, { name: file.name, mime: file.type }), alt: file.name } : undefined;
  if (importer.closed) throw new Error('given up');
  let done = 0;
  const kept = await keepFiles({ api, space, fragment, importer, told: () => told((done += 1), files.length), left: (_name, fault) => { throw fault; } }, 0, files);
  await writeFields(graph, fragment, fields);
  await writeText(graph, fragment, await importer.updates(client, original, kept), salt, importer, told);
  if (importer.closed) throw new Error('given up');
  await graph.transact(restoreDocument(made));
  return made;
}

const newPropertyId = (): string => toBase64url(crypto.getRandomValues(new Uint8Array(6)));

async function writeFields(graph: GraphApi, fragment: string, fields: readonly Field[]): Promise<void> {
  if (fields.length > 0) await graph.transact(copyProperties(propertiesAt(fragment), propertiesOf(fields, newPropertyId)), { fragment });
}

async function writeText(graph: GraphApi, fragment: string, updates: readonly Uint8Array[], salt: Uint8Array, importer: Importer, told: (done: number, total: number) => void): Promise<void> {
  for (let from = 0; from < updates.length; from += TOGETHER) {
    const ops = updates.slice(from, from + TOGETHER).map((update): Op => ({ op: 'text.update', id: textNodeOf(fragment), update, salt, verb: DOCUMENT_VERB.edit }));
    if (importer.closed) throw new Error('given up');
    await graph.transact(ops, { fragment });
    told(Math.min(updates.length, from + TOGETHER), updates.length);
  }
}

/** What pages of a vault bring along, page by page; `left` is told of those that could not be read. */
export interface VaultFiles {
  readonly files: readonly (readonly FileSaid[])[];
  left(name: string, fault: ImportFault): void;
}

/**
 * Makes a document of every page. All of them stand in the trash until the last is written, then come out of it together; the first of them is the last that is made, so that it
 * stands first in a list that begins with the newest.
 */
export async function writeVault(api: LifegraphApi, space: string, titles: readonly string[], hrefOf: (fragment: string) => string, importer: Importer, told: (done: number, total: number) => void, along: VaultFiles = NO_FILES): Promise<DirectoryEntry[]> {
  const graph = api.graph(space);
  const made: DirectoryEntry[] = [];
  const total = 2 * titles.length + along.files.reduce((sum, { length }) => sum + length, 0);
  let done = 0;
  const next = (): void => told((done += 1), total);
  const goOn = (): void => {
    if (importer.closed) throw new Error('given up');
  };
  for (const title of [...titles].reverse()) {
    goOn();
    made.unshift(await hidden(graph, title));
    next();
  }
  const hrefs = made.map(({ fragment }) => hrefOf(fragment));
  for (const [at, { fragment }] of made.entries()) {
    goOn();
    const { client, salt } = await graph.updates(textNodeOf(fragment), null);
    const kept = await keepFiles({ api, space, fragment, importer, told: next, left: along.left }, at, along.files[at] ?? []);
    const { updates, fields } = await importer.page(at, client, hrefs, kept);
    goOn();
    await writeFields(graph, fragment, fields);
    await writeText(graph, fragment, updates, salt, importer, () => undefined);
    next();
  }
  goOn();
  await graph.transact(made.flatMap(restoreDocument));
  return made;
}

const NO_FILES: VaultFiles = { files: [], left: () => undefined };
