/** What every screen tells of beacons that cannot be relied on: which, what it did, since when, what that means, and what can be done. Hidden once a person has seen it. */
import { useEffect, useState, type ReactNode } from 'react';
import type { BeaconCheckView, JsonValue, LifegraphApi } from '#os/api';
import { Button } from '#view/kit/controls.tsx';
import { download } from '#view/kit/download.ts';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useKernel, useSpaces } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { BEACON_TROUBLE, troubleOfBeacon } from '#view/kit/witness-words.ts';

/** Local value: which of them this person hid. */
const SEEN_KEY = 'beacons-seen';
const MOST_SEEN = 64;

/** One trouble of one beacon; another trouble of it is shown again. */
const nameOf = ({ space, device, state }: BeaconCheckView): string => `${space}/${device}/${state}`;

const readSeen = (value: JsonValue | undefined): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);

/** Puts what a beacon said into a file. */
export async function saveReport(api: LifegraphApi, { space, id, name }: Pick<BeaconCheckView, 'space' | 'id' | 'name'>): Promise<void> {
  download(await api.access.beaconReport(space, id), `lifegraph-beacon-${name.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 40) || 'report'}.json`);
}

/** The notes; `beacons` is what the network status tells. */
export function BeaconNotes({ beacons }: { beacons: readonly BeaconCheckView[] }): ReactNode {
  const api = useKernel();
  const [seen, setSeen] = useState<readonly string[] | null>(null);
  useEffect(() => {
    let alive = true;
    void api.local.get(SEEN_KEY).then((value) => alive && setSeen(readSeen(value)), () => alive && setSeen([]));
    return () => void (alive = false);
  }, [api]);
  const hide = (beacon: BeaconCheckView): void => {
    const next = [...(seen ?? []).filter((name) => name !== nameOf(beacon)), nameOf(beacon)].slice(-MOST_SEEN);
    setSeen(next);
    void api.local.set(SEEN_KEY, next).catch(() => undefined);
  };
  if (seen === null) return null;
  return beacons.filter((beacon) => !seen.includes(nameOf(beacon))).map((beacon) => <BeaconNote key={nameOf(beacon)} beacon={beacon} onHide={() => hide(beacon)} />);
}

/** One of them. */
export function BeaconNote({ beacon, onHide }: { beacon: BeaconCheckView; onHide: () => void }): ReactNode {
  const { t, moment } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const spaces = useSpaces();
  const trouble = troubleOfBeacon(beacon.state);
  if (trouble === null) return null;
  const apart = trouble === 'unreached';
  const where = t('witness.where', { beacon: beacon.name, space: spaces?.find(({ id }) => id === beacon.space)?.name ?? '' });
  const save = (): void => void saveReport(api, beacon).catch((error: unknown) => toast({ text: errorText(t, error, 'witness.saveFailed') }));
  return (
    <div className="note" data-tone={apart ? undefined : 'bad'} role={apart ? 'status' : 'alert'}>
      <Icon name="beacon" size={20} {...(apart ? { tone: 'wait' as const } : {})} />
      <div className="grow">
        <strong className="medium">{t(apart ? 'witness.unreachedTitle' : 'witness.title')}</strong>
        <div>
          {`${where} ${t(BEACON_TROUBLE[trouble].text)}`}
          {beacon.since !== null && ` ${t('where.since', { time: moment(beacon.since) })}`}
        </div>
        <div>{t(apart ? 'witness.unreachedSafe' : 'witness.safe')}</div>
        <div className="line wrap trouble-acts">
          <Button kind="quiet" size="compact" onClick={() => navigate({ space: beacon.space, lens: 'access' })}>{t('witness.goSee')}</Button>
          <Button kind="text" size="compact" onClick={save}>{t(beacon.proof ? 'witness.saveProof' : 'witness.save')}</Button>
          <Button kind="text" size="compact" onClick={onHide}>{t('witness.hide')}</Button>
        </div>
      </div>
    </div>
  );
}
