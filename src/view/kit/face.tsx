/** Face: a knot drawn from a person's key plus initials (ux/README, exact construction). A second look, not proof. */
import { memo, useMemo, type ReactNode } from 'react';
import { fromBase64url, utf8 } from '#base/bytes';
import { sha256 } from '#base/hash';

const HUES = [12, 38, 64, 92, 130, 164, 188, 212, 236, 268, 300, 336];
const LOBES = { 2: [5, 7, 9, 11], 3: [5, 7, 8, 10] } as const;
const STEPS = 220;

/** What a key decides about its face. */
export interface Knot {
  winds: 2 | 3;
  lobes: number;
  turn: number;
  swing: number;
  hue: number;
  ticks: number;
}

/** The knot of a person: first 8 bytes of SHA-256 over "face:" and the raw public key (the uid, base64url). */
export function knotOf(uid: string): Knot {
  const h = sha256('face:', fromBase64url(uid) ?? utf8(uid));
  const winds = (h[0]! & 1) === 0 ? 2 : 3;
  return {
    winds,
    lobes: LOBES[winds][(h[0]! >> 1) & 3]!,
    turn: ((h[1]! & 15) * Math.PI) / 8,
    swing: (h[1]! & 16) !== 0 ? 0.2 : 0.13,
    hue: HUES[h[2]! % 12]!,
    ticks: (h[3]! << 8) | h[4]!,
  };
}

/** SVG path of the closed line at size s. */
export function knotPath(knot: Knot, s: number, scale = 1): string {
  const R = s / 2;
  let path = '';
  for (let i = 0; i < STEPS; i++) {
    const a = (i / STEPS) * 2 * Math.PI;
    const r = R * (0.76 + knot.swing * Math.cos(knot.lobes * a)) * scale;
    const x = R + r * Math.cos(knot.winds * a + knot.turn);
    const y = R + r * Math.sin(knot.winds * a + knot.turn);
    path += `${i === 0 ? 'M' : 'L'}${x.toFixed(2)} ${y.toFixed(2)}`;
  }
  return `${path}Z`;
}

function tickPath(bits: number, s: number): string {
  const R = s / 2;
  let path = '';
  for (let k = 0; k < 16; k++) {
    const a = (k * Math.PI) / 8 - Math.PI / 2;
    const inner = ((bits >> k) & 1) === 1 ? 0.9 : 0.955;
    const at = (r: number): string => `${(R + R * r * Math.cos(a)).toFixed(2)} ${(R + R * r * Math.sin(a)).toFixed(2)}`;
    path += `M${at(0.995)}L${at(inner)}`;
  }
  return path;
}

/** First letters of the first two words. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).slice(0, 2);
  return words.map((word, at) => (at === 0 ? ([...word][0] ?? '').toUpperCase() : ([...word][0] ?? ''))).join('');
}

/** A person's face. Decoration: the name stands beside it. */
export const Face = memo(function Face({ uid, name, size }: { uid: string; name: string; size: number }): ReactNode {
  const knot = useMemo(() => knotOf(uid), [uid]);
  const path = useMemo(() => (size >= 28 ? knotPath(knot, size, size >= 40 ? 0.9 : 1) : null), [knot, size]);
  const letters = initialsOf(name);
  const share = (size < 28 ? 0.46 : 0.38) * (letters.length > 1 ? 0.86 : 1);
  return (
    <svg className="face" width={size} height={size} viewBox={`0 0 ${size} ${size}`} aria-hidden="true" style={{ '--hue': knot.hue } as React.CSSProperties}>
      <circle className="face-disc" cx={size / 2} cy={size / 2} r={size / 2 - (path ? 0 : 0.5)} data-rim={path ? undefined : ''} />
      {path && <path className="face-knot" d={path} strokeWidth={Math.max(1, size / 30)} />}
      {size >= 40 && <path className="face-knot" d={tickPath(knot.ticks, size)} strokeWidth={1.25} />}
      <text className="face-ink" x="50%" y="50%" dy="0.36em" fontSize={size * share}>
        {letters}
      </text>
    </svg>
  );
});

/** Several faces, overlapping; the names are given in words for those who do not see them. */
export function Faces({ people, size = 24, max = 4, label }: { people: { uid: string; name: string }[]; size?: number; max?: number; label: string }): ReactNode {
  if (people.length === 0) return null;
  return (
    <span className="faces" role="img" aria-label={label} title={label}>
      {people.slice(0, max).map((person) => (
        <Face key={person.uid} {...person} size={size} />
      ))}
      {people.length > max && <span className="small muted">{`+${people.length - max}`}</span>}
    </span>
  );
}
