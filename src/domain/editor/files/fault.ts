/** Why a file is not taken, and what of one is not taken as it was. */
import { AppError } from '#base/app-error';

/** What was not taken as it was. `images`, `pictures` (of a Word document, beyond what is taken), `other` (frames, forms, films, scripts) and `links` (addresses of no known kind) are left out, `tables` became text (large ones, and those that only arrange a page); pages `scanned` have no text, only what was drawn, and pages `unread` are broken. */
export type Note =
  | { readonly code: 'images' | 'pictures' | 'tables' | 'other' | 'links' | 'notes'; readonly count: number }
  | { readonly code: 'encoding'; readonly name: string }
  | { readonly code: 'scanned' | 'unread'; readonly pages: readonly number[] }
  /** By their names: files the page shows or links that were left out (`files`; `over`: because they are more or larger than is taken), pages it links that did not come with it (`lost`). */
  | { readonly code: 'files' | 'over' | 'lost'; readonly names: readonly string[] }
  | { readonly code: 'no-text' };

/** Why a file is not taken. */
export type FaultCode = 'locked' | 'wrong-password' | 'locked-word' | 'unpacked' | 'too-many-pages' | 'empty-file' | 'too-large' | 'unknown-kind' | 'not-what-it-says' | 'too-many-blocks' | 'too-much-text' | 'too-deep' | 'damaged' | VaultFaultCode;

/** Why a whole folder or archive is not taken. `bomb`: a part unpacks to many times its size. */
export type VaultFaultCode = 'locked-zip' | 'unsafe-name' | 'bomb' | 'too-many-files' | 'vault-letters' | 'no-pages';

const MESSAGES: Record<FaultCode, string> = {
  'empty-file': 'The file is empty.',
  'too-large': 'The file has {found} bytes; up to {limit} are taken.',
  'unknown-kind': 'Files of this kind ({found}) are not read. Taken are: {kinds}.',
  'not-what-it-says': 'The file is no {kind}: it looks like {found}.',
  'too-many-blocks': 'The document has more than {limit} paragraphs, headings and lines of lists.',
  'too-much-text': 'The document has more than {limit} letters.',
  'too-deep': 'The parts of the document stand too deep inside each other.',
  'locked': 'The file opens with a password.',
  'wrong-password': 'The password is wrong.',
  'locked-word': 'The Word document is encrypted (or of an old kind): it cannot be read.',
  'unpacked': 'Parts of the file unpack to more than {limit} bytes.',
  'too-many-pages': 'The file has {found} pages; up to {limit} are taken.',
  'damaged': 'The file is damaged or incomplete: {found}',
  'locked-zip': 'The archive is encrypted ({found}).',
  'unsafe-name': 'A name in the archive leads out of it, or is too long: {found}',
  'bomb': 'A part of the archive ({found}) unpacks to more than {limit} times its size.',
  'too-many-files': 'There are more than {limit} files.',
  'vault-letters': 'The pages have more than {limit} letters together.',
  'no-pages': 'There are no pages in it: no Markdown, HTML, text or CSV.',
};

/** A file that is not taken; nothing of it was kept. */
export class ImportFault extends AppError {
  constructor(readonly fault: FaultCode, readonly facts: Readonly<Record<string, string | number>> = {}) {
    super(`import-${fault}`, MESSAGES[fault].replace(/\{(\w+)\}/g, (_all, name: string) => String(facts[name] ?? '')), 'Nothing was brought in.', 'Choose another file.');
  }
}
