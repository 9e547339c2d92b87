/** The words of the goals. */
import { computed, type ComputedRef } from 'vue';
import { lang } from '../../text';
import { goalEn } from '../../text/goal.en';
import { goalZh, type GoalText } from '../../text/goal.zh-CN';

const words = computed(() => (lang.value === 'en' ? goalEn : goalZh));

export function useGoalText(): ComputedRef<GoalText> {
  return words;
}
