/** Shapes that owners set: of what kind properties are, judged at the acl heads of each record by its operations alone (RIGHT42). */
import { describe, expect, test } from 'vitest';
import { toBase64url, type Bytes } from '#base/bytes';
import type { CborValue } from '#base/cbor';
import { MAX_SHAPE_PROPERTIES, MAX_SHAPES } from '#os/limits';
import * as build from '#os/rights/builders';
import { forbiddenOp, NO_POLICY, withPolicy } from '#os/rights/policy';
import { kindName, readKind } from '#os/rights/shapes';
import { FRAGMENT, PRIMITIVE, type Operation } from '#vm/protocol/types';
import { key, rotate, sealed, share, TestPerson, TestSpace } from '#tests/support/acl-space';

const [O, M] = [new TestPerson('O'), new TestPerson('M')];
const [thing, taken] = [key('a thing').slice(0, 16) as Bytes, key('another').slice(0, 16) as Bytes];
const shape = (type: string, properties: Record<string, CborValue> | null) => [`shape:${type}`, properties && new Map(Object.entries(properties))] as const;
const shapes = (...list: (readonly [string, CborValue])[]) => build.policyOps(new Map<string, CborValue>(list));
const op = (primitive: number, ...args: CborValue[]): Operation => ({ primitive, verb: 'any/verb@1', stamp: { ms: 1, ctr: 0 }, args });
const make = (type: string, props: Record<string, CborValue>, id = thing): Operation => op(PRIMITIVE.nodeCreate, id, type, new Map(Object.entries(props)));
const set = (name: string, value: CborValue): Operation => op(PRIMITIVE.nodeSet, thing, name, value);

function world(): TestSpace {
  const space = new TestSpace(O);
  space.put(O.slot(0), build.rotateOps(rotate('K1', [O.ds])));
  const invite = space.put(O.slot(0), build.inviteOps({ pub: key('inv'), role: 2, exp: 1000, uses: 1, room: sealed() }));
  space.put(O.slot(0), build.acceptOps({ invite, uid: M.uid, statements: [M.inception], grant: { role: 2, nbf: 5 }, shares: [share('K1', [M.ds])] }));
  space.rights.addCertificate(M.slot(0).writer, M.slot(0).certificate);
  return space;
}

function judge(space: TestSpace, person: TestPerson, ops: readonly Operation[], acl = space.rights.heads()): string {
  return space.rights.judgeRecord(space.data(person.slot(0), 3, acl, FRAGMENT.root), key('d'), acl, null, (policy, doer) => forbiddenOp(policy, doer, ops, toBase64url(FRAGMENT.root))).verdict;
}

