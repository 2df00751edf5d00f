/** Settings → Me and devices: the devices of this person, what they are called, and taking one away. */
import '#view/kit/system-words.ts';
import '#view/kit/where-words.ts';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import type { DeviceView } from '#os/api';
import { oneLine, PERSON_NAME_MAX } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { deviceError, hasEnded } from '#view/kit/device-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { Dialog } from '#view/kit/overlays.tsx';
import { PairingSteps, usePairing } from '#view/kit/pairing.tsx';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';

/** The section. */
export function DevicesSection(): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const [turn, setTurn] = useState(0);
  const [pairing, setPairing] = useState(false);
  const [asked, setAsked] = useState<{ act: 'name' | 'take'; device: DeviceView } | null>(null);
  const devices = useAsked(() => api.devices.list(), ['members', 'spaces', 'network'], [api], 300, turn);
  if (!devices) return null;
  const close = (): void => (setAsked(null), setTurn(turn + 1));
  // Nobody is at it any more: one press is enough.
  const take = (device: DeviceView): Promise<void> => api.devices.revoke(device.device).then(({ left }) => toast({ text: left.length === 0 ? t('device.taken') : t('device.left', { n: left.length }) }), (error: unknown) => toast({ text: deviceError(t, error) })).then(close);
  return (
    <>
      <h2 className="medium settings-head">{t('settings.devices')}</h2>
      <ul className="card settings-card" aria-label={t('settings.devices')}>
        {devices.map((device) => (
          <DeviceRow key={device.device} device={device} onAct={(act) => (act === 'take' && device.revoke === 'now' && hasEnded(device) ? void take(device) : setAsked({ act, device }))} />
        ))}
      </ul>
      <div className="setting">
        <div className="grow small muted">{t('pair.openText')}</div>
        <div className="setting-control"><Button onClick={() => setPairing(true)}>{t('pair.open')}</Button></div>
      </div>
      {pairing && <PairDialog onClose={() => (setPairing(false), setTurn(turn + 1))} />}
      {asked?.act === 'name' && <NameDialog device={asked.device} onClose={close} />}
      {asked?.act === 'take' && <TakeDialog device={asked.device} onClose={close} />}
    </>
  );
}

/** Shows the code, the words and how it ends; a pairing that runs is shown as it stands. */
function PairDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const view = usePairing();
  const [error, setError] = useState<string | null>(null);
  const begin = useCallback(() => {
    setError(null);
    api.devices.pair().catch((caught: unknown) => setError(deviceError(t, caught)));
  }, [api, t]);
  // Once, when it is known that none runs.
  const begun = useRef(false);
  useEffect(() => {
    if (view === undefined || begun.current) return;
    begun.current = true;
    if (view === null || view.step === 'done' || view.step === 'ended') begin();
  }, [view, begin]);
  const fresh = view && begun.current ? view : null;
  return (
    <Dialog title={t('pair.title')} onClose={onClose}>
      {error && <p className="field-error" role="alert">{error}</p>}
      {fresh && <PairingSteps view={fresh} onAgain={begin} onClose={onClose} />}
    </Dialog>
  );
}

function DeviceRow({ device, onAct }: { device: DeviceView; onAct: (act: 'name' | 'take') => void }): ReactNode {
  const { t, date } = useI18n();
  const name = device.name || t('device.unnamed');
  const kept = device.fleeting ? [t(device.state !== 'in-use' || hasEnded(device) ? 'device.wasFleeting' : 'device.fleeting')] : [];
  const state = device.state === 'going' ? t('device.going', { n: device.left }) : device.state === 'gone' ? t('device.gone') : device.online ? t('access.here') : t('settings.away');
  const facts = [
    ...(device.addedAt === null ? [] : [t('device.added', { date: date(device.addedAt) })]),
    ...(device.online || device.seenAt === null ? [] : [t('device.seen', { date: date(device.seenAt) })]),
  ];
  return (
    <li className="setting" data-device={device.state}>
      <Icon name="device" tone={device.state === 'in-use' ? 'muted' : 'bad'} />
      <div className="grow">
        <div className="cut">{device.self ? `${device.name || t('device.unnamed')} · ${t('where.thisBrowser')}` : name}</div>
        <div className="small muted">{[...kept, state, ...facts].join(' · ')}</div>
      </div>
      {device.state === 'in-use' && (
        <div className="line wrap setting-control">
          <Button kind="text" size="compact" aria-label={t('device.renameOf', { name })} onClick={() => onAct('name')}>{t('device.rename')}</Button>
          {device.revoke !== 'no' && <Button kind="quiet" size="compact" aria-label={t('device.takeOf', { name })} onClick={() => onAct('take')}>{t('device.take')}</Button>}
        </div>
      )}
    </li>
  );
}

function NameDialog({ device, onClose }: { device: DeviceView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const save = (name: string): Promise<string | null> => api.devices.rename(device.device, oneLine(name)).then(() => (onClose(), null), (error: unknown) => deviceError(t, error));
  return <FieldDialog title={t('device.renameOf', { name: device.name || t('device.unnamed') })} label={t('device.name')} act="device.nameSave" initial={device.name} maxLength={PERSON_NAME_MAX} onSubmit={save} onClose={onClose} />;
}

/** Says what it can and cannot do; an older device asks for the phrase in the same dialog. */
function TakeDialog({ device, onClose }: { device: DeviceView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const title = t('device.takeTitle', { name: device.name || t('device.unnamed') });
  const take = async (phrase?: string): Promise<string | null> => {
    try {
      const { left } = await api.devices.revoke(device.device, phrase);
      toast({ text: left.length === 0 ? t('device.taken') : t('device.left', { n: left.length }) });
      onClose();
      return null;
    } catch (error) {
      return deviceError(t, error);
    }
  };
  if (device.revoke === 'phrase') return <FieldDialog title={title} label={t('recovery.phrase')} act="device.take" note={t('device.takeOlder')} spellCheck={false} danger onSubmit={take} onClose={onClose} />;
  const confirm = (): void => void take().then((error) => error !== null && toast({ text: error }));
  return <ConfirmWithConsequence title={title} consequence={t(device.fleeting ? 'device.takeFleeting' : 'device.takeText')} act={t('device.take')} onConfirm={confirm} onClose={onClose} />;
}
