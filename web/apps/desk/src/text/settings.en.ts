import type { SettingsText } from './settings.zh-CN';

/** Words of the frame of settings, in English. */
export const settingsEn: SettingsText = {
  title: 'Settings',
  list: 'Pages of the settings',
  sections: {
    shop: 'Shop',
    channels: 'Channels and embedding',
    lines: 'Lines',
    hours: 'Opening hours',
    texts: 'Texts',
    words: 'Wording',
    policy: 'Rules',
  },
  unsaved: 'Changes are not saved yet',
  forbiddenTitle: 'This page is not yours',
  forbidden:
    'Shops and rules belong to the owner; supervisors may change hours and texts. Ask the owner if you need it.',
  toDesk: 'Back to the desk',
};
