/** Calendar files in and out. The reader and its library are loaded with the first file. */
import { EVENT, mayMakeTask, RESOURCE, TASK } from '#domain/goals';
import type { CalendarTaken } from '#domain/goals/ical';
import { NEEDS, type Work } from '#domain/goals/work';
import { mayMake, type DirectoryEntry } from '#domain/shared';
import { errorText } from '#view/kit/error-words.ts';
import { download } from '#view/kit/download.ts';
import { useI18n, type I18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import type { SpaceView } from '#os/api';
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

/** What of a file did not come in, and why; `left`: things that say nothing, or were too many. */
export function calendarWords({ t, list }: Pick<I18n, 't' | 'list'>, { known, trashed, lost, refused, without, unlinked }: CalendarTaken, left: number): string[] {
  const of = (n: number, key: Parameters<I18n['t']>[0]): string[] => (n > 0 ? [t(key, { n })] : []);
  const names = [...without.slice(0, NAMED), ...(without.length > NAMED ? ['…'] : [])];
  return [
    ...of(known, 'goal.fileKnown'), ...of(trashed, 'goal.fileTrashed'), ...of(left, 'goal.fileLeft'), ...of(lost, 'goal.fileLost'), ...of(refused.task, 'goal.fileNoTasks'), ...of(refused.event, 'goal.fileNoEvents'),
    ...(without.length > 0 ? [t('goal.fileNoResources', { n: without.length, names: list(names) })] : []), ...of(unlinked, 'goal.fileNoNeeds'),
  ];
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
        const { readCalendar, takeCalendar } = await import('#domain/goals/ical');
        const read = readCalendar(await file.text(), new Intl.DateTimeFormat().resolvedOptions().timeZone);
        if (!read.ok) return toast({ text: t(FAULTS[read.error.code], { name: file.name }) });
        const { fragment } = into;
        const may = { task: mayMakeTask(space, fragment), event: mayMake(space, EVENT, fragment), resource: mayMake(space, RESOURCE, fragment), need: (of: string) => mayMake(space, NEEDS, fragment, of) };
        const trashed = new Set((await api.graph(space.id).query({ type: [TASK, EVENT, RESOURCE], fragment, include: { deleted: true } })).flatMap(({ id, deleted }) => (deleted ? [id] : [])));
        const taken = takeCalendar(read.value, { fragment, known: here.all, trashed, resources: here.resources.values(), may, untitled: t('goal.untitled') });
        if (taken.resources.length > 0) await api.graph(space.id).transact([...taken.resources], { fragment });
        for (let i = 0; i < taken.things.length; i += TOGETHER) await api.graph(space.id).transact(taken.things.slice(i, i + TOGETHER).flat(), { fragment });
        const told = [t('goal.fileRead', { n: taken.things.length }), ...calendarWords(i18n, taken, read.value.left)];
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
