/** Access: people first, then invitations; the rule of the space as one sentence above. */
import '#view/kit/access-words.ts';
import '#view/kit/quiet-words.ts';
import { useState, type ReactNode } from 'react';
import type { InviteView, SpaceView } from '#os/api';
import { accessCounts, invitableRoles, mayLeave } from '#domain/subscription';
import { Button, Segments } from '#view/kit/controls.tsx';
import { MenuButton } from '#view/kit/overlays.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useAsked, useCopies, useKernel } from '#view/kit/kernel.tsx';
import type { LensProps } from '#view/kit/lens.ts';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { usePeople, type People } from '#view/kit/people.tsx';
import { Place } from '#view/kit/place.tsx';
import { navigate } from '#view/kit/router.tsx';
import { ROLE_WORD } from '#view/kit/role-words.ts';
import { ShareDialog } from '#view/kit/share-dialog.tsx';
import { EmptyState, Skeleton } from '#view/kit/states.tsx';
import { ConfirmWithConsequence, useToast } from '#view/kit/toast.tsx';
import { Journal } from './journal.tsx';
import { PeopleTable } from './people-table.tsx';
import { Links } from './links.tsx';
import { LinkMaker } from './link-maker.tsx';
import { Only } from './only.tsx';
import { hasOwnRules } from './rule-list.ts';
import { PlansSection } from './plans-section.tsx';
import { RequestsSection } from './requests-section.tsx';
import { RulesSection } from './rules-section.tsx';
import { useOpenReports } from './use-open-reports.ts';
import { AsideSection } from './aside-section.tsx';
import { ArchiveSection } from './archive-section.tsx';
import { BeaconsSection } from './beacons-section.tsx';
import { CopiesSection } from './copies-section.tsx';
import { HistorySection } from './history-section.tsx';

type Tab = 'people' | 'requests' | 'invites' | 'rules' | 'plans' | 'reports' | 'journal';
const TABS: readonly string[] = ['requests', 'invites', 'rules', 'plans', 'reports', 'journal'];

const ReportsSection = lazyPart(async () => (await import('./reports-section.tsx')).ReportsSection, { alone: true });

/** The lens. */
export function AccessView({ space, route }: LensProps): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const copies = useCopies(space.id);
  const people = usePeople(space.id);
  const invites = useAsked(() => api.spaces.invites(space.id), ['members', 'spaces', 'record'], [api, space.id], 300);
  const [sharing, setSharing] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const [query, setQuery] = useState('');
  const asked = route.params['tab'];
  const tab = (asked !== undefined && TABS.includes(asked) ? asked : 'people') as Tab;
  const personal = space.kind === 'personal';
  const admits = !personal && invitableRoles(space).length > 0;
  const waiting = useAsked(() => (admits ? api.spaces.waiting(space.id) : Promise.resolve([])), ['members', 'spaces', 'record'], [api, space.id, admits], 300);
  const reports = useOpenReports(space);
  const counts = accessCounts(people.members, invites ?? []);
  const go = (next: Tab): void => navigate({ space: space.id, lens: 'access', params: next === 'people' ? {} : { tab: next } }, { replace: true });
  return (
    <Place
      header={{
        crumbs: [space.name], title: t('lens.access'), copies,
        onBack: () => navigate({ space: space.id, lens: 'more' }),
        ...(mayLeave(space) ? { menu: [{ label: t('access.leave'), icon: 'leave', tone: 'bad', onSelect: () => setLeaving(true) }] } : {}),
      }}
    >
      <div className="sheet">
        <div className="sheet-tools">
          <Segments tabs label={t('lens.access')} value={tab} onChange={go} options={[{ value: 'people', label: t('access.people'), count: counts.people }, ...(admits ? [{ value: 'requests' as const, label: t('ask.title'), ...(waiting ? { count: waiting.length } : {}) }] : []), { value: 'invites', label: t('access.invites'), ...(invites ? { count: counts.open } : {}) }, ...(personal ? [] : [{ value: 'rules' as const, label: t('rules.title') }, { value: 'plans' as const, label: t('plan.title') }, { value: 'reports' as const, label: t('reports.title'), ...(reports > 0 ? { count: reports } : {}) }]), { value: 'journal', label: t('journal.title') }]} />
          <span className="grow" />
          {tab === 'people' && people.members.length > 6 && <input className="field access-find" type="search" aria-label={t('access.find')} placeholder={t('access.find')} value={query} onChange={(event) => setQuery(event.target.value)} />}
          {admits && <Button kind="primary" icon="invite" onClick={() => setSharing(true)}>{t('act.invite')}</Button>}
        </div>
        <p className="muted sheet-rule">{personal ? t('access.rulePersonal') : t(hasOwnRules(space.rules) ? 'access.ruleOwn' : 'access.rule')}</p>
        {tab === 'people' && <PeopleTable people={people} query={query} space={space} />}
        {tab === 'requests' && <RequestsSection space={space} waiting={waiting} />}
        {tab === 'rules' && !personal && <RulesSection space={space} />}
        {tab === 'plans' && !personal && <PlansSection space={space} />}
        {tab === 'reports' && !personal && <ReportsSection space={space} people={people} />}
        {tab === 'journal' && <Journal space={space} people={people} />}
        {tab === 'invites' && <InvitesTable space={space} invites={invites} people={people} {...(admits ? { onInvite: () => setSharing(true) } : {})} />}
        {tab === 'invites' && <Links space={space} />}
        {tab === 'people' && admits && (space.role === 'owner' || space.role === 'admin') && <AsideSection space={space} people={people} />}
        {tab === 'people' && <BeaconsSection space={space} people={people} mayAdd={space.role === 'owner' || space.role === 'admin'} />}
        {tab === 'people' && <CopiesSection space={space} />}
        {tab === 'people' && <ArchiveSection space={space} />}
        {tab === 'people' && <HistorySection space={space} people={people} />}
      </div>
      {sharing && <ShareDialog space={space} onClose={() => setSharing(false)} />}
      {leaving && <Leave space={space} onClose={() => setLeaving(false)} />}
    </Place>
  );
}

