/** Every case of acl.json, exactly. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createResolver } from '#os/rights/resolve';
import { sharedPath } from '#tests/support/shared';
import { toAclRecord, ROLES, type AclCase } from '#tests/support/acl-cases';

const path = sharedPath('vectors/acl.json');
const cases: AclCase[] = path === null ? [] : (JSON.parse(readFileSync(path, 'utf8')) as { cases: AclCase[] }).cases;

function deadText(dead: { rule: number; why: string; by: string | null }): string {
  return `${dead.rule}: ${dead.why}${dead.by === null ? '' : ` ${dead.by}`}`;
}

describe.skipIf(cases.length === 0)('FORMATS §6, TRUST §2.4: acl.json', () => {
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
    });
  }
});
