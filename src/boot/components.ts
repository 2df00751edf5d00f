/** The components of this build, in the order of the lenses. A new component is one line here and one in the layer table. */
import { chatManifest } from '#domain/chat';
import { editorManifest } from '#domain/editor/manifest';
import { goalsManifest } from '#domain/goals';
import { learnManifest } from '#domain/learn';
import { messengerManifest } from '#domain/messenger/manifest';
import { mindManifest } from '#domain/mind/manifest';
import { accessManifest } from '#domain/subscription';
import { chatLens } from '#view/chat/index.ts';
import { documentsLens } from '#view/editor/index.ts';
import { goalsLens } from '#view/goals/index.ts';
import { hubLens } from '#view/hub/index.ts';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import { learnLens } from '#view/learn/index.ts';
import type { Parts } from '#view/kit/lens.ts';
import { loadAgain } from '#view/kit/load-again.ts';
import { messengerLens } from '#view/messenger/index.ts';
import { accessLens } from '#view/subscription/index.ts';

const manifests = [chatManifest, messengerManifest, editorManifest, goalsManifest, learnManifest, accessManifest, mindManifest];
const ReadingDocument = lazyPart(async () => (await import('#view/editor/reading-document.tsx')).ReadingDocument);

const messenger = messengerLens({
  calls: async (api) => (await loadAgain(() => import('./calls.ts'))).startCalls(api),
  Conversation: lazyPart(async () => (await import('#view/chat/conversation.tsx')).ChatConversation),
});

export const parts: Parts = {
  lenses: [hubLens(manifests, lazyPart(async () => (await import('#view/editor/drop-import.tsx')).DropImport, { alone: true, failed: () => null })), chatLens, messenger, documentsLens, goalsLens, learnLens(ReadingDocument), accessLens],
  home: chatLens,
  manifests,
  System: lazyPart(async () => (await import('#view/system/system-view.tsx')).SystemView),
  Settings: lazyPart(async () => (await import('#view/settings/settings-view.tsx')).SettingsView),
  Search: lazyPart(async () => (await import('#view/search/search-view.tsx')).SearchView),
  Reading: lazyPart(async () => (await import('#view/chat/reading-page.tsx')).ReadingPage),
  ReadingDocument,
  Join: lazyPart(async () => (await import('#view/welcome/join.tsx')).Join),
};