function Leave({ space, onClose }: { space: SpaceView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const leave = (): void => {
    api.spaces.leave(space.id).then(
      () => navigate({}),
      (error: unknown) => toast({ text: errorText(t, error, 'access.leaveFailed') }),
    );
  };
  return <ConfirmWithConsequence title={t('access.leaveTitle', { space: space.name })} consequence={t('access.leaveText')} act={t('access.leave')} onConfirm={leave} onClose={onClose} />;
}

const INVITE_TONE = { open: 'ok', used: undefined, expired: undefined, revoked: 'bad' } as const;

function InvitesTable({ space, invites, people, onInvite }: { space: SpaceView; invites: InviteView[] | null; people: People; onInvite?: () => void }): ReactNode {
  const { t, moment } = useI18n();
  const [revoking, setRevoking] = useState<InviteView | null>(null);
  const [renewing, setRenewing] = useState<InviteView | null>(null);
  const words = { open: t('invite.open'), used: t('invite.used'), expired: t('invite.expired'), revoked: t('invite.revoked') };
  if (!invites) return <Skeleton label={t('list.loading')} />;
  if (invites.length === 0) return <EmptyState title={t('invite.none')} text={t('invite.noneText')} {...(onInvite ? { act: { label: t('act.invite'), onClick: onInvite } } : {})} />;
  const acts = invites.some((invite) => invite.mayRevoke);
  return (
    <>
      <table className="table card" aria-label={t('access.invites')}>
        <thead>
          <tr>
            <th scope="col">{t('access.role')}</th>
            <th scope="col">{t('invite.stateHead')}</th>
            <th scope="col" className="wide-only-cell">{t('invite.untilHead')}</th>
            <th scope="col" className="wide-only-cell">{t('invite.byHead')}</th>
            <th scope="col" className="end">{t('invite.usedHead')}</th>
            {acts && <th scope="col" className="row-acts"><span className="hidden">{t('act.more')}</span></th>}
          </tr>
        </thead>
        <tbody>
          {invites.map((invite) => (
            <tr key={invite.id}>
              <th scope="row" className="medium">
                {t(ROLE_WORD[invite.role])}
                <Only space={space.id} scope={invite.scope} />
              </th>
              <td>
                <span className="tag" data-tone={INVITE_TONE[invite.state]}>
                  {words[invite.state]}
                </span>
              </td>
              <td className="muted wide-only-cell">{moment(invite.expiresAt)}</td>
              <td className="muted wide-only-cell">{people.name(invite.by)}</td>
              <td className="end num">{t('invite.usedOf', { used: invite.used, uses: invite.uses })}</td>
              {acts && (
                <td className="row-acts">
                  {invite.mayRevoke && <MenuButton name={t('invite.acts')} items={[{ label: t('invite.renew'), icon: 'link', onSelect: () => setRenewing(invite) }, { label: t('invite.revoke'), icon: 'close', tone: 'bad', onSelect: () => setRevoking(invite) }]} />}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {revoking && <Revoke space={space} invite={revoking} onClose={() => setRevoking(null)} />}
      {renewing && <Renew space={space} invite={renewing} onClose={() => setRenewing(null)} />}
    </>
  );
}

/** A new link with the same choices, and the old one lets nobody in: one act. */
function Renew({ space, invite, onClose }: { space: SpaceView; invite: InviteView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  return <LinkMaker title={t('invite.renewTitle')} text={t('invite.renewText')} act={t('invite.renew')} make={() => api.spaces.invite(space.id, { instead: invite.id })} onClose={onClose} />;
}

function Revoke({ space, invite, onClose }: { space: SpaceView; invite: InviteView; onClose: () => void }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const revoke = (): void => {
    api.spaces.revokeInvite(space.id, invite.id).then(
      () => toast({ text: t('invite.revokeDone') }),
      (error: unknown) => toast({ text: errorText(t, error, 'invite.revokeFailed') }),
    );
  };
  return <ConfirmWithConsequence title={t('invite.revokeTitle')} consequence={t('invite.revokeText')} act={t('invite.revoke')} onConfirm={revoke} onClose={onClose} />;
}
