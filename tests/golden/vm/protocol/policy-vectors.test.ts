/** PROTOCOL 5: the settings of policy.set, byte for byte, and what they mean. */
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '#base/bytes';
import { decodeCbor, encodeCbor, type CborValue } from '#base/cbor';
import { ownIdHead, NO_POLICY, withPolicy } from '#os/rights/policy';
import { decodeAclOp, encodeAclOp } from '#vm/protocol/acl-operation';

const MAP = 'pGNvcHOjZnJlYWN0LwFqZnJhZ21lbnRAMQNtY2hhdC9tZXNzYWdlQAJmaW52aXRlBGdhcHByb3Zl9WttaW5fdmVyc2lvbgE';

test('the map of a policy.set', () => {
  const policy = new Map<string, CborValue>([
    ['ops', new Map<string, CborValue>([['react/', 1], ['fragment@1', 3], ['chat/message@', 2]])], ['invite', 4], ['approve', true], ['min_version', 1],
  ]);
  const { primitive, args } = encodeAclOp({ t: 'policy.set', policy });
  expect([primitive, toBase64url(encodeCbor(args[0]!))]).toEqual([45, MAP]);
  const read = decodeAclOp(45, [decodeCbor(fromBase64url(MAP)!)]);
  expect(read?.t === 'policy.set' && withPolicy(NO_POLICY, read.policy)).toEqual({ ...NO_POLICY, ops: new Map([['react/', 1], ['fragment@1', 3], ['chat/message@', 2]]), invite: 4, approve: true, minVersion: 1 });
});

test('ids of a guest begin with the first 8 bytes of the uid', () => {
  expect([...ownIdHead(Uint8Array.from({ length: 32 }, (_, i) => i))]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});
