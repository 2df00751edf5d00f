/** The repository's own golden files: what this code writes today is what they say (scripts/make-golden.ts writes them, this test never does). */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goldenFiles } from '#tests/support/golden-cases';
import { parseRecord, verifyRecord } from '#vm/protocol/record';
import { b } from '#tests/support/json-cbor';
import { realCrypto } from '#tests/support/web-crypto';

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
const made = await goldenFiles();

describe('own golden files', () => {
  for (const [name, content] of Object.entries(made)) {
    it(`${name} is what the code writes`, () => {
      expect(JSON.parse(content)).toEqual(JSON.parse(read(name)));
    });
  }

  it('{K9} formats are frozen: no golden file is another one than it was, and none is left out', () => {
    const frozen = JSON.parse(read('frozen.json')) as Record<string, string>;
    const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json') && name !== 'frozen.json');
    expect(Object.fromEntries(names.map((name) => [name, createHash('sha256').update(read(name)).digest('hex')]))).toEqual(frozen);
  });

  it('the stored records still parse and verify', async () => {
    const { records } = JSON.parse(read('records.json')) as { records: { record: string; id: string }[] };
    for (const { record } of records) {
      const parsed = parseRecord(b(record));
      if (!parsed.ok) throw new Error(parsed.error.code);
      expect(await verifyRecord(realCrypto, parsed.value)).toBe(true);
    }
  });
});
