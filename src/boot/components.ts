/** The components of this build, in the order of the lenses. A new component is one line here and one in the layer table. */
import { lazy } from 'react';
import { chatManifest } from '#domain/chat';
import { accessManifest } from '#domain/subscription';
import { chatLens } from '#view/chat/index.ts';
import type { Parts } from '#view/kit/lens.ts';
import { accessLens } from '#view/subscription/index.ts';

export const parts: Parts = {
  lenses: [chatLens, accessLens],
  manifests: [chatManifest, accessManifest],
  System: lazy(async () => ({ default: (await import('#view/system/system-view.tsx')).SystemView })),
  Settings: lazy(async () => ({ default: (await import('#view/settings/settings-view.tsx')).SettingsView })),
  Join: lazy(async () => ({ default: (await import('#view/welcome/join.tsx')).Join })),
};
