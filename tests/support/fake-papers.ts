/** Signed papers of the fake kernel: a file of a certificate that somebody confirmed, and the words of the own key. */
import { certificatePaper, confirmPaper } from '#domain/learn/course';
import type { PaperAnswer, PaperAsk, PaperView } from '#os/api';
import { fakeId } from './fake-graph.ts';
import { writerOf } from './fake-seed.ts';

const WORDS = { Jonas: ['anchor', 'orchard', 'seven', 'tide', 'copper', 'lamp'], Sofia: ['river', 'nine', 'gravel', 'moss', 'bell', 'winter'], Mira: ['harbor', 'width', 'marble', 'hollow', 'cup', 'reed'] };

/** What stands in a file that holds. */
export const PAPER_FILE = 'a certificate';

function paper(by: keyof typeof WORDS, draft: Pick<PaperView, 'kind' | 'says'>): PaperView {
  return { ...draft, uid: writerOf(by).uid, device: fakeId(`device:${by}`), words: WORDS[by], hash: fakeId(`paper:${by}`, 32), fault: null, gone: false };
}

/** Answers as the kernel does. */
export function fakePapers(ask: PaperAsk): PaperAnswer {
  const none: PaperAnswer = { papers: [], refused: null, own: WORDS.Mira };
  if (!('file' in ask)) return none;
  if (new TextDecoder().decode(ask.file) !== PAPER_FILE) return { ...none, refused: 'form' };
  const at = Date.UTC(2026, 10, 3, 9, 41);
  const first = paper('Jonas', certificatePaper({ course: fakeId('course'), title: 'Field installation basics', space: 'River Watch', name: 'Jonas', steps: 9, at }));
  return { ...none, papers: [first, paper('Sofia', confirmPaper(first.hash, 'Sofia', at + 3_600_000))] };
}
