/** Room of one person in a space: bytes of all their writers count together, acl records are never refused. */
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '#base/bytes';
import { AuthorCount, checkOwnRoom, countHeld, heldOf } from '#os/kernel/author-budget';
import type { Space } from '#os/kernel/state';
import { KERNEL_LIMITS } from '#os/limits';
import { RECORD_CLASS, type ParsedRecord } from '#vm/protocol/types';

const [first, second, other] = ['AAAA', 'BBBB', 'CCCC'] as const;
const record = (writer: string, size: number, kind: number = RECORD_CLASS.op): ParsedRecord => ({ header: { writer: fromBase64url(writer), class: kind }, bytes: { length: size } }) as unknown as ParsedRecord;

/** Ada with two writers of one device, Bea with one. */
function spaceOf(): Space {
  const persons = new Map([['ada', { devices: new Map([['DDDD', {}]]) }], ['bea', { devices: new Map([['EEEE', {}]]) }]]);
  const rights = {
    view: () => ({ state: { persons } }), slotsOf: (ds: Uint8Array) => (toBase64url(ds) === 'DDDD' ? [first, second] : [other]),
    writer: (writer: Uint8Array) => ({ uid: toBase64url(writer) === other ? 'bea' : 'ada' }),
  };
  return { key: 's', rights } as unknown as Space;
}

test('[row 32] [BUD1] [BUD2] [limit KERNEL.authorBytes] 512 MiB of all writers of a person, in a batch too; their own kernel stops at 15/16', () => {
  const space = spaceOf();
  const mib = 1024 * 1024;
  for (let i = 0; i < 479; i++) countHeld(space, i % 2 === 0 ? first : second, record(first, mib).bytes.length);
  expect(heldOf(space, 'ada')).toEqual({ records: 479, bytes: 479 * mib });
  expect(heldOf(space, 'bea')).toEqual({ records: 0, bytes: 0 });
  checkOwnRoom(space, 'ada');
  countHeld(space, second, record(second, mib).bytes.length);
  expect(() => checkOwnRoom(space, 'ada')).toThrow(expect.objectContaining({ code: 'author-full' }));
  checkOwnRoom(space, 'bea');
  const batch = new AuthorCount();
  const taken = Array.from({ length: 40 }, () => batch.isFull(space, record(first, mib))).filter((full) => !full).length;
  expect(taken).toBe(32);
  expect([batch.isFull(space, record(second, 1)), batch.isFull(space, record(second, 1, RECORD_CLASS.acl)), batch.isFull(space, record(other, mib))]).toEqual([true, false, false]);
  expect([KERNEL_LIMITS.authorBytes, KERNEL_LIMITS.authorRecords]).toEqual([512 * mib, 1_048_576]);
});
