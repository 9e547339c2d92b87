/** The pages under settings, in the order of the list at the side. A new page is a line here, a route and a word. */
import type { SettingsText } from '../../text/settings.zh-CN';
import type { Field } from '../shop/shop';

export interface Section {
  name: keyof SettingsText['sections'];
  /** Any of these rights opens it; none named: everybody who is signed in. */
  rights: readonly string[];
}

export const SECTIONS: readonly Section[] = [
  { name: 'shop', rights: ['manage_shops', 'manage_texts'] },
  { name: 'channels', rights: ['manage_shops', 'manage_texts'] },
  { name: 'lines', rights: ['manage_shops', 'manage_texts'] },
  { name: 'hours', rights: ['manage_texts'] },
  { name: 'texts', rights: ['manage_texts'] },
  { name: 'words', rights: ['manage_texts'] },
  { name: 'policy', rights: ['see_figures'] },
];

/** The page on which a field of a shop is changed. */
export function sectionOf(field: Field): Section['name'] {
  switch (field) {
    case 'name':
    case 'zone':
    case 'lang':
      return 'shop';
    case 'lines':
    case 'sites':
    case 'color':
    case 'side':
    case 'dark':
      return 'channels';
    case 'lineup':
      return 'lines';
    case 'hours':
      return 'hours';
    case 'questions':
    case 'greeting':
    case 'offers':
    case 'welcome':
    case 'closed':
    case 'offline':
      return 'texts';
    default:
      return field satisfies never;
  }
}

/** Sections that somebody with these rights sees. */
export function sectionsFor(may: (right: string) => boolean): readonly Section[] {
  return SECTIONS.filter((s) => s.rights.length === 0 || s.rights.some(may));
}
