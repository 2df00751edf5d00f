/** Acts on people in the fake kernel: what the screens of Access meet, in memory. */
import type { PlansView, PlanView } from '#os/access-api';
import type { BaselineView, BeaconView, JournalLine, LifegraphApi, Member, PublicLinkView, RoleName, RulesChange, SpaceRules } from '#os/api';

const ROLES: readonly RoleName[] = ['owner', 'admin', 'member', 'guest'];

export interface FakePeople {
  members(space: string): Member[];
  role(space: string): string;
  /** Changes a member; null takes them out. */
  change(uid: string, change: Partial<Member> | null): void;
  me: string;
  setRules(space: string, change: RulesChange): void;
}

/** The rules after a change, as the kernel makes it. */
export function rulesAfter(rules: SpaceRules, { ops = {}, on, invite, approve, history, keep, past }: RulesChange): SpaceRules {
  const after = (before: Record<string, RoleName> | undefined, change: Record<string, RoleName | null>): Record<string, RoleName> =>
    Object.fromEntries(Object.entries({ ...before, ...change }).filter((entry): entry is [string, RoleName] => entry[1] !== null));
  return { ...rules, ops: after(rules.ops, ops), on: on ? { ...rules.on, [on.thing]: after(rules.on[on.thing], on.ops) } : rules.on, invite: invite ?? rules.invite, approve: approve ?? rules.approve, history: history ?? rules.history, keep: keep ?? rules.keep, pasts: past ? [...rules.pasts.filter((one) => one !== past.fragment), ...(past.open ? [past.fragment] : [])] : rules.pasts, shapes: rules.shapes };
}

const KEY = 'qr3E7y0m2Tt1l0mVv7yq0n6c3bXo5e9H4sVwYk8Zf1A';

/** Two plans; who is no owner has the first, which ends soon. */
function fakePlans(role: string, mayChange: boolean): PlansView {
  const until = Date.now() + 4 * 24 * 3_600_000;
  const plans: PlanView[] = [
    { id: 'cXVpZXQ', title: 'Supporter', about: 'You write along, and pay for the server.', role: 'member', scope: null, days: 30, code: KEY.repeat(3) },
    { id: 'cmVhZGVy', title: 'Reader', about: '', role: 'guest', scope: null, days: 365, code: KEY.repeat(3) },
  ];
  return { issuers: [KEY], plans, mayChange, mine: role === 'owner' ? null : { id: 'cXVpZXQ', title: 'Supporter', state: 'ending', until, reads: until + 72 * 3_600_000 } };
}

