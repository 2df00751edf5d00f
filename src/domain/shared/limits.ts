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
/** People mentioned in one message. */
export const MENTIONS_MAX = 50;
/** Different emoji shown under one message; UTF-16 units of one emoji. */
export const REACTIONS_SHOWN_MAX = 20;
export const EMOJI_MAX = 16;
