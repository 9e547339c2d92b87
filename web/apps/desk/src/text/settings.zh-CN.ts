/** Words of the frame of settings, in Chinese. `settings.en.ts` has the same keys; the type sees to it. */
export const settingsZh = {
  title: '设置',
  list: '设置的各页',
  sections: {
    shop: '店铺',
    channels: '渠道与嵌入',
    lines: '业务线',
    hours: '营业时间',
    texts: '文字',
    words: '用词',
    policy: '规则',
  },
  unsaved: '有改动还没保存',
  forbiddenTitle: '这一页不归您管',
  forbidden: '店铺和规则由店主管，营业时间和文字主管也能改。需要的话请找店主。',
  toDesk: '回接待台',
};

export type SettingsText = typeof settingsZh;