describe('{K7} shapes', () => {
  test('[RIGHT42] what makes a thing fits the shape of its type; every later value of the property fits too, under whatever verb and of whoever', () => {
    const space = world();
    const before = space.rights.heads();
    space.put(O.slot(0), shapes(shape('lab/sample@1', { mass: 'number', note: 'text:5', tube: 'whole', dry: 'bool', site: 'id' })));
    const good = make('lab/sample@1', { mass: 1.5, note: 'brown', tube: 3, dry: true, site: taken, free: 'anything' });
    expect(judge(space, M, [good, set('mass', 2), set('mass', null), set('site', toBase64url(taken)), set('free', 7)])).toBe('ok');
    const wrong: Operation[] = [
      make('lab/sample@1', { mass: '1.5' }), make('lab/sample@1', { note: 'browns' }), make('lab/sample@1', { tube: 1.5 }), make('lab/sample@1', { dry: 1 }), make('lab/sample@1', { site: 'elsewhere' }),
      set('mass', 'heavy'), set('mass', Number.NaN), set('note', 'browns'), set('note', ['brown']), set('tube', 2 ** 60), set('dry', 'yes'), set('site', new Uint8Array(15)),
    ];
    for (const one of wrong) {
      expect(judge(space, M, [one]), String(one.args)).toBe('void');
      expect(judge(space, M, [good, one]), 'one of them takes the whole record').toBe('void');
      expect(judge(space, O, [one]), 'an owner keeps to it as well').toBe('void');
      expect(judge(space, M, [one], before), 'control: what was written before it stays').toBe('ok');
    }
  });

  test('[RIGHT42] it is not got round by another type: a thing "made" again under a taken id, or changed without saying its type', () => {
    const space = world();
    space.put(O.slot(0), shapes(shape('lab/sample@1', { mass: 'number' })));
    for (const type of ['lab/other@1', 'chat/message@1', 'fragment@1']) expect(judge(space, M, [make(type, { mass: 'heavy' }, taken)]), type).toBe('void');
    expect(judge(space, M, [make('lab/other@1', { mass: 1, text: 'heavy' })])).toBe('ok');
    // Two types that use one name: each is made by its own shape, and a change, which says no type, fits one of them.
    space.put(O.slot(0), shapes(shape('lab/parcel@1', { mass: 'text:3' })));
    expect(judge(space, M, [make('lab/parcel@1', { mass: '3kg' }), make('lab/sample@1', { mass: 3 }), set('mass', 3), set('mass', '3kg')])).toBe('ok');
    for (const one of [make('lab/parcel@1', { mass: 3 }), make('lab/sample@1', { mass: '3kg' }), set('mass', 'heavy'), set('mass', true)]) expect(judge(space, M, [one])).toBe('void');
  });

  test('[RIGHT42] [RIGHT22] only an owner sets them, one by one: a newer one of a type is whole, null and what is of another form take it out, and what spaces are written with stays open', () => {
    const space = world();
    const of = (): string[] => [...space.rights.view().state.policy.shapes].map(([type, one]) => `${type} ${[...one].map(([name, kind]) => `${name}=${kindName(kind)}`).join()}`);
    space.put(M.slot(0), shapes(shape('lab/sample@1', { mass: 'number' })));
    expect(of()).toEqual([]);
    space.put(O.slot(0), shapes(shape('lab/sample@1', { mass: 'number', note: 'text' }), shape('lab/parcel@1', { to: 'id' })));
    space.put(O.slot(0), shapes(shape('lab/sample@1', { note: 'text:40' })));
    expect(of()).toEqual(['lab/sample@1 note=text:40', 'lab/parcel@1 to=id']);
    space.put(O.slot(0), shapes(shape('lab/sample@1', null), shape('lab/parcel@1', { to: 'anybody' })));
    expect(of()).toEqual([]);
    for (const [type, name] of [['fragment@1', 'x'], ['lab/sample@1', 'title'], ['lab/sample@1', 'moved/to'], ['lab/sample@1', '']] as const) space.put(O.slot(0), shapes(shape(type, { [name]: 'bool' })));
    expect(of()).toEqual([]);
    expect([readKind('text:0'), readKind('text:12345678'), readKind('text:07'), readKind(3), readKind('toString')]).toEqual([null, null, null, null, null]);
    space.put(O.slot(0), shapes(shape('lab/sample@1', { mass: 'number' })));
    space.put(O.slot(0), build.policyOps(new Map()));
    expect(space.rights.view().state.policy).toEqual(NO_POLICY);
  });

  test('[limit MAX_SHAPES] [limit MAX_SHAPE_PROPERTIES] the shape of a 33rd type, and one of seventeen properties, are none', () => {
    const many = (types: number, properties = 1): number => withPolicy(NO_POLICY, new Map(Array.from({ length: types }, (_, i) => shape(`lab/t${i}@1`, Object.fromEntries(Array.from({ length: properties }, (__, n) => [`p${n}`, 'bool'])))))).shapes.size;
    expect([many(32), many(33), many(1, 16), many(1, 17)]).toEqual([MAX_SHAPES, 32, 1, 0]);
    expect([MAX_SHAPES, MAX_SHAPE_PROPERTIES]).toEqual([32, 16]);
  });
});
