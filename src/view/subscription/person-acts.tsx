/** Acts on one person of the space: another role, access for a time, removal. Each says before it happens what it can and what it cannot do. */
import '#view/kit/access-words.ts';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { LifegraphApi, Member, PersonChoices, RoleName, SpaceView } from '#os/api';
import { ACCESS_CHOICES, mayBePart, ROLES, spaceForTwo } from '#domain/subscription';
import { Button, Segments, Select, Switch } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type I18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { Dialog, MenuButton, type MenuItem } from '#view/kit/overlays.tsx';
import { useQuiet } from '#view/kit/quiet.tsx';
import { navigate } from '#view/kit/router.tsx';
import { roleNote, ROLE_WORD, spanWords } from '#view/kit/role-words.ts';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';
import { LinkMaker } from './link-maker.tsx';
import { useTitles } from './titles.ts';

interface PersonProps {
  space: SpaceView;
  member: Member;
  name: string;
  choices: PersonChoices;
}

/** The menu of a row, with the dialogs it opens. */
export function PersonActs(props: PersonProps): ReactNode {
  const { t } = useI18n();
  const [open, setOpen] = useState<'role' | 'until' | 'remove' | 'whole' | 'part' | 'private' | null>(null);
  const { choices, name, space, member } = props;
  const { ask } = useQuiet();
  const hush = (): void => ask((['person', 'block'] as const).map((kind) => ({ kind, of: member.uid, space: space.id, fragment: null, label: name })));
  const close = (): void => setOpen(null);
  const lets = useLets(props);
  return (
    <>
      <MenuButton
        name={t('person.acts', { name })}
        items={[
          ...(choices.roles.length > 0 ? [{ label: t('person.change'), icon: 'access' as const, onSelect: () => setOpen('role') }] : []),
          ...(choices.until ? [{ label: t('person.until'), icon: 'history' as const, onSelect: () => setOpen('until') }] : []),
          ...(choices.whole ? [{ label: t('who.wholeAct'), icon: 'channel' as const, onSelect: () => setOpen('whole') }] : []),
          ...(choices.until && mayBePart(member.role) ? [{ label: t('opens.act'), icon: 'channel' as const, onSelect: () => setOpen('part') }] : []),
          ...lets,
          { label: t('private.act'), icon: 'message' as const, onSelect: () => setOpen('private') },
          { label: t('quiet.person'), icon: 'muted' as const, onSelect: hush },
          ...(choices.remove ? [{ label: t('person.remove'), icon: 'close' as const, tone: 'bad' as const, onSelect: () => setOpen('remove') }] : []),
        ]}
      />
      {open === 'role' && <RoleDialog {...props} onClose={close} />}
      {open === 'until' && <UntilDialog {...props} onClose={close} />}
      {open === 'whole' && <WholeDialog {...props} onClose={close} />}
      {open === 'part' && <PartDialog {...props} onClose={close} />}
      {open === 'private' && <PrivateSpace {...props} onClose={close} />}
      {open === 'remove' && <RemoveDialog {...props} onClose={close} />}
    </>
  );
}

/** Does an act; says what came of it, with Undo where there is one. */
function useDone(): (work: Promise<void>, text: string, undo?: () => Promise<void>) => void {
  const { t } = useI18n();
  const toast = useToast();
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'person.failed') });
  return (work, text, undo) => void work.then(() => toast({ text, ...(undo ? { undo: () => void undo().catch(failed) } : {}) }), failed);
}

/** Whom the person may let in, as switches of the menu: guests, and (an Admin) members, who stand above guests: the words of what was done name both. */
function useLets({ space, member, name, choices }: PersonProps): MenuItem[] {
  const { t } = useI18n();
  const api = useKernel();
  const done = useDone();
  const { uid, lets } = member;
  const to = (most: RoleName | null) => (): void => done(api.access.setDelegate(space.id, uid, most), t(most === null ? 'lets.nobody' : most === 'member' ? 'lets.both' : 'lets.only', { name }), () => api.access.setDelegate(space.id, uid, lets));
  return [
    ...(choices.delegate.includes('guest') ? [{ label: t('lets.guests'), checked: lets !== null, alone: true, onSelect: to(lets === null ? 'guest' : null) }] : []),
    ...(choices.delegate.includes('member') ? [{ label: t('lets.members'), checked: lets === 'member', alone: true, onSelect: to(lets === 'member' ? 'guest' : 'member') }] : []),
  ];
}

