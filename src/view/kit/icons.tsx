/** One outline set (Lucide). The stroke is set per size: 1.4 px at 12–16, 1.5 px at 20 and above. */
import {
  AtSign, Bell, BellOff, Check, ChevronDown, ChevronLeft, ChevronRight, ChevronUp, ChevronsUpDown, Circle, CircleCheck, Clock, CloudOff, Copy, Download, Ellipsis, FileCode, FileText, GraduationCap,
  HardDrive, Hash, History, KeyRound, Keyboard, Languages, Laptop, Link, Loader, LoaderCircle, Lock, LogOut, Menu, MessageSquare, MessagesSquare, OctagonAlert,
  PanelLeft, PencilLine, Phone, Pin, Plus, QrCode, RadioTower, RefreshCw, Reply, Search, Settings, ShieldAlert, Smile, SquareCheck, Trash2, TriangleAlert, Undo2, User, UserPlus, Users, Wifi, X, Inbox, Wrench, Info, ArrowDown, Activity,
  type LucideIcon,
} from 'lucide-react';
import type { ReactNode } from 'react';

const ICONS = {
  activity: Activity, at: AtSign, bell: Bell, check: Check, down: ChevronDown, left: ChevronLeft, right: ChevronRight, up: ChevronUp, updown: ChevronsUpDown, circle: Circle, ok: CircleCheck, clock: Clock,
  offline: CloudOff, copy: Copy, download: Download, more: Ellipsis, inspect: FileCode, fragment: FileText, local: HardDrive, channel: Hash, history: History, access: KeyRound, keyboard: Keyboard,
  language: Languages, device: Laptop, link: Link, saving: Loader, running: LoaderCircle, lock: Lock, leave: LogOut, menu: Menu, muted: BellOff, message: MessageSquare, chat: MessagesSquare, stuck: OctagonAlert,
  rail: PanelLeft, edit: PencilLine, phone: Phone, pin: Pin, plus: Plus, qr: QrCode, beacon: RadioTower, retry: RefreshCw, reply: Reply, search: Search, settings: Settings, shield: ShieldAlert, smile: Smile,
  trash: Trash2, alert: TriangleAlert, undo: Undo2, person: User, invite: UserPlus, people: Users, network: Wifi, close: X, inbox: Inbox, info: Info, arrow: ArrowDown, task: SquareCheck, learn: GraduationCap, resource: Wrench,
} satisfies Record<string, LucideIcon>;

export type IconName = keyof typeof ICONS;

/** An icon; decoration only, the word or the accessible name stands beside it. */
export function Icon({ name, size = 16, className, tone }: { name: IconName; size?: number; className?: string; tone?: string }): ReactNode {
  const Drawn = ICONS[name];
  const px = size < 20 ? 1.4 : 1.5;
  // In rem, so that icons grow with enlarged text.
  return <Drawn size={`${size / 16}rem`} strokeWidth={(px * 24) / size} aria-hidden="true" focusable="false" className={className} {...(tone ? { style: { color: `var(--${tone})` } } : {})} />;
}
