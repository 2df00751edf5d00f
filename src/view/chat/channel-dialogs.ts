/** Dialogs of Chat whose code comes when they are opened: no first screen needs them. */
import { lazyPart } from '#view/kit/lazy-part.tsx';

export const CreateChannel = lazyPart(async () => (await import('./create-channel.tsx')).CreateChannel, { alone: true });
export const TopicDialog = lazyPart(async () => (await import('./create-channel.tsx')).TopicDialog, { alone: true });
export const InviteSomeone = lazyPart(async () => (await import('./invite-someone.tsx')).InviteSomeone, { alone: true });
