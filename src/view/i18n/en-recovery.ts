/** English words of the screens that keep and bring back an identity; they come with those screens. */
export const enRecovery = {
  'recovery.ask': "Word {n}",
  'recovery.check': "Check",
  'recovery.checkText': "Type these words from what you wrote down. When they are right, this browser forgets the phrase for good.",
  'recovery.checkTitle': "Check what you wrote down",
  'recovery.checked': "Checked on {date}. The words are not in this browser any more; only what you wrote down brings your key back.",
  'recovery.failed': "That did not work. Nothing was changed; try again.",
  'recovery.hide': "Hide",
  'recovery.open': "Not written down yet. Only this browser holds your key; if its data is cleared, the key is gone.",
  'recovery.phrase': "Recovery phrase",
  'recovery.show': "Show the words",
  'recovery.showText': "24 words that bring your key back in any browser. Write them on paper, in this order, and keep them where nobody else looks: whoever has them is you.",
  'recovery.words': "The words of your recovery phrase",
  'recovery.wrong': "This is another word than in the phrase.",
  'recovery.written': "I have written them down",
  'error.badAnswers': "At least four different words are checked. Nothing was changed.",
  'error.erased': "The phrase is not in this browser any more. Look at what you wrote down.",
} as const;
