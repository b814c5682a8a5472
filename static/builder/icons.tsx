/** The lucide icons that the Builder and the catalogue use, imported one by one. */
import {
  AppWindow, ArrowDown, ArrowDownToLine, ArrowUp, ArrowUpRight, Badge, Bell, Bold, Box, Braces, Calendar, Camera, ChartArea, ChartBar, ChartLine, ChevronDown,
  ChevronRight, ChevronsUpDown, CircleAlert, CircleCheck, CircleDot, CircleUser, Clock, Code, Columns2, Columns3, Copy, CopyPlus, Download, Ellipsis, Eraser, ExternalLink, Eye,
  File, FileCode, FilePlus, FileText, FileUp, Film, Folder, FolderPlus, Frame, Funnel, GripVertical, Grid2x2, Hash, Heading, Heading1, History, House, Image, Info, Keyboard, Layers, LayoutGrid,
  LayoutPanelLeft, LayoutPanelTop, Link, List, ListChecks, ListOrdered, ListTodo, ListTree, LoaderCircle, Map as MapIcon, MessageSquare, Maximize2, Minimize2, Minus, Monitor, Moon, MousePointer2, MoveHorizontal,
  MousePointerClick, Music, Palette, PanelBottomClose, PanelBottomOpen, PanelLeft, PanelTop, Pencil, Play, Plus, Quote, Redo2, Repeat, Rocket, RotateCcw, Rows2, Rows3, Save,
  ScrollText, Search, Section, SeparatorHorizontal, Settings, SlidersHorizontal, Smartphone, Square, SquareCheck, SquareFunction, SquareStack, SquareTerminal, Star,
  StretchHorizontal, Sun, SunMoon, Table, Table2, Tablet, Tag, TextCursorInput, Timer, ToggleLeft, Trash, TriangleAlert, Type, Undo2, Unlink, Upload, User, Users, WrapText, X, Zap,
} from "lucide";
import { namedIcon } from "../app/named_icon.ts";

export type IconNode = readonly (readonly [string, Record<string, string | number | undefined>])[];

const node = (icon: unknown): IconNode => icon as IconNode;

/** Icons of the Builder's own controls. */
export const ICONS = {
  alert: node(TriangleAlert), arrowDown: node(ArrowDown), arrowUp: node(ArrowUp), arrowUpRight: node(ArrowUpRight), box: node(Box), braces: node(Braces), check: node(CircleCheck), chevronDown: node(ChevronDown),
  chevronRight: node(ChevronRight), chevrons: node(ChevronsUpDown), code: node(Code), copy: node(Copy), dialog: node(SquareStack), duplicate: node(CopyPlus), eraser: node(Eraser),
  ellipsis: node(Ellipsis), error: node(CircleAlert), external: node(ExternalLink), eye: node(Eye), download: node(Download), filter: node(Funnel), file: node(FileCode), filePlus: node(FilePlus), files: node(ListTree), folder: node(Folder), folderPlus: node(FolderPlus), follow: node(ArrowDownToLine), functions: node(SquareFunction), info: node(Info),
  keyboard: node(Keyboard), loader: node(LoaderCircle), monitor: node(Monitor), moon: node(Moon), page: node(AppWindow), panelClose: node(PanelBottomClose), beside: node(Columns2), asTab: node(SquareStack), larger: node(Maximize2), link: node(Link), smaller: node(Minimize2), panelOpen: node(PanelBottomOpen),
  history: node(History), pencil: node(Pencil), picture: node(Image), phone: node(Smartphone), play: node(Play), plus: node(Plus), pointer: node(MousePointer2), redo: node(Redo2), reset: node(RotateCcw), restart: node(RotateCcw),
  save: node(Save), search: node(Search), settings: node(Settings), stop: node(Square), palette: node(Palette), stretch: node(StretchHorizontal), sun: node(Sun), sunMoon: node(SunMoon),
  tablet: node(Tablet), text: node(FileText), upload: node(Upload), terminal: node(SquareTerminal), trash: node(Trash), undo: node(Undo2), unlink: node(Unlink), users: node(Users), x: node(X), zap: node(Zap),
} as const;

/** Icons of the catalogue, at hand; those that an app's own components name beside them come when they are shown. */
const BY_NAME: Record<string, IconNode> = Object.fromEntries(
  Object.entries({
    "align-left": Type, "app-window": AppWindow, badge: Badge, bell: Bell, bold: Bold, box: Box, braces: Braces, calendar: Calendar, camera: Camera,
    "chart-area": ChartArea, "chart-bar": ChartBar, "chart-line": ChartLine, "circle-alert": CircleAlert, "circle-dot": CircleDot, "circle-user": CircleUser, "chevrons-up-down": ChevronsUpDown,
    clock: Clock, code: Code, "columns-2": Columns2, "columns-3": Columns3, copy: Copy, download: Download, file: File, "file-plus": FilePlus, "file-text": FileText,
    "file-up": FileUp, film: Film, frame: Frame, "grip-vertical": GripVertical, "grid-2x2": Grid2x2, hash: Hash, heading: Heading, "heading-1": Heading1, house: House,
    image: Image, info: Info, layers: Layers, "layout-grid": LayoutGrid, "layout-panel-left": LayoutPanelLeft, "layout-panel-top": LayoutPanelTop, link: Link,
    list: List, "list-checks": ListChecks, "list-ordered": ListOrdered, "list-tree": ListTree, "loader-circle": LoaderCircle, map: MapIcon,
    "message-square": MessageSquare, minus: Minus, "mouse-pointer-click": MousePointerClick, music: Music, "panel-left": PanelLeft, "panel-top": PanelTop, play: Play,
    quote: Quote, repeat: Repeat, rocket: Rocket, "rows-2": Rows2, "rows-3": Rows3, "scroll-text": ScrollText, search: Search, section: Section,
    "separator-horizontal": SeparatorHorizontal, settings: Settings, "sliders-horizontal": SlidersHorizontal, square: Square, "square-check": SquareCheck,
    "square-stack": SquareStack, star: Star, "stretch-horizontal": StretchHorizontal, table: Table, "table-2": Table2, tag: Tag, "text-cursor-input": TextCursorInput,
    ellipsis: Ellipsis, "list-todo": ListTodo, "move-horizontal": MoveHorizontal, palette: Palette, "wrap-text": WrapText, timer: Timer, "toggle-left": ToggleLeft, type: Type, upload: Upload, user: User,
  }).map(([name, icon]) => [name, node(icon)]),
);

/** The icon that a component.toml names; a box until it has come, and where there is none of this name. */
export function iconNamed(name: string | undefined): IconNode {
  return (name && (BY_NAME[name] ?? namedIcon(name).value)) || ICONS.box;
}

/** Decoration: the control that it stands in carries the name. */
export function Icon({ icon, size = 16 }: { icon: IconNode; size?: number }) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {icon.map(([Shape, attributes], i) => {
        const Tag2 = Shape as "path";
        return <Tag2 key={i} {...(attributes as Record<string, string>)} />;
      })}
    </svg>
  );
}
