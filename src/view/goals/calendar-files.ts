/** Calendar files in and out. The reader and its library are loaded with the first file. */
import type { Work } from '#domain/goals/work';
import { errorText } from '#view/kit/error-words.ts';
import { download } from '#view/kit/download.ts';
import { useI18n } from '#view/kit/i18n.tsx';
import { useKernel } from '#view/kit/kernel.tsx';
import { useToast } from '#view/kit/toast.tsx';
import type { SpaceView } from '#os/api';
import type { DirectoryEntry } from '#domain/shared';
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

/** What one does with files here. */
export function useCalendarFiles({ space, into, here, shown, goal }: Place): { take(file: File): Promise<void>; save(): Promise<void> } {
  const { t } = useI18n();
  const api = useKernel();
  const toast = useToast();
  return {
    async take(file) {
      if (!into) return;
      try {
        const { calendarId, makeFromCalendar, readCalendar, resourcesFor } = await import('#domain/goals/ical');
        const read = readCalendar(await file.text(), new Intl.DateTimeFormat().resolvedOptions().timeZone);
        if (!read.ok) return toast({ text: t(FAULTS[read.error.code], { name: file.name }) });
        const fresh = read.value.things.filter((thing) => !here.all.has(calendarId(into.fragment, thing)));
        const needed = resourcesFor(fresh, into.fragment, here.resources.values());
        if (needed.ops.length > 0) await api.graph(space.id).transact(needed.ops, { fragment: into.fragment });
        for (let i = 0; i < fresh.length; i += TOGETHER) await api.graph(space.id).transact(fresh.slice(i, i + TOGETHER).flatMap((thing) => makeFromCalendar(thing, into.fragment, t('goal.untitled'), needed.byName)), { fragment: into.fragment });
        const known = read.value.things.length - fresh.length;
        const lost = fresh.filter(({ kept }) => kept === null).length;
        const told = [t('goal.fileRead', { n: fresh.length }), ...(known > 0 ? [t('goal.fileKnown', { n: known })] : []), ...(read.value.left > 0 ? [t('goal.fileLeft', { n: read.value.left })] : []), ...(lost > 0 ? [t('goal.fileLost', { n: lost })] : [])];
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
