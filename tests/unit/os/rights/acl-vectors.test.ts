/** Every case of acl.json, exactly. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cutBy, extendCuts, type CutPoint, type LiveRevoke } from '#os/rights/cuts';
import { mayWrite } from '#os/rights/permit';
import { createResolver, type Resolver } from '#os/rights/resolve';
import { sharedPath } from '#tests/support/shared';
import { toAclRecord, ROLES, type AclCase } from '#tests/support/acl-cases';

const path = sharedPath('vectors/acl.json');
const cases: AclCase[] = path === null ? [] : (JSON.parse(readFileSync(path, 'utf8')) as { cases: AclCase[] }).cases;

function deadText(dead: { rule: number; why: string; by: string | null }): string {
  return `${dead.rule}: ${dead.why}${dead.by === null ? '' : ` ${dead.by}`}`;
}

const points = (cuts: Record<string, number>): Map<string, CutPoint> => new Map(Object.entries(cuts).map(([writer, n]) => [writer, { n, id: null }]));

/** Revokes with cuts that live at the heads, raised by the case's cut.extend records that live. */
function liveRevokes(one: AclCase, resolver: Resolver): LiveRevoke[] {
  const { dead } = resolver.resolve(resolver.heads())!;
  const revokes = new Map<string, LiveRevoke>();
  for (const { id, op } of one.records) if (op.t === 'revoke' && !dead.has(id)) revokes.set(id, { id, to: op.to!, cuts: points(op.cuts ?? {}) });
  for (const extension of one.cut_extend ?? []) {
    const revoke = revokes.get(extension.revoke);
    if (revoke && !dead.has(extension.id)) revokes.set(revoke.id, extendCuts(revoke, points(extension.cuts)));
  }
  return [...revokes.values()];
}

function dataVerdict(one: AclCase, resolver: Resolver, data: NonNullable<AclCase['data']>[number]): string {
  const member = resolver.resolve(data.acl)!.members.get(data.author);
  if (!member || !mayWrite(member, data.fragment)) return 'refused: no write right at its acl heads';
  const cut = cutBy(liveRevokes(one, resolver), {
    device: '',
    author: data.author, writer: data.writer, n: data.n, id: null,
    seen: (revoke) => data.acl.some((head) => resolver.covers(head, revoke)),
    ordered: (a, b) => resolver.covers(a, b) || resolver.covers(b, a),
  });
  return cut === null ? 'applied' : 'quarantined';
}

if (cases.length > 0) describe('FORMATS §6, TRUST §2.4: acl.json', () => {
  for (const one of cases) {
    test(`[RIGHT1-10] ${one.name}`, () => {
      const resolver = createResolver();
      for (const record of one.records) expect(resolver.add(toAclRecord(record))).toBe('added');
      const state = resolver.resolve(resolver.heads())!;
      const members = Object.fromEntries(state.members.entries().map(([uid, m]) => [uid, {
        role: Object.keys(ROLES).find((name) => ROLES[name] === m.role),
        path: [...m.path],
        ...(m.scope ? { scope: [...m.scope.keys()] } : {}),
        ...(m.exp !== null ? { exp: m.exp } : {}),
      }]));
      expect(members).toEqual(one.expected.members);
      expect(Object.fromEntries(state.dead.entries().map(([id, dead]) => [id, deadText(dead)]))).toEqual(one.expected.dead);
      expect(resolver.strongestFirst().map((node) => node.id)).toEqual(one.expected.strongest_first);
      for (const data of one.data ?? []) expect(`${data.writer} ${data.n} ${dataVerdict(one, resolver, data)}`).toBe(`${data.writer} ${data.n} ${data.expected}`);
    });
  }
});
