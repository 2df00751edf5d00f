/** The components of this build, in the order of the lenses. A new component is one line here and one in the layer table. */
import { chatManifest } from '#domain/chat';
import { editorManifest } from '#domain/editor/manifest';
import { goalsManifest } from '#domain/goals';
import { accessManifest } from '#domain/subscription';
import { chatLens } from '#view/chat/index.ts';
import { documentsLens } from '#view/editor/index.ts';
import { goalsLens } from '#view/goals/index.ts';
import { hubLens } from '#view/hub/index.ts';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Parts } from '#view/kit/lens.ts';
import { accessLens } from '#view/subscription/index.ts';

const manifests = [chatManifest, editorManifest, goalsManifest, accessManifest];

export const parts: Parts = {
  lenses: [hubLens(manifests), chatLens, documentsLens, goalsLens, accessLens],
  home: chatLens,
  manifests,
  System: lazyPart(async () => (await import('#view/system/system-view.tsx')).SystemView),
  Settings: lazyPart(async () => (await import('#view/settings/settings-view.tsx')).SettingsView),
  Search: lazyPart(async () => (await import('#view/search/search-view.tsx')).SearchView),
  Reading: lazyPart(async () => (await import('#view/chat/reading-page.tsx')).ReadingPage),
  ReadingDocument: lazyPart(async () => (await import('#view/editor/reading-document.tsx')).ReadingDocument),
  Join: lazyPart(async () => (await import('#view/welcome/join.tsx')).Join),
};
