/** The beacons of a space: how each stands, what it has and what it may read, adding one by its address and removing one. */
import '#view/kit/beacon-words.ts';
import { useState, type ReactNode } from 'react';
import type { BeaconView, SpaceView } from '#os/api';
import { Button, Switch } from '#view/kit/controls.tsx';
import { errorCode, errorText } from '#view/kit/error-words.ts';
import { FieldDialog } from '#view/kit/field-dialog.tsx';
import { useI18n } from '#view/kit/i18n.tsx';
import { saveReport } from '#view/kit/beacon-note.tsx';
import { useAsked, useKernel } from '#view/kit/kernel.tsx';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { Dialog, MenuButton, type MenuItem } from '#view/kit/overlays.tsx';
import type { People } from '#view/kit/people.tsx';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';
import { standWords, troubleOfBeacon } from '#view/kit/witness-words.ts';
import { useTitles } from './titles.ts';

const ScanAddress = lazyPart(async () => (await import('./scan-address.tsx')).ScanAddress, { alone: true });

/** Characters of an address: as of an invite link. */
const ADDRESS_CHARS = 4_096;

/** The section; nothing for who cannot add one while there is none. */
export function BeaconsSection({ space, people, mayAdd }: { space: SpaceView; people: People; mayAdd: boolean }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const all = useAsked(() => api.access.beacons(space.id), ['members', 'spaces', 'copies', 'network'], [api, space.id], 500) ?? [];
  const list = all.filter(({ state }) => state !== 'removed');
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<BeaconView | null>(null);
  const [opening, setOpening] = useState<BeaconView | null>(null);
  if (list.length === 0 && !mayAdd) return null;
  const add = async (address: string): Promise<string | null> => {
    try {
      await api.access.beacons(space.id, { add: address });
      setAdding(false);
      toast({ text: t('beacons.addDone') });
      return null;
    } catch (error) {
      return errorCode(error) === 'bad-link' ? t('beacons.badAddress') : errorText(t, error, 'beacons.failed');
    }
  };
  const remove = ({ id }: BeaconView): void => {
    api.access.beacons(space.id, { remove: id }).then(() => toast({ text: t('beacons.removeDone') }), (error: unknown) => toast({ text: errorText(t, error, 'beacons.removeFailed') }));
  };
  const save = ({ id, name }: BeaconView): void => void saveReport(api, { space: space.id, id, name }).catch((error: unknown) => toast({ text: errorText(t, error, 'witness.saveFailed') }));
  return (
    <section className="waiting" aria-label={t('beacons.title')}>
      <div className="line wrap">
        <h2 className="medium grow">{t('beacons.title')}</h2>
        {mayAdd && <Button icon="beacon" onClick={() => setAdding(true)}>{t('beacons.add')}</Button>}
      </div>
      <p className="small muted">{t('beacons.lead')}</p>
      {list.length > 0 && <BeaconTable space={space.id} list={list} people={people} mayOpen={mayAdd} onOpen={setOpening} onRemove={setRemoving} onSave={save} />}
      {opening && <ReadsDialog space={space.id} beacon={opening} onClose={() => setOpening(null)} />}
      {adding && (
        <FieldDialog title={t('beacons.add')} label={t('beacons.address')} note={t('beacons.addressNote')} act="beacons.add" initial="" maxLength={ADDRESS_CHARS} spellCheck={false} onSubmit={add} onClose={() => setAdding(false)}>
          <ScanAddress onAddress={add} />
        </FieldDialog>
      )}
      {removing && <ConfirmWithConsequence title={t('beacons.removeTitle', { name: removing.name })} consequence={t('beacons.removeText')} act={t('beacons.remove')} onConfirm={() => remove(removing)} onClose={() => setRemoving(null)} />}
    </section>
  );
}

