/** What this page sends into a call: microphone, camera and screen, which the browser asks the person for one by one, when they are used; which devices, and what became of them. */
import type { CallDevice, CallDevices, DeviceState } from '#ports/calls';
import type { StreamKind } from './frame-cipher.ts';

interface Own {
  state: DeviceState;
  track: MediaStreamTrack | null;
}

export interface OwnMedia {
  state(kind: StreamKind): DeviceState;
  track(kind: StreamKind): MediaStreamTrack | null;
  open(kind: StreamKind): Promise<void>;
  shut(kind: StreamKind): void;
  devices(): Promise<CallDevices>;
  /** A device that is in use is changed in the same moment. */
  choose(kind: 'mic' | 'camera' | 'speaker', id: string): Promise<void>;
  speaker(): string;
  close(): void;
}

/** Why the browser gave nothing. */
function stateOf(error: unknown): DeviceState {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  return name === 'NotReadableError' ? 'busy' : 'refused';
}

const CAMERA = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 20, max: 30 } };

/** `onChange`: after every change of a state or of a track. */
export function createOwnMedia(media: MediaDevices, onChange: (kind: StreamKind) => void): OwnMedia {
  const own: Record<StreamKind, Own> = { audio: { state: 'off', track: null }, camera: { state: 'off', track: null }, screen: { state: 'off', track: null } };
  const chosen = { mic: '', camera: '', speaker: '' };
  const set = (kind: StreamKind, state: DeviceState, track: MediaStreamTrack | null): void => {
    own[kind].track?.stop();
    own[kind] = { state, track };
    onChange(kind);
  };
  const ask = async (kind: StreamKind): Promise<MediaStreamTrack | undefined> => {
    if (kind === 'screen') return (await media.getDisplayMedia({ video: { frameRate: { max: 15 } }, audio: false })).getVideoTracks()[0];
    const id = kind === 'audio' ? chosen.mic : chosen.camera;
    const exact = id === '' ? {} : { deviceId: { exact: id } };
    if (kind === 'camera') return (await media.getUserMedia({ video: { ...CAMERA, ...exact } })).getVideoTracks()[0];
    return (await media.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, ...exact } })).getAudioTracks()[0];
  };
  const turns: Record<StreamKind, number> = { audio: 0, camera: 0, screen: 0 };
  const open = async (kind: StreamKind): Promise<void> => {
    const turn = ++turns[kind];
    const before = own[kind];
    if (before.state !== 'on') set(kind, 'asking', null);
    let state: DeviceState;
    let track: MediaStreamTrack | undefined;
    try {
      track = await ask(kind);
      state = track ? 'on' : 'none';
    } catch (error) {
      // Who changes their mind in the browser's choice of a screen has refused nothing.
      state = kind === 'screen' && stateOf(error) === 'refused' ? 'off' : stateOf(error);
    }
    // Shut, or opened anew, while the browser asked.
    if (turns[kind] !== turn) return track?.stop();
    track?.addEventListener('ended', () => own[kind].track === track && set(kind, kind === 'screen' ? 'off' : 'lost', null));
    set(kind, state, track ?? null);
  };
  const shut = (kind: StreamKind): void => {
    turns[kind]++;
    if (own[kind].state !== 'off') set(kind, 'off', null);
  };
  return {
    state: (kind) => own[kind].state, track: (kind) => own[kind].track, open, shut,
    speaker: () => chosen.speaker,
    async devices() {
      const all = await media.enumerateDevices();
      const of = (kind: MediaDeviceKind): CallDevice[] => all.filter((one) => one.kind === kind && one.deviceId !== '').map(({ deviceId, label }) => ({ id: deviceId, label }));
      return { mics: of('audioinput'), cameras: of('videoinput'), speakers: of('audiooutput'), ...chosen };
    },
    async choose(kind, id) {
      chosen[kind] = id;
      if (kind === 'mic' && own.audio.state !== 'off') await open('audio');
      // One that is not on, whatever became of it, is turned on by its own act alone.
      if (kind === 'camera' && (own.camera.state === 'on' || own.camera.state === 'asking')) await open('camera');
    },
    close() {
      for (const kind of ['audio', 'camera', 'screen'] as const) shut(kind);
    },
  };
}