/** A space that was made for us two, by either: the other is in it, or has not come yet. */
async function madeForTwo(api: LifegraphApi, uid: string, name: string): Promise<SpaceView | null> {
  const mine = api.identity.get()?.name ?? '';
  const names = [spaceForTwo(mine, name), spaceForTwo(name, mine)];
  for (const one of await api.spaces.list()) {
    if (one.kind !== 'team' || !names.includes(one.name) || !ROLES.some((role) => role === one.role)) continue;
    const others = (await api.spaces.members(one.id)).filter((member) => !member.self);
    if (others.length === 0 || (others.length === 1 && others[0]!.uid === uid)) return one;
  }
  return null;
}

/** A space for two: the one that is there, or a new one. */
function PrivateSpace(props: PersonProps & { onClose: () => void }): ReactNode {
  const { member, name, onClose } = props;
  const { t } = useI18n();
  const api = useKernel();
  const [there, setThere] = useState<SpaceView | null>();
  // Looked up once: the one that is made here is not offered.
  useEffect(() => void madeForTwo(api, member.uid, name).then(setThere, () => setThere(null)), []); // eslint-disable-line react-hooks/exhaustive-deps
  if (there === undefined) return null;
  if (there === null) return <NewPrivateSpace {...props} />;
  const open = (): void => {
    onClose();
    navigate({ space: there.id, lens: 'chat' });
  };
  return (
    <Dialog title={t('private.title', { name })} onClose={onClose}>
      <p className="share-note">{t('private.there', { space: there.name })}</p>
      <div className="dialog-foot">
        <Button kind="quiet" onClick={() => setThere(null)}>{t('private.another')}</Button>
        <Button kind="primary" data-first onClick={open}>{t('private.open')}</Button>
      </div>
    </Dialog>
  );
}

