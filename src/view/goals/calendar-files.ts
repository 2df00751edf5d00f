/** Calendar files in and out. The reader and its library are loaded with the first file. */
import { EVENT, RESOURCE, TASK } from '#domain/goals';
import type { CalendarFile, CalendarTaken } from '#domain/goals/ical';
import type { Work } from '#domain/goals/work';
import type { DirectoryEntry } from '#domain/shared';
import { errorCode, errorText } from '#view/kit/error-words.ts';
import { download } from '#view/kit/download.ts';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import type { GraphApi, Op, SpaceView } from '#os/api';
import type { WorkHere } from './use-work.ts';

interface Place {
  readonly space: SpaceView;
  readonly goal: DirectoryEntry | null;
  /** Where a file comes in; null: nowhere. */
  readonly into: DirectoryEntry | null;
  readonly here: WorkHere;
  readonly shown: readonly Work[];
}

/** Things made by one act: a long file is many, each of them whole. */
const TOGETHER = 100;
const FAULTS = { 'too-large': 'goal.fileLarge', 'no-calendar': 'goal.fileNone', broken: 'goal.fileBroken', nothing: 'goal.fileNothing' } as const;

/** Names of resources told at once. */
const NAMED = 3;

/** What of a file did not come in, and why. */
export function calendarWords({ t, list }: Pick<I18n, 't' | 'list'>, { known, trashed, lost, refused, without, unlinked, unlabelled }: CalendarTaken, { left, broken }: Pick<CalendarFile, 'left' | 'broken'>): string[] {
  const of = (n: number, key: Parameters<I18n['t']>[0]): string[] => (n > 0 ? [t(key, { n })] : []);
  const names = [...without.slice(0, NAMED), ...(without.length > NAMED ? ['…'] : [])];
  return [
    ...of(known, 'goal.fileKnown'), ...of(trashed, 'goal.fileTrashed'), ...of(left, 'goal.fileLeft'), ...of(broken, 'goal.fileUnread'), ...of(lost, 'goal.fileLost'), ...of(refused.task, 'goal.fileNoTasks'), ...of(refused.event, 'goal.fileNoEvents'),
    ...(without.length > 0 ? [t('goal.fileNoResources', { n: without.length, names: list(names) })] : []), ...of(unlinked, 'goal.fileNoNeeds'), ...of(unlabelled, 'goal.fileNoLabels'),
  ];
}

/**
 * Makes what of a file may come in. The kernel judges acts: where it refuses one of many things by a rule that is known to it alone (a property of a kind
 * that the space asks for, say), each is asked about by itself. Answers with what came, and what did not after all.
 */
export async function bringIn(graph: Pick<GraphApi, 'transact'>, taken: CalendarTaken, fragment: string): Promise<CalendarTaken> {
  const refused: Op[] = [];
  const make = async (acts: readonly (readonly Op[])[]): Promise<(readonly Op[])[]> => {
    if (acts.length === 0) return [];
    try {
      await graph.transact(acts.flat(), { fragment });
      return [...acts];
    } catch (error) {
      if (errorCode(error) !== 'rules') throw error;
      if (acts.length === 1) {
        refused.push(acts[0]![0]!);
        return [];
      }
      const came: (readonly Op[])[] = [];
      for (const act of acts) came.push(...(await make([act])));
      return came;
    }
  };
  const needed = taken.resources.map((op) => [op]);
  for (let i = 0; i < needed.length; i += TOGETHER) await make(needed.slice(i, i + TOGETHER));
  const things: (readonly Op[])[] = [];
  for (let i = 0; i < taken.things.length; i += TOGETHER) things.push(...(await make(taken.things.slice(i, i + TOGETHER))));
  const made = refused.flatMap((op) => (op.op === 'node.create' ? [op] : []));
  const of = (type: string): number => made.filter((op) => op.type === type).length;
  return { ...taken, things, refused: { task: taken.refused.task + of(TASK), event: taken.refused.event + of(EVENT) }, without: [...taken.without, ...made.flatMap(({ type, props }) => (type === RESOURCE ? [String(props?.['title'])] : []))] };
}

/** What one does with files here. */
export function useCalendarFiles({ space, into, here, shown, goal }: Place): { take(file: File): Promise<void>; save(): Promise<void> } {
  const i18n = useI18n();
  const { t } = i18n;
  const api = useKernel();
  const toast = useToast();
  return {
    async take(file) {
      if (!into) return;
      try {
        const { calendarRights, readCalendar, takeCalendar } = await import('#domain/goals/ical');
        const read = readCalendar(await file.text(), new Intl.DateTimeFormat().resolvedOptions().timeZone);
        if (!read.ok) return toast({ text: t(FAULTS[read.error.code], { name: file.name }) });
        const { fragment } = into;
        const trashed = new Set((await api.graph(space.id).query({ type: [TASK, EVENT, RESOURCE], fragment, include: { deleted: true } })).flatMap(({ id, deleted }) => (deleted ? [id] : [])));
        const may = calendarRights(space, fragment, api.identity.get()?.uid ?? '');
        const taken = await bringIn(api.graph(space.id), takeCalendar(read.value, { fragment, known: here.all, trashed, resources: here.resources.values(), may, untitled: t('goal.untitled') }), fragment);
        const told = [t('goal.fileRead', { n: taken.things.length }), ...calendarWords(i18n, taken, read.value)];
        toast({ text: told.join(' ') });
      } catch (error) {
        toast({ text: errorText(t, error, 'goal.failed') });
      }
    },
    async save() {
      try {
        const { writeCalendar } = await import('#domain/goals/ical');
        const name = `${(goal?.title ?? space.name).replace(/[^\p{L}\p{N} _-]/gu, '').trim() || 'calendar'}.ics`;
        download(new Blob([writeCalendar(shown, new Date().toISOString(), here.resources)], { type: 'text/calendar' }), name);
      } catch (error) {
        toast({ text: errorText(t, error, 'goal.failed') });
      }
    },
  };
}
