/** Reads and writes decks of cards in a thread of its own, which is ended when that is done, given up, or fails. Wiring only. */
import { deckFaultOf, openDecks, writePackage, type OpenDecks } from '#boot/decks';
import type { FromDecks, ToDecks } from '#domain/learn/anki';

let open: OpenDecks | null = null;

async function answer(asked: ToDecks): Promise<FromDecks> {
  if ('read' in asked) return { found: (open = await openDecks(asked.read.name, asked.read.file)).found };
  if ('write' in asked) return { written: await writePackage(asked.write) };
  return { bytes: await open!.media(asked.media) };
}

addEventListener('message', ({ data }: MessageEvent<ToDecks>) => {
  answer(data).then((said) => postMessage(said), (error: unknown) => {
    const { code, detail } = deckFaultOf(error);
    postMessage({ fault: { code, detail } } satisfies FromDecks);
  });
});
