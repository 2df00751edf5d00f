import { expect, test } from 'vitest';
import fc from 'fast-check';
import { compareBytes, toBase64url, utf8 } from '#base/bytes';
import { compareKeys, compareUtf8, bytesOfKey, keyOf, latin1, operationKey } from '#vm/graph/keys';
import { buildTree, type Place } from '#vm/graph/tree';
import { encodeStamp } from '#vm/protocol/stamp';

test('keys are base64url, in the order of their bytes', () => {
  const id = fc.uint8Array({ maxLength: 70 });
  fc.assert(fc.property(id, (bytes) => keyOf(bytes) === toBase64url(bytes)));
  const id16 = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(fc.property(id16, id16, (a, b) => Math.sign(compareKeys(keyOf(a), keyOf(b))) === Math.sign(compareBytes(a, b))));
  fc.assert(fc.property(id16, (a) => compareBytes(bytesOfKey(keyOf(a)), a) === 0));
});

test('operation keys are the bytes of [stamp, first 8 of the writer]', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 31), fc.nat(2 ** 16), fc.nat(65535), (a, b, ctr) => {
      const ms = a * 2 ** 16 + b;
      return operationKey(ms, ctr, 'writer88') === latin1(encodeStamp({ ms, ctr })) + 'writer88';
    }),
  );
});

test('[OP7] ord is compared by UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary' }).filter((s) => !/\p{Surrogate}/u.test(s));
  fc.assert(fc.property(text, text, (a, b) => Math.sign(compareUtf8(a, b)) === Math.sign(compareBytes(utf8(a), utf8(b)))));
  expect(compareUtf8('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
});

function place(key: string, parent: string | null, ord = 'a0'): [string, Place] {
  return [key, { key, parent, ord }];
}

test('[OP7] siblings by ord then id; a parent that is not here is kept', () => {
  const tree = buildTree(new Map([place('B', null, 'b'), place('C', null, 'a'), place('D', null, 'b'), place('E', 'gone')]));
  expect(tree.children(null)).toEqual(['C', 'B', 'D']);
  expect(tree.parent('E')).toBe('gone');
  expect(tree.children('gone')).toEqual(['E']);
  expect(tree.parent('nobody')).toBeNull();
});

test('[OP7] each cycle is cut at its smallest id, wherever the walk starts', () => {
  const places = [place('D', 'B'), place('B', 'C'), place('C', 'D'), place('A', 'D'), place('F', 'F'), place('H', 'G'), place('G', 'H')];
  for (const order of [places, [...places].reverse()]) {
    const tree = buildTree(new Map(order));
    expect(tree.parent('B')).toBeNull();
    expect([tree.parent('C'), tree.parent('D'), tree.parent('A')]).toEqual(['D', 'B', 'D']);
    expect([tree.parent('F'), tree.parent('G'), tree.parent('H')]).toEqual([null, null, 'G']);
    expect(tree.children(null)).toEqual(['B', 'F', 'G']);
  }
});

test('[OP7] a long path does not cost more than its length', () => {
  const places = new Map<string, Place>();
  for (let i = 0; i < 50_000; i++) places.set(`n${i}`, { key: `n${i}`, parent: i === 0 ? null : `n${i - 1}`, ord: 'a' });
  expect(buildTree(places).parent('n49999')).toBe('n49998');
});
