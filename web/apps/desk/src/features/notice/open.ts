/** Notices that the person at this desk has yet to confirm; one store for the line, the dialog before going online, and the page. */
import { computed, ref, shallowRef } from 'vue';
import { defineStore } from 'pinia';
import { asRefused, must } from '@yingke/api';
import { api } from '../../realtime/api';
import { toast } from '../../layout/toast';
import { sentence } from '../../text';
import { unread, type Notice } from './notices';

export const useNotices = defineStore('notices', () => {
  const all = shallowRef<ReadonlyMap<string, Notice>>(new Map());
  /** The server's time, ms, as of the last look: ends are looked at with it. */
  const now = ref(0);
  const open = computed(() => unread(all.value.values(), now.value));
  const urgent = computed(() => open.value.filter((n) => n.urgent));
  /** Somebody wants to go online and has urgent ones to read first. */
  const asking = ref<((go: boolean) => void) | null>(null);

  let asked = 0;
  async function load(): Promise<void> {
    const mine = ++asked;
    try {
      const query = { which: 'open', limit: 200 };
      const { notices } = await must(api.GET('/api/v1/notice/notices', { params: { query } }));
      if (mine === asked) all.value = new Map(notices.map((n) => [n.id, n]));
    } catch {
      // News comes by the socket, and the next connection asks again.
    }
  }
  function take(n: Notice): void {
    const next = new Map(all.value);
    if (n.mine && n.in_force) next.set(n.id, n);
    else next.delete(n.id);
    all.value = next;
  }
  /** True when it is on record. What was corrected meanwhile is shown anew. */
  async function confirm(n: Notice): Promise<boolean> {
    try {
      const params = { path: { notice: n.id } };
      const body = { revision: n.revision };
      take(await must(api.POST('/api/v1/notice/notices/{notice}/confirm', { params, body })));
      return true;
    } catch (error) {
      toast(sentence(asRefused(error)), 'wrong');
      await load();
      return false;
    }
  }
  /** Before going online: urgent ones are shown first. False when the person stays where they are. */
  async function beforeOnline(): Promise<boolean> {
    if (urgent.value.length === 0) return true;
    return new Promise((answer) => {
      asking.value?.(false);
      asking.value = answer;
    });
  }
  function answer(go: boolean): void {
    asking.value?.(go);
    asking.value = null;
  }
  function forget(): void {
    asked += 1;
    all.value = new Map();
    answer(false);
  }
  return { open, urgent, now, asking, load, take, confirm, beforeOnline, answer, forget };
});
