/** The rules of the space in sentences. An owner changes them here; everybody reads what they are, and what a guest may do. */
import '#view/kit/access-words.ts';
import '#view/kit/rules.css';
import type { ReactNode } from 'react';
import type { RoleName, RulesChange, SpaceRules, SpaceView } from '#os/api';
import { FRAGMENT, leastRole, readDirectoryEntry, ROOT } from '#domain/shared';
import { Select } from '#view/kit/controls.tsx';
import { errorText } from '#view/kit/error-words.ts';
import { useI18n, type Key } from '#view/kit/i18n.tsx';
import { useKernel, useNodes } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import { ThingRules } from '#view/kit/thing-rules.tsx';
import { guestCertificates, guestDocuments, type GuestDocs, type GuestDoes, guestSentence, guestTasks, RULES, ruleChange, ruleOf, type Rule } from './rule-list.ts';

const WHO: Record<RoleName, Key> = { guest: 'rules.all', member: 'rules.members', admin: 'rules.admins', owner: 'rules.owners' };
const SENTENCE: Record<Rule['name'], Key> = { message: 'rules.message', react: 'rules.react', report: 'rules.report', propose: 'rules.propose', channel: 'rules.channel', invite: 'rules.invite' };
const GUEST: Record<GuestDoes, Key> = { reads: 'rules.guestReads', reacts: 'rules.guestReacts', writes: 'rules.guestWrites', both: 'rules.guestBoth' };

const GUEST_DOCS: Record<GuestDocs, Key> = { reads: 'rules.guestDocsReads', comments: 'rules.guestDocsComments', proposes: 'rules.guestDocsProposes', both: 'rules.guestDocsBoth' };

/** The tab. */
export function RulesSection({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  const { rules } = space;
  const failed = (error: unknown): void => toast({ text: errorText(t, error, 'rules.failed') });
  const change = (next: RulesChange, before: RulesChange): void => {
    const undo = (): void => void api.access.setRules(space.id, before).catch(failed);
    api.access.setRules(space.id, next).then(() => toast({ text: t('rules.changed'), undo }), failed);
  };
  const approve = (value: boolean): string => t(value ? 'rules.byHand' : 'rules.atOnce');
  const history = (value: SpaceRules['history']): string => t(value === 'joining' ? 'rules.fromJoining' : 'rules.fromBeginning');
  const keeps = (value: SpaceRules['keep']): string => t(value === 'nothing' ? 'rules.keepNothing' : 'rules.keepAll');
  return (
    <section aria-label={t('rules.title')} className="rules">
      {rules.newer && <p role="status">{t('error.oldRules')}</p>}
      <ul className="card">
        {RULES.map((rule) => {
          const now = ruleOf(rules, rule);
          return (
            <li key={rule.name} className="waiting-row rules-row">
              {rules.mayChange && !rules.newer ? (
                <Select label={t(SENTENCE[rule.name])} value={now} options={rule.roles.map((value) => ({ value, label: t(WHO[value]) }))} onChange={(role) => change(ruleChange(rule, role), ruleChange(rule, now))} />
              ) : `${t(SENTENCE[rule.name])} ${t(WHO[now])}`}
            </li>
          );
        })}
        <li className="waiting-row rules-row">
          {rules.mayChange && !rules.newer ? (
            <Select label={t('rules.approve')} value={String(rules.approve)} options={[false, true].map((value) => ({ value: String(value), label: approve(value) }))} onChange={(value) => change({ approve: value === 'true' }, { approve: rules.approve })} />
          ) : `${t('rules.approve')} ${approve(rules.approve)}`}
        </li>
        <li className="waiting-row rules-row">
          {rules.mayChange && !rules.newer ? (
            <Select label={t('rules.history')} value={rules.history} options={(['all', 'joining'] as const).map((value) => ({ value, label: history(value) }))} onChange={(value) => change({ history: value as SpaceRules['history'] }, { history: rules.history })} />
          ) : `${t('rules.history')} ${history(rules.history)}`}
          {rules.history === 'joining' && <p className="small muted">{t('rules.historyNote')}</p>}
        </li>
        <li className="waiting-row rules-row">
          {rules.mayChange && !rules.newer ? (
            <Select label={t('rules.keep')} value={rules.keep} options={(['all', 'nothing'] as const).map((value) => ({ value, label: keeps(value) }))} onChange={(value) => change({ keep: value as SpaceRules['keep'] }, { keep: rules.keep })} />
          ) : `${t('rules.keep')} ${keeps(rules.keep)}`}
          {rules.keep === 'nothing' && <p className="small muted">{t('rules.keepNote')}</p>}
        </li>
      </ul>
      {Object.keys(rules.on).length > 0 && <OnThings space={space} />}
      <h2 className="medium">{t('rules.guest')}</h2>
      <p>{t(GUEST[guestSentence(rules)])}</p>
      <p>{t(GUEST_DOCS[guestDocuments(rules)])}</p>
      <p>{t(guestTasks(rules) ? 'rules.guestTasks' : 'rules.guestNoTasks')}</p>
      <p>{t('rules.guestMessenger')}</p>
      <p>{t(guestCertificates(rules) ? 'rules.guestCertificates' : 'rules.guestLearn')}</p>
      <p>{t('rules.guestHub')}</p>
      <p>{t('rules.guestAccess')} {t(leastRole(rules, 'report@1') === 'guest' ? 'rules.guestReports' : 'rules.guestNoReports')}</p>
      <p className="small muted">{t('rules.note')}</p>
    </section>
  );
}

/** Channels and messages with rules of their own. */
function OnThings({ space }: { space: SpaceView }): ReactNode {
  const { t } = useI18n();
  const { nodes } = useNodes(space.id, { type: FRAGMENT, fragment: ROOT });
  return (
    <>
      <h2 className="medium">{t('on.title')}</h2>
      {Object.keys(space.rules.on).map((thing) => {
        const node = nodes.get(thing);
        const entry = node && readDirectoryEntry(node);
        return (
          <section key={thing} className="card" aria-label={entry ? `#${entry.title}` : t('on.aMessage')}>
            <h3 className="medium">{entry ? `#${entry.title}` : t('on.aMessage')}</h3>
            <ThingRules space={space} thing={thing} kind={entry ? 'channel' : 'message'} />
          </section>
        );
      })}
    </>
  );
}
