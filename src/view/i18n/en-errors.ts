/** One sentence or two per error code of the kernel, en: what happened, what is safe or what to do. */
export const enErrors = {
  'error.aclBehind': "records that say who may do what here are still to come; leave this open",
  'error.already': "This browser already has your key. Reload the page.",
  'error.closed': "This tab has stopped working. What was saved is safe; reload the page.",
  'error.internal': "Something broke inside. What was saved is safe; reload the page.",
  'error.kernelStopped': "this tab has stopped working",
  'error.noIdentity': "You have no name here yet. Choose one first.",
  'error.noKey': "This device has no key for it yet. It comes when another member is online; leave this open.",
  'error.silenced': "you may only read here now. Export it, or ask an admin: with the right to write it is saved",
  'error.storeAborted': "the browser broke off the write",
  'error.storeBehind': "Too much waits to be saved. Wait, or export what is not saved.",
  'error.storeBlocked': "another tab holds an older version open",
  'error.storeClosed': "the storage of this browser is closed",
  'error.storeQuota': "this browser’s storage is full",
  'error.storeUnavailable': "this window may not store anything (a private window?)",
  'error.tooManyTabs': "LifeGraph is open in too many tabs. Close one and reload; everything saved is safe.",
} as const;
