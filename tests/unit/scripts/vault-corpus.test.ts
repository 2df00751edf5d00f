import { describe, expect, test } from 'vitest';
import { FileFault } from '#adapters/files/unpack';
import { filesOfArchive } from '#boot/archive';
import { ImportFault } from '#domain/editor/files';
import { addressed, readVault } from '#domain/editor/vault';
import { unmetVault, VAULTS, type VaultOutcome } from '#scripts/lib/vault-corpus';

let ids = 0;
async function outcome(file: string, bytes: Buffer): Promise<VaultOutcome> {
  try {
    const files = await filesOfArchive(new Blob([Uint8Array.from(bytes)]));
    // As the thread of the importer does it: faults of files are faults of the import.
    const read = (run: () => Promise<Uint8Array>) => (): Promise<Uint8Array> => run().catch((error: unknown) => Promise.reject(error instanceof FileFault ? new ImportFault(error.code as 'damaged') : error));
    const vault = await readVault(file, files.map((one) => ({ ...one, read: read(one.read) })), { newId: () => `i${ids++}`, told: () => undefined });
    const hrefs = vault.pages.map((_, at) => `#/page/${at}`);
    return { fault: null, found: vault, pages: vault.pages.map((page) => addressed(page, hrefs, page.files.map(({ name }, at) => ({ id: `f${at}`, picture: name.endsWith('.png') })))) };
  } catch (error) {
    if (error instanceof ImportFault) return { fault: error.fault, found: null, pages: [] };
    if (error instanceof FileFault) return { fault: error.code, found: null, pages: [] };
    throw error;
  }
}

describe('the corpus of vaults, without a browser', () => {
  for (const { file, bytes, expect: facts } of VAULTS) {
    test(file, async () => {
      expect(unmetVault(facts, await outcome(file.replace(/^.*\//, ''), bytes()))).toEqual([]);
    });
  }

  test('a reader that loses something is noticed', async () => {
    const [obsidian] = VAULTS;
    const made = await outcome('obsidian.zip', obsidian!.bytes());
    const worse: VaultOutcome[] = [
      { ...made, pages: made.pages.map((blocks) => blocks.map((block) => ({ ...block, text: block.text.map(({ text }) => ({ text, marks: {} })) }))) },
      { ...made, pages: made.pages.map(() => []) }, { ...made, found: { ...made.found!, left: [], pages: made.found!.pages.map((page) => ({ ...page, notes: [] })) } }, { fault: 'damaged', found: null, pages: [] },
    ];
    for (const bad of worse) expect(unmetVault(obsidian!.expect, bad)).not.toEqual([]);
    expect(unmetVault({ fault: 'bomb' }, made)).toEqual(['taken']);
  });
});
