/** The types that the kernel worker knows are those of the manifests, which it does not load. */
import { expect, test } from 'vitest';
import { knownTypes } from '#boot/known-types';
import { chatManifest } from '#domain/chat';
import { editorManifest } from '#domain/editor';
import { goalsManifest } from '#domain/goals';
import { learnManifest } from '#domain/learn';
import { messengerManifest } from '#domain/messenger';
import { mindManifest } from '#domain/mind';
import { accessManifest } from '#domain/subscription';

test('every type of a component is known to the kernel in its newest version, and no other one but those the system writes', () => {
  const types = new Set([chatManifest, editorManifest, goalsManifest, learnManifest, accessManifest, messengerManifest, mindManifest].flatMap((manifest) => manifest.types.map(({ type }) => type)));
  const known = [...knownTypes()].map(([name, version]) => `${name}@${version}`);
  expect(types.size).toBeGreaterThan(4);
  expect([...types].filter((type) => !known.includes(type))).toEqual([]);
  expect(known.filter((type) => !types.has(type)).sort()).toEqual(['about@1', 'device@1', 'file@1', 'goals/filters@1', 'hub@1', 'quiet@1', 'read@1', 'recovery/kept@1', 'recovery/part@1', 'recovery/parts@1', 'report/key@1', 'report/state@1', 'report@1', 'space@1', 'start/offline@1']);
});
