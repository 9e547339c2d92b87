/** Notices of the browser: asked for on a click only, one for each stage of a wait, a press opens the conversation. */
import { ref } from 'vue';

const KEY = 'yk.notify';
const known = typeof Notification !== 'undefined';

/** `off`: never asked or turned off here; `denied`: the browser does not allow it; `none`: it has none. */
export type NoticeState = 'on' | 'off' | 'denied' | 'none';

function state(): NoticeState {
  if (!known) return 'none';
  if (Notification.permission === 'denied') return 'denied';
  return Notification.permission === 'granted' && localStorage.getItem(KEY) === 'on' ? 'on' : 'off';
}

export const notices = ref<NoticeState>(state());

/** Turns notices on (asking the browser when it must be asked) or off. Only ever called by a press. */
export async function toggleNotices(): Promise<NoticeState> {
  if (known && notices.value === 'on') localStorage.setItem(KEY, 'off');
  else if (known && Notification.permission !== 'denied') {
    const given = Notification.permission === 'granted' ? 'granted' : await Notification.requestPermission();
    if (given === 'granted') localStorage.setItem(KEY, 'on');
  }
  notices.value = state();
  return notices.value;
}

/** Shows a notice when the page is not in front; a newer one of the same tag takes the place of the older. */
export function notice(title: string, body: string, tag: string, open: () => void): void {
  if (notices.value !== 'on' || (!document.hidden && document.hasFocus())) return;
  try {
    const shown = new Notification(title, { body, tag, lang: document.documentElement.lang });
    shown.onclick = () => {
      shown.close();
      window.focus();
      open();
    };
  } catch {
    // Some browsers show notices only through a worker: then there are none.
  }
}
