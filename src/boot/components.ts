/** The components of this build, in the order of the lenses. A new component is one line here and one in the layer table. */
import { chatManifest } from '#domain/chat';
import { accessManifest } from '#domain/subscription';
import { chatLens } from '#view/chat/index.ts';
import { lazyPart } from '#view/kit/lazy-part.tsx';
import type { Parts } from '#view/kit/lens.ts';
import { accessLens } from '#view/subscription/index.ts';

export const parts: Parts = {
  lenses: [chatLens, accessLens],
  manifests: [chatManifest, accessManifest],
  System: lazyPart(async () => (await import('#view/system/system-view.tsx')).SystemView),
  Settings: lazyPart(async () => (await import('#view/settings/settings-view.tsx')).SettingsView),
  Reading: lazyPart(async () => (await import('#view/chat/reading-page.tsx')).ReadingPage),
  Join: lazyPart(async () => (await import('#view/welcome/join.tsx')).Join),
};
