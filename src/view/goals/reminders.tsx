/**
 * Tells what is to be told at its time, while a tab lives: by the system when the person wants that and looks at no tab, else inside the app. One tab of the
 * person tells; what came while none was open, or after its time, is told once by the first that sees it, unless it is older than half a day.
 */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import '#view/kit/goals-words.ts';
import '#view/kit/notices-words.ts';
import type { NodeView, SpaceView } from '#os/api';
import { EVENT, GOAL, TASK } from '#domain/goals';
import { outsideTemplates, readToldReminders, remindedDay, untoldReminders, type Reminder, type Work } from '#domain/goals/work';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel, useNodes, useSpaces } from '#view/kit/kernel.tsx';
import { dayWords } from '#view/kit/node-card.tsx';
import { navigate } from '#view/kit/router.tsx';
import { NoticeDoor, noticePort } from '#view/kit/system-notices.ts';
import { useTabKind } from '#view/kit/tab-kind.tsx';
import { taskRoute } from '#view/kit/task-route.ts';
import { useToast } from '#view/kit/toast.tsx';
import { tellReminders, type ReminderLine, type ReminderWays } from './tell-reminders.ts';
import { workOf } from './work-of.ts';

const EVERY_MS = 20_000;
/** Told one by one; more at once are one line. */
const ONE_BY_ONE = 3;
const QUERY = { type: [TASK, EVENT, GOAL] };

/** The beginning of a day where the reader is. */
function beginOf(day: string): number {
  const [year, month, of] = day.split('-').map(Number);
  return new Date(year!, month! - 1, of!).getTime();
}

/** True in the one tab of this person that tells. */
function useTelling(name: string): boolean {
  const [telling, setTelling] = useState(!('locks' in navigator));
  useEffect(() => {
    if (!('locks' in navigator)) return;
    const stop = new AbortController();
    let release = (): void => undefined;
    void navigator.locks.request(`${name}/reminders`, { signal: stop.signal }, () => new Promise<void>((done) => {
      release = done;
      setTelling(true);
    })).catch(() => undefined);
    return () => (stop.abort(), release());
  }, [name]);
  return telling;
}

/** Nothing that is seen by itself. */
export function Reminders(): ReactNode {
  const spaces = useSpaces();
  const telling = useTelling(useTabKind().name);
  const ways = useWays();
  return telling ? spaces?.filter(({ role }) => role !== 'no-rights').map((space) => <OfSpace key={space.id} space={space} ways={ways} />) : null;
}

const seen = (): boolean => document.visibilityState === 'visible';

/** The ways of this tab; it shows what another tab of this person tells while it is seen itself. */
function useWays(): ReminderWays {
  const { local } = useKernel();
  const tab = useTabKind();
  const { t } = useI18n();
  const show = useToast();
  const toast = useRef<(line: ReminderLine) => void>(() => undefined);
  useEffect(() => {
    toast.current = ({ text, route }) => show({ text, act: { label: t('act.open'), run: () => navigate(route) } });
  });
  const channel = useRef<BroadcastChannel | null>(null);
  useEffect(() => {
    const opened = new BroadcastChannel(`${tab.name}/reminders`);
    channel.current = opened;
    opened.onmessage = ({ data }: MessageEvent<readonly ReminderLine[]>) => void (seen() && data.forEach((line) => toast.current(line)));
    return () => ((channel.current = null), opened.close());
  }, [tab.name]);
  return useMemo(() => ({ door: new NoticeDoor(local, noticePort(tab)), seen, toast: (line) => toast.current(line), post: (lines) => channel.current?.postMessage(lines) }), [local, tab]);
}

/** The things that are to be told: looked for when it is time to, and not with each change of one of thousands. */
const remindedOf = (nodes: Iterable<NodeView>): readonly Work[] => outsideTemplates([...nodes].flatMap((node) => workOf(node) ?? []), null).filter(({ kind, remind }) => kind !== 'goal' && remind.length > 0);

function OfSpace({ space, ways }: { space: SpaceView; ways: ReminderWays }): ReactNode {
  const api = useKernel();
  const { nodes, loaded } = useNodes(space.id, QUERY);
  const tell = useTell(space, ways);
  const latest = useRef({ nodes, tell });
  useEffect(() => {
    latest.current = { nodes, tell };
  });
  useEffect(() => {
    if (!loaded) return;
    const key = `reminded.${space.id}`;
    let busy = false;
    const look = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      try {
        const before = readToldReminders(await api.local.get(key));
        const { found, next } = untoldReminders(remindedOf(latest.current.nodes.values()), before, { me: api.identity.get()?.uid ?? '', now: Date.now(), beginOf });
        if (found.length === 0) return;
        await api.local.set(key, { after: next.after, told: [...next.told] });
        latest.current.tell(found);
      } catch {
        // The next look asks again.
      } finally {
        busy = false;
      }
    };
    void look();
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => clearInterval(timer);
  }, [api, space.id, loaded]);
  return null;
}

/** Tells those of a space. */
function useTell(space: SpaceView, ways: ReminderWays): (found: readonly Reminder[]) => void {
  const i18n = useI18n();
  return (found) => {
    const { t } = i18n;
    const lines = found.length > ONE_BY_ONE ? [{ text: t('goal.remindMany', { n: found.length, space: space.name }), route: { space: space.id, lens: 'goals' }, tag: space.id }] : found.map(({ work }) => ({ text: t('goal.reminded', { title: work.title, day: dayWords(i18n, remindedDay(work)!) }), route: taskRoute('goals', { space: space.id, fragment: work.fragment, id: work.id }), tag: work.id }));
    void tellReminders(lines, { secret: space.rules.keep !== 'all', bare: t('notices.reminder') }, ways);
  };
}
