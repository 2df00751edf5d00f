/** "Start here" (UX §7.1): four things worth doing once; each ticks itself when the graph says it has happened. */
import '#view/kit/start-words.ts';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import type { GraphApi, SpaceView } from '#os/api';
import { MESSAGE } from '#domain/chat';
import { readOfflineFact, START_OFFLINE, startSteps, type StartStep } from '#domain/shared';
import { Button } from '#view/kit/controls.tsx';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { Icon } from '#view/kit/icons.tsx';
import { useAsked, useKernel, useNetwork, useNodes, useSpaces } from '#view/kit/kernel.tsx';
import { navigate } from '#view/kit/router.tsx';
import { InviteSomeone } from './invite-someone.tsx';

const LOOKED_AT = 200;

/**
 * ms of my first saved message in a space, null when there is none. Looked for among the oldest, and then among the newest: in a busy team the first words
 * of who came late are far from the beginning, and those of who came first are far from the end.
 */
export async function firstLine(graph: Pick<GraphApi, 'query'>, me: string | null): Promise<number | null> {
  for (const order of ['stamp', '-stamp'] as const) {
    const page = await graph.query({ type: MESSAGE, order, limit: LOOKED_AT });
    const mine = page.filter((node) => node.createdBy === me && node.saved).map((node) => node.createdAt);
    if (mine.length > 0) return Math.min(...mine);
    if (page.length < LOOKED_AT) return null;
  }
  return null;
}

/** What the graph says about the steps. */
function useSteps(personal: SpaceView): { steps: StartStep[] | null; shared: SpaceView | null } {
  const api = useKernel();
  const me = api.identity.get()?.uid ?? null;
  const spaces = useSpaces();
  const facts = useNodes(personal.id, { type: START_OFFLINE });
  const ids = (spaces ?? []).map((space) => space.id).join(' ');
  const asked = useAsked(
    async () => {
      let firstLineAt: number | null = null;
      let other: string | null = null;
      let shared: string | null = null;
      let team: string | null = null;
      for (const id of ids.split(' ').filter(Boolean)) {
        const line = await firstLine(api.graph(id), me);
        if (line !== null) firstLineAt = Math.min(firstLineAt ?? Infinity, line);
        if (id !== personal.id) team ??= id;
        const person = (await api.spaces.members(id)).find((member) => !member.self);
        if (person) {
          other ??= person.name;
          shared ??= id;
        }
      }
      const self = (await api.spaces.members(personal.id)).find((member) => member.self);
      return { firstLineAt, other, devices: self?.devices.length ?? 1, shared: shared ?? team };
    },
    ['node_created', 'node_updated', 'copies', 'members', 'spaces'],
    [api, ids, me, personal.id],
    250,
  );
  const steps = useMemo(() => (asked && facts.loaded ? startSteps({ firstLineAt: asked.firstLineAt, other: asked.other, devices: asked.devices, offline: readOfflineFact([...facts.nodes.values()]) }) : null), [asked, facts]);
  // While it is asked anew (a space was added) what is known stays in sight, and the button just used keeps its place.
  const last = useRef(steps);
  last.current = steps ?? last.current;
  const at = useRef<string | null>(null);
  at.current = asked?.shared ?? at.current;
  return { steps: last.current, shared: spaces?.find((one) => one.id === at.current) ?? null };
}

function doneWords({ t, time }: I18n, step: StartStep & { done: true }): string {
  if (step.step === 'write') return t('start.writeDone', { time: time(step.at) });
  if (step.step === 'offline') return t('start.offlineDone', { time: time(step.at), n: step.edits, ms: step.tookMs });
  return step.step === 'device' ? t('start.deviceDone') : t('start.inviteDone', { name: step.name });
}

/** The card. */
export function StartCard({ space, onWrite }: { space: SpaceView; onWrite: () => void }): ReactNode {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const network = useNetwork();
  const { steps, shared } = useSteps(space);
  const [inviting, setInviting] = useState(false);
  const words = {
    write: { title: t('start.write'), note: t('start.writeNote'), act: t('start.writeAct'), run: onWrite },
    offline: network.paused
      ? { title: t('start.offline'), note: t('start.offlineNow'), act: t('start.offlineBack'), run: () => api.network.resume() }
      : { title: t('start.offline'), note: t('start.offlineNote'), act: t('start.offlineAct'), run: () => api.network.pause() },
    device: { title: t('start.device'), note: t('start.deviceNote'), act: t('start.deviceAct'), run: () => navigate({ space: space.id, lens: 'settings', object: 'me' }) },
    invite: { title: t('start.invite'), note: t('start.inviteNote'), act: t('start.inviteAct'), run: () => setInviting(true) },
  };
  return (
    <div role="listitem" className="start" data-key="start">
      <h2 className="title2">{t('start.title')}</h2>
      <p className="start-text">{t('start.text')}</p>
      <ul className="start-list">
        {(steps ?? startSteps({ firstLineAt: null, offline: null, devices: 1, other: null })).map((step) => {
          const word = words[step.step];
          return (
            <li key={step.step} className="start-step" data-done={step.done ? '' : undefined}>
              <span className="start-tick" role="img" aria-label={step.done ? t('start.done') : t('start.open')}>
                {step.done && <Icon name="check" size={12} />}
              </span>
              <div className="grow">
                <div className={step.done ? 'muted' : 'medium'}>{word.title}</div>
                <div className="small muted">{step.done ? doneWords(i18n, step) : word.note}</div>
              </div>
              {step.step === 'invite' && shared && (
                <Button kind="quiet" size="small" onClick={() => navigate({ space: shared.id, lens: 'chat' })}>
                  {t('start.openSpace', { space: shared.name })}
                </Button>
              )}
              {!step.done && steps !== null && (
                <Button kind="quiet" size="small" onClick={word.run}>
                  {word.act}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {inviting && <InviteSomeone onClose={() => setInviting(false)} />}
    </div>
  );
}
