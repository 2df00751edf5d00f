/**
 * A certificate outside of its space: papers that its people signed in the clear (docs/PROTOCOL.md, Papers). The first is of who did the course, each further one of somebody who confirms exactly that
 * one. What is read here was checked by the kernel: whose it is, and that nothing of it was changed.
 */
import type { PaperView } from '#os/api';
import { cutText } from '#base/plain-text';
import { oneLine } from '#domain/shared';
import { LEARN_LIMITS } from './limits.ts';
import type { Certificate } from './certificates.ts';

const CERTIFICATE_PAPER = 'learn/certificate@1';
const CONFIRM_PAPER = 'learn/confirms@1';

export interface PaperDraft {
  readonly kind: string;
  readonly says: Readonly<Record<string, string | number>>;
}

/** What stands in the paper of a certificate. */
export interface CertificateSays {
  /** Fragment of the course, its title, and the name of its space. */
  readonly course: string;
  readonly title: string;
  readonly space: string;
  /** How they call themselves. */
  readonly name: string;
  readonly steps: number;
  /** ms, by their clock. */
  readonly at: number;
}

const words = (text: unknown): string => (typeof text === 'string' ? cutText(oneLine(text), LEARN_LIMITS.paperUnits) : '');
const count = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** What the learner signs. */
export const certificatePaper = ({ course, title, space, name, steps, at }: CertificateSays): PaperDraft => ({ kind: CERTIFICATE_PAPER, says: { course, title: words(title), space: words(space), name: words(name), steps, at: Math.round(at) } });

/** What is signed by who confirms it; `of`: hash of the paper of the learner. */
export const confirmPaper = (of: string, name: string, at: number): PaperDraft => ({ kind: CONFIRM_PAPER, says: { of, name: words(name), at: Math.round(at) } });

export interface SignedBy {
  readonly uid: string;
  readonly name: string;
  readonly words: readonly string[];
  readonly at: number;
  /** The device was taken away by its person since, as far as the file knows. */
  readonly gone: boolean;
}

export interface CertificateRead extends Omit<CertificateSays, 'name' | 'at'> {
  readonly of: SignedBy;
  readonly confirmed: readonly SignedBy[];
  /** Papers in the file that prove nothing of it: changed, of nobody known, or about something else. */
  readonly left: number;
}

/** Why a file shows no certificate: it is of something else, was changed or signed by another key, or does not show whose key it is. */
export type CertificateFault = 'other' | 'signature' | 'person';

/** Whoever signs may write any number; beyond this there is no date. */
const DATE_MAX_MS = 8.64e15;

const signedBy = ({ uid, words: key, says, gone }: PaperView): SignedBy => ({ uid, name: words(says['name']), words: key, at: Math.min(count(says['at']), DATE_MAX_MS), gone });

/** The certificate that these papers are. */
export function readCertificate(papers: readonly PaperView[]): CertificateRead | CertificateFault {
  const [first, ...rest] = papers;
  if (!first || first.kind !== CERTIFICATE_PAPER) return 'other';
  if (first.fault !== null) return first.fault;
  const confirms = rest.filter((paper) => paper.kind === CONFIRM_PAPER && paper.fault === null && paper.says['of'] === first.hash && paper.uid !== first.uid);
  // One person confirms once, however often they signed.
  const confirmed = [...new Map(confirms.map((paper) => [paper.uid, signedBy(paper)])).values()];
  const { says } = first;
  return { course: words(says['course']), title: words(says['title']), space: words(says['space']), steps: count(says['steps']), of: signedBy(first), confirmed, left: rest.length - confirms.length };
}

/** Does the paper say what the certificate in its course does? Nobody confirms, or hands out, words that do not stand there. */
export function saysTheSame(paper: PaperView, { of, at, steps }: Certificate, here: Pick<CertificateSays, 'course' | 'title' | 'space'>): boolean {
  const draft = certificatePaper({ ...here, name: '', steps, at });
  return paper.fault === null && paper.kind === draft.kind && paper.uid === of && Object.entries(draft.says).every(([name, value]) => name === 'name' || paper.says[name] === value);
}
