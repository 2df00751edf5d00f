/** What of a file in a message is given to the player of the browser. */
import { expect, test } from 'vitest';
import { playerOf } from '#view/kit/message-files.tsx';

test('{C1} only sound and films of known kinds are played, whatever a file calls itself', () => {
  expect(['audio/mpeg', 'audio/wav', 'AUDIO/OGG', 'video/mp4; codecs="avc1"', 'video/webm'].map(playerOf)).toEqual(['audio', 'audio', 'audio', 'video', 'video']);
  for (const mime of ['', 'text/html', 'image/svg+xml', 'application/pdf', 'audio/', 'audio/x-made-up', 'video/mp4, text/html', 'text/html; audio/mpeg', 'xaudio/mpeg']) expect(playerOf(mime), mime).toBeNull();
});
