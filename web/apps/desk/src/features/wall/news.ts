/** What the wall must know besides conversations: requests for a price, undecided findings, urgent notices that nobody read. */
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import { asRefused, must, type NoticeRow } from '@yingke/api';
import { toast } from '../../layout/toast';
import { api } from '../../realtime/api';
import { useDesk } from '../../realtime/desk';
import { sentence } from '../../text';
import { useSession, useSessionEnd } from '../access';
import { spanOf } from '../incident';
import type { Approval } from './team';

/** Findings come in swarms: they are counted once a swarm has passed. */
const REST_MS = 500;

export interface News {
  approvals: ComputedRef<readonly Approval[]>;
  /** Findings that wait for a decision. */
  proposed: Ref<number>;
  unread: Ref<readonly NoticeRow[]>;
  answering: Ref<boolean>;
  answer(of: Approval, decision: 'grant' | 'refuse' | 'counter', price?: number): Promise<void>;
}

const isLeft = (n: NoticeRow): boolean => n.in_force && n.urgent && (n.read ?? 0) < (n.readers ?? 0);

/** Of this shop; null = of all. */
export function useNews(shop: Ref<string | null>): News {
  const session = useSession();
  const desk = useDesk();
  const isEnd = useSessionEnd();
  const proposed = ref(0);
  const all = shallowRef<readonly Approval[]>([]);
  const unread = shallowRef<readonly NoticeRow[]>([]);
  const answering = ref(false);
  // What cannot be read stays as it was: news come by the socket, and all is asked again with the next connection.
  async function count(): Promise<void> {
    if (!session.may('judge_incidents')) return;
    const zone = session.zoneOf(shop.value ?? undefined) ?? 'UTC';
    const query = { ...spanOf('quarter', session.now(), zone), limit: 1, ...(shop.value && { shop: shop.value }) };
    try {
      const { counts } = await must(api.GET('/api/v1/incident/incidents', { params: { query } }));
      proposed.value = counts
        .filter((c) => c.state === 'proposed' || c.state === 'appealed')
        .reduce((sum, c) => sum + c.count, 0);
    } catch {
      return;
    }
  }
  async function requests(): Promise<void> {
    if (!session.may('approve')) return;
    try {
      all.value = (await must(api.GET('/api/v1/bargain/requests'))).filter((a) => a.state === 'open');
    } catch {
      return;
    }
  }
  async function notices(): Promise<void> {
    if (!session.may('post_notices')) return;
    try {
      const query = { which: 'in_force', limit: 200 };
      const found = await must(api.GET('/api/v1/notice/notices', { params: { query } }));
      unread.value = found.notices.filter(isLeft);
    } catch {
      return;
    }
  }
  async function answer(of: Approval, decision: 'grant' | 'refuse' | 'counter', price?: number): Promise<void> {
    if (answering.value) return;
    answering.value = true;
    try {
      const params = { path: { request: of.id } };
      const body = { decision, ...(price !== undefined && { price_fen: price }) };
      await must(api.POST('/api/v1/bargain/requests/{request}/answer', { params, body }));
      all.value = all.value.filter((o) => o.id !== of.id);
    } catch (error) {
      const refused = asRefused(error);
      if (!isEnd(refused)) toast(sentence(refused), 'wrong');
      void requests();
    } finally {
      answering.value = false;
    }
  }
  let resting: ReturnType<typeof setTimeout> | undefined;
  const unfollow = desk.follow((frame) => {
    if (frame.t === 'welcome') {
      void count();
      void requests();
      void notices();
    } else if (frame.t === 'notice') {
      const rest = unread.value.filter((n) => n.id !== frame.notice.id);
      unread.value = isLeft(frame.notice) ? [...rest, frame.notice] : rest;
    } else if (frame.t === 'incident') {
      clearTimeout(resting);
      resting = setTimeout(() => void count(), REST_MS);
    } else if (frame.t === 'approval') {
      const rest = all.value.filter((a) => a.id !== frame.approval.id);
      all.value = frame.approval.state === 'open' ? [...rest, frame.approval] : rest;
    }
  });
  onScopeDispose(() => {
    clearTimeout(resting);
    unfollow();
  });
  watch(shop, () => void count(), { immediate: true });
  void requests();
  void notices();
  return {
    approvals: computed(() => all.value.filter((a) => shop.value === null || a.shop === shop.value)),
    proposed,
    unread: computed(() => unread.value.filter((n) => shop.value === null || n.shop === shop.value)),
    answering,
    answer,
  };
}
