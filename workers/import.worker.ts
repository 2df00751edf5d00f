/** Reads one file and makes a document of it, or a folder or an archive and makes documents of its pages, in a thread of its own that is ended when it is done, when the person gives it up, or when it fails. Wiring only. */
import { FileFault } from '#adapters/files/unpack';
import { installTrustedTypes } from '#boot/trusted-types';
import { DocReplica, type Block } from '#domain/editor/model';
import { ImportFault, type FileSaid, type FromImporter, type ToImporter } from '#domain/editor/files';
import { checkSize, newBlockId, PdfReader, readFile, readWord, withIds, withKept, WordPictures, type Draft, type DraftFile } from '#domain/editor/ingest';
import type { Vault } from '#domain/editor/vault';
import { IMPORT_LIMITS, VAULT_LIMITS } from '#domain/shared';

let blocks: Block[] = [];
let files: readonly DraftFile[] = [];
let vault: Vault | null = null;
const newId = (): string => newBlockId(crypto.getRandomValues(new Uint8Array(16)));
const say = (message: FromImporter): void => postMessage(message);
type Job = Extract<ToImporter, { read: unknown }>['read'];

/** What a page of the app is told of files that come with a page. */
const said = (all: readonly DraftFile[]): FileSaid[] => all.map(({ name, mime, size }) => ({ name, mime, size }));

async function word(bytes: Uint8Array, keeps: boolean): Promise<Draft> {
  const { docxToHtml } = await import('#adapters/mammoth/docx');
  const pictures = new WordPictures(keeps);
  return readWord(await docxToHtml(bytes as Uint8Array<ArrayBuffer>, IMPORT_LIMITS.unpackedBytes, (mime, read) => pictures.take(mime, read)), pictures);
}

async function pdf(bytes: Uint8Array, password: string | undefined): Promise<Draft> {
  const { readPdf } = await import('#adapters/pdfjs/pdf');
  const reader = new PdfReader();
  const { title, pictures, contents } = await readPdf(bytes as Uint8Array<ArrayBuffer>, {
    password, pages: IMPORT_LIMITS.pages, unpacked: IMPORT_LIMITS.unpackedBytes,
    onPage(page, total) {
      reader.page(page);
      say({ progress: { done: page.number, total } });
    },
  });
  return reader.done(title, pictures, contents);
}

async function read({ name, file, password, keeps = false }: Job): Promise<void> {
  checkSize(file.size);
  const draft = await readFile(name, new Uint8Array(await file.arrayBuffer()), { word: (bytes) => word(bytes, keeps), pdf: (bytes) => pdf(bytes, password) });
  blocks = withIds(draft.blocks, newId);
  files = draft.files ?? [];
  say({ found: { title: draft.title, blocks: blocks.length, fields: draft.fields, notes: draft.notes, files: said(files) } });
}

async function readVault({ name, files: all, keeps = false }: Extract<ToImporter, { vault: unknown }>['vault']): Promise<void> {
  const reader = await import('#domain/editor/vault');
  const given = all instanceof Blob ? await (await import('#boot/archive')).filesOfArchive(all) : all.map(({ path, file }) => ({ path, size: file.size, read: async () => new Uint8Array(await file.arrayBuffer()) }));
  const made = await reader.readVault(name, given.map((file) => ({ ...file, read: () => file.read().catch((error: unknown) => Promise.reject(faultOf(error))) })), { newId, keeps, told: (done, total) => say({ progress: { done, total } }) });
  vault = made;
  say({ vault: { name: made.name, pages: made.pages.map((page) => ({ path: page.path, title: page.title, notes: page.notes, files: said(page.files) })), left: made.left } });
}

async function writePage({ at, client, hrefs, files: kept }: Extract<ToImporter, { page: unknown }>['page']): Promise<void> {
  const { addressed, addressedFields } = await import('#domain/editor/vault');
  const page = vault?.pages[at];
  say(page ? { updates: new DocReplica(client).write(addressed(page, hrefs, kept)), fields: addressedFields(page, hrefs) } : { updates: [] });
}

/** The bytes of a file that comes with a page. */
async function give({ page, at }: Extract<ToImporter, { attached: unknown }>['attached']): Promise<void> {
  const file = (vault ? vault.pages[page]?.files : files)?.[at];
  if (!file) throw new ImportFault('damaged', { found: String(at) });
  const bytes = (await file.read().catch((error: unknown) => Promise.reject(faultOf(error)))) as Uint8Array<ArrayBuffer>;
  say({ bytes });
}

/** What was read stands behind what was made of it. */
function write({ client, original, files: keptFiles = [] }: Extract<ToImporter, { write: unknown }>['write']): void {
  const kept: Block[] = original ? [{ id: newId(), type: 'file', attrs: original, text: [] }] : [];
  say({ updates: new DocReplica(client).write([...withKept(blocks, files, keptFiles), ...kept]) });
}

function faultOf(error: unknown): ImportFault {
  if (error instanceof ImportFault) return error;
  const found = error instanceof Error ? error.message : String(error);
  if (!(error instanceof FileFault)) return new ImportFault('damaged', { found });
  switch (error.code) {
    case 'not-word': return new ImportFault('not-what-it-says', { kind: 'docx', found: 'ZIP' });
    case 'unpacked': return new ImportFault('unpacked', { limit: IMPORT_LIMITS.unpackedBytes });
    case 'too-many-pages': return new ImportFault('too-many-pages', { found: error.detail, limit: IMPORT_LIMITS.pages });
    case 'too-many-files': return new ImportFault('too-many-files', { limit: VAULT_LIMITS.entries });
    case 'locked-zip': return new ImportFault('locked-zip', { found: error.detail });
    case 'bomb': return new ImportFault('bomb', { found: error.detail, limit: VAULT_LIMITS.ratio });
    case 'damaged': return new ImportFault('damaged', { found: error.detail });
    default: return new ImportFault(error.code);
  }
}

// The reader of PDF has a worker of its own, of this origin.
installTrustedTypes();
addEventListener('message', ({ data }: MessageEvent<ToImporter>) => {
  const run = async (): Promise<void> => {
    if ('read' in data) await read(data.read);
    else if ('vault' in data) await readVault(data.vault);
    else if ('page' in data) await writePage(data.page);
    else if ('attached' in data) await give(data.attached);
    else write(data.write);
  };
  run().catch((error: unknown) => {
    const { fault, facts } = faultOf(error);
    say({ fault: { code: fault, facts } });
  });
});
