/** Names of people while they are being read, and after: no key is shown to somebody who has a name. */
import { expect, test } from 'vitest';
import type { Person } from '#domain/shared';
import { whoOf } from '#view/kit/call-line.tsx';
import { nameIn, type Known } from '#view/kit/people.tsx';

const known = (part: Partial<Known> = {}): Known => ({ people: new Map(), members: new Map(), me: { uid: 'me-of-this-device', name: 'Anna' }, loaded: true, ...part });
const boris = 'uid-of-boris';

test('until names are read a person has none, and no key; what is known already is shown at once', () => {
  expect(nameIn(known({ loaded: false }), boris)).toBe('…');
  expect(nameIn(known({ loaded: false }), 'me-of-this-device')).toBe('Anna');
  expect(nameIn(known({ loaded: false, members: new Map([[boris, { name: 'Boris', role: 'member' as const }]]) }), boris)).toBe('Boris');
  // Control: who has no name on this device is told apart by the start of their key, when all was read.
  expect(nameIn(known(), boris)).toBe('uid-of');
  // A Guest is called as others call them, nobody else.
  const people = new Map([[boris, { name: 'Bo', selfChosen: false } as Person]]);
  expect((['guest', 'member'] as const).map((role) => nameIn(known({ people, members: new Map([[boris, { name: '', role }]]) }), boris))).toEqual(['Bo', 'uid-of']);
});

test('the log of calls says a word for who was there until it knows their names', () => {
  const call = { by: boris, people: [boris, 'me-of-this-device'] };
  const words = { list: (names: readonly string[]) => names.join(' and '), somebody: 'Somebody' };
  const of = (all: Known, missed = false): string => whoOf(call, { loaded: all.loaded, name: (uid) => nameIn(all, uid) }, missed, words);
  const named = { members: new Map([[boris, { name: 'Boris', role: 'member' as const }]]) };
  expect([of(known({ loaded: false })), of(known({ loaded: false }), true), of(known({ loaded: false, ...named })), of(known(named)), of(known(named), true), of(known())]).toEqual(['Somebody', 'Somebody', 'Boris and Anna', 'Boris and Anna', 'Boris', 'uid-of and Anna']);
});
