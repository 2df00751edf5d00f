/** Calls on the fake kernel: a desk that shows what it is told to show. No microphone, no camera, nobody else. */
import type { CallDesk, CallNow, CallPlace, CallsView, DeviceState, Seat, SeatLink } from '#os/calls-api';
import { fakeId } from './fake-graph.ts';
import { writerOf } from './fake-seed.ts';

/** What may be asked of it by a script. */
export interface FakeCalls extends CallDesk {
  /** In a call in a place; `how` says what does not go well. */
  begin(place: CallPlace, how?: 'alone' | 'trouble' | 'pictures'): void;
  /** Somebody rings there; `full`: or holds a call there that has no free place. */
  hear(place?: CallPlace, how?: 'rings' | 'full'): void;
}

/** A still picture as a track. */
function picture(tone: string): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [640, 360];
  const brush = canvas.getContext('2d')!;
  brush.fillStyle = tone;
  brush.fillRect(0, 0, 640, 360);
  return canvas.captureStream(1).getVideoTracks()[0]!;
}

const seat = (name: string, link: SeatLink, more: Partial<Seat> = {}): Seat => ({
  seat: fakeId(`seat:${name}`), uid: writerOf(name).uid, device: fakeId(`device:${name.toLowerCase()}`), self: name === 'Mira', link, muted: false, camera: null, screen: null,
  words: name === 'Mira' || link === 'meeting' ? null : ['lamp', 'river', 'copper', 'nine'], frames: { sealed: 4_100, opened: 4_093, refused: 0, stale: 1 }, deaf: false, ...more,
});

function seatsOf(how: 'alone' | 'trouble' | 'pictures' | undefined): Seat[] {
  const me = seat('Mira', 'live');
  if (how === 'alone') return [me];
  if (how === 'trouble') return [me, seat('Sofia', 'live', { deaf: true }), seat('Noor', 'broken'), seat('Davit', 'unreachable'), seat('Jonas', 'meeting')];
  const others = [seat('Sofia', 'live'), seat('Noor', 'live', { muted: true }), seat('Davit', 'linking')];
  return how === 'pictures' ? [{ ...me, camera: picture('#3a5a4e') }, { ...others[0]!, camera: picture('#6a5a3e'), screen: picture('#2a2c34') }, ...others.slice(1)] : [me, ...others];
}

/** The desk. */
export function fakeCalls(): FakeCalls {
  let view: CallsView = { now: null, heard: [] };
  const listeners = new Set<() => void>();
  const show = (next: Partial<CallsView>): void => {
    view = { ...view, ...next };
    for (const on of listeners) on();
  };
  const set = (part: Partial<CallNow>): void => show({ now: view.now && { ...view.now, ...part } });
  return {
    unable: null,
    view: () => view,
    subscribe: (on) => (listeners.add(on), () => listeners.delete(on)),
    begin(place, how) {
      const bad: DeviceState = how === 'trouble' ? 'refused' : 'on';
      const now: CallNow = { ...place, call: fakeId('call'), since: Date.now() - 754_000, seats: seatsOf(how), muted: false, mic: bad, camera: how === 'pictures' ? 'on' : how === 'trouble' ? 'busy' : 'off', screen: 'off', declined: how === 'trouble' ? [writerOf('Lena').uid] : [], silent: how === 'trouble' };
      show({ now });
    },
    hear: (place, how) => place === undefined ? set({ silent: false }) : show({ heard: [{ ...place, call: fakeId('heard'), uids: [writerOf('Sofia').uid, writerOf('Noor').uid], rings: how === 'rings', full: how === 'full' }] }),
    join: async (place) => void show({ now: { ...place, call: fakeId('call'), since: Date.now(), seats: seatsOf('alone'), muted: false, mic: 'on', camera: 'off', screen: 'off', declined: [], silent: false } }),
    leave: () => show({ now: null }),
    decline: ({ call }) => show({ heard: view.heard.filter((one) => one.call !== call) }),
    mute: (on) => set({ muted: on, seats: view.now?.seats.map((one) => (one.self ? { ...one, muted: on } : one)) ?? [] }),
    camera: async (on) => set({ camera: on ? 'on' : 'off' }),
    screen: async (on) => set({ screen: on ? 'on' : 'off' }),
    devices: async () => ({ mics: [{ id: 'a', label: 'Headset of the boat' }, { id: 'b', label: 'Built-in microphone' }], cameras: [{ id: 'c', label: 'Built-in camera' }], speakers: [{ id: 'd', label: 'Headset of the boat' }], mic: 'a', camera: '', speaker: '' }),
    choose: async () => undefined,
    level: (of) => (of === seat('Sofia', 'live').seat ? 0.7 : of === '' ? 0.3 : 0.1),
    listen: () => null,
    tryMic: () => () => undefined,
  };
}
