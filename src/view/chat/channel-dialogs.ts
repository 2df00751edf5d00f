/** Dialogs, panels, what stands where nothing is found, and the card of the first steps: their code comes when they are opened. */
import { lazyPart } from '#view/kit/lazy-part.tsx';

export const CreateChannel = lazyPart(async () => (await import('./create-channel.tsx')).CreateChannel, { alone: true });
export const TopicDialog = lazyPart(async () => (await import('./create-channel.tsx')).TopicDialog, { alone: true });
export const MoveOutDialog = lazyPart(async () => (await import('./move-out.tsx')).MoveOutDialog, { alone: true });
export const ThreadPanel = lazyPart(async () => (await import('./thread-panel.tsx')).ThreadPanel, { alone: true });
export const NotHere = lazyPart(async () => (await import('./not-here.tsx')).NotHere, { alone: true });
export const PinsPanel = lazyPart(async () => (await import('./pins-panel.tsx')).PinsPanel, { alone: true });
export const StartCard = lazyPart(async () => (await import('./start-card.tsx')).StartCard, { alone: true });
