/** The list of people of a Guild with thousands: one pass, and choices of those on the screen only. */
import { expect, test } from 'vitest';
import { toBase64url } from '#base/bytes';
import { memberViews } from '#os/kernel/member-views';
import { personNodeId } from '#os/kernel/spaces';
import type { Kernel, Space } from '#os/kernel/state';
import * as build from '#os/rights/builders';
import { key, sealed, share, TestPerson, TestSpace } from '#tests/support/acl-space';

const PEOPLE = 1_200;

/** An owner and so many guests, each let in by one record; the owner named them all. */
function guild(): { space: Space; owner: TestPerson; views: () => number } {
  const owner = new TestPerson('olga');
  const acl = new TestSpace(owner, 2);
  const invite = acl.put(owner.slot(0), build.inviteOps({ pub: key('invite'), role: 1, exp: 1e12, uses: PEOPLE, room: sealed() }));
  const guests = Array.from({ length: PEOPLE }, (_, n) => new TestPerson(`guest ${n}`));
  for (const one of guests) acl.put(owner.slot(0), build.acceptOps({ invite, uid: one.uid, statements: [one.inception], grant: { role: 1, nbf: 2 }, shares: [share('e1', [one.ds])] }));
  const nodes = new Map(guests.map((one) => {
    const id = toBase64url(personNodeId(one.uid, owner.uid));
    return [id, { id, createdBy: owner.id, props: { uid: one.id, author: owner.id, name: one.name } }];
  }));
  let views = 0;
  const source = { ids: () => nodes.keys(), view: (_fragment: string, id: string) => (views++, nodes.get(id) ?? null) };
  return { space: { key: 'guild', rights: acl.rights, source, inviteRooms: new Map() } as unknown as Space, owner, views: () => views };
}

test('{C7} 1,200 guests: each with the name they were given and their device, in one pass over names and devices', () => {
  const { space, owner, views } = guild();
  const kernel = { profile: { uid: owner.uid, ds: { pub: owner.ds } }, network: { peers: [] } } as unknown as Kernel;
  const list = memberViews(kernel, space, []);
  expect(list).toHaveLength(PEOPLE + 1);
  expect(list[0]).toMatchObject({ role: 'owner', self: true, devices: [{ self: true, online: true }] });
  expect(list.slice(1).every((one) => one.name.startsWith('guest ') && one.devices.length === 1 && one.role === 'guest')).toBe(true);
  expect(new Set(list.map((one) => one.name)).size).toBe(PEOPLE + 1);
  // Own names and told ones: at most two looks a person, where a search for each would be a million.
  expect(views()).toBeLessThanOrEqual(2 * (PEOPLE + 1));
  const from = process.cpuUsage();
  memberViews(kernel, space, []);
  const { user, system } = process.cpuUsage(from);
  console.info(`list of ${PEOPLE + 1} people: ${Math.round((user + system) / 1_000)} ms of processor time`);
}, 120_000);
