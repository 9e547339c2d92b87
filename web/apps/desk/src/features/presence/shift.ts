/** Words and notes of the end of a shift. */
import { computed, ref, type ComputedRef, type Ref } from 'vue';
import { must, type Schemas } from '@yingke/api';
import { api } from '../../realtime/api';
import { lang } from '../../text';
import { talkEn } from '../../text/talk.en';
import { talkZh, type TalkText } from '../../text/talk.zh-CN';

const words = computed(() => (lang.value === 'en' ? talkEn : talkZh).shift);

export function useShift(): ComputedRef<TalkText['shift']> {
  return words;
}

/** A note of the last shift, with the threads that it left. */
export type HandOverNote = Schemas['LeftMatters'];

/** Notes of the last shift that this person has not confirmed, oldest first. */
export function useHandOvers(): {
  notes: Ref<readonly HandOverNote[]>;
  load(): Promise<void>;
  seen(id: string): Promise<void>;
} {
  const notes = ref<readonly HandOverNote[]>([]);
  return {
    notes,
    async load() {
      try {
        notes.value = await must(api.GET('/api/v1/presence/handovers'));
      } catch {
        // Asked again with the next connection.
      }
    },
    async seen(id) {
      await must(api.POST('/api/v1/presence/handovers/{handover}/seen', { params: { path: { handover: id } } }));
      notes.value = notes.value.filter((n) => n.id !== id);
    },
  };
}
