/** Recording a clip: what the browser can, what it says, and the clip as one file. */

/** Types that both sides can play, best first. */
const TYPES = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus', 'audio/webm'];

export type Hindrance = 'nowhere' | 'insecure' | 'denied' | 'noDevice';

export interface Recording {
  /** Ends it and gives the clip with its length in whole seconds, at least 1; null when nothing was heard. */
  stop(): Promise<{ clip: Blob; secs: number } | null>;
  /** Ends it and forgets it. */
  cancel(): void;
}

/** Begins to record. Gives why it cannot, when it cannot. */
export async function record(): Promise<Recording | Hindrance> {
  if (!window.isSecureContext) return 'insecure';
  if (typeof MediaRecorder === 'undefined' || !navigator.mediaDevices?.getUserMedia) return 'nowhere';
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotFoundError' ? 'noDevice' : 'denied';
  }
  const type = TYPES.find((t) => MediaRecorder.isTypeSupported(t));
  const recorder = new MediaRecorder(stream, { ...(type && { mimeType: type }), audioBitsPerSecond: 24_000 });
  const parts: Blob[] = [];
  recorder.ondataavailable = (e) => {
    if (e.data.size > 0) parts.push(e.data);
  };
  const began = performance.now();
  recorder.start(1_000);
  const end = (): void => stream.getTracks().forEach((t) => t.stop());
  return {
    stop: () =>
      new Promise((resolve) => {
        const secs = Math.max(1, Math.round((performance.now() - began) / 1000));
        recorder.onstop = () => {
          end();
          const clip = new Blob(parts, { type: (recorder.mimeType || type || 'audio/webm').split(';')[0]! });
          resolve(clip.size > 0 ? { clip, secs } : null);
        };
        recorder.stop();
      }),
    cancel() {
      recorder.onstop = end;
      recorder.stop();
    },
  };
}
