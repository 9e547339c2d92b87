/** Which set somebody looks at, remembered on this machine (R-PHRASE-02). */
import { ref, type Ref } from 'vue';
import type { Which } from './store';

const KEY = 'yk.phrase.set';
const which = ref<Which>(localStorage.getItem(KEY) === 'own' ? 'own' : 'team');

export function useWhich(): { which: Ref<Which>; turn: (to?: Which) => void } {
  return {
    which,
    turn(to) {
      which.value = to ?? (which.value === 'team' ? 'own' : 'team');
      localStorage.setItem(KEY, which.value);
    },
  };
}
