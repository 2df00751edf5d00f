/** Files that come with an imported page, kept as those are that a person adds. */
import type { LifegraphApi } from '#os/api';
import { ImportFault, type FileSaid, type KeptFile } from '#domain/editor/files';
import { RASTER_HEAD, rasterType } from '#view/kit/raster.ts';
import type { Importer } from './importer.ts';

/** Where they go, and who is told: of each that is kept, and of those that could not be read, with the reason. */
export interface FilesIn {
  readonly api: LifegraphApi;
  readonly space: string;
  /** Of the page. */
  readonly fragment: string;
  readonly importer: Importer;
  told(): void;
  left(name: string, fault: ImportFault): void;
}

/** Keeps them one after another, in the order of the page; null for one that could not be read. Rejects as the kernel does, and when the import is given up. */
export async function keepFiles({ api, space, fragment, importer, told, left }: FilesIn, page: number, files: readonly FileSaid[]): Promise<(KeptFile | null)[]> {
  const kept: (KeptFile | null)[] = [];
  for (const [at, { name, mime }] of files.entries()) {
    const read = await importer.attached(page, at).catch((error: unknown) => (error instanceof ImportFault ? error : Promise.reject(error)));
    if (importer.closed || !api.files) throw new Error('given up');
    if (read instanceof ImportFault) left(name, read);
    // What it calls itself is not believed.
    const type = read instanceof ImportFault ? null : rasterType(read.subarray(0, RASTER_HEAD));
    kept.push(read instanceof ImportFault ? null : { id: await api.files.add(space, fragment, new Blob([read]), { name, mime: type ?? mime, signal: importer.over.signal }), picture: type !== null });
    told();
  }
  return kept;
}
