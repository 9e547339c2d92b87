/** One soft tone, made on the spot: no file to load. Can be turned off; the choice stays. */
import { ref } from 'vue';

const KEY = 'yk.sound';
export const soundOn = ref(localStorage.getItem(KEY) !== 'off');

export function toggleSound(): void {
  soundOn.value = !soundOn.value;
  localStorage.setItem(KEY, soundOn.value ? 'on' : 'off');
  if (soundOn.value) chime('soft');
}

let context: AudioContext | null = null;

/** `soft` at the first rise of a ring, `alarm` shortly before the answer counts as slow. */
export function chime(kind: 'soft' | 'alarm'): void {
  if (!soundOn.value) return;
  try {
    context ??= new AudioContext();
    // Browsers wait for a first touch of the page; until then there is no sound, and none is owed later.
    if (context.state === 'suspended') {
      void context.resume();
      return;
    }
    const at = context.currentTime;
    for (const [i, frequency] of (kind === 'soft' ? [659] : [659, 880]).entries()) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, at + i * 0.16);
      volume.gain.linearRampToValueAtTime(0.08, at + i * 0.16 + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0005, at + i * 0.16 + 0.5);
      tone.connect(volume).connect(context.destination);
      tone.start(at + i * 0.16);
      tone.stop(at + i * 0.16 + 0.55);
    }
  } catch {
    // A machine without sound.
  }
}
