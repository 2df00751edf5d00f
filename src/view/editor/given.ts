/** What a person chose or dropped: one file, or a folder with all that is in it. */
import { ARCHIVE, endingOf, ImportFault, type GivenFile } from '#domain/editor/files';
import { VAULT_LIMITS } from '#domain/shared';

/** One file, or the files of a folder. */
export type Given = { readonly name: string; readonly file: File } | { readonly name: string; readonly files: readonly GivenFile[] };

/** Does it become several pages? */
export const isVault = (given: Given): boolean => 'files' in given || endingOf(given.name) === ARCHIVE;

const one = (file: File): Given => ({ name: file.name, file });
const many = (name: string, files: readonly GivenFile[]): Given => ({ name, files });

/** Out of a field of files; a chosen folder gives files with their ways in it. Null when nothing was chosen. */
export function fromField(list: FileList | null): Given | null {
  const files = [...(list ?? [])];
  const folder = files[0]?.webkitRelativePath.split('/')[0] ?? '';
  if (files.length === 0) return null;
  if (files.length === 1 && folder === '') return one(files[0]!);
  return many(folder || files[0]!.name, files.map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** Out of a drop: asked for while the drop is told, read afterwards. Null when no file was dropped. */
export function fromDrop({ items, files }: DataTransfer): (() => Promise<Given>) | null {
  const entries = [...items].flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : []));
  const [first] = files;
  if (entries.length <= 1 && !entries.some((entry) => entry.isDirectory)) return first ? () => Promise.resolve(one(first)) : null;
  return async () => {
    const found: GivenFile[] = [];
    for (const entry of entries) await collect(entry, found);
    return many(entries[0]!.name, found);
  };
}

async function collect(entry: FileSystemEntry, out: GivenFile[]): Promise<void> {
  if (out.length > VAULT_LIMITS.entries) throw new ImportFault('too-many-files', { limit: VAULT_LIMITS.entries });
  if (entry.fullPath.split('/').length > VAULT_LIMITS.pathDepth + 1) throw new ImportFault('unsafe-name', { found: entry.fullPath.slice(0, 80) });
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    out.push({ path: entry.fullPath.replace(/^\//, ''), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives a part of a folder at a time, and nothing when it is through.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return;
    for (const inner of part) await collect(inner, out);
  }
}
