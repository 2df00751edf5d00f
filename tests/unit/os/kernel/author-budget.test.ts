/** Room of one person in a space: bytes of all their writers count together, records about rights apart from the others, by where they lie. */
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url, type Bytes } from '#base/bytes';
import { AuthorCount, checkOwnRoom, countHeld, heldAcl, heldOf } from '#os/kernel/author-budget';
import type { Space } from '#os/kernel/state';
import { KERNEL_LIMITS } from '#os/limits';
import { FRAGMENT, RECORD_CLASS, type ParsedRecord } from '#vm/protocol/types';

const [first, second, other, fresh] = ['AAAA', 'BBBB', 'CCCC', 'DDDD'] as const;
const DATA = { fragment: new Uint8Array(16).fill(9) as Bytes };
const ACL = { fragment: FRAGMENT.acl };
const mib = 1024 * 1024;
const record = (writer: string, size: number, { fragment }: { fragment: Bytes } = DATA, claims: number = RECORD_CLASS.op, id = 'NEWS'): ParsedRecord =>
  ({ id: fromBase64url(id), header: { fragment, writer: fromBase64url(writer), class: claims }, bytes: { length: size } }) as unknown as ParsedRecord;

/** Ada with two writers of one device, Bea with one; a fourth nobody knows. */
function spaceOf(): Space {
  const authors = new Map<string, string>([[first, 'ada'], [second, 'ada'], [other, 'bea']]);
  const rights = {
    writersOf: (uid: string) => new Set([...authors].filter(([, one]) => one === uid).map(([writer]) => writer)),
    writer: (writer: Uint8Array) => (authors.has(toBase64url(writer)) ? { uid: authors.get(toBase64url(writer)) } : null),
  };
  return { key: 's', rights, fragments: new Map([[toBase64url(DATA.fragment), { log: { has: (id: string) => id === 'HELD' } }]]) } as unknown as Space;
}

test('[row 32] [BUD1] [BUD2] [limit KERNEL.authorBytes] 512 MiB of all writers of a person, in a batch too; their own kernel stops at 15/16', () => {
  const space = spaceOf();
  for (let i = 0; i < 479; i++) countHeld(space, DATA, i % 2 === 0 ? first : second, mib);
  expect(heldOf(space, 'ada')).toEqual({ records: 479, bytes: 479 * mib });
  expect(heldOf(space, 'bea')).toEqual({ records: 0, bytes: 0 });
  checkOwnRoom(space, 'ada');
  countHeld(space, DATA, second, mib);
  expect(() => checkOwnRoom(space, 'ada')).toThrow(expect.objectContaining({ code: 'author-full' }));
  checkOwnRoom(space, 'bea');
  const batch = new AuthorCount();
  const taken = Array.from({ length: 40 }, () => batch.isFull(space, record(first, mib))).filter((full) => !full).length;
  expect(taken).toBe(32);
  expect([batch.isFull(space, record(second, 1)), batch.isFull(space, record(second, 1, ACL, RECORD_CLASS.acl)), batch.isFull(space, record(other, mib))]).toEqual([true, false, false]);
  expect(batch.isFull(space, record(second, 1, DATA, RECORD_CLASS.acl)), 'a class that the record only claims').toBe(true);
  expect(batch.isFull(space, record(second, 1, DATA, RECORD_CLASS.op, 'HELD')), 'held, and its row was lost').toBe(false);
  expect([KERNEL_LIMITS.authorBytes, KERNEL_LIMITS.authorRecords]).toEqual([512 * mib, 1_048_576]);
});

test('[row 32] [BUD1] the first records of a writer that is not known yet count to who signed for it', () => {
  const space = spaceOf();
  for (let i = 0; i < 510; i++) countHeld(space, DATA, first, mib);
  const batch = new AuthorCount();
  expect([batch.isFull(space, record(fresh, mib), 'ada'), batch.isFull(space, record(fresh, mib), 'ada'), batch.isFull(space, record(fresh, mib), 'ada'), batch.isFull(space, record(first, mib))]).toEqual([false, false, true, true]);
  expect(batch.isFull(space, record(fresh, mib), 'bea')).toBe(false);
});

test('[row 32] [BUD1] records about rights are counted and always have room', () => {
  const space = spaceOf();
  for (let i = 0; i < 600; i++) countHeld(space, ACL, first, mib);
  expect([heldOf(space, 'ada'), heldAcl(space)]).toEqual([{ records: 0, bytes: 0 }, { records: 600, bytes: 600 * mib }]);
  const batch = new AuthorCount();
  expect([batch.isFull(space, record(second, mib, ACL)), batch.isFull(space, record(second, mib))]).toEqual([false, false]);
  checkOwnRoom(space, 'ada');
});
