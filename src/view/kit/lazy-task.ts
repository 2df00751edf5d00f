/** The details of a task, loaded when they are opened. Apart from the other dialogs: its cards open some of those. */
import { lazyPart } from '#view/kit/lazy-part.tsx';

export const TaskPanel = lazyPart(async () => (await import('#view/kit/task-panel.tsx')).TaskPanel, { alone: true });
