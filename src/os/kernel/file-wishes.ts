/** Who asked for what: a row for each file, sealed, whose name tells nothing. */
import { toBase64url } from '#base/bytes';
import { encodeCbor, tryDecodeCbor } from '#base/cbor';
import { sha256 } from '#base/hash';
import type { Kernel } from './state.ts';
import { openFromVault, sealInVault } from './vault.ts';

const WISHES = 'files/';
const rowOf = (key: string): string => WISHES + toBase64url(sha256('lgos/wish/1', key));

/** A file asked for on this device, by `space/id`. */
export class FileWishes {
  constructor(private readonly kernel: Kernel) {}

  async add(key: string): Promise<void> {
    const row = await sealInVault(this.kernel, encodeCbor(key.split('/')));
    if (row !== null) await this.write(key, row);
  }

  async has(key: string): Promise<boolean> {
    return (await this.kernel.store.get(rowOf(key))) !== undefined;
  }

  async forget(key: string): Promise<void> {
    if (await this.has(key)) await this.write(key, undefined);
  }

  async all(): Promise<Set<string>> {
    const wished = new Set<string>();
    for (const [, row] of await this.kernel.store.list(WISHES)) {
      const plain = await openFromVault(this.kernel, row);
      const wish = plain === null ? undefined : tryDecodeCbor(plain);
      if (Array.isArray(wish) && typeof wish[0] === 'string' && typeof wish[1] === 'string') wished.add(`${wish[0]}/${wish[1]}`);
    }
    return wished;
  }

  private async write(key: string, row: unknown): Promise<void> {
    await this.kernel.store.commit({ origin: this.kernel.boot, records: [], values: [[rowOf(key), row]] });
  }
}
