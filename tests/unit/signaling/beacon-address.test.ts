/** The address of a beacon in a terminal: a QR code that the app's own reader reads. */
import { webcrypto } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWebCrypto } from '#adapters/web-crypto/web-crypto';
import { must } from '#base/assert';
import { addressCode, addressInTerminal } from '#signaling/beacon/address-code';
import { beaconKeys } from '#signaling/beacon/keys';
import { readModules } from '#view/kit/qr-read.ts';
import { decodeBeaconLink, encodeBeaconLink } from '#vm/protocol/beacon-link';

/** As a first start prints it. */
async function made(): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), 'lifegraph-address-'));
  try {
    const { profile } = await beaconKeys(createWebCrypto(webcrypto.subtle as SubtleCrypto), join(data, 'beacon.key'), 'Office tower');
    return encodeBeaconLink({ inception: must(profile.statements[0], 'inception'), name: 'Office tower', signaling: ['wss://graph.example.org/signal'] });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

test('the code is read back to the address, and white on black whatever the terminal has', async () => {
  const address = await made();
  const { columns, text } = addressCode(address);
  const lines = text.split('\n').map((line) => must(/^\u001b\[97;40m([█▀▄ ]+)\u001b\[0m$/.exec(line), line)[1]!);
  expect(new Set(lines.map((line) => line.length))).toEqual(new Set([columns]));
  // Each character is two modules, one above the other; two of them are the margin.
  const dark = (x: number, y: number): boolean => {
    const sign = lines[(y + 2) >> 1]![x + 2]!;
    return !(y % 2 === 0 ? '█▀' : '█▄').includes(sign);
  };
  const read = readModules(columns - 4, dark);
  expect(read).toBe(address);
  expect(decodeBeaconLink(read!)).toMatchObject({ ok: true, value: { name: 'Office tower' } });
  expect(readModules(columns - 4, (x, y) => !dark(x, y)), 'control: light for dark').toBeNull();
});

test('a terminal that is too narrow shows no torn code and says how wide it has to be', async () => {
  const address = await made();
  const { columns, text } = addressCode(address);
  expect(addressInTerminal(address, columns)).toBe(text);
  expect(addressInTerminal(address, columns - 1)).toBe(`A terminal of ${columns} columns shows it as a QR code, too.`);
});