/** What a beacon may read besides keeping all of it. */
function ReadsDialog({ space, beacon: { id, name, reads }, onClose }: { space: string; beacon: BeaconView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const parts = useTitles(space);
  const [chosen, setChosen] = useState<readonly string[]>(reads);
  const loses = reads.some((fragment) => !chosen.includes(fragment));
  const same = !loses && chosen.length === reads.length;
  const save = (): void => {
    const change = (fragments: readonly string[]): Promise<unknown> => api.access.beacons(space, { reads: { id, fragments: [...fragments] } });
    change(chosen).then(() => toast({ text: t('beacons.readsDone') }), (error: unknown) => toast({ text: errorText(t, error, 'beacons.readsFailed') }));
    onClose();
  };
  return (
    <Dialog title={t('beacons.readsTitle', { name })} onClose={onClose}>
      <p className="share-note">{t('beacons.readsText')}</p>
      <div className="share-choices share-note">
        {parts.map(({ fragment, shown }) => <Switch key={fragment} label={shown} on={chosen.includes(fragment)} onChange={(on) => setChosen(on ? [...chosen, fragment] : chosen.filter((one) => one !== fragment))} />)}
      </div>
      <p className="small muted share-note" role="status">{same ? '' : t(loses ? 'beacons.readsLoses' : 'beacons.readsGains')}</p>
      <div className="dialog-foot">
        <Button kind="quiet" onClick={onClose}>{t('act.cancel')}</Button>
        <Button kind={loses ? 'bad' : 'primary'} disabled={same} onClick={save}>{t('act.save')}</Button>
      </div>
    </Dialog>
  );
}

interface TableProps {
  readonly space: string;
  readonly list: readonly BeaconView[];
  readonly people: People;
  readonly mayOpen: boolean;
  readonly onOpen: (beacon: BeaconView) => void;
  readonly onRemove: (beacon: BeaconView) => void;
  readonly onSave: (beacon: BeaconView) => void;
}

function BeaconTable({ space, list, people, mayOpen, onOpen, onRemove, onSave }: TableProps): ReactNode {
  const i18n = useI18n();
  const { t, ago } = i18n;
  const titles = useTitles(space);
  const named = (fragments: readonly string[]): string => i18n.list(fragments.map((fragment) => titles.find((one) => one.fragment === fragment)?.shown ?? t('who.unnamed')));
  const items = (beacon: BeaconView): MenuItem[] => [
    ...(mayOpen ? [{ label: t('beacons.readsAct'), icon: 'fragment' as const, onSelect: () => onOpen(beacon) }] : []),
    ...(beacon.check.saidAt !== null || beacon.check.proof ? [{ label: t(beacon.check.proof ? 'witness.saveProof' : 'witness.save'), icon: 'download' as const, onSelect: () => onSave(beacon) }] : []),
    ...(beacon.mayRemove ? [{ label: t('beacons.remove'), icon: 'close' as const, tone: 'bad' as const, onSelect: () => onRemove(beacon) }] : []),
  ];
  return (
    <table className="table card" aria-label={t('beacons.title')}>
      <thead>
        <tr>
          <th scope="col">{t('beacons.name')}</th>
          <th scope="col">{t('beacons.state')}</th>
          <th scope="col" className="wide-only-cell">{t('beacons.holds')}</th>
          <th scope="col" className="wide-only-cell">{t('beacons.confirmed')}</th>
          <th scope="col" className="wide-only-cell">{t('beacons.by')}</th>
          <th scope="col" className="row-acts"><span className="hidden">{t('act.more')}</span></th>
        </tr>
      </thead>
      <tbody>
        {list.map((beacon) => (
          <tr key={beacon.id}>
            <th scope="row">
              <span className="medium">{beacon.name}</span>
              {beacon.reads.length > 0 && <div className="small muted">{t('beacons.reads', { channels: named(beacon.reads) })}</div>}
            </th>
            <td>
              <span className="line wrap">
                <span className="tag" data-tone={beacon.state === 'linked' ? 'ok' : undefined}>{t(beacon.state === 'linked' ? 'beacons.linked' : 'beacons.away')}</span>
                {beacon.reads.length > 0 && <span className="tag" data-tone="wait">{t('beacons.reader')}</span>}
                <span className="tag" data-tone={troubleOfBeacon(beacon.check.state) === null ? undefined : 'bad'}>{standWords(i18n, beacon.check, Date.now())}</span>
              </span>
            </td>
            <td className="muted wide-only-cell">{t(beacon.behind === 0 ? 'beacons.all' : beacon.lastConfirmed === null ? 'beacons.never' : 'beacons.behind')}</td>
            <td className="muted wide-only-cell">{beacon.lastConfirmed === null ? '' : ago(beacon.lastConfirmed, Date.now())}</td>
            <td className="muted wide-only-cell">{people.name(beacon.by)}</td>
            <td className="row-acts">{items(beacon).length > 0 && <MenuButton name={t('beacons.acts', { name: beacon.name })} items={items(beacon)} />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
