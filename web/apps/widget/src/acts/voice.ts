// Hold to talk. A press asks for the microphone, letting go sends, moving away discards; with a keyboard, Space begins and ends.
import type { ActText } from '../text/acts';
import { h } from '../view/dom';
import type { PanelActs } from './panel';

/** Longest clip in seconds, and the shortest that is more than a slip of the finger. */
const LONGEST = 60;
const SHORTEST_MS = 800;
/** Pixels to move away before letting go discards. */
const AWAY = 70;
/** The first that the browser can: everybody plays the first two, Safari makes the third. */
const TYPES = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4', ''];

/** The button to hold. */
export function recorder(t: ActText, acts: PanelActs): HTMLElement {
  const bar = h('button', { type: 'button', class: 'hold', 'data-testid': 'widget-hold' }, t.hold);
  let tape: MediaRecorder | null = null;
  let began = 0;
  let timer = 0;
  let held = false;
  let away = false;
  let from = 0;

  const draw = (): void => {
    const secs = Math.floor((performance.now() - began) / 1000);
    bar.textContent = !tape ? t.hold : away ? t.letGo : t.holdMore(secs);
    bar.classList.toggle('on', !!tape);
    if (tape && secs >= LONGEST) end(true);
  };
  const end = (keep: boolean): void => {
    held = false;
    const done = tape;
    tape = null;
    clearInterval(timer);
    if (!done) return;
    const ms = performance.now() - began;
    const parts: Blob[] = [];
    done.ondataavailable = (e) => parts.push(e.data);
    done.onstop = () => {
      for (const track of done.stream.getTracks()) track.stop();
      if (!keep) return;
      if (ms < SHORTEST_MS) {
        bar.textContent = t.tooShort;
        return;
      }
      // Codec words are for this browser; what is stored says the container.
      const clip = new Blob(parts, { type: done.mimeType.split(';')[0] ?? '' });
      acts.voice(clip, Math.min(LONGEST, Math.max(1, Math.round(ms / 1000))));
      acts.close();
    };
    done.stop();
    draw();
  };
  const begin = async (): Promise<void> => {
    if (held) return;
    held = true;
    away = false;
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, channelCount: 1 },
      });
    } catch {
      held = false;
      bar.textContent = t.noMicrophone;
      return;
    }
    // The question for the microphone took the finger away: now it may be held.
    if (!held || !bar.isConnected) {
      for (const track of stream.getTracks()) track.stop();
      return;
    }
    const mimeType = TYPES.find((type) => !type || MediaRecorder.isTypeSupported(type));
    tape = new MediaRecorder(stream, { ...(mimeType && { mimeType }), audioBitsPerSecond: 24_000 });
    began = performance.now();
    tape.start();
    timer = setInterval(draw, 200) as unknown as number;
    draw();
  };

  bar.addEventListener('pointerdown', (e) => {
    bar.setPointerCapture(e.pointerId);
    from = e.clientY;
    void begin();
  });
  bar.addEventListener('pointermove', (e) => {
    if (!tape) return;
    away = from - e.clientY > AWAY;
    draw();
  });
  bar.addEventListener('pointerup', () => end(!away));
  bar.addEventListener('pointercancel', () => end(false));
  bar.addEventListener('contextmenu', (e) => e.preventDefault());
  bar.addEventListener('keydown', (e) => {
    if (e.repeat || (e.key !== ' ' && e.key !== 'Enter')) return;
    e.preventDefault();
    if (tape) end(true);
    else void begin();
  });
  document.addEventListener('visibilitychange', () => document.hidden && end(false));
  return bar;
}
