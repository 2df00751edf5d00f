/** A new room or conversation: with one person, with invited people (a space of its own each, whose readers nobody else is among), or for everybody in a space. */
import { useEffect, useState, type ReactNode } from 'react';
import '#view/kit/messenger-words.ts';
import type { LifegraphApi, SpaceView } from '#os/api';
import { DOOR_INVITE, mayMakeRooms, mayOpenDoor, openDoor, readRoom, ROOM, roomTitle } from '#domain/messenger';
import { CHANNEL_TITLE_MAX, FRAGMENT, PERSON, peopleByUid, ROOT } from '#domain/shared';
import { spaceForTwo } from '#domain/subscription';
import { Button, Field, Select, Switch } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { ShareDialog } from '#view/kit/lazy-dialogs.ts';
import { Dialog } from '#view/kit/overlays.tsx';
import { navigate } from '#view/kit/router.tsx';
import { useToast } from '#view/kit/toast.tsx';

type Kind = 'here' | 'own' | 'direct';

/** Everybody in my spaces, once each, by name. */
async function everybody(api: LifegraphApi): Promise<{ uid: string; name: string }[]> {
  const me = api.identity.get()?.uid;
  const found = new Map<string, string>();
  for (const space of await api.spaces.list()) {
    if (space.kind === 'personal') continue;
    const [members, nodes] = await Promise.all([api.spaces.members(space.id), api.graph(space.id).query({ type: PERSON, fragment: ROOT })]).catch(() => [[], []] as const);
    const people = peopleByUid(nodes);
    for (const { uid, name } of members) if (uid !== me && !found.has(uid)) found.set(uid, people.get(uid)?.name || name || uid.slice(0, 6));
  }
  return [...found].map(([uid, name]) => ({ uid, name })).sort((a, b) => a.name.localeCompare(b.name));
}

/** The dialog. */
export function CreateRoom({ space, words = '', onClose }: { space: SpaceView; words?: string; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const here = mayMakeRooms(space);
  const [kind, setKind] = useState<Kind>(here ? 'here' : 'own');
  const [name, setName] = useState(words);
  const [people, setPeople] = useState<{ uid: string; name: string }[] | null>(null);
  const [who, setWho] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [made, setMade] = useState<SpaceView | null>(null);
  const [busy, setBusy] = useState(false);
  const [listed, setListed] = useState(false);
  const toast = useToast();
  useEffect(() => void everybody(api).then(setPeople, () => setPeople([])), [api]);
  const other = people?.find(({ uid }) => uid === who) ?? people?.[0];

  const begin = async (): Promise<void> => {
    if (kind === 'direct') {
      if (!other) return;
      const id = await api.spaces.create({ name: spaceForTwo(api.identity.get()?.name ?? '', other.name), kind: 'team' });
      return open(id, (await api.graph(id).query({ type: FRAGMENT, fragment: ROOT }))[0]!.id);
    }
    const taken = kind === 'here' ? (await api.graph(space.id).query({ type: FRAGMENT, fragment: ROOT })).map(readRoom).filter((room) => room !== null) : [];
    const title = roomTitle(name, taken);
    if (!title.ok) return setError(t(title.error.code === 'empty' ? 'room.noName' : title.error.code === 'taken' ? 'room.taken' : 'room.tooLong'));
    const id = kind === 'here' ? space.id : await api.spaces.create({ name: title.value, kind: 'team' });
    const fragment = await api.graph(id).createFragment({ type: ROOM, title: title.value });
    // The room is there whatever comes of its door.
    if (kind === 'own' && listed) await list(id).catch((caught: unknown) => toast({ text: t('room.listFailed', { space: space.name, why: errorText(t, caught, 'room.failed') }) }));
    return open(id, fragment);
  };
  const list = async (id: string): Promise<void> => void (await api.graph(space.id).transact(openDoor(await api.spaces.invite(id, DOOR_INVITE)), { fragment: ROOT }));
  /** A space of its own is shown with its invitation: nobody is in it yet. */
  const open = async (id: string, fragment: string): Promise<void> => {
    navigate({ space: id, lens: 'messenger', object: fragment });
    const own = id === space.id ? undefined : (await api.spaces.list()).find((one) => one.id === id);
    if (own) setMade(own);
    else onClose();
  };
  const submit = (): void => {
    if (busy) return;
    setBusy(true);
    void begin().catch((caught: unknown) => setError(errorText(t, caught, 'room.failed'))).finally(() => setBusy(false));
  };
  if (made) return <ShareDialog space={made} onClose={onClose} />;
  const kinds = [...(here ? [{ value: 'here' as const, label: t('room.here', { space: space.name }) }] : []), { value: 'own' as const, label: t('room.own') }, { value: 'direct' as const, label: t('room.direct') }];
  return (
    <Dialog title={t('room.create')} onClose={onClose}>
      <form className="room-form" onSubmit={(event) => (event.preventDefault(), submit())}>
        <Select label={t('room.kind')} value={kind} options={kinds} onChange={(next) => (setKind(next), setError(null))} />
        {kind !== 'direct' && <Field label={t('room.name')} value={name} maxLength={CHANNEL_TITLE_MAX} error={error} data-first autoComplete="off" onChange={(event) => (setName(event.target.value), setError(null))} />}
        {kind === 'own' && mayOpenDoor(space) && <Switch label={t('room.listed', { space: space.name })} note={t('room.listedText')} on={listed} onChange={setListed} />}
        {kind === 'direct' && (people?.length === 0 ? <p className="small muted">{t('room.noPeople')}</p> : people && <Select label={t('room.person')} value={other?.uid ?? ''} options={people.map(({ uid, name: label }) => ({ value: uid, label }))} onChange={setWho} />)}
        {kind === 'direct' && error && <p className="small field-error" role="alert">{error}</p>}
        <p className="small muted">{kind === 'here' ? t('room.hereText', { space: space.name }) : t(kind !== 'own' ? 'room.directText' : listed ? 'room.ownListed' : 'room.ownText')}</p>
        <div className="dialog-foot">
          <Button kind="quiet" onClick={onClose}>{t('act.cancel')}</Button>
          <Button kind="primary" type="submit" disabled={kind === 'direct' && !other}>{t('act.create')}</Button>
        </div>
      </form>
    </Dialog>
  );
}
