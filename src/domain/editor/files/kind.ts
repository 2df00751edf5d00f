/** What a file is: by its first bytes, and where those say nothing by its name. */
import { ImportFault } from './fault.ts';

/** Kinds that are read. */
export type FileKind = 'markdown' | 'html' | 'text' | 'csv' | 'json' | 'word' | 'pdf';

const ENDINGS: Readonly<Record<string, FileKind>> = {
  md: 'markdown', markdown: 'markdown', mdown: 'markdown', html: 'html', htm: 'html', xhtml: 'html', txt: 'text', text: 'text', log: 'text', csv: 'csv', tsv: 'csv', json: 'json', docx: 'word', docm: 'word', pdf: 'pdf',
};
/** What is offered to be chosen. */
export const ACCEPTED = Object.keys(ENDINGS).map((ending) => `.${ending}`).join(',');
/** The ending of an archive of pages. */
export const ARCHIVE = 'zip';
/** As people are told it. */
export const KINDS = 'PDF, Word (docx), Markdown, HTML, text, CSV, JSON';

const SIGNS: readonly (readonly [readonly number[], string])[] = [
  [[0x89, 0x50, 0x4e, 0x47], 'PNG'], [[0xff, 0xd8, 0xff], 'JPEG'], [[0x47, 0x49, 0x46, 0x38], 'GIF'], [[0x50, 0x4b, 0x03, 0x04], 'ZIP'], [[0x50, 0x4b, 0x05, 0x06], 'ZIP'],
  [[0xd0, 0xcf, 0x11, 0xe0], 'OLE'], [[0x1f, 0x8b], 'GZIP'], [[0x7b, 0x5c, 0x72, 0x74, 0x66], 'RTF'], [[0x25, 0x50, 0x44, 0x46], 'PDF'], [[0x52, 0x49, 0x46, 0x46], 'RIFF'], [[0x00, 0x00, 0x01, 0x00], 'ICO'],
];

/** The ending of a name, small, without its point. */
export const endingOf = (name: string): string => /\.([^./\\]{1,12})$/.exec(name.toLowerCase())?.[1] ?? '';

/** Throws when it is none that is read. */
export function kindOf(name: string, bytes: Uint8Array): FileKind {
  if (bytes.length === 0) throw new ImportFault('empty-file');
  const found = SIGNS.find(([sign]) => sign.every((byte, at) => bytes[at] === byte))?.[1];
  const ending = endingOf(name);
  const kind = ending === '' ? 'text' : ENDINGS[ending];
  if (kind === undefined || (found !== undefined && ending === '')) throw new ImportFault('unknown-kind', { found: found ?? ending, kinds: KINDS });
  if (kind === 'word' && found === 'OLE') throw new ImportFault('locked-word');
  const fits = kind === 'pdf' ? isPdf(bytes) : kind === 'word' ? found === 'ZIP' : found === undefined;
  if (!fits) throw new ImportFault('not-what-it-says', { kind: ending, found: found ?? '?' });
  return kind;
}

/** Something may stand before the beginning of a PDF. */
const isPdf = (bytes: Uint8Array): boolean => new TextDecoder('windows-1252').decode(bytes.subarray(0, 1_029)).includes('%PDF-');

/** A title out of the name of a file. */
export const titleOfName = (name: string): string => name.replace(/^.*[\\/]/, '').replace(/\.[^.]{1,12}$/, '').replace(/[_\s]+/g, ' ').trim();

const NAME_MAX = 80;
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** A title as every system takes it for a name. */
export function fileName(title: string): string {
  const name = title.normalize('NFC').replace(/[\\/:*?"<>|#^[\]\u0000-\u001f\u007f]+/g, ' ').replace(/\s+/g, ' ').replace(/^[\s.]+|[\s.]+$/g, '').slice(0, NAME_MAX).replace(/[\ud800-\udbff]$/, '').trim() || 'document';
  return RESERVED.test(name) ? `${name} document` : name;
}
