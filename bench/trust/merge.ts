/** What acl records cost the rights of a space: 1,000 that were written elsewhere, and one more behind a long log. */
import { result, rounds } from '#bench/support/measure';
import type { BenchResult, Suite } from '#bench/support/types';
import { createSpaceRights, type SpaceRights } from '#os/rights/space-rights';
import * as build from '#os/rights/builders';
import { key, rotate, sealed, share, TestPerson, TestSpace } from '#tests/support/acl-space';

const PERSONS = 50;
const MERGED = 1_000;
const LONG = 1_300;
const FURTHER = 100;

type Item = TestSpace['records'][number];

function take(rights: SpaceRights, items: readonly Item[]): void {
  for (const { record, ops, certificate } of items) {
    if (record.header.seq === 0) rights.addCertificate(record.header.writer, certificate);
    if (rights.add(record, ops).state !== 'added') throw new Error('a record was not added');
  }
}

/** A space of 50 members, and 1,000 records that they wrote meanwhile, each in a chain of their own: devices, invites, role changes, removals and keys. */
function apart(): { space: TestSpace; base: number } {
  const owner = new TestPerson('O');
  const space = new TestSpace(owner);
  space.put(owner.slot(0), build.rotateOps(rotate('K1', [owner.ds])));
  const people = Array.from({ length: PERSONS }, (_, i) => new TestPerson(`p${i}`));
  for (const person of people) {
    const invite = space.put(owner.slot(0), build.inviteOps({ pub: key('i'), role: 3, exp: 1_000, uses: 1, room: sealed() }));
    space.put(owner.slot(0), build.acceptOps({ invite, uid: person.uid, statements: [person.inception], grant: { role: 3, nbf: 0 }, shares: [share('K1', [person.ds])] }));
  }
  const base = space.records.length;
  const tips = new Map<TestPerson, readonly ReturnType<TestSpace['put']>[]>(people.map((person) => [person, space.rights.heads()]));
  for (let i = 0; i < MERGED; i++) {
    const person = people[i % PERSONS]!;
    const other = people[(i * 7 + 3) % PERSONS]!;
    const all = people.filter((one) => one !== other).map((one) => one.ds);
    const acts = [
      () => build.attachOps([person.addDevice(`${person.name} d${i}`)]),
      () => build.inviteOps({ pub: key('i'), role: 2, exp: 1_000, uses: 1, room: sealed() }),
      () => build.rotateOps(rotate(`K ${i}`, all)),
      () => (i % 97 === 0 ? build.removeOps({ uid: other.uid, cuts: [], rotate: rotate(`R ${i}`, all) }) : build.roleOps({ grant: { to: key(`stranger ${i}`), role: 2, nbf: 0 }, cuts: null })),
    ];
    tips.set(person, [space.put(person.slot(0), acts[Math.floor(i / PERSONS) % 4]!(), { acl: tips.get(person)! })]);
  }
  return { space, base };
}

/** A long log of one member: devices of the past, cuts, adopted records, keys. */
function long(): TestSpace {
  const owner = new TestPerson('O');
  const space = new TestSpace(owner);
  const acts = [
    (i: number) => build.rotateOps(rotate(`K ${i}`, [owner.ds])), () => build.adoptOps([]), () => build.retireOps(owner.slot(9).writer, []),
    (i: number) => build.attachOps([owner.addDevice(`d${i % 100}`)]), () => build.inviteOps({ pub: key('i'), role: 2, exp: 1_000, uses: 1, room: sealed() }),
  ];
  for (let i = 0; space.records.length < LONG + FURTHER; i++) space.put(owner.slot(0), acts[i % acts.length]!(i));
  return space;
}

export const suite: Suite = {
  name: 'merge',
  async run(count): Promise<BenchResult[]> {
    const { space, base } = apart();
    const merge = (): number => {
      const rights = createSpaceRights(space.id);
      take(rights, space.records.slice(0, base));
      rights.view();
      const from = performance.now();
      take(rights, space.records.slice(base));
      if (rights.view().heads.length !== PERSONS) throw new Error('the logs were not apart');
      return performance.now() - from;
    };
    const chain = long();
    const further = (): number => {
      const rights = createSpaceRights(chain.id);
      take(rights, chain.records.slice(0, LONG));
      rights.view();
      const from = performance.now();
      for (const item of chain.records.slice(LONG)) {
        take(rights, [item]);
        rights.view();
      }
      return (performance.now() - from) / FURTHER;
    };
    for (let warm = 0; warm < 8; warm++) {
      merge();
      further();
    }
    const merged = await rounds(count, async () => merge());
    const each = await rounds(count, async () => further());
    return [
      result({
        group: 'trust', name: 'acl-merge-1000-ms', unit: 'ms', target: 50, direction: 'lower', values: merged,
        how: '1,000 acl records of 50 admins, each in a chain of their own since they were last together, given to the rights of who held the rest; then who may do what with all 50 heads',
      }),
      result({
        group: 'trust', name: 'acl-next-of-1300-ms', unit: 'ms', target: null, direction: 'lower', values: each,
        how: 'one more record of a member behind 1,300 of theirs, with the whole view anew after it; mean of 100',
      }),
    ];
  },
};
