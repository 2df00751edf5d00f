/** Which microphone, camera and speaker, how loud the own voice is, and push to talk. */
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import type { CallDevice, CallDevices as Devices } from '#os/calls-api';
import { Select, Switch } from '#view/kit/controls.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Meter } from './meter.tsx';
import { useDesk } from './parts.ts';

const LOOK_MS = 100;

/** `press`: push to talk, in a call. */
export function CallDevices({ press }: { press?: { on: boolean; set(on: boolean): void } }): ReactNode {
  const { t } = useI18n();
  const desk = useDesk();
  const [devices, setDevices] = useState<Devices | null>(null);
  const [level, setLevel] = useState(0);
  const look = useCallback(() => void desk.devices().then(setDevices, () => undefined), [desk]);
  useEffect(() => {
    look();
    navigator.mediaDevices.addEventListener('devicechange', look);
    const timer = setInterval(() => setLevel(desk.level('')), LOOK_MS);
    return () => {
      navigator.mediaDevices.removeEventListener('devicechange', look);
      clearInterval(timer);
    };
  }, [desk, look]);
  // Before a call the microphone is open as long as its level is shown.
  useEffect(() => desk.tryMic(), [desk]);
  if (!devices) return null;
  const options = (list: readonly CallDevice[]): { value: string; label: string }[] => [{ value: '', label: t('call.default') }, ...list.map(({ id, label }, at) => ({ value: id, label: label || String(at + 1) }))];
  const choose = (kind: 'mic' | 'camera' | 'speaker') => (id: string): void => void desk.choose(kind, id).then(look, look);
  return (
    <div className="call-devices">
      <Select label={t('call.mic')} value={devices.mic} options={options(devices.mics)} onChange={choose('mic')} />
      <div className="line small muted">
        <span className="grow">{t('call.level')}</span>
        <Meter level={level} />
      </div>
      <Select label={t('call.camera')} value={devices.camera} options={options(devices.cameras)} onChange={choose('camera')} />
      {devices.speakers.length > 0 && <Select label={t('call.speaker')} value={devices.speaker} options={options(devices.speakers)} onChange={choose('speaker')} />}
      {press && <Switch label={t('call.press')} note={t('call.pressNote')} on={press.on} onChange={press.set} />}
    </div>
  );
}
