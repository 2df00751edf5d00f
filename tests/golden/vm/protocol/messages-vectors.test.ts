import { describe, expect, it } from 'vitest';
import { toBase64url } from '#base/bytes';
import { decodeCbor, encodeCbor } from '#base/cbor';
import { parseStatement, verifyStatement } from '#vm/protocol/identity';
import {
  encodeAck, encodeJoin, openEphemeral, parseAck, parseEphemeral, parseJoin, sealEphemeral, verifyAck, verifyEphemeral, verifyJoin,
} from '#vm/protocol/messages';
import { openTicket, sealTicket } from '#signaling/ticket';
import { b } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';
import { realCrypto as crypto } from '#tests/support/web-crypto';

interface Pair { seed: string; pub: string }
interface Case {
  what: string; note?: string; space?: string; slot?: Pair; ds?: Pair; invite_key?: Pair; uid?: string; presence_key?: string; plain?: string; bytes?: string; valid?: boolean;
  server_key?: string; room?: string; session?: string; expiry?: number; ticket?: string;
}
const file = sharedJson<{ cases: Case[] }>('vectors', 'messages.json');

async function ephemeral(c: Case): Promise<boolean> {
  const parsed = parseEphemeral(b(c.bytes!));
  const valid = parsed.ok && (await verifyEphemeral(crypto, b(c.space!), parsed.value));
  if (!parsed.ok || !valid) return false;
  const presence = await crypto.importAead(b(c.presence_key!));
  const value = await openEphemeral(crypto, presence, parsed.value);
  expect(toBase64url(encodeCbor(value!))).toBe(c.plain);
  const { fragment, boot, ctr, ttl, nonce } = parsed.value;
  const slot = await crypto.importSigning(b(c.slot!.seed));
  const again = await sealEphemeral(crypto, slot, presence, b(c.space!), { fragment, boot, ctr, ttl, nonce, value: decodeCbor(b(c.plain!)) });
  expect(toBase64url(again)).toBe(c.bytes);
  return true;
}

async function ack(c: Case): Promise<boolean> {
  const parsed = parseAck(b(c.bytes!));
  if (!parsed.ok || !(await verifyAck(crypto, b(c.space!), parsed.value))) return false;
  expect(parsed.value.level).toBe(c.note === 'durable' ? 1 : 0);
  const ds = await crypto.importSigning(b(c.ds!.seed));
  expect(toBase64url(await encodeAck(crypto, ds, b(c.space!), parsed.value))).toBe(c.bytes);
  return true;
}

async function join(c: Case): Promise<boolean> {
  const parsed = parseJoin(b(c.bytes!));
  if (!parsed.ok || !(await verifyJoin(crypto, parsed.value))) return false;
  for (const bytes of parsed.value.statements) {
    const statement = parseStatement(bytes);
    expect(statement.ok && (await verifyStatement(crypto, statement.value)) && toBase64url(statement.value.uid)).toBe(c.uid);
  }
  const [invite, ds] = [await crypto.importSigning(b(c.invite_key!.seed)), await crypto.importSigning(b(c.ds!.seed))];
  expect(toBase64url(await encodeJoin(crypto, invite, ds, parsed.value.space, parsed.value.statements))).toBe(c.bytes);
  return true;
}

if (file) {
  describe('FORMATS §8: golden messages.json', () => {
    for (const [i, c] of file.cases.entries()) {
      it(`case ${i}: ${c.what} ${c.note ?? ''}`, async () => {
        if (c.what === 'relay ticket') {
          const key = b(c.server_key!);
          const [room, session] = [b(c.room!), b(c.session!)];
          const ticket = sealTicket(key, room, session, c.expiry!);
          const mac = (decodeCbor(ticket) as Uint8Array[])[3]!;
          expect([toBase64url(mac), toBase64url(ticket)]).toContain(c.ticket);
          expect(openTicket(key, ticket, room, session, c.expiry! - 1)).toBe(true);
          expect(openTicket(key, ticket, room, session, c.expiry!)).toBe(false);
          expect(openTicket(key, sealTicket(new Uint8Array(32), room, session, c.expiry!), room, session, 0)).toBe(false);
          return;
        }
        const check = c.what === 'eph' ? ephemeral : c.what === 'ack' ? ack : join;
        expect(await check(c)).toBe(c.valid);
      });
    }
  });
}
