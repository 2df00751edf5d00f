/** `npm run beacon -- proof FILE`: what somebody else makes of a file about a beacon. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { must } from '#base/assert';
import { beaconKeys } from '#signaling/beacon/keys';
import { proofCommand } from '#signaling/beacon/proof';
import { named } from '#tests/support/core-kit';
import { headOf, WITNESSED } from '#tests/support/witness-kit';
import { realCrypto } from '#tests/support/web-crypto';
import { encodeBeaconLink } from '#vm/protocol/beacon-link';
import { encodeWitness, type WitnessFields } from '#vm/protocol/witness';
import { encodeReport } from '#vm/protocol/witness-report';

const folder = mkdtempSync(join(tmpdir(), 'lgos-proof-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const keysOf = (name: string) => beaconKeys(realCrypto, join(folder, `${name}.key`), name);
const { profile } = await keysOf('tower');
const addressOf = async (name: string): Promise<string> => encodeBeaconLink({ inception: must((await keysOf(name)).profile.statements[0], 'inception'), name, signaling: [] });
const said = (fields: Partial<WitnessFields>) => encodeWitness(realCrypto, profile.ds, WITNESSED, { log: named('log', 16), seq: 0, prev: null, ms: 1_767_225_600_000, flags: 0, root: named('root'), heads: [headOf('f', 'w', 1)], ...fields });

async function run(text: string, address?: string): Promise<{ code: number; out: string; bad: string }> {
  const file = join(folder, 'report.json');
  writeFileSync(file, text);
  const [out, bad]: [string[], string[]] = [[], []];
  const code = await proofCommand(file, address, (line) => out.push(line), (line) => bad.push(line));
  return { code, out: out.join('\n'), bad: bad.join('\n') };
}

describe('WIT8 npm run beacon -- proof', () => {
  test('a proof is 0, genuine words that prove nothing are 2, and the file is held against the address', async () => {
    const report = async (...lists: Partial<WitnessFields>[]): Promise<string> => encodeReport({ space: WITNESSED, ds: profile.ds.pub, name: 'Office tower', seen: { state: 'forked', since: 1, checkedAt: null, at: 2 }, witnesses: await Promise.all(lists.map(said)), proves: true });
    const two = await report({}, { heads: [] });
    const proven = await run(two, await addressOf('tower'));
    expect([proven.code, proven.bad]).toEqual([0, '']);
    expect(proven.out).toContain('2026-01-01T00:00:00.000Z  no. 0, 1 heads');
    expect(proven.out).toContain('Proven: with the key of Office tower');
    expect(await run(await report({}))).toMatchObject({ code: 2, bad: '' });
    expect(await run(two, await addressOf('another'))).toMatchObject({ code: 1, out: '', bad: 'The file is about another beacon than this address names.' });
    expect(await run(two, 'beacon:nothing')).toMatchObject({ code: 1 });
  });

  test('what is no such file, is not there or was not named is 1', async () => {
    expect(await run('{}')).toMatchObject({ code: 1, out: '' });
    const bad: string[] = [];
    expect(await proofCommand(join(folder, 'none.json'), undefined, () => undefined, (line) => bad.push(line))).toBe(1);
    expect(await proofCommand(undefined, undefined, () => undefined, (line) => bad.push(line))).toBe(1);
    expect(bad.map((line) => line.slice(0, 6))).toEqual(['ENOENT', 'Name t']);
  });
});
