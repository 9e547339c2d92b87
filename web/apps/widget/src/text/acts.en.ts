import type { ActText } from './acts';

/** The English words of what is fetched with a press. */
export const actsEn: ActText = {
  emoticons: 'Emoticons',
  camera: 'Camera',
  speak: 'Voice',
  chooseFile: 'File',
  myOrders: 'My orders',
  noOrders: 'There are no orders of yours here yet',
  hold: 'Hold to talk, let go to send',
  holdMore: (seconds) => `${seconds} s, let go to send, move away to discard`,
  letGo: 'Let go to discard',
  tooShort: 'Too short, hold and speak',
  noMicrophone: 'No microphone; please allow it in the browser',
  rateTitle: 'How did we do?',
  marks: ['Very poor', 'Poor', 'Fair', 'Good', 'Very good'],
  rateWords: 'Anything to add (optional)',
  rateGive: 'Submit',
  rateSkip: 'Not now',
  sound: 'Sound for new messages',
  language: 'Chinese (Zhongwen)',
  closeImage: 'Close picture',
};
