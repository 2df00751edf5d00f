/** What the docs say from the code is current, and what they point to is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { encodeCbor } from '#base/cbor';
import { encodeEnvelope } from '#base/envelope';
import { limitsPage, withLayerTable } from '#scripts/lib/doc-tables';
import { capsOf } from '#scripts/lib/limit-caps';
import { paddedLength } from '#vm/protocol/body';
import { encodeFrame } from '#vm/protocol/frames';
import { edgeId } from '#vm/protocol/ids';
import { discoveryKey, epochId } from '#vm/protocol/keys';
import { encodePayload } from '#vm/protocol/operation';
import { roomOfDay } from '#vm/protocol/rooms';
import { encodeStamp } from '#vm/protocol/stamp';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const filled = (length: number, byte: number): Uint8Array<ArrayBuffer> => new Uint8Array(length).fill(byte);

const PAGES = ['README.md', 'CHANGELOG.md', 'signaling/README.md', ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];

describe('pages written from the code (else: npm run docs)', () => {
  test('README.md has the layer table of tests/tidy/layers.ts', () => {
    expect(read('README.md')).toBe(withLayerTable(read('README.md')));
  });

  test('docs/LIMITS.md has the caps of the limits files', () => {
    expect(read('docs/LIMITS.md')).toBe(limitsPage());
    const source = "/** Seven. */\nexport const A = 7;\n/** Where. */\nexport const P = '/p';\nexport const B_LIMITS = {\n  /** Two. */\n  c: 2_000,\n  d: 3,\n} as const;\n/** Both. */\nexport const E = { f: 1, g: 2 } as const;";
    expect(capsOf(source)).toEqual([
      { name: 'A', code: 'A', value: '7', text: 'Seven.' }, { name: 'B.c', code: 'B_LIMITS.c', value: '2,000', text: 'Two.' },
      { name: 'B.d', code: 'B_LIMITS.d', value: '3', text: '' }, { name: 'E', code: 'E', value: '{ f: 1, g: 2 }', text: 'Both.' },
    ]);
  });
});

describe('links and commands', () => {
  test.each(PAGES)('%s: what it points to is there', (page) => {
    // What stands in code marks is an example.
    const targets = [...read(page).replace(/`[^`\n]*`/g, '').matchAll(/\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!);
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(page), target)))).toEqual([]);
  });

  test.each(['README.md', 'docs/ARCHITECTURE.md'])('%s: files named in code marks are there', (page) => {
    const named = [...read(page).matchAll(/`((?:src|tests|scripts|signaling|workers|bench|docs)\/[\w./-]+\.(?:ts|tsx|md|json))`/g)].map((match) => match[1]!);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test('README.md names every npm script, and no other', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);
    const named = new Set([...read('README.md').matchAll(/`npm (?:run )?([a-z0-9:]+)/g)].map((match) => match[1]!).filter((name) => name !== 'ci'));
    expect([...named].filter((name) => !scripts.includes(name))).toEqual([]);
    expect(scripts.filter((name) => !named.has(name))).toEqual([]);
  });
});

test('docs/PROTOCOL.md: the worked vectors are what the code says', () => {
  const page = read('docs/PROTOCOL.md');
  // Long hex is written in groups.
  const joined = page.replace(/ (?=[0-9a-f]+[ `])/g, '');
  const key = filled(32, 0x44);
  const node = filled(16, 0x11);
  const map = new Map<string | number, number | null>([['b', 1], [10, 2], [-1, 3], ['aa', null]]);
  const golden = (JSON.parse(read('tests/golden/records.json')) as { records: { id: string }[] }).records[0]!;
  const wanted = [
    hex(encodeCbor(map)), hex(encodeStamp({ ms: 1_767_225_600_000, ctr: 7 })), hex(encodeFrame(true, 2, Buffer.from('hi'))),
    toBase64url(edgeId('follow@1', node, filled(16, 0x22), filled(32, 0x33))), toBase64url(epochId(key)), toBase64url(roomOfDay(discoveryKey(key), 20_453)), golden.id,
    toBase64url(encodePayload({ schema: 0, ops: [{ primitive: 1, verb: 'chat/message.edit@1', stamp: { ms: 1_767_225_600_000, ctr: 0 }, args: [node, 'text', 'Hi'] }] })),
    [59, 60, 100, 1_000, 60_000].map((n) => paddedLength(n).toLocaleString('en')).join(' · '),
  ];
  expect(wanted.filter((text) => !page.includes(text) && !joined.includes(text))).toEqual([]);
  expect(hex(encodeEnvelope({ eventType: 'link:ping:v1:requested', payload: new Uint8Array(0) })).startsWith('1216')).toBe(true);
});
