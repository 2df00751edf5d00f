/** "Where is this?": the dialog behind a state word. Its code comes when somebody asks. */
import type { ReactNode } from 'react';
import type { Copies, CopyState } from '#os/api';
import { IconButton } from '#view/kit/controls.tsx';
import { errorWords } from '#view/kit/error-words.ts';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon, type IconName } from '#view/kit/icons.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { Meter, type MeterOf } from '#view/kit/meter.tsx';
import { useAsked, useKernel, useNetwork } from '#view/kit/kernel.tsx';
import { Popover, type Anchor } from '#view/kit/overlays.tsx';
import { usePeople } from '#view/kit/people.tsx';
import { currentRoute } from '#view/kit/router.tsx';
import '#view/kit/where-words.ts';
import { COPY_TROUBLE, TroubleActs, type Trouble } from '#view/kit/troubles.tsx';

/** Comes with its words; without them the rest of the dialog stands. */
const WhoHere = lazyPart(async () => (await import('#view/kit/who-list.tsx')).WhoHere, { alone: true, failed: () => null });

interface WhereProps {
  copies: Copies;
  title: string;
  /** What is measured; the place that is open when left out. */
  of?: MeterOf | undefined;
  onClose: () => void;
}

/** The dialog, at the word that was pressed. */
export function WherePopover({ anchor, ...props }: WhereProps & { anchor: HTMLElement | Anchor }): ReactNode {
  const { t } = useI18n();
  return (
    <Popover anchor={anchor} onClose={props.onClose} align="end" label={t('where.title')} className="where">
      <WhereIsThis {...props} />
    </Popover>
  );
}

/** Who holds it, and where something is wrong the reason, since when, an act and an export. */
export function WhereIsThis({ copies, title, of, onClose }: WhereProps): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const network = useNetwork();
  const trouble = troubleOf(copies.state);
  const own = api.identity.get()?.device;
  const others = copies.devices.filter((device) => device !== own);
  const nameOf = useHolderNames();
  const measured = of ?? openPlace();
  return (
    <div className="stack where-body">
      <div className="line">
        <h2 className="grow medium">{t('where.title')}</h2>
        <IconButton icon="close" name={t('act.close')} hint="Esc" onClick={onClose} />
      </div>
      <p className="small muted cut">{title}</p>
      <ul className="stack where-list">
        <WhereRow icon="device" name={t('where.thisBrowser')} note={copies.state === 'stuck' ? t('where.notSaved') : t('where.saved')} />
        {others.slice(0, 8).map((device) => (
          <WhereRow key={device} icon="device" name={nameOf(device)} note={t(copies.wrote.includes(device) ? 'where.wrote' : 'where.confirmed')} />
        ))}
        {others.length > 8 && <WhereRow icon="more" name={t('where.more', { n: others.length - 8 })} note="" />}
        {copies.beacons.map((beacon) => (
          <WhereRow key={beacon} icon="beacon" name={beacon} note={t('where.confirmed')} />
        ))}
      </ul>
      {others.length + copies.beacons.length === 0 && (
        <p className="line state" data-tone="wait">
          <Icon name="alert" />
          {t('where.noOther')}
        </p>
      )}
      <p className="small muted">{whereText(i18n, copies)}</p>
      {measured && <Meter of={measured} onGo={onClose} />}
      {measured && (measured.fragment ?? measured.node) !== undefined && <WhoHere of={measured} />}
      {trouble?.act === 'reach' && network.unreached.length > 0 && <p className="small muted">{t('where.unreached', { n: network.unreached.length })}</p>}
      {trouble && copies.since !== null && <p className="small muted">{t('where.since', { time: i18n.moment(copies.since) })}</p>}
      {trouble && <TroubleActs trouble={trouble} />}
    </div>
  );
}

/** Lenses whose object is a fragment, and what its id looks like: a screen of a lens has a name there. */
const PLACES: readonly string[] = ['chat', 'documents', 'goals', 'learn', 'messenger'];
const FRAGMENT_ID = /^[\w-]{22}$/;

function openPlace(): MeterOf | null {
  const { space, lens, object } = currentRoute();
  return space ? { space, ...(PLACES.includes(lens) && object && FRAGMENT_ID.test(object) ? { fragment: object } : {}) } : null;
}

/** Whose device it is and which: as far as it is known here, the person, and the name of an own device; of several of one person a part of the key. */
function useHolderNames(): (device: string) => string {
  const api = useKernel();
  const network = useNetwork();
  const people = usePeople(currentRoute().space);
  const own = useAsked(() => api.devices.list(), ['members'], [api], 0);
  return (device) => {
    const whose = people.members.find((member) => member.devices.some((one) => one.device === device));
    const name = whose ? people.name(whose.uid) : network.peers.find((peer) => peer.device === device)?.name;
    const called = own?.find((one) => one.device === device)?.name || (name && (whose?.devices.length ?? 1) < 2 ? '' : device.slice(0, 8));
    return [name, called].filter(Boolean).join(' · ');
  };
}

function WhereRow({ icon, name, note }: { icon: IconName; name: string; note: string }): ReactNode {
  return (
    <li className="line">
      <Icon name={icon} tone="muted" />
      <span className="grow cut">{name}</span>
      <span className="small muted">{note}</span>
    </li>
  );
}

const troubleOf = (state: CopyState): Trouble | null => (state === 'writing' || state === 'local' || state === 'shared' ? null : COPY_TROUBLE[state]);

/** The reason of a trouble in words, else when it was last confirmed. */
function whereText(i18n: I18n, copies: Copies): string {
  const { t } = i18n;
  const trouble = troubleOf(copies.state);
  if (copies.state === 'stuck') return `${t('notSaved.title', { reason: errorWords(t, copies.reason) })}. ${t('notSaved.text')}`;
  if (trouble) return t(trouble.reason, { n: copies.count });
  if (copies.lastConfirmed !== null) return t('where.last', { ago: i18n.ago(copies.lastConfirmed, Date.now()) });
  return t('where.local');
}
