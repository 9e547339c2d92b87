/** The words of this feature. */
import { computed, type ComputedRef } from 'vue';
import type { Lang } from '@yingke/ui';
import { lang } from '../../text';
import { policyEn } from '../../text/policy.en';
import { policyZh, type PolicyText } from '../../text/policy.zh-CN';

const parts: Record<Lang, PolicyText> = { 'zh-CN': policyZh, en: policyEn };
const current = computed(() => parts[lang.value]);

/** Words of the policy in the chosen language. */
export function usePolicyText(): ComputedRef<PolicyText> {
  return current;
}
