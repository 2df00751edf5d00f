/** The rules that owners set: judged at the acl heads of each record, alike by everybody, whatever a program calls its operations. */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { personNodeId } from '#os/kernel/spaces';
import { MAX_PATTERN_CHARS, MAX_POLICY_PATTERNS, MAX_THING_PATTERNS, MAX_THING_RULES } from '#os/limits';
import * as build from '#os/rights/builders';
import { forbiddenOp, ownIdHead, leastRole, NO_POLICY, withPolicy } from '#os/rights/policy';
import { createSpaceRights } from '#os/rights/space-rights';
import { edgeId } from '#vm/protocol/ids';
import { FRAGMENT, PRIMITIVE, type Operation } from '#vm/protocol/types';
import { key, rotate, sealed, share, TestPerson, TestSpace } from '#tests/support/acl-space';

const [O, P, A, M, G] = ['O', 'P', 'A', 'M', 'G'].map((name) => new TestPerson(name)) as [TestPerson, TestPerson, TestPerson, TestPerson, TestPerson];
const slot = (person: TestPerson, no = 0) => person.slot(no);
const rule = (...ops: [string, number][]) => build.policyOps(new Map([['ops', new Map<string, CborValue>(ops)]]));
const op = (primitive: number, ...args: CborValue[]): Operation => ({ primitive, verb: '', stamp: { ms: 1, ctr: 0 }, args });
const message = (id: Bytes): Operation => op(PRIMITIVE.nodeCreate, id, 'chat/message@1', new Map());
const own = (person: TestPerson, n = 1): Bytes => new Uint8Array([...ownIdHead(person.uid), 0, 0, 0, 0, 0, 0, 0, n]) as Bytes;
const other = key('a thing of another').slice(0, 16);

/** Two owners, an admin, a member and a guest. */
function world(): TestSpace {
  const space = new TestSpace(O);
  space.put(slot(O), build.rotateOps(rotate('K1', [O.ds])));
  const roles: [TestPerson, 1 | 2 | 3 | 4][] = [[P, 4], [A, 3], [M, 2], [G, 1]];
  for (const [person, role] of roles) {
    const invite = space.put(slot(O), build.inviteOps({ pub: key(`inv ${person.name}`), role, exp: 1000, uses: 1, room: sealed() }));
    space.put(slot(O), build.acceptOps({ invite, uid: person.uid, statements: [person.inception], grant: { role, nbf: 5 }, shares: [share('K1', [person.ds])] }));
    space.rights.addCertificate(slot(person).writer, slot(person).certificate);
  }
  return space;
}

function judge(space: TestSpace, person: TestPerson, ops: readonly Operation[] | null, acl = space.rights.heads(), fragment = FRAGMENT.root): { verdict: string; reason: string } {
  const { verdict, reason } = space.rights.judgeRecord(space.data(slot(person), 3, acl, fragment), key('d'), acl, null, (policy, doer) => (ops === null ? undefined : forbiddenOp(policy, doer, ops, toBase64url(fragment))));
  return { verdict, reason };
}
const OK = { verdict: 'ok', reason: 'right' };
const RULES = { verdict: 'void', reason: 'rules' };