/** It is made, with a link that lets one person in. */
function NewPrivateSpace({ name, onClose }: PersonProps & { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const made = useRef<string | null>(null);
  const make = async (): Promise<string> => {
    made.current ??= await api.spaces.create({ name: spaceForTwo(api.identity.get()?.name ?? '', name), kind: 'team' });
    return api.spaces.invite(made.current, { role: 'member', uses: 1 });
  };
  // Closed with the link in hand one goes on in the new space.
  const close = (link: string | null): void => {
    onClose();
    if (link !== null && made.current !== null) navigate({ space: made.current, lens: 'chat' });
  };
  return <LinkMaker title={t('private.title', { name })} text={t('private.text', { name })} act={t('private.make')} make={make} onClose={close} />;
}

const rank = (role: RoleName): number => ROLES.length - ROLES.indexOf(role);

function consequence(from: RoleName, to: RoleName): Key {
  if (to === 'owner') return 'person.roleOwner';
  if (rank(to) > rank(from)) return 'person.roleHigher';
  return to === 'guest' ? 'person.roleSilent' : 'person.roleLower';
}

function RoleDialog({ space, member, name, choices, onClose }: PersonProps & { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const done = useDone();
  const before = member.role;
  const [role, setRole] = useState<RoleName>(before);
  const options = ROLES.filter((one) => one === before || choices.roles.includes(one));
  const change = (): void => {
    const { uid } = member;
    // What was paid for does not come back with the role: there is no Undo that would say so.
    done(api.access.setRole(space.id, uid, role), t('person.changed', { name, role: t(ROLE_WORD[role]) }), choices.plan ? undefined : () => api.access.setRole(space.id, uid, before));
    onClose();
  };
  return (
    <Dialog title={t('person.roleOf', { name })} onClose={onClose}>
      <Segments label={t('access.role')} value={role} options={options.map((value) => ({ value, label: t(ROLE_WORD[value]) }))} onChange={setRole} />
      <p className="share-note">{t(roleNote(role, space.rules))}</p>
      <p className="small muted share-note" role="status">{role === before ? '' : t(consequence(before, role), { name })}{role !== before && choices.plan ? ` ${t(rank(role) > rank(before) ? 'person.roleUnpaid' : 'person.roleUnpaidLower', { name })}` : ''}</p>
      <Foot act={t('person.change')} bad={rank(role) < rank(before) || role === 'owner' || choices.plan} off={role === before} onAct={change} onClose={onClose} />
    </Dialog>
  );
}

function untilWords({ date, time }: I18n, at: number): string {
  return `${date(at)}, ${time(at)}`;
}

function UntilDialog({ space, member, name, onClose }: PersonProps & { onClose: () => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const done = useDone();
  const [from] = useState(() => Date.now());
  const [span, setSpan] = useState<number>(ACCESS_CHOICES[2]!);
  const until = span === 0 ? null : from + span;
  const at = until === null ? '' : untilWords(i18n, until);
  const change = (): void => {
    const { uid, until: before } = member;
    const undo = before === null || before > Date.now() ? () => api.access.setUntil(space.id, uid, before) : undefined;
    done(api.access.setUntil(space.id, uid, until), until === null ? t('person.noEndSet', { name }) : t('person.untilDone', { name, at }), undo);
    onClose();
  };
  return (
    <Dialog title={t('person.untilOf', { name })} onClose={onClose}>
      <Select label={t('person.untilFor')} value={span} options={[{ value: 0, label: t('person.noEnd') }, ...ACCESS_CHOICES.map((ms) => ({ value: ms, label: spanWords(i18n, ms) }))]} onChange={setSpan} />
      <p className="share-note" role="status">{until === null ? t('person.untilNone', { name }) : t('person.untilText', { name, at })}</p>
      <Foot act={t('act.save')} bad={false} off={until === member.until} onAct={change} onClose={onClose} />
    </Dialog>
  );
}

function Foot({ act, bad, off, onAct, onClose }: { act: string; bad: boolean; off: boolean; onAct: () => void; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  return (
    <div className="dialog-foot">
      <Button kind="quiet" onClick={onClose}>{t('act.cancel')}</Button>
      <Button kind={bad ? 'bad' : 'primary'} disabled={off} onClick={onAct}>{act}</Button>
    </div>
  );
}

/** What was a part becomes the whole space. */
function WholeDialog({ space, member, name, onClose }: PersonProps & { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const done = useDone();
  return (
    <ConfirmWithConsequence
      title={t('who.wholeTitle', { name })} consequence={t('who.wholeText', { name })} act={t('who.wholeAct')}
      onConfirm={() => done(api.access.setScope(space.id, member.uid, null), t('who.done', { name }))} onClose={onClose}
    />
  );
}

/** What the person may open: all of the space, or single channels and documents. */
function PartDialog({ space, member, name, onClose }: PersonProps & { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const done = useDone();
  const { uid, scope: before, comments: silent } = member;
  const [whole, setWhole] = useState(before === null);
  const [comments, setComments] = useState<readonly string[]>(silent);
  const [chosen, setChosen] = useState<readonly string[]>(before ?? []);
  const parts = useTitles(space.id);
  const next = whole ? null : chosen;
  const answers = next === null ? [] : comments.filter((fragment) => next.includes(fragment));
  const loses = next !== null && (before === null || before.some((fragment) => !next.includes(fragment)) || answers.some((fragment) => before.includes(fragment) && !silent.includes(fragment)));
  const same = next === null ? before === null : before?.length === next.length && !loses && answers.length === silent.length;
  const change = (): void => {
    done(api.access.setScope(space.id, uid, next === null ? null : [...next], { comments: answers }), t('opens.done', { name }), () => api.access.setScope(space.id, uid, before, { comments: silent }));
    onClose();
  };
  return (
    <Dialog title={t('opens.title', { name })} onClose={onClose}>
      <Segments label={t('who.opens')} value={whole ? 'all' : 'some'} onChange={(value) => setWhole(value === 'all')} options={[{ value: 'all', label: t('who.all') }, { value: 'some', label: t('opens.some') }]} />
      <div className="share-choices share-note">
        {!whole && parts.map(({ fragment, shown }) => (
          <div key={fragment}>
            <Switch label={shown} on={chosen.includes(fragment)} onChange={(on) => setChosen(on ? [...chosen, fragment] : chosen.filter((one) => one !== fragment))} />
            {member.role === 'member' && chosen.includes(fragment) && (
              <Select
                label={t('opens.how', { title: shown })} value={comments.includes(fragment) ? 'comments' : 'writes'}
                options={[{ value: 'writes', label: t('opens.writes') }, { value: 'comments', label: t('opens.comments') }]}
                onChange={(how) => setComments(how === 'comments' ? [...comments, fragment] : comments.filter((one) => one !== fragment))}
              />
            )}
          </div>
        ))}
      </div>
      <p className="small muted share-note" role="status">{same ? '' : next?.length === 0 ? t('opens.none') : t(loses ? 'opens.loses' : 'opens.gains', { name })}</p>
      <Foot act={t('act.save')} bad={loses} off={same === true || next?.length === 0} onAct={change} onClose={onClose} />
    </Dialog>
  );
}

function RemoveDialog({ space, member, name, onClose }: PersonProps & { onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const done = useDone();
  const { uid, role, until } = member;
  // An Admin gives no role of their own height back.
  const mayUndo = space.role === 'owner' || role === 'member' || role === 'guest';
  const back = async (): Promise<void> => {
    await api.access.letBackIn(space.id, uid, role);
    if (until !== null && until > Date.now()) await api.access.setUntil(space.id, uid, until);
  };
  return (
    <ConfirmWithConsequence
      title={t('person.removeTitle', { name })} consequence={t('person.removeText', { name })} act={t('person.removeAct')}
      onConfirm={() => done(api.access.remove(space.id, uid), t('person.removed', { name }), mayUndo ? back : undefined)} onClose={onClose}
    />
  );
}
