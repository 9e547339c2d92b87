// Plays voice clips, one at a time. Fetched with the first press on a clip.
import type { Voice } from '../frames';

let audio: HTMLAudioElement | null = null;
let button: HTMLElement | null = null;

/** Whether this browser cannot play a clip: its file is opened instead. */
const foreign = (a: HTMLAudioElement): boolean => a.error?.code === 4 || a.error?.code === 3;

function stop(): void {
  audio?.pause();
  button?.classList.remove('on');
  button?.style.removeProperty('--part');
  audio = button = null;
}

/** Plays a clip in its bubble, or stops it if it plays. */
export function play(voice: Voice, el: HTMLElement): void {
  const same = el === button;
  stop();
  if (same) return;
  const a = new Audio(voice.url);
  audio = a;
  button = el;
  el.classList.add('on');
  a.ontimeupdate = () => el.style.setProperty('--part', `${Math.min(1, a.currentTime / Math.max(1, voice.secs))}`);
  a.onended = () => a === audio && stop();
  a.onerror = () => {
    if (a !== audio) return;
    stop();
    if (foreign(a)) window.open(voice.url, '_blank', 'noopener');
  };
  a.play().catch(() => a === audio && stop());
}