describe('operations', () => {
  test('{K7} [RIGHT23] a type that is for admins: a Member makes none, whatever the operation calls itself; other things go on', () => {
    const space = world();
    const channel = op(PRIMITIVE.nodeCreate, other, 'fragment@1', new Map());
    expect(judge(space, M, [channel])).toEqual(OK);
    space.put(slot(O), rule(['fragment@1', 3]));
    for (const verb of ['', 'chat/message.send@1']) expect(judge(space, M, [{ ...channel, verb }])).toEqual(RULES);
    expect(judge(space, M, [message(other), channel]), 'one forbidden operation takes the whole record').toEqual(RULES);
    expect(judge(space, M, [message(other), op(PRIMITIVE.nodeSet, other, 'text', 'x')])).toEqual(OK);
    expect(judge(space, A, [channel])).toEqual(OK);
    expect(judge(space, M, null), 'unread: it is judged when it is read').toEqual(OK);
  });

  test('[RIGHT23] a rule by verb binds what calls itself so; links are bound by their type', () => {
    const space = world();
    space.put(slot(O), rule(['chat/channel.rename', 3], ['react/', 4]));
    const rename = (verb: string) => [{ ...op(PRIMITIVE.nodeSet, other, 'title', 'x'), verb }];
    expect(judge(space, M, rename('chat/channel.rename@1'))).toEqual(RULES);
    expect(judge(space, M, rename('chat/channel.topic@1'))).toEqual(OK);
    const react = op(PRIMITIVE.edgeAdd, other, 'react/x@1', other, other, new Map());
    expect([judge(space, A, [react]), judge(space, P, [react])]).toEqual([RULES, OK]);
  });

  test('{K7} [RIGHT22] in force is the policy at the acl heads of the record: what was written before stays, and the longest beginning counts', () => {
    const space = world();
    const before = space.rights.heads();
    space.put(slot(O), rule(['chat/', 3], ['chat/message@1', 2]));
    expect(judge(space, M, [op(PRIMITIVE.nodeCreate, other, 'chat/poll@1', new Map())])).toEqual(RULES);
    expect(judge(space, M, [op(PRIMITIVE.nodeCreate, other, 'chat/poll@1', new Map())], before)).toEqual(OK);
    expect(judge(space, M, [message(other)])).toEqual(OK);
    space.put(slot(P), build.policyOps(new Map([['ops', null]])));
    expect(judge(space, M, [op(PRIMITIVE.nodeCreate, other, 'chat/poll@1', new Map())])).toEqual(OK);
  });

  test('{V3} [RIGHT22] two owners at once: the acl order decides, in any order of delivery', () => {
    const space = world();
    const heads = space.rights.heads();
    space.put(slot(P), rule(['chat/message@1', 3]), { acl: heads });
    space.put(slot(O), rule(['chat/message@1', 4]), { acl: heads });
    const late = createSpaceRights(space.id);
    let left = [...space.records].reverse();
    while (left.length > 0) left = left.filter(({ record, ops }) => late.add(record, ops).state === 'waiting');
    const found = [space.rights, late].map((rights) => leastRole(rights.view().state.policy, 'chat/message@1'));
    // The founder is stronger and comes first: the other owner's word is the last one.
    expect(found).toEqual([3, 3]);
    expect(space.rights.view().policy.get('ops')?.writer).toBe(toBase64url(slot(P).writer));
  });

  test('{K7} [RIGHT23] a Guest: what is opened, under an id of their own, and nothing of others', () => {
    const space = world();
    const react = (uid: Uint8Array): Operation => op(PRIMITIVE.edgeAdd, edgeId('react/x@1', other, other, uid), 'react/x@1', other, other, new Map());
    expect(judge(space, G, [message(own(G))])).toEqual({ verdict: 'void', reason: 'role' });
    space.put(slot(O), rule(['chat/message@1', 1]));
    expect(judge(space, G, [message(own(G))])).toEqual(OK);
    expect(judge(space, G, null), 'unread it counts for nothing').toEqual({ verdict: 'void', reason: 'role' });
    expect(judge(space, G, [message(other)]), 'made under the id of another thing').toEqual(RULES);
    expect(judge(space, G, [react(G.uid)])).toEqual(RULES);
    for (const no of [PRIMITIVE.nodeSet, PRIMITIVE.nodeDelete, PRIMITIVE.nodeRestore]) expect([judge(space, G, [op(no, own(G))]), judge(space, G, [op(no, other)])], String(no)).toEqual([OK, RULES]);
    for (const no of [PRIMITIVE.edgeSet, PRIMITIVE.posSet, PRIMITIVE.setAdd, PRIMITIVE.setRemove, PRIMITIVE.maxSet, PRIMITIVE.countAdd, PRIMITIVE.textUpdate]) expect(judge(space, G, [op(no, own(G), 'x', 1)]), String(no)).toEqual(RULES);
    space.put(slot(O), rule(['react/', 1]));
    expect(judge(space, G, [message(own(G))]), 'closed again').toEqual(RULES);
    expect([judge(space, G, [react(G.uid)]), judge(space, G, [react(M.uid)])]).toEqual([OK, RULES]);
    const seen = (writer: Uint8Array): CborValue => [[new Uint8Array(8), writer.slice(0, 8)]];
    expect([judge(space, G, [op(PRIMITIVE.edgeRemove, other, seen(slot(G).writer))]), judge(space, G, [op(PRIMITIVE.edgeRemove, other, seen(slot(M).writer))])]).toEqual([OK, RULES]);
  });
});

