/** Names of the roles, as everywhere in the desk. */
import { computed, type ComputedRef } from 'vue';
import type { Schemas } from '@yingke/api';
import { useText } from '../../text';

export function useAccessRoles(): ComputedRef<Record<Schemas['Role'], string>> {
  const t = useText();
  return computed(() => t.value.roles);
}
