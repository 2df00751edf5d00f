/** The first acl record of a device that only the recovery key of its person brought, by its own hand: nobody was left to write it (IDN11). Loaded when such a log comes. */
import { toBase64url } from '#base/bytes';
import { decodeAclOp } from '#vm/protocol/acl-operation';
import { parseStatement, verifyStatement } from '#vm/protocol/identity';
import type { ParsedRecord } from '#vm/protocol/types';
import type { SlotCertificate } from '#os/rights/acl-record';
import { openContent } from './open-content.ts';
import type { Space } from './state.ts';

/** Says whether the record explains its own writer by what is held, asked again when more is; null when it cannot. */
export async function bringsItself(space: Space, record: ParsedRecord, slot: SlotCertificate): Promise<(() => boolean) | null> {
  const content = await openContent(space, record);
  for (const { primitive, args } of content.kind === 'ops' ? content.ops : []) {
    const op = decodeAclOp(primitive, args);
    const parsed = op?.t === 'ident.attach' ? parseStatement(op.statement) : null;
    if (!parsed?.ok || parsed.value.body.kind !== 1 || toBase64url(parsed.value.uid) !== slot.uid || toBase64url(parsed.value.body.ds) !== slot.ds) continue;
    if (!(await verifyStatement(space.crypto, parsed.value))) return null;
    const by = toBase64url(parsed.value.signers[0]!.key);
    const heads = record.header.acl.map(toBase64url);
    return () => {
      const view = space.rights.view(heads);
      return view?.members.has(slot.uid) === true && view.state.persons.get(slot.uid)?.recoveryKeys.has(by) === true;
    };
  }
  return null;
}