describe('rules on one thing', () => {
  const channel = key('a channel').slice(0, 16) as Bytes;
  const elsewhere = key('another channel').slice(0, 16) as Bytes;
  const on = (thing: Bytes, ...ops: [string, number][]) => build.policyOps(new Map([[`on:${toBase64url(thing)}`, ops.length === 0 ? null : new Map<string, CborValue>(ops)]]));
  const effect = (space: TestSpace, id: Bytes): boolean => space.rights.aclStatus(id)!.effect;
  const at = (space: TestSpace, person: TestPerson, fragment: Bytes, ...ops: Operation[]) => judge(space, person, ops, space.rights.heads(), fragment);
  const react = op(PRIMITIVE.edgeAdd, other, 'react/x@1', other, other, new Map());
  const set = op(PRIMITIVE.nodeSet, other, 'text', 'x');

  test('{K7} [RIGHT27] in a channel: who makes what, and who changes what is there; other channels go on, and what was written before stays', () => {
    const space = world();
    const before = space.rights.heads();
    expect(effect(space, space.put(slot(A), on(channel, ['chat/message@', 3], ['change', 3])))).toBe(true);
    expect([at(space, M, channel, message(other)), at(space, M, elsewhere, message(other)), at(space, A, channel, message(other), set)]).toEqual([RULES, OK, OK]);
    expect(judge(space, M, [message(other)], before, channel)).toEqual(OK);
    expect(at(space, M, channel, react)).toEqual(OK);
    for (const no of [PRIMITIVE.nodeSet, PRIMITIVE.nodeDelete, PRIMITIVE.nodeRestore, PRIMITIVE.edgeSet, PRIMITIVE.posSet, PRIMITIVE.setAdd, PRIMITIVE.setRemove, PRIMITIVE.maxSet, PRIMITIVE.countAdd, PRIMITIVE.textUpdate]) expect([at(space, M, channel, op(no, other, 'x', 1)), at(space, M, elsewhere, op(no, other, 'x', 1))], String(no)).toEqual([RULES, OK]);
    // Another's thing is not changed by making it anew; one of an own id is made.
    const poll = (id: Bytes): Operation => op(PRIMITIVE.nodeCreate, id, 'chat/poll@1', new Map());
    expect([at(space, M, channel, poll(other)), at(space, M, channel, poll(own(M)))]).toEqual([RULES, OK]);
    const seen = (writer: Uint8Array): CborValue => [[new Uint8Array(8), writer.slice(0, 8)]];
    expect([at(space, M, channel, op(PRIMITIVE.edgeRemove, other, seen(slot(M).writer))), at(space, M, channel, op(PRIMITIVE.edgeRemove, other, seen(slot(A).writer)))]).toEqual([OK, RULES]);
    // The directory entry of a channel has its id: its title is the channel's.
    expect([at(space, M, FRAGMENT.root, op(PRIMITIVE.nodeSet, channel, 'title', 'x')), at(space, M, FRAGMENT.root, op(PRIMITIVE.nodeSet, elsewhere, 'title', 'x'))]).toEqual([RULES, OK]);
    // Control of the own name: who may write in a channel that tells itself says in it who they are.
    const name = (uid: Uint8Array): Operation => op(PRIMITIVE.nodeCreate, personNodeId(uid as Bytes, uid as Bytes), 'person@1', new Map());
    expect([at(space, M, channel, name(M.uid)), at(space, M, channel, name(A.uid))]).toEqual([OK, RULES]);
    space.put(slot(O), on(channel));
    expect([at(space, M, channel, message(other), set), space.rights.view().state.policy.things.size]).toEqual([OK, 0]);
  });

  test('{K7} [RIGHT27] on a message: replies, reactions and changes that name it, as bytes or as text; the least of the space stays', () => {
    const space = world();
    const root = key('a message').slice(0, 16) as Bytes;
    const reply = (to: CborValue): Operation => op(PRIMITIVE.nodeCreate, other, 'chat/message@1', new Map<string, CborValue>([['text', 'x'], ['replyTo', to]]));
    const heart = op(PRIMITIVE.edgeAdd, other, 'react/x@1', root, [elsewhere, other], new Map());
    space.put(slot(A), on(root, ['chat/message@', 3], ['react/', 2], ['change', 3]));
    for (const to of [root, toBase64url(root), [elsewhere, root]] as CborValue[]) expect([at(space, M, channel, reply(to)), at(space, A, channel, reply(to))]).toEqual([RULES, OK]);
    expect([at(space, M, channel, reply(other)), at(space, M, channel, message(other)), at(space, M, channel, heart)]).toEqual([OK, OK, OK]);
    expect([at(space, M, channel, op(PRIMITIVE.nodeDelete, root)), at(space, M, channel, op(PRIMITIVE.nodeDelete, other))]).toEqual([RULES, OK]);
    expect(at(space, M, channel, op(PRIMITIVE.nodeSet, other, 'replyTo', toBase64url(root))), 'named in another way').toEqual(RULES);
    expect(at(space, M, channel, op(PRIMITIVE.posSet, other, [root, 'a']))).toEqual(RULES);
    // It opens nothing: guests do what the space opens to them, and less where a thing asks for more.
    expect(at(space, G, channel, message(own(G)))).toEqual({ verdict: 'void', reason: 'role' });
    space.put(slot(O), rule(['chat/message@', 1], ['react/', 1]));
    const guest = op(PRIMITIVE.edgeAdd, edgeId('react/x@1', root, other, G.uid), 'react/x@1', root, other, new Map());
    expect([at(space, G, channel, message(own(G))), at(space, G, channel, guest)]).toEqual([OK, RULES]);
    space.put(slot(A), on(root, ['chat/message@', 1]));
    expect(at(space, G, channel, guest)).toEqual(OK);
    space.put(slot(O), rule(['chat/message@', 3]));
    expect(at(space, M, channel, reply(root)), 'less than the space asks for opens nothing').toEqual(RULES);
  });

  test('{C7} [RIGHT27] set by Owners, and by Admins alone and where no Owner is asked for; [RIGHT22] another form is no rule', () => {
    const space = world();
    expect(effect(space, space.put(slot(M), on(channel, ['change', 2])))).toBe(false);
    expect(effect(space, space.put(slot(A), on(channel, ['change', 4])))).toBe(false);
    expect(effect(space, space.put(slot(A), [...on(channel, ['change', 3])]))).toBe(true);
    expect(effect(space, space.put(slot(A), build.policyOps(new Map())))).toBe(false);
    expect(effect(space, space.put(slot(A), build.policyOps(new Map<string, CborValue>([[`on:${toBase64url(elsewhere)}`, new Map([['change', 3]])], ['approve', true]]))))).toBe(false);
    for (const wrong of ['on:', 'on:abc', `on:${toBase64url(key('long'))}`]) expect(effect(space, space.put(slot(A), build.policyOps(new Map<string, CborValue>([[wrong, new Map([['change', 3]])]])))), wrong).toBe(false);
    expect(effect(space, space.put(slot(P), on(channel, ['change', 4])))).toBe(true);
    expect(effect(space, space.put(slot(A), on(channel))), 'an Owner’s word is taken back by an Owner').toBe(false);
    expect(effect(space, space.put(slot(O), build.policyOps(new Map<string, CborValue>([[`on:${toBase64url(channel)}`, 'all']]))))).toBe(true);
    expect(space.rights.view().state.policy.things.size).toBe(0);
    expect(effect(space, space.put(slot(A), on(channel, ['change', 3])))).toBe(true);
    space.put(slot(O), build.policyOps(new Map()));
    expect(space.rights.view().state.policy).toEqual(NO_POLICY);
  });

  test('[limit MAX_THING_RULES] [limit MAX_THING_PATTERNS] the rule of a 257th thing, and one of nine patterns, are none', () => {
    const many = (count: number, patterns = 1): number => {
      const ops = new Map(Array.from({ length: patterns }, (_, i): [string, CborValue] => [`t${i}`, 3]));
      return withPolicy(NO_POLICY, new Map(Array.from({ length: count }, (_, i) => [`on:${toBase64url(key(`thing ${i}`).slice(0, 16))}`, ops]))).things.size;
    };
    expect([many(256), many(257), many(1, 8), many(1, 9)]).toEqual([MAX_THING_RULES, 256, 1, 0]);
    expect([MAX_THING_RULES, MAX_THING_PATTERNS]).toEqual([256, 8]);
  });
});

