/** Making a task out of words of a place. Loaded with the first one. */
import type { LifegraphApi } from '#os/api';
import { deleteTask } from '#domain/goals';
import { draftFrom, linkTask, makeTask } from '#domain/goals/words';
import { errorText } from '#view/kit/error-words.ts';
import type { I18n } from '#view/kit/i18n.tsx';
import { navigate } from '#view/kit/router.tsx';
import '#view/kit/task-words.ts';
import { taskRoute, type TaskOrder } from '#view/kit/task-route.ts';
import { today } from '#view/kit/today.ts';
import type { ToastWords } from '#view/kit/toast.tsx';

interface Around {
  api: LifegraphApi;
  toast(words: ToastWords): void;
  t: I18n['t'];
}

/** Writes the task and its link, opens its details and offers Undo. */
export async function makeTaskOf({ api, toast, t }: Around, { space, fragment, lens, source, text, people = [], done = false }: TaskOrder): Promise<void> {
  const draft = draftFrom(text, people, today());
  const made = makeTask({ ...draft, done });
  if (!made.ok) return toast({ text: t('task.noWords') });
  const graph = api.graph(space.id);
  const { ids: [id] } = await graph.transact(made.value, { fragment });
  if (id === undefined) return;
  try {
    await graph.transact(linkTask(id, source), { fragment });
  } catch (error) {
    // Without its link it would be a task of nowhere.
    await graph.transact(deleteTask(id), { fragment }).catch(() => undefined);
    throw error;
  }
  navigate(taskRoute(lens, { space: space.id, fragment, id }));
  toast({ text: t('task.made', { title: draft.title }), undo: () => void graph.transact(deleteTask(id), { fragment }).catch((error: unknown) => toast({ text: errorText(t, error, 'chat.failed') })) });
}
