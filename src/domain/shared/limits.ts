/** Caps of the domain layer. Values a peer sends beyond these are shown cut or not at all; what we write never exceeds them. */

/** UTF-16 units of one chat message. */
export const MESSAGE_TEXT_MAX = 16_000;
/** UTF-16 units of the field a message is written in: more than a message, so that what is too long can be cut down there; what is pasted beyond waits beside it. */
export const FIELD_TEXT_MAX = 32_000;
/** UTF-16 units of pasted text that wait beside one field, in its draft. */
export const PASTE_TEXT_MAX = 4_000_000;
/** UTF-16 units of a channel title. */
export const CHANNEL_TITLE_MAX = 80;
/** UTF-16 units of a channel topic. */
export const CHANNEL_TOPIC_MAX = 200;
/** UTF-16 units of a person's name. */
export const PERSON_NAME_MAX = 80;
/** How far answers to answers are followed up to a thread that is muted. */
export const THREAD_DEPTH_MAX = 32;
/** Files of one message. */
export const MESSAGE_FILES_MAX = 10;
/** How long a voice message may be, ms (15 min), and bars of its line. */
export const VOICE_MS_MAX = 900_000;
export const VOICE_BARS_MAX = 64;
/** How long a file that was added to a message waits to be sent, ms (7 days). */
export const UNSENT_MS = 604_800_000;
/** Messages pinned in one channel. */
export const PINS_MAX = 100;
/** Doors of one space that are shown: rooms that may be asked for; UTF-16 units of the link of one. */
export const DOORS_MAX = 50;
export const DOOR_LINK_MAX = 4_096;
/** Doors of one person that are shown in one space, of those who do not decide there: nobody fills the list alone. */
export const DOORS_OF_ONE_MAX = 10;
/** People mentioned in one message. */
export const MENTIONS_MAX = 50;
/** Parts of a message that are drawn each in its way (code, items of lists, quotes); the rest is text. */
export const MESSAGE_BLOCKS_MAX = 200;
/** Different emoji shown under one message; UTF-16 units of one emoji. */
export const REACTIONS_SHOWN_MAX = 20;
export const EMOJI_MAX = 16;
/** UTF-16 units of the title of a task. */
export const TASK_TITLE_MAX = 200;
/** What the Hub looks at. */
export const HUB_LIMITS = {
  /** Newest nodes of each declared type in a space; what is given to me is found however old it is. */
  looked: 1_000,
  /** Things saved in one place, and those opened there and not done; more are not kept. */
  held: 200,
  /** UTF-16 units of a title in its lists. */
  title: 160,
};
/** Logs a named version of a document may speak of. */
export const CUT_WRITERS_MAX = 500;
/** Splits of one block of a document that are held to bring letters along that they left behind: the newest. */
export const HEARD_SPLITS_MAX = 32;
/** Pixels of a picture that is drawn in a page: a few bytes may say more of them than memory holds. */
export const PICTURE_PIXELS_MAX = 64_000_000;
/** What may be brought in from files. */
export const IMPORT_LIMITS = {
  /** Bytes of a file. */
  fileBytes: 33_554_432,
  /** Blocks of one document that is brought in, and UTF-16 units of their text. */
  blocks: 5_000,
  units: 1_000_000,
  /** Elements of a web page inside each other; of what stands deeper only the text is taken. */
  depth: 256,
  /** Pages of a PDF. */
  pages: 2_000,
  /** Bytes the parts of a Word document together, or one stream of a PDF, may unpack to. */
  unpackedBytes: 67_108_864,
  /** Pictures of a Word document that come in with it, and bytes of one. */
  pictures: 500,
  pictureBytes: 33_554_432,
};
/** What may be brought in as a folder or an archive of pages. */
export const VAULT_LIMITS = {
  /** Bytes of an archive; of its parts only pages, and what they name, are read. */
  fileBytes: 536_870_912,
  /** Files in a folder or an archive, those that are no pages among them. */
  entries: 20_000,
  /** Pages, and UTF-16 units of their text together. */
  pages: 2_000,
  units: 20_000_000,
  /** Blocks of one page of a space that was taken out. */
  blocks: 50_000,
  /** Bytes the pages of an archive, and archives in it, may unpack to together. */
  unpackedBytes: 134_217_728,
  /** How many times its size a part of more than a mebibyte may unpack to. */
  ratio: 200,
  /** UTF-16 units of the name of a file with its folders, and how many folders. */
  pathUnits: 1_024,
  pathDepth: 32,
  /** Names of files left out that are told one by one. */
  namesTold: 200,
  /** Files that come in with the pages that name them, or go out with them, bytes of one, and of all together. */
  attachments: 2_000,
  attachmentBytes: 67_108_864,
  attachmentsBytes: 402_653_184,
};
/** Plans of tasks. What a peer says beyond these is read as the limit. */
export const PLAN_LIMITS = {
  /** Tasks named in one stretch in which somebody has too much to do. */
  named: 20,
  /** Links of one thing. */
  links: 200,
  /** Labels of one thing, and UTF-16 units of one. */
  labels: 20,
  labelUnits: 40,
  /** Days of work of one thing, and between two that wait for each other. */
  days: 3_650,
  /** UTF-16 units of a rule by which something comes again, periods looked through for its next day, candidates within them, and days of it that a calendar draws. */
  ruleUnits: 200,
  rulePeriods: 2_000,
  ruleDays: 20_000,
  drawnDays: 400,
  /** Bytes of a calendar file that is read, things in it, and UTF-16 units of what is kept of one besides what is shown. */
  calendarBytes: 8_388_608,
  calendarThings: 5_000,
  keptUnits: 16_000,
  /** Reminders of one thing; minutes before its day that one may be. */
  reminders: 5,
  reminderMinutes: 40_320,
  /** Saved filters of a person, and UTF-16 units of a name. */
  filters: 50,
  filterUnits: 60,
  /** Columns out of the properties of things. */
  columns: 50,
  /** UTF-16 units of the properties that a task that comes again hands on to the next one. */
  handedUnits: 8_000,
  /** How much there may be of one resource, and how much of it one task may need. */
  amount: 100_000,
  /** Stretches of days on which one resource is away. */
  away: 100,
  /** Things changed by one act. */
  bulk: 500,
};
/** What agents read and make, and how much of it is kept. */
export const MIND_LIMITS = {
  /** Sentences of one question, and UTF-16 units of one; what goes on is cut at a space. */
  sentences: 3_000,
  sentenceUnits: 400,
  /** Items of a result, UTF-16 units of one, of the words a person puts in their place, of its title. */
  items: 500,
  itemUnits: 4_000,
  editedUnits: 8_000,
  titleUnits: 160,
  /** Links of a result to its sources. */
  links: 100,
  /** Bytes of its items, and of the list of its inputs, in one operation: both, with the heads, have room in one. */
  partBytes: 20_000,
};
