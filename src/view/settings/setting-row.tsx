/** A row of Settings: words left, control right. */
import type { ReactNode } from 'react';

/** The row. */
export function SettingRow({ title, note, children }: { title: string; note?: string; children?: ReactNode }): ReactNode {
  return (
    <div className="setting">
      <div className="grow">
        <div className="medium">{title}</div>
        {note && <div className="small muted">{note}</div>}
      </div>
      <div className="setting-control">{children}</div>
    </div>
  );
}
