/** A recorder that breaks off: what was said until then is kept. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { record } from '#view/kit/voice-recorder.ts';

let recorder: FakeRecorder;
const tracks = [{ readyState: 'live', onended: null, stop: () => void (tracks[0]!.readyState = 'ended') }];

class FakeRecorder {
  static isTypeSupported = (): boolean => true;
  state = 'inactive';
  mimeType = 'audio/webm';
  ondataavailable: ((event: { data: Blob }) => void) | null = null;
  onerror: ((event: { error?: unknown }) => void) | null = null;
  onstop: (() => void) | null = null;
  constructor() {
    recorder = this; // eslint-disable-line unicorn/no-this-assignment, typescript/no-this-alias -- the one that was made
  }
  start(): void {
    this.state = 'recording';
  }
  stop(): void {
    this.state = 'inactive';
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  tracks[0]!.readyState = 'live';
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: async () => ({ getTracks: () => tracks }) } });
  vi.stubGlobal('MediaRecorder', FakeRecorder);
  vi.stubGlobal('AudioContext', class {
    createAnalyser = () => ({ fftSize: 32, getFloatTimeDomainData: (into: Float32Array) => into.fill(0.5) });
    createMediaStreamSource = () => ({ connect: () => undefined });
    close = async () => undefined;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('the parts that came stay when the recorder fails, the last one behind the error as well', async () => {
  for (const [late, size, stops] of [[false, 3, false], [true, 5, false], [true, 5, true]] as const) {
    const { done } = await record(() => undefined);
    recorder.ondataavailable!({ data: new Blob(['abc']) });
    await vi.advanceTimersByTimeAsync(2_000);
    recorder.state = 'inactive';
    recorder.onerror!({ error: new DOMException('x', 'UnknownError') });
    if (late) recorder.ondataavailable!({ data: new Blob(['de']) });
    if (stops) recorder.onstop!();
    await vi.advanceTimersByTimeAsync(5_000);
    const { blob, ms } = await done;
    expect([blob.size, blob.type, ms]).toEqual([size, 'audio/webm', 2_000]);
    expect(tracks[0]!.readyState).toBe('ended');
  }
});

test('of a recorder that failed before it gave anything there is nothing', async () => {
  const { done } = await record(() => undefined);
  recorder.onerror!({ error: new Error('broken') });
  const said = expect(done).rejects.toThrow('broken');
  await vi.advanceTimersByTimeAsync(5_000);
  await said;
});
