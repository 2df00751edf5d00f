import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameAssembler, splitMessage } from '#vm/protocol/frames';

describe('FORMATS §8, Wire frame: the assembler', () => {
  it('several messages in a row', () => {
    const assembler = new FrameAssembler();
    for (const [number, size] of [[0, 0], [1, 130_000], [2, 5]] as const) {
      const results = splitMessage(number, new Uint8Array(size).fill(number)).map((f) => assembler.push(f));
      const last = results.at(-1)!;
      expect(last.ok && last.value?.length).toBe(size);
      expect(assembler.pending).toBe(0);
    }
  });

  it('refuses another order, a repeat, a gap', () => {
    for (const number of [1, 2, 0xffff_ffff]) expect(new FrameAssembler().push(encodeFrame(true, number, new Uint8Array(1)))).toEqual({ ok: false, error: 'order' });
    const assembler = new FrameAssembler();
    const frame = encodeFrame(true, 0, new Uint8Array(1));
    expect(assembler.push(frame).ok).toBe(true);
    expect(assembler.push(frame)).toEqual({ ok: false, error: 'order' });
  });

  it('[limit MAX_FRAME_PAYLOAD FRAME_HEADER_BYTES] refuses unknown flags, short and long frames, and empty parts that are not last', () => {
    const frame = encodeFrame(true, 0, new Uint8Array(1));
    frame[0] = 3;
    expect(new FrameAssembler().push(frame)).toEqual({ ok: false, error: 'flags' });
    expect(new FrameAssembler().push(new Uint8Array(4))).toEqual({ ok: false, error: 'header' });
    expect(new FrameAssembler().push(encodeFrame(true, 0, new Uint8Array(60_001)))).toEqual({ ok: false, error: 'header' });
    expect(new FrameAssembler().push(encodeFrame(false, 0, new Uint8Array(0)))).toEqual({ ok: false, error: 'empty-part' });
  });

  it('[row 6] [limit MAX_MESSAGE_BYTES] FORMATS §7: nothing longer than 256 KiB is put together', () => {
    const assembler = new FrameAssembler();
    const results = splitMessage(0, new Uint8Array(262_145)).map((f) => assembler.push(f));
    expect(results.at(-1)).toEqual({ ok: false, error: 'too-large' });
    const exact = new FrameAssembler();
    const done = splitMessage(0, new Uint8Array(262_144)).map((f) => exact.push(f)).at(-1)!;
    expect(done.ok && done.value?.length).toBe(262_144);
  });
});
