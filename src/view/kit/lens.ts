/** What the shell needs of a lens or screen; lenses are listed in boot/components.ts and know nothing of each other. */
import type { ComponentType } from 'react';
import type { SpaceView } from '#os/api';
import type { ComponentManifest } from '#domain/shared';
import type { Key } from '#view/kit/i18n.tsx';
import type { IconName } from '#view/kit/icons.tsx';
import type { Act } from '#view/kit/keyboard.tsx';
import type { Route } from '#view/kit/router.tsx';

export interface RailRow {
  object: string;
  /** Where it is not the open one. */
  space?: string;
  /** Its unread are counted by another lens too. */
  twice?: boolean;
  label: string;
  /** Rows of a group stand together below its name, behind those of none. */
  group?: Key;
  unread: number;
  /** Of the unread ones, how many speak to me. */
  mentions: number;
  muted: boolean;
}

/** The list a lens opens inside the rail. */
export interface RailRows {
  rows: RailRow[];
  unread: number;
  loaded: boolean;
}

export interface LensProps {
  space: SpaceView;
  route: Route;
}

export interface Lens {
  id: string;
  word: Key;
  icon: IconName;
  go: Act;
  /** Stands before the rows in the rail. */
  mark?: string;
  /** A hook: rows for the rail. */
  useRows(space: SpaceView): RailRows;
  /** A hook: what is unread in a space that is not open; it need not be of this moment. */
  useUnread(space: SpaceView): number;
  View: ComponentType<LensProps>;
  /** Stands above every screen. */
  Above?: ComponentType;
  /** Screens of their own inside of it, which the palette goes to. */
  places?: readonly { object: string; word: Key; icon: IconName }[];
  /** Creating inside the lens: word and dialog, which begins with these words as the name. Absent where nothing is created. */
  create?: { word: Key; may(space: SpaceView): boolean; Dialog: ComponentType<{ space: SpaceView; words?: string; onClose: () => void }> };
}

export interface ReadingDocumentProps {
  space: string;
  fragment: string;
  title: string;
  /** The link is open: what is not here now is nowhere. */
  open: boolean;
  /** It is read by who has the space: what it links to can be opened. */
  linked?: true;
  /** Said where nothing is written in it. */
  none?: string;
}

export interface Parts {
  lenses: readonly Lens[];
  /** Of them: the one a space is entered by. */
  home: Lens;
  manifests: readonly ComponentManifest[];
  System: ComponentType<LensProps>;
  Settings: ComponentType<LensProps>;
  Search: ComponentType<LensProps>;
  /** A channel or a document read by a public link. */
  Reading: ComponentType<{ link: string | null; onLeave(): void; Document: ComponentType<ReadingDocumentProps> }>;
  /** The text of such a document. */
  ReadingDocument: ComponentType<ReadingDocumentProps>;
  Join: ComponentType<{ link: string; onDone: (space: string | null) => void }>;
}