describe('comments', () => {
  const channel = key('a channel').slice(0, 16) as Bytes;
  const elsewhere = key('another channel').slice(0, 16) as Bytes;
  const part = (space: TestSpace, ...bits: [Bytes, number][]) => space.put(slot(O), [build.grantOp({ to: M.uid, role: 2, nbf: 6, scope: bits.map(([fragment, bit]) => ({ fragment, bits: bit })) })]);
  const at = (space: TestSpace, ops: readonly Operation[] | null, fragment = channel) => judge(space, M, ops, space.rights.heads(), fragment);
  const SCOPE = { verdict: 'void', reason: 'scope' };

  test('{K7} [RIGHT28] a Member with comment and without write answers and reacts under own ids, changes that, and nothing of others', () => {
    const space = world();
    const answer = (id: Bytes, to: CborValue): Operation => op(PRIMITIVE.nodeCreate, id, 'chat/message@1', new Map<string, CborValue>([['text', 'x'], ['replyTo', to]]));
    const react = (uid: Uint8Array): Operation => op(PRIMITIVE.edgeAdd, edgeId('react/x@1', other, other, uid), 'react/x@1', other, other, new Map());
    expect(at(space, [message(other)]), 'control: of the whole space they write').toEqual(OK);
    part(space, [channel, 5], [elsewhere, 7]);
    expect([at(space, [message(own(M))]), at(space, [message(other)], elsewhere), at(space, [message(own(M))], key('third').slice(0, 16) as Bytes)]).toEqual([SCOPE, OK, SCOPE]);
    for (const to of [toBase64url(other), other] as CborValue[]) expect([at(space, [answer(own(M), to)]), at(space, [answer(other, to)])]).toEqual([OK, SCOPE]);
    for (const to of ['x', null, 7] as CborValue[]) expect(at(space, [answer(own(M), to)]), String(to)).toEqual(SCOPE);
    expect([at(space, [react(M.uid)]), at(space, [react(A.uid)])]).toEqual([OK, SCOPE]);
    for (const no of [PRIMITIVE.nodeSet, PRIMITIVE.nodeDelete, PRIMITIVE.nodeRestore]) expect([at(space, [op(no, own(M), 'text', 'y')]), at(space, [op(no, other, 'text', 'y')])], String(no)).toEqual([OK, SCOPE]);
    expect(at(space, [op(PRIMITIVE.nodeSet, own(M), 'replyTo', null)]), 'an answer stays one').toEqual(SCOPE);
    for (const no of [PRIMITIVE.edgeSet, PRIMITIVE.posSet, PRIMITIVE.setAdd, PRIMITIVE.setRemove, PRIMITIVE.maxSet, PRIMITIVE.countAdd, PRIMITIVE.textUpdate]) expect(at(space, [op(no, own(M), 'x', 1)]), String(no)).toEqual(SCOPE);
    const seen = (writer: Uint8Array): CborValue => [[new Uint8Array(8), writer.slice(0, 8)]];
    expect([at(space, [op(PRIMITIVE.edgeRemove, other, seen(slot(M).writer))]), at(space, [op(PRIMITIVE.edgeRemove, other, seen(slot(A).writer))])]).toEqual([OK, SCOPE]);
    const name = (uid: Bytes): Operation => op(PRIMITIVE.nodeCreate, personNodeId(uid, uid), 'person@1', new Map());
    expect([at(space, [name(M.uid)]), at(space, [name(A.uid)])]).toEqual([OK, SCOPE]);
    expect(at(space, null), 'unread it counts for nothing').toEqual(SCOPE);
    // The rules of the space bind them too; who reads only does nothing.
    space.put(slot(O), rule(['react/', 3]));
    expect([at(space, [react(M.uid)]), at(space, [answer(own(M), other)])]).toEqual([SCOPE, OK]);
    part(space, [channel, 1]);
    expect(at(space, [answer(own(M), other)])).toEqual(SCOPE);
    part(space, [channel, 3]);
    expect(at(space, [message(other)])).toEqual(OK);
  });
});

