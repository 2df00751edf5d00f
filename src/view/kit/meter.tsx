/** The durability meter: copies by kind, when each was last confirmed, what the space asks for, and where that is more than there is, what can be done. */
import '#view/kit/meter-words.ts';
import type { ReactNode } from 'react';
import type { CopyTarget, Durability, ShortOf } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';

/** How often it is asked for while things change, ms. */
const ASK_MS = 500;

/** What is measured: a space, a channel or document in it, or one thing. */
export interface MeterOf {
  space: string;
  fragment?: string | undefined;
  node?: string | undefined;
}

interface Act {
  label: Key;
  run: (space: string) => void;
}

const BEACONS: Act = { label: 'meter.seeBeacons', run: (space) => navigate({ space, lens: 'access' }) };
/** What can be done where there is too little of it. */
const ACTS: Record<ShortOf, readonly Act[]> = {
  copies: [{ label: 'meter.addDevice', run: (space) => navigate({ space, lens: 'settings', object: 'me' }) }, BEACONS],
  beacons: [BEACONS],
  backup: [{ label: 'meter.backups', run: (space) => navigate({ space, lens: 'settings', object: 'recovery' }) }],
};

/** Asks for it and shows it; nothing until it is known. `onGo`: a place was opened. */
export function Meter({ of, onGo }: { of: MeterOf; onGo?: () => void }): ReactNode {
  const api = useKernel();
  const { space, fragment, node } = of;
  const found = useAsked(() => api.durability(space, node !== undefined ? { node } : fragment !== undefined ? { fragment } : {}), ['copies', 'network', 'members', 'spaces'], [api, space, fragment, node], ASK_MS);
  return found && <MeterRows found={found} space={space} {...(onGo ? { onGo } : {})} />;
}

/** The meter itself. */
export function MeterRows({ found, space, onGo }: { found: Durability; space: string; onGo?: () => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const { devices, beacons, backups, target, below } = found;
  const ago = (at: number): string => i18n.ago(at, Date.now());
  const acts = [...new Map(below.flatMap((short) => ACTS[short]).map((act) => [act.label, act])).values()];
  return (
    <div className="stack where-body copies-meter">
      <ul className="stack where-list">
        <MeterRow icon="device" name={`${t('meter.devices', { n: devices.n })} ${t('meter.people', { n: devices.people })}`} note={devices.lastConfirmed === null ? t('meter.nobody') : t('meter.confirmed', { ago: ago(devices.lastConfirmed) })} />
        <MeterRow icon="beacon" name={t('meter.beacons', { n: beacons.n })} note={beacons.n === 0 ? t('meter.beaconNone') : beacons.lastConfirmed === null ? i18n.list(beacons.names) : t('meter.confirmed', { ago: ago(beacons.lastConfirmed) })} />
        <MeterRow icon="download" name={t('meter.backup')} note={backups.at === null ? t('meter.backupNone') : t(backups.n === 1 ? 'meter.backupHas' : 'meter.backupBefore', { made: ago(backups.at), read: ago(backups.readAt ?? backups.at) })} />
      </ul>
      <p className="line state small" data-tone={below.length > 0 ? 'wait' : 'ok'}>
        <Icon name={below.length > 0 ? 'alert' : 'ok'} />
        <span>{`${t(below.length > 0 ? 'meter.below' : 'meter.met')} ${asked(i18n, target)}`}</span>
      </p>
      {acts.length > 0 && (
        <div className="line wrap">
          {acts.map(({ label, run }) => (
            <Button key={label} kind="quiet" size="compact" onClick={() => (run(space), onGo?.())}>{t(label)}</Button>
          ))}
        </div>
      )}
    </div>
  );
}

/** What the space asks for, in a sentence. */
function asked({ t, list }: I18n, { copies, beacons, backupDays }: CopyTarget): string {
  const what = [t('meter.askCopies', { n: copies }), ...(beacons > 0 ? [t('meter.askBeacons', { n: beacons })] : []), ...(backupDays > 0 ? [t('meter.askBackup', { n: backupDays })] : [])];
  return t('meter.asks', { what: list(what) });
}

function MeterRow({ icon, name, note }: { icon: IconName; name: string; note: string }): ReactNode {
  return (
    <li className="line">
      <Icon name={icon} tone="muted" />
      <span className="grow">{name}</span>
      <span className="small muted">{note}</span>
    </li>
  );
}
