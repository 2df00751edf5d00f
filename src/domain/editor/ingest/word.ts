/** Pictures of a Word document, as its reader meets them. */
import { IMPORT_LIMITS } from '#domain/shared';
import type { Note } from '#domain/editor/files';
import type { DraftFile, PlacedFile } from './draft-files.ts';
import { NOT_TOGETHER, type Links } from './draft.ts';

/** Endings of the kinds that are not called by them. */
const ENDINGS: Readonly<Record<string, string>> = { jpeg: 'jpg', tiff: 'tif' };

/** Keeps them within limits; one that is shown twice is kept once. `keeps`: are files taken here at all? */
export class WordPictures implements Links {
  readonly together = false;
  readonly files: DraftFile[] = [];
  private readonly held: Uint8Array[] = [];
  private met = 0;
  private over = 0;

  constructor(private readonly keeps: boolean) {}

  /** What the document shows instead of it. It is read only where it may come in. */
  async take(mime: string, read: () => Promise<Uint8Array>): Promise<string> {
    if (!this.keeps) return '';
    if ((this.met += 1) > IMPORT_LIMITS.pictures) return this.leave();
    const bytes = await read();
    if (bytes.length === 0) return '';
    if (bytes.length > IMPORT_LIMITS.pictureBytes) return this.leave();
    const known = this.held.findIndex((one) => one.length === bytes.length && one.every((byte, at) => byte === bytes[at]));
    if (known >= 0) return `~${known}`;
    this.held.push(bytes);
    this.files.push({ name: `image${this.files.length + 1}.${endingOf(mime)}`, mime, size: bytes.length, read: () => Promise.resolve(bytes) });
    return `~${this.files.length - 1}`;
  }

  /** What a person is told. */
  notes(): Note[] {
    return this.over > 0 ? [{ code: 'pictures', count: this.over }] : [];
  }

  file(url: string): PlacedFile | null {
    const name = this.files[Number(/^~(\d+)$/.exec(url)?.[1] ?? NaN)]?.name;
    return name === undefined ? null : { place: url, name };
  }

  to(url: string): string | null | undefined {
    return NOT_TOGETHER.to(url);
  }

  named(): null {
    return null;
  }

  /** Told already. */
  shown(url: string): boolean {
    return url === OVER;
  }

  private leave(): string {
    this.over += 1;
    return OVER;
  }
}

const OVER = '~';

function endingOf(mime: string): string {
  const kind = /^image\/(?:x-)?([a-z0-9]{1,8})(?:\+xml)?$/i.exec(mime)?.[1]?.toLowerCase() ?? 'bin';
  return ENDINGS[kind] ?? kind;
}
