/** The alarm about connections that were changed on their way (docs/PROTOCOL.md, Links). */
/** How long it is shown after the last of them, ms. */
export const ALARM_MS = 600_000;
