import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import { sha256 } from '#base/hash';
import { REDUCER_VERSION, equalTags, spaceSetDigest, spaceStateDigest, stateTag } from '#vm/log/digests';
import { sealWords } from '#vm/log/seal-words';
import { SpaceChain, type ChainRecord } from '#vm/log/space-chain';
import { writerNamed } from '#tests/support/log-kit';

const A = writerNamed('a');
function rec(name: string, n: number, sprev: ChainRecord | null, fragment = 'f', seq = n): ChainRecord {
  const id = sha256(`record ${name}`);
  return { key: toBase64url(id), id, fragment: sha256(fragment).slice(0, 16) as Bytes, writer: A, seq, n, sprev: sprev?.id ?? null };
}

describe('chain of a writer over all fragments', () => {
  const r0 = rec('0', 0, null);
  const r1 = rec('1', 1, r0, 'g', 0);
  const r2 = rec('2', 2, r1);
  const r2b = rec('2b', 2, r1, 'h', 0);
  const r2c = rec('2c', 2, r1);

  test('[FORK5] an honest chain gives nothing, in any order, with gaps and repeats', () => {
    for (const order of [[r0, r1, r2], [r2, r0, r1], [r2, r0, r2, r0]]) {
      const space = new SpaceChain();
      expect(order.map((r) => space.add(r))).toEqual(order.map(() => null));
      expect(space.tip(A)).toBe(r2);
    }
    expect(new SpaceChain().tip(A)).toBeNull();
  });

  test('[FORK5] two records at one n: both are the evidence, across fragments and inside one', () => {
    const space = new SpaceChain();
    for (const r of [r0, r1, r2]) space.add(r);
    expect(space.add(r2b)).toMatchObject({ kind: 'same-n', a: r2, b: r2b });
    expect(space.add(r2b)).toBeNull();
    expect(space.add(r2c)).toMatchObject({ kind: 'same-seq', a: r2, b: r2c });
  });

  test('[FORK5] another predecessor than the one held, whichever comes first', () => {
    const lying = rec('3', 3, r1);
    const forward = new SpaceChain();
    forward.add(r2);
    expect(forward.add(lying)).toMatchObject({ kind: 'sprev', a: r2, b: lying });
    const backward = new SpaceChain();
    backward.add(lying);
    expect(backward.add(r2)).toMatchObject({ kind: 'sprev', a: r2, b: lying });
  });
});

describe('digests of a space', () => {
  const part = (name: string): { fragment: Bytes; set: Bytes; state: Bytes } => ({
    fragment: sha256(`f ${name}`).slice(0, 16), set: sha256(`set ${name}`), state: sha256(`state ${name}`),
  });

  test('[DIG3] [DIG4] order of the fragments does not count, content does', () => {
    const parts = [part('1'), part('2'), part('3')];
    const other = [parts[0]!, parts[1]!, { ...parts[2]!, state: sha256('else') }];
    expect(toBase64url(spaceSetDigest([...parts].reverse()))).toBe(toBase64url(spaceSetDigest(parts)));
    expect(toBase64url(spaceStateDigest(other))).not.toBe(toBase64url(spaceStateDigest(parts)));
    expect(toBase64url(spaceSetDigest(other))).toBe(toBase64url(spaceSetDigest(parts)));
    expect(sealWords([...parts].reverse())).toEqual(sealWords(parts));
    expect(sealWords(other)).not.toEqual(sealWords(parts));
    expect(sealWords(parts)).toHaveLength(4);
  });

  test('[DIG5] tags are equal when reducer, acl and ids are', () => {
    const [x, y] = [sha256('x'), sha256('y')];
    const tag = stateTag(x, [x, y]);
    expect(tag.reducer).toBe(REDUCER_VERSION);
    expect(equalTags(tag, stateTag(x, [y, x]))).toBe(true);
    for (const other of [stateTag(y, [x, y]), stateTag(x, [x]), stateTag(x, [x, x]), { ...tag, reducer: 99 }]) expect(equalTags(tag, other)).toBe(false);
  });
});
