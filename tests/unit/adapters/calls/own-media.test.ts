/** What becomes of microphone, camera and screen: no device, refused, busy, unplugged or taken back in the middle, another one chosen, shut while the browser asks. */
import { expect, test } from 'vitest';
import { createOwnMedia } from '#adapters/calls/own-media';

class Track extends EventTarget {
  stopped = false;
  enabled = true;
  constructor(readonly kind: string, readonly from: unknown) {
    super();
  }
  stop(): void {
    this.stopped = true;
  }
  unplug(): void {
    this.dispatchEvent(new Event('ended'));
  }
}

const fault = (name: string): Error => Object.assign(new Error(name), { name });

function devices(answer: (what: string, constraints: MediaStreamConstraints) => Promise<Track> | Error) {
  const asked: MediaStreamConstraints[] = [];
  const give = (what: string) => async (constraints: MediaStreamConstraints) => {
    asked.push(constraints);
    const track = await answer(what, constraints);
    if (track instanceof Error) throw track;
    const list = [track as unknown as MediaStreamTrack];
    return { getAudioTracks: () => (constraints.audio ? list : []), getVideoTracks: () => (constraints.video ? list : []) } as MediaStream;
  };
  const media = { getUserMedia: give('user'), getDisplayMedia: give('display'), enumerateDevices: async () => [{ kind: 'audioinput', deviceId: 'm1', label: 'Desk' }, { kind: 'audioinput', deviceId: '', label: '' }, { kind: 'videoinput', deviceId: 'c1', label: 'Lid' }, { kind: 'audiooutput', deviceId: 's1', label: 'Phones' }] } as unknown as MediaDevices;
  return { media, asked };
}

test('{C4} [CALL8] each way in which a browser gives nothing is a state of its own, and may be tried again', async () => {
  let next: Error | null = null;
  const told: string[] = [];
  const { media } = devices((what) => next ?? Promise.resolve(new Track('audio', what)));
  const own = createOwnMedia(media, (kind) => told.push(`${kind} ${own.state(kind)}`));
  for (const [name, state] of [['NotFoundError', 'none'], ['OverconstrainedError', 'none'], ['NotReadableError', 'busy'], ['NotAllowedError', 'refused'], ['SecurityError', 'refused']] as const) {
    next = fault(name);
    await own.open('audio');
    expect([own.state('audio'), own.track('audio')]).toEqual([state, null]);
  }
  // Who closes the choice of a screen has refused nothing.
  next = fault('NotAllowedError');
  await own.open('screen');
  expect(own.state('screen')).toBe('off');
  next = null;
  await own.open('audio');
  expect(own.state('audio')).toBe('on');
  expect(told.slice(0, 2)).toEqual(['audio asking', 'audio none']);
});

test('[CALL8] a device that is unplugged, or whose permission is taken back, is lost and says so; a shared screen that is ended by the browser is off', async () => {
  const made: Track[] = [];
  const { media } = devices(async (what, constraints) => (made.push(new Track(constraints.audio ? 'audio' : 'video', what)), made.at(-1)!));
  const own = createOwnMedia(media, () => undefined);
  await Promise.all([own.open('audio'), own.open('camera'), own.open('screen')]);
  for (const track of made) track.unplug();
  expect([own.state('audio'), own.state('camera'), own.state('screen')]).toEqual(['lost', 'lost', 'off']);
  expect(made.every(({ stopped }) => stopped)).toBe(true);
  await own.open('audio');
  expect(own.state('audio')).toBe('on');
  // One that was replaced says nothing about the one in use.
  made[0]!.unplug();
  expect(own.state('audio')).toBe('on');
  own.close();
  expect(own.state('audio')).toBe('off');
  expect(made.every(({ stopped }) => stopped)).toBe(true);
});

test('[CALL8] another device is taken in the middle of a call, and one that came after it was shut is let go', async () => {
  let hold: (() => void) | null = null;
  let wait = false;
  const made: Track[] = [];
  const { media, asked } = devices(async (what) => {
    if (wait) await new Promise<void>((go) => (hold = go));
    made.push(new Track('audio', what));
    return made.at(-1)!;
  });
  const own = createOwnMedia(media, () => undefined);
  expect(await own.devices()).toEqual({ mics: [{ id: 'm1', label: 'Desk' }], cameras: [{ id: 'c1', label: 'Lid' }], speakers: [{ id: 's1', label: 'Phones' }], mic: '', camera: '', speaker: '' });
  // Chosen before it is used: nothing is opened by that.
  await own.choose('mic', 'm1');
  expect(asked).toEqual([]);
  await own.open('audio');
  expect(asked[0]!.audio).toMatchObject({ deviceId: { exact: 'm1' } });
  await own.choose('mic', '');
  expect(asked[1]!.audio).not.toHaveProperty('deviceId');
  expect(made.map(({ stopped }) => stopped)).toEqual([true, false]);
  expect(own.state('audio')).toBe('on');
  // A camera that is not on is not opened by choosing one, whatever became of the one before.
  await own.open('camera');
  made.at(-1)!.unplug();
  expect(own.state('camera')).toBe('lost');
  await own.choose('camera', 'c1');
  expect([own.state('camera'), asked.length]).toEqual(['lost', 3]);
  await own.open('camera');
  await own.choose('camera', '');
  expect([own.state('camera'), asked.length]).toEqual(['on', 5]);
  own.shut('camera');
  wait = true;
  const opening = own.open('camera');
  own.shut('camera');
  await expect.poll(() => hold !== null).toBe(true);
  hold!();
  await opening;
  expect(own.state('camera')).toBe('off');
  expect(made.at(-1)!.stopped).toBe(true);
});
