/** Gives the catalogue the words of files that become documents and of documents that become files. */
import type { FaultCode, Note } from '#domain/editor/files';
import { IMPORT_LIMITS, VAULT_LIMITS } from '#domain/shared';
import { enImport } from '#view/i18n/en-import.ts';
import { ruImport } from '#view/i18n/ru-import.ts';
import { addWords, type I18n, type Key } from '#view/kit/i18n.tsx';

addWords({ en: enImport, ru: ruImport });

const FAULTS: Readonly<Record<FaultCode, Key>> = {
  'empty-file': 'import.faultEmpty', 'too-large': 'import.faultLarge', 'unknown-kind': 'import.faultKind', 'not-what-it-says': 'import.faultNot', 'too-many-blocks': 'import.faultLines',
  'too-much-text': 'import.faultLetters', 'too-deep': 'import.faultDeep', 'damaged': 'import.faultDamaged', 'locked': 'import.faultLocked', 'wrong-password': 'import.faultPassword', 'locked-word': 'import.faultLockedWord',
  'unpacked': 'import.faultUnpacked', 'too-many-pages': 'import.faultPages', 'locked-zip': 'import.faultLockedZip', 'unsafe-name': 'import.faultName', 'bomb': 'import.faultBomb', 'too-many-files': 'import.faultFiles',
  'vault-letters': 'import.faultAllLetters', 'no-pages': 'import.faultNoPages',
};

/** Why a file was not taken, in words. */
export function faultWords({ t, bytes, number }: I18n, code: FaultCode, facts: Readonly<Record<string, string | number>>): string {
  const shown = Object.entries(facts).map(([name, value]) => [name, typeof value === 'string' ? value : code === 'too-large' || code === 'unpacked' ? bytes(value) : number(value)]);
  return t(FAULTS[code], Object.fromEntries(shown) as Record<string, string>);
}

const NOTES = { pictures: 'import.notePictures', images: 'import.noteImages', tables: 'import.noteTables', other: 'import.noteOther', links: 'import.noteLinks', notes: 'import.noteNotes' } as const satisfies Partial<Record<Note['code'], Key>>;

/** What a person is told of a file that was taken. */
export function noteWords({ t, list, bytes, number }: I18n, note: Note): string {
  if (note.code === 'over') return t('import.noteOver', { names: list([...note.names]), most: number(VAULT_LIMITS.attachments), one: bytes(VAULT_LIMITS.attachmentBytes), all: bytes(VAULT_LIMITS.attachmentsBytes) });
  if (note.code === 'pictures') return t('import.notePictures', { n: note.count, most: number(IMPORT_LIMITS.pictures), one: bytes(IMPORT_LIMITS.pictureBytes) });
  if (note.code === 'files' || note.code === 'lost') return t(note.code === 'files' ? 'import.noteFiles' : 'import.noteLost', { names: list([...note.names]) });
  if (note.code === 'encoding') return t('import.noteEncoding', { name: note.name });
  if (note.code === 'scanned' || note.code === 'unread') return t(note.code === 'scanned' ? 'import.noteScanned' : 'import.noteUnread', { pages: ranges(note.pages) });
  return 'count' in note ? t(NOTES[note.code], { n: note.count }) : t('import.noteNothing');
}

/** 1–3, 7 */
function ranges(pages: readonly number[]): string {
  const out: [number, number][] = [];
  for (const page of pages) {
    const last = out.at(-1);
    if (last && last[1] === page - 1) last[1] = page;
    else out.push([page, page]);
  }
  return out.map(([from, to]) => (from === to ? String(from) : `${from}–${to}`)).join(', ');
}
