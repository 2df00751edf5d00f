/** Sound and pictures of a call stay in the pages of who is in it (CALL7): who in the sources may touch any, and that nothing which may records or hands on. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { chatManifest } from '#domain/chat';
import { editorManifest } from '#domain/editor';
import { goalsManifest } from '#domain/goals';
import { MIND_AGENTS } from '#domain/mind';
import { messengerManifest } from '#domain/messenger';
import { accessManifest } from '#domain/subscription';
import { sources } from '#tests/tidy/import-scan';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const shipped = sources(ROOT, ['src', 'workers', 'signaling']);

/** What gives, holds or measures media. */
const TOUCH = /\b(getUserMedia|getDisplayMedia|MediaStream\w*|MediaRecorder|captureStream|AudioWorklet\w*|ScriptProcessor\w*|VideoFrame|AudioData)\b/;
/** What would keep it or take it out of the page. */
const TAKE = /\b(MediaRecorder|captureStream|MediaStreamTrackProcessor|createMediaStreamDestination|AudioWorklet\w*|ScriptProcessor\w*|VideoFrame|AudioData|createEncodedStreams|drawImage|toBlob)\b/;
const CALLS = /^src\/(adapters\/calls\/|adapters\/simple-peer\/media-peer\.ts$|ports\/calls\.ts$|view\/messenger\/)/;
/** A camera for QR codes and whether there is one, and voice messages: what a person records by hand, of their own microphone, and sends by hand. */
const OTHERS = /^src\/view\/(kit\/(scan|by-hand)\.tsx|kit\/(camera|voice-recorder)\.ts|chat\/voice-tool\.tsx)$/;

test('{C4} [CALL7] media is touched by the code of calls in the page and by nothing of the kernel, the graph, workers, servers or other lenses; that code neither records nor reads pictures out', () => {
  const touching = shipped.filter(({ file, text }) => TOUCH.test(text) && !OTHERS.test(file)).map(({ file }) => file);
  expect(touching.length).toBeGreaterThan(4);
  expect(touching.filter((file) => !CALLS.test(file))).toEqual([]);
  expect(shipped.filter(({ file, text }) => CALLS.test(file) && TAKE.test(text)).map(({ file }) => file)).toEqual([]);
  // The control: the scan finds what it looks for.
  expect([TOUCH, TAKE].every((pattern) => pattern.test('new MediaRecorder(stream)'))).toBe(true);
});

test('[CALL7] the code of calls is reached from one place of the page and from the worker that seals frames; no agent of any component reads or writes media', () => {
  const users = shipped.filter(({ file, text }) => !CALLS.test(file) && /['"]#adapters\/(calls\/|simple-peer\/media-peer)/.test(text)).map(({ file }) => file).sort();
  expect(users).toEqual(['src/boot/calls.ts', 'workers/media.worker.ts']);
  const tasks = [{ agents: MIND_AGENTS }, chatManifest, editorManifest, goalsManifest, accessManifest, messengerManifest].flatMap(({ agents }) => agents);
  expect(tasks.length).toBeGreaterThan(5);
  expect(tasks.flatMap(({ capabilities: { reads, makes } }) => [...reads, ...makes]).filter((type) => /media|call|audio|video|stream/.test(type))).toEqual([]);
  // Signals are bytes for the kernel: it knows no form of them.
  expect(shipped.filter(({ file, text }) => file.startsWith('src/os/') && text.includes('call-signal')).map(({ file }) => file)).toEqual([]);
});

test('[CALL7] captions take numbers of what is heard by one door, in the page of who hears, and write nothing: no graph, no store, no file, no network; voices that speak them are of the device', () => {
  const listening = shipped.filter(({ file, text }) => !file.startsWith('src/adapters/calls/') && /\blisten\(seat\)|\bVoiceTap\b/.test(text)).map(({ file }) => file).sort();
  expect(listening).toEqual(['src/os/calls-api.ts', 'src/ports/calls.ts', 'src/view/messenger/captions-view.tsx', 'src/view/messenger/captions.ts']);
  const own = shipped.filter(({ file }) => /^src\/(view\/messenger\/captions|domain\/messenger\/captions)/.test(file));
  expect(own).toHaveLength(3);
  const writes = /\b(transact|graph\(|localStorage|indexedDB|fetch|postMessage|Blob|useKernel|send)\b/;
  expect(own.filter(({ text }) => writes.test(text)).map(({ file }) => file)).toEqual([]);
  // The control: those who write are found so.
  expect(writes.test(shipped.find(({ file }) => file === 'src/view/messenger/use-call-acts.ts')!.text)).toBe(true);
  const speaking = shipped.filter(({ text }) => /getVoices\(/.test(text));
  expect(speaking.map(({ file }) => file)).toEqual(['src/view/messenger/captions-view.tsx']);
  expect(speaking[0]!.text).toContain('getVoices().find(({ localService, lang }) => localService &&');
});
