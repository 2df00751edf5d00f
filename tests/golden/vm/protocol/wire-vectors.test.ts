import { describe, expect, it } from 'vitest';
import { equalBytes, toBase64url } from '#base/bytes';
import { decodeCbor } from '#base/cbor';
import { encodeFrame, FrameAssembler, splitMessage } from '#vm/protocol/frames';
import { LinkRecordDecoder, LinkRecordEncoder } from '#vm/protocol/link-record';
import { parseRecord, verifyRecord } from '#vm/protocol/record';
import { b } from '#tests/support/json-cbor';
import { sharedJson } from '#tests/support/shared';
import { realCrypto } from '#tests/support/web-crypto';

interface Case { what: string; bytes?: number; message?: number; frames?: { length: number; head: string }[]; dict?: string[]; omitted?: number[]; link_record?: string; full_record?: string }
const file = sharedJson<{ cases: Case[] }>('vectors', 'wire.json');

/** An assembler that expects message `number` next. */
function assemblerAt(number: number): FrameAssembler {
  const assembler = new FrameAssembler();
  for (let i = 0; i < number; i++) assembler.push(encodeFrame(true, i, new Uint8Array(0)));
  return assembler;
}

if (file) {
  describe('FORMATS §8: golden wire.json', () => {
    for (const c of file.cases.filter((x) => x.frames)) {
      it(`frames of ${c.bytes} B`, () => {
        const message = Uint8Array.from({ length: c.bytes! }, (_, i) => i % 256);
        const frames = splitMessage(c.message!, message);
        expect(frames.map((f) => ({ length: f.length, head: toBase64url(f.subarray(0, 5)) }))).toEqual(c.frames);
        const assembler = assemblerAt(c.message!);
        for (const [i, frame] of frames.entries()) {
          const step = assembler.push(frame);
          if (!step.ok) throw new Error(step.error);
          if (i < frames.length - 1) expect(step.value).toBeNull();
          else expect(step.value !== null && equalBytes(step.value, message)).toBe(true);
        }
      });
    }

    const linked = file.cases.filter((c) => c.link_record);
    it('records in a row: elided, rebuilt, verified', async () => {
      const encoder = new LinkRecordEncoder();
      const decoder = new LinkRecordDecoder();
      const row = linked.filter((c) => !c.what.includes('stub'));
      expect(row.length).toBe(3);
      for (const [i, c] of row.entries()) {
        const parsed = parseRecord(b(c.full_record!));
        if (!parsed.ok) throw new Error(parsed.error.code);
        const { dict, bytes } = encoder.encode(parsed.value);
        expect(toBase64url(bytes)).toBe(c.link_record);
        expect(dict.map((d) => [d.no, toBase64url(d.bytes)])).toEqual(i === 0 ? c.dict!.map((d, no) => [no, d]) : []);
        const [header] = decodeCbor(bytes) as [Map<number, unknown>];
        const kept = new Set(header.keys());
        expect(c.omitted!.every((key) => !kept.has(key))).toBe(true);
        for (const d of dict) expect(decoder.addDict(d.no, d.bytes)).toBe(true);
        const full = decoder.decode(b(c.link_record!));
        expect(full.ok && toBase64url(full.value)).toBe(c.full_record);
        const again = full.ok ? parseRecord(full.value) : null;
        expect(again?.ok && (await verifyRecord(realCrypto, again.value))).toBe(true);
      }
    });

    it('a stub keeps keys 15 and 16', () => {
      const c = linked.find((x) => x.what.includes('stub'))!;
      const parsed = parseRecord(b(c.full_record!));
      if (!parsed.ok) throw new Error(parsed.error.code);
      const { dict, bytes } = new LinkRecordEncoder().encode(parsed.value);
      expect(toBase64url(bytes)).toBe(c.link_record);
      const decoder = new LinkRecordDecoder();
      for (const d of dict) decoder.addDict(d.no, d.bytes);
      const full = decoder.decode(bytes);
      expect(full.ok && toBase64url(full.value)).toBe(c.full_record);
    });
  });
}
