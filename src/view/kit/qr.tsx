/** A QR code as one SVG path. Ink on paper in both themes: cameras want dark on light. */
import qrcode from 'qrcode-generator';
import { useMemo, type ReactNode } from 'react';

/** The code of a text. */
export function QrCode({ text, label, size = 156 }: { text: string; label: string; size?: number }): ReactNode {
  const { path, count } = useMemo(() => {
    const code = qrcode(0, 'L');
    code.addData(text);
    code.make();
    const n = code.getModuleCount();
    let d = '';
    for (let row = 0; row < n; row++) for (let col = 0; col < n; col++) if (code.isDark(row, col)) d += `M${col + 2} ${row + 2}h1v1h-1z`;
    return { path: d, count: n + 4 };
  }, [text]);
  return (
    <svg className="qr" width={size} height={size} viewBox={`0 0 ${count} ${count}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  );
}
