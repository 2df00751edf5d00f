/** What the readers of folders and of taken-out spaces have in common. */
import type { Field } from '#domain/editor';
import { ImportFault, type Fault, type FaultCode, type Note } from '#domain/editor/files';
import type { DraftBlock, DraftFile } from '#domain/editor/ingest';
import { VAULT_LIMITS } from '#domain/shared';

/** A file of a folder or an archive; `size` as it is said there. */
export interface VaultFile {
  readonly path: string;
  readonly size: number;
  read(): Promise<Uint8Array>;
  /** The same of a file that comes in with a page: in an archive, those are counted apart from the pages. */
  attached?(): Promise<Uint8Array>;
}

/** What the reading needs of its surroundings. */
export interface VaultPorts {
  newId(): string;
  told(done: number, total: number): void;
  /** Are files that pages name taken? They are when nothing is said. */
  readonly keeps?: boolean;
}

/** A page as it was read; blocks that came with ids have them. */
export interface RawPage {
  readonly path: string;
  readonly title: string;
  /** Does the file itself say the title? */
  readonly titled?: boolean;
  readonly fields: readonly Field[];
  readonly blocks: readonly (DraftBlock & { readonly id?: string })[];
  readonly notes: readonly Note[];
  readonly files: readonly DraftFile[];
}

/** A file that is left out: no page (null), or a page that could not be read. */
export interface LeftOut {
  readonly path: string;
  readonly fault: Fault | null;
}

/** Faults of one file that say that the whole is not to be trusted. */
const OF_ALL: readonly FaultCode[] = ['bomb', 'unpacked', 'locked-zip'];

/** Reads all of them, one after another. One that cannot be read is left out by name. Throws when they are too much together. */
export async function readAll<T>(items: readonly T[], pathOf: (item: T) => string, read: (item: T, at: number) => Promise<RawPage>, left: LeftOut[], { told }: VaultPorts): Promise<(RawPage | null)[]> {
  const out: (RawPage | null)[] = [];
  let units = 0;
  for (const [at, item] of items.entries()) {
    const page = await read(item, at).catch((error: unknown) => {
      if (!(error instanceof ImportFault) || OF_ALL.includes(error.fault)) throw error;
      left.push({ path: pathOf(item), fault: { code: error.fault, facts: error.facts } });
      return null;
    });
    for (const { text } of page?.blocks ?? []) for (const run of text) units += run.text.length;
    if (units > VAULT_LIMITS.units) throw new ImportFault('vault-letters', { limit: VAULT_LIMITS.units });
    out.push(page);
    told(at + 1, items.length);
  }
  return out;
}