describe('people and settings', () => {
  const effect = (space: TestSpace, id: Bytes): boolean => space.rights.aclStatus(id)!.effect;
  const invite = (by: TestPerson, acl?: readonly Bytes[]) => (space: TestSpace): Bytes => space.put(slot(by), build.inviteOps({ pub: key('new'), role: 2, exp: 1000, uses: 1, room: sealed() }), acl ? { acl } : {});

  test('{C7} [RIGHT24] who lets in: by the rule owners only, neither by invitation nor by a grant; an owner’s invitation is accepted by an admin', () => {
    const space = world();
    const Z = new TestPerson('Z');
    expect(space.rights.mayInvite(A.uid, 2)).toBe(true);
    const heads = space.rights.heads();
    space.put(slot(O), build.policyOps(new Map([['invite', 4]])));
    expect(effect(space, invite(A, heads)(space)), 'at the same time: the owner’s word comes first').toBe(false);
    expect([space.rights.mayInvite(A.uid, 2), space.rights.mayInvite(P.uid, 2)]).toEqual([false, true]);
    expect(space.rights.mayGrant(A.uid, Z.uid, { role: 2, exp: null, scope: null })).toBe(false);
    expect(effect(space, invite(A)(space))).toBe(false);
    expect(effect(space, space.put(slot(A), [build.grantOp({ to: Z.uid, role: 2, nbf: 0 })]))).toBe(false);
    expect(effect(space, space.put(slot(A), [build.grantOp({ to: M.uid, role: 1, nbf: 0 })])), 'who is here has another role by an admin').toBe(true);
    const open = invite(P)(space);
    space.put(slot(A), build.acceptOps({ invite: open, uid: Z.uid, statements: [Z.inception], grant: { role: 2, nbf: 5 }, shares: [share('K1', [Z.ds])] }));
    expect(space.rights.roleOf(Z.uid)).toBe(2);
  });

  test('[RIGHT22] only owners set rules; each setting stands for itself, null takes one out, an empty map all, another form is none', () => {
    const space = world();
    expect(effect(space, space.put(slot(A), rule(['a', 1])))).toBe(false);
    space.put(slot(O), build.policyOps(new Map<string, CborValue>([['approve', true], ['min_version', 2], ['unknown', 7]])));
    space.put(slot(P), rule(['a', 1]));
    expect(space.rights.view().state.policy).toEqual({ ...NO_POLICY, ops: new Map([['a', 1]]), invite: 1, approve: true, minVersion: 2 });
    expect([...space.rights.view().policy.keys()]).toEqual(['approve', 'min_version', 'unknown', 'ops']);
    space.put(slot(O), build.policyOps(new Map<string, CborValue>([['approve', null], ['ops', 'all'], ['invite', 9], ['min_version', -1]])));
    expect(space.rights.view().state.policy).toEqual(NO_POLICY);
    expect([...space.rights.view().policy.keys()], 'taken out').toEqual(['min_version', 'unknown', 'ops', 'invite']);
    space.put(slot(O), build.policyOps(new Map([['approve', true]])));
    space.put(slot(O), build.policyOps(new Map()));
    expect([space.rights.view().state.policy, space.rights.view().policy.size]).toEqual([NO_POLICY, 0]);
  });

  test('[limit MAX_POLICY_PATTERNS] [limit MAX_PATTERN_CHARS] rules beyond 32, or of a beginning longer than 64 characters, are no rules', () => {
    const of = (count: number, chars: number): number => withPolicy(NO_POLICY, new Map([['ops', new Map<string, CborValue>(Array.from({ length: count }, (_, i) => [String.fromCharCode(97 + i).repeat(chars), 3]))]])).ops.size;
    expect([of(32, 64), of(33, 64), of(32, 65)]).toEqual([MAX_POLICY_PATTERNS, 0, 0]);
    expect([MAX_POLICY_PATTERNS, MAX_PATTERN_CHARS]).toEqual([32, 64]);
    for (const wrong of [[['', 3]], [['a', 0]], [['a', 5]], [['a', '3']], [[1, 3]]]) expect(withPolicy(NO_POLICY, new Map([['ops', new Map(wrong as [string, CborValue][])]])).ops.size, JSON.stringify(wrong)).toBe(0);
  });
});