/** The part of the fake about people. */
export function fakeAccess(people: FakePeople): LifegraphApi['access'] {
  const links: PublicLinkView[] = [];
  const beacons: BeaconView[] = [];
  const histories = new Map<string, BaselineView[]>();
  const rules = (space: string): boolean => people.role(space) === 'owner';
  return {
    choices: async (space) => people.members(space).map((member) => {
      const may = rules(space) && !member.self && member.role !== 'owner';
      return { uid: member.uid, remove: may, roles: may ? ROLES.filter((role) => role !== member.role) : [], until: may, whole: may && member.scope !== null, delegate: may && member.role === 'member' && member.scope === null ? ['guest'] : [], plan: false };
    }),
    remove: async (_space, uid) => people.change(uid, null),
    setRole: async (_space, uid, role) => people.change(uid, { role }),
    setUntil: async (_space, uid, until) => people.change(uid, { until }),
    setScope: async (_space, uid, scope, options) => people.change(uid, { scope, comments: options?.comments ?? [] }),
    setDelegate: async (_space, uid, lets) => people.change(uid, { lets }),
    letBackIn: async (_space, uid, role) => people.change(uid, { role }),
    setRules: async (space, change) => people.setRules(space, change),
    plans: async (space) => fakePlans(people.role(space), rules(space)),
    setPlans: async () => undefined,
    redeem: async () => 'form',
    ending: async (space) => (people.role(space) === 'removed' ? { kind: 'removed', by: people.me, name: 'Sofia', at: Date.now() - 2 * 3_600_000 } : null),
    journal: async (space) => {
      const [mira, sofia, noor, jonas] = people.members(space).map(({ uid }) => uid);
      const line = (at: number, kind: JournalLine['kind'], more: Partial<JournalLine>): JournalLine => ({ id: `line${at}`, at: Date.now() - at * 3_600_000, by: mira!, kind, who: null, role: null, before: null, until: null, open: null, thing: null, counts: true, ...more });
      return [
        line(2, 'until', { who: jonas!, until: Date.now() + 960 * 3_600_000 }), line(3, 'removed', { by: sofia!, who: noor!, counts: false }), line(20, 'key', {}), line(24, 'scope', { who: jonas!, open: ['general', 'plans'] }), line(40, 'role', { who: noor!, before: 'guest', role: 'member' }),
        line(41, 'joined', { who: noor!, role: 'guest', by: sofia! }), line(42, 'invited', { role: 'guest' }), line(900, 'created', {}),
      ];
    },
    setAside: async (space) => (rules(space) ? [{ uid: people.members(space)[3]!.uid, records: 12, forked: 0, from: Date.now() - 30 * 3_600_000, to: Date.now() - 26 * 3_600_000 }] : []),
    adopt: async () => 12,
    moveOut: async () => ({ fragment: 'own', things: 1 }),
    moveBack: async () => ({ fragment: 'general', things: 1 }),
    async history(space, fragment, act = {}) {
      const one = (more: Partial<BaselineView>): BaselineView => ({ id: `baseline${histories.size}`, by: people.me, at: Date.now(), state: 'waiting', found: 'right', right: [], wrong: [], begun: false, freed: 0, ...more });
      // As they stand after a while: nothing yet, let go, begun with on the word of others, denied.
      const [boris, clara] = [1, 2].map((no) => people.members(space)[no]?.uid ?? people.me) as [string, string];
      const stands = [[], [one({ state: 'gone', right: [boris] })], [one({ by: boris, state: 'gone', begun: true, found: null, right: [clara] })], [one({ by: boris, state: 'wrong', found: 'wrong', wrong: [people.me] })]];
      const baselines = histories.get(fragment) ?? stands[histories.size] ?? [];
      histories.set(fragment, baselines);
      if (act.close) baselines.unshift(one({}));
      const denied = baselines.find(({ id }) => id === act.refuse);
      if (denied) Object.assign(denied, { state: 'wrong', wrong: [people.me] });
      const share = 1 + [...histories.keys()].indexOf(fragment);
      return { fragment, records: 4_812, bytes: Math.round(3_911_204 / share), wouldGo: baselines.some(({ state }) => state === 'gone') ? 0 : Math.round(3_204_118 / share), deleted: 3, behind: 1, mayClose: rules(space), baselines: [...baselines] };
    },
    async beacons(space, change = {}) {
      if (change.add !== undefined) beacons.unshift({ id: `beacon${beacons.length}`, name: ['Office tower', 'Home server'][beacons.length] ?? 'tower', by: people.me, addedAt: Date.now(), state: beacons.length === 0 ? 'linked' : 'away', behind: beacons.length, lastConfirmed: beacons.length === 0 ? Date.now() - 40_000 : null, check: { state: beacons.length === 0 ? 'ok' : 'forked', since: beacons.length === 0 ? null : Date.now() - 3_600_000, saidAt: Date.now() - 300_000, checkedAt: beacons.length === 0 ? Date.now() - 240_000 : null, proof: beacons.length > 0 }, reads: [], mayRemove: rules(space) });
      if (change.reads !== undefined) beacons.splice(0, beacons.length, ...beacons.map((one) => (one.id === change.reads!.id ? { ...one, reads: change.reads!.fragments } : one)));
      if (change.remove !== undefined) beacons.splice(0, beacons.length, ...beacons.map((one) => (one.id === change.remove ? { ...one, state: 'removed' as const, mayRemove: false } : one)));
      return beacons;
    },
    beaconReport: async () => new Blob(['{}'], { type: 'application/json' }),
    copy: async () => new Blob(['{}'], { type: 'application/json' }),
    publicLinks: async () => links,
    async makePublicLink(_space, fragment, options) {
      links.unshift({ id: `link${links.length}`, fragment, by: people.me, madeAt: Date.now(), until: options?.expiresInMs ? Date.now() + options.expiresInMs : null, state: 'open', mayRevoke: true });
      return `${location.origin}/#/read/hgBYIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f`;
    },
    revokePublicLink: async (_space, id) => void links.splice(0, links.length, ...links.map((link) => (link.id === id ? { ...link, state: 'revoked' as const, until: null, mayRevoke: false } : link))),
  };
}
