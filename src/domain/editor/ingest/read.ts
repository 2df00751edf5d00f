/** A file → a draft. */
import { ImportFault, kindOf, titleOfName, type FileKind } from '#domain/editor/files';
import { IMPORT_LIMITS } from '#domain/shared';
import type { Draft, Links } from './draft.ts';
import { charsetOfHtml, decodeText } from './encoding.ts';
import { htmlDraft } from './html.ts';
import { jsonDraft } from './json.ts';
import { markdownDraft } from './markdown.ts';
import { csvDraft, textDraft } from './text.ts';
import type { WordPictures } from './word.ts';

export type TextKind = Exclude<FileKind, 'word' | 'pdf'>;
const READERS: Readonly<Record<TextKind, (text: string, links?: Links) => Draft>> = { markdown: markdownDraft, html: htmlDraft, text: textDraft, csv: csvDraft, json: jsonDraft };

/** Refuses what is too large before a byte of it is read. */
export function checkSize(bytes: number): void {
  if (bytes > IMPORT_LIMITS.fileBytes) throw new ImportFault('too-large', { found: bytes, limit: IMPORT_LIMITS.fileBytes });
}

/** Reads a file of text whole, or throws why it is not taken. */
export function readText(kind: TextKind, bytes: Uint8Array, links?: Links): Draft {
  const { text, name, guessed } = decodeText(bytes, kind === 'html' ? charsetOfHtml(bytes) : null);
  const draft = guarded(() => READERS[kind](text, links));
  return guessed ? { ...draft, notes: [{ code: 'encoding', name }, ...draft.notes] } : draft;
}

/** A Word document, as the HTML it was made, with the pictures that were met on the way. */
export function readWord(html: string, pictures: WordPictures): Draft {
  const draft = guarded(() => htmlDraft(html, pictures));
  return { ...draft, notes: [...pictures.notes(), ...draft.notes], files: pictures.files };
}

/** What stands too deep for a reader that calls itself. */
function guarded(read: () => Draft): Draft {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new ImportFault('too-deep');
    throw error;
  }
}

/** What needs more than a text is read by these. */
export interface Others {
  word(bytes: Uint8Array): Promise<Draft>;
  pdf(bytes: Uint8Array): Promise<Draft>;
}

/** Any file; a title it does not have is that of its name. */
export async function readFile(name: string, bytes: Uint8Array, others: Others): Promise<Draft> {
  checkSize(bytes.length);
  const kind = kindOf(name, bytes);
  const draft = kind === 'word' ? await others.word(bytes) : kind === 'pdf' ? await others.pdf(bytes) : readText(kind, bytes);
  return { ...draft, title: draft.title || titleOfName(name) };
}
