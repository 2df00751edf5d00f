/** Dialogs whose code comes when they are opened: no first screen needs them. */
import { lazyPart } from '#view/kit/lazy-part.tsx';

export const EmojiPopover = lazyPart(async () => (await import('#view/kit/emoji.tsx')).EmojiPopover, { alone: true });
export const WaitingPaste = lazyPart(async () => (await import('#view/kit/waiting-paste.tsx')).WaitingPaste, { alone: true });
export const ShareDialog = lazyPart(async () => (await import('#view/kit/share-dialog.tsx')).ShareDialog, { alone: true });
export const HistoryDialog = lazyPart(async () => (await import('#view/kit/history-panel.tsx')).HistoryDialog, { alone: true });
export const WhoDialog = lazyPart(async () => (await import('#view/kit/who-list.tsx')).WhoDialog, { alone: true });
export const CreateSpace = lazyPart(async () => (await import('#view/kit/create-space.tsx')).CreateSpace, { alone: true });
