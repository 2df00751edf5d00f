/** What of a file in a message is given to the player of the browser. */
import { expect, test } from 'vitest';
import { createRate, playerOf } from '#view/kit/message-files.tsx';

test('{C1} only sound and films of known kinds are played, whatever a file calls itself', () => {
  expect(['audio/mpeg', 'audio/wav', 'AUDIO/OGG', 'video/mp4; codecs="avc1"', 'video/webm'].map(playerOf)).toEqual(['audio', 'audio', 'audio', 'video', 'video']);
  for (const mime of ['', 'text/html', 'image/svg+xml', 'application/pdf', 'audio/', 'audio/x-made-up', 'video/mp4, text/html', 'text/html; audio/mpeg', 'xaudio/mpeg']) expect(playerOf(mime), mime).toBeNull();
});

test('the speed of a file that comes is that of the last seconds', () => {
  const rate = createRate();
  expect([rate(0, 0), rate(100, 1_000), rate(1_000, 4_000), rate(2_000, 6_000)]).toEqual([0, 0, 4_000, 3_000]);
  // What came long ago does not count, and nothing that comes is no speed.
  expect([rate(6_900, 6_000), rate(7_500, 9_000), rate(20_000, 9_000)]).toEqual([0, 5_000, 0]);
});
