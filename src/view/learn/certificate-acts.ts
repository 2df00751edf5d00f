/** What is signed in the clear for a certificate, and its file (docs/PROTOCOL.md, Papers). */
import type { LifegraphApi, SpaceView } from '#os/api';
import { certificatePaper, confirmCertificate, confirmPaper, makeCertificate, saysTheSame, type Certificate } from '#domain/learn/course';
import { download } from '#view/kit/download.ts';
import type { CourseHere, LearnActs } from './use-learn.ts';

/** The ending of such a file. */
export const CERTIFICATE_FILE = '.lgcert';

interface At {
  readonly api: LifegraphApi;
  readonly space: SpaceView;
  readonly here: CourseHere;
  readonly acts: LearnActs;
}

const placeOf = ({ space, here }: Pick<At, 'space' | 'here'>): { course: string; title: string; space: string } => ({ course: here.entry.fragment, title: here.entry.title, space: space.name });

/** Says and signs that all of the course is done. */
export async function certify({ api, space, here, acts }: At): Promise<void> {
  const me = api.identity.get();
  if (!me) return;
  const [at, steps] = [Date.now(), here.way.of];
  const { paper } = await api.papers({ sign: certificatePaper({ ...placeOf({ space, here }), name: me.name, steps, at }) });
  await acts.run(makeCertificate(here.entry.fragment, me.uid, steps, at, paper), here.entry.fragment);
}

/** Confirms it, or takes that back. False: their paper says something else than what stands here, so it is confirmed here and not in a file. */
export async function confirm({ api, space, here, acts }: At, one: Certificate): Promise<boolean> {
  const me = api.identity.get();
  if (!me) return true;
  const shown = one.edges.has(me.uid) || one.paper === null ? null : ((await api.papers({ space: space.id, papers: [one.paper] })).papers[0] ?? null);
  const same = shown !== null && saysTheSame(shown, one, placeOf({ space, here }));
  const paper = same ? (await api.papers({ sign: confirmPaper(shown.hash, me.name, Date.now()) })).paper : undefined;
  await acts.run(confirmCertificate(one, me.uid, paper), here.entry.fragment);
  return one.edges.has(me.uid) || one.paper === null || same;
}

/** Hands the file to the browser; false: what was signed for it does not hold. */
export async function saveCertificate({ api, space, here }: Omit<At, 'acts'>, one: Certificate): Promise<boolean> {
  if (one.paper === null) return false;
  const { file, papers: [first] } = await api.papers({ space: space.id, papers: [one.paper, ...one.papers] });
  if (!file || first?.uid !== one.of || first.says['course'] !== here.entry.fragment) return false;
  download(new Blob([file as Uint8Array<ArrayBuffer>], { type: 'application/octet-stream' }), `certificate${CERTIFICATE_FILE}`);
  return true;
}
