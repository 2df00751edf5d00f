/**
 * Certificates: a person says, in a record of their own in the course's fragment, that they did all of it; others confirm that, each in a record of theirs. Every device judges the
 * signatures of both. A certificate that somebody else made is none of that person.
 */
import type { NodeView, Op } from '#os/api';
import { derivedId, numberOf } from '#domain/shared';
import { CERTIFICATE } from '#domain/learn';

/** Link of whoever confirms; one for each person. */
export const CONFIRMS = 'learn/confirms@1';

export interface Certificate {
  readonly id: string;
  /** uid of the person. */
  readonly of: string;
  /** ms, as they say. */
  readonly at: number;
  /** Steps the course had then. */
  readonly steps: number;
  /** uids of those who confirmed it, without the person. */
  readonly confirmed: readonly string[];
  readonly edges: ReadonlyMap<string, string>;
  /** What they signed in the clear, for a file; null: nothing. Whether it holds, and says the same, is for who uses it to look. */
  readonly paper: string | null;
  /** The same of those who confirmed it. */
  readonly papers: readonly string[];
}

export const certificateId = (fragment: string, uid: string): string => derivedId('lgos/certificate/1', fragment, uid);

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The certificates of a course; what stands under another's id, or was changed by another, is none. */
export function certificatesOf(fragment: string, nodes: Iterable<NodeView>): Certificate[] {
  return [...nodes].flatMap((node): Certificate[] => {
    const of = node.createdBy;
    if (node.type !== CERTIFICATE || node.deleted || node.newer || node.fragment !== fragment || of === null || node.id !== certificateId(fragment, of) || node.setBy !== undefined) return [];
    const steps = numberOf(node.props['steps']);
    const confirms = node.edges.filter((edge) => edge.type === CONFIRMS && edge.by !== null && edge.by !== of);
    const edges = new Map(confirms.map((edge) => [edge.by!, edge.id] as const));
    // One of each person: nobody fills a file alone.
    const papers = new Map(confirms.flatMap(({ by, props }) => (textOf(props['paper']) === null ? [] : [[by!, textOf(props['paper'])!] as const])));
    return [{ id: node.id, of, at: numberOf(node.props['at']) ?? node.createdAt, steps: steps !== null && steps >= 0 ? Math.floor(steps) : 0, confirmed: [...edges.keys()].sort(), edges, paper: textOf(node.props['paper']), papers: [...papers.values()] }];
  }).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** Says that all of the course is done; `paper`: the same in the clear. */
export const makeCertificate = (fragment: string, uid: string, steps: number, at: number, paper?: string): Op[] => [{ op: 'node.create', type: CERTIFICATE, id: certificateId(fragment, uid), props: { steps, at: Math.round(at), ...(paper !== undefined && { paper }) }, verb: 'learn/certificate.create@1' }];

/** Confirms one, or takes that back. */
export function confirmCertificate({ id, edges }: Certificate, me: string, paper?: string): Op[] {
  const own = edges.get(me);
  return own === undefined ? [{ op: 'edge.add', type: CONFIRMS, from: id, to: id, personal: true, ...(paper !== undefined && { props: { paper } }), verb: 'learn/certificate.confirm@1' }] : [{ op: 'edge.remove', id: own, verb: 'learn/certificate.confirm@1' }];
}
