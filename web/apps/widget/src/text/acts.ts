import type { Text } from './index';
import { actsEn } from './acts.en';
import { actsZhCN } from './acts.zh-CN';

/** Words of the acts in one language. */
export type ActText = typeof actsZhCN;

/** Words of the acts in the language of the page. */
export const actText = (page: Text): ActText => (page.lang === 'en' ? actsEn : actsZhCN);
