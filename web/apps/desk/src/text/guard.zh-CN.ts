/** Words of the guard above the draft. */
export const guardZh = {
  name: '规范提醒',
  verdict: { block: '不能发', warn: '提醒', hint: '提示' },
  better: '可改为：',
  take: '换用',
  more: (n: number) => `还有${n}处`,
  again: '再按一次发送，仍然发出，会记下来',
  send: '仍然发送',
  mend: '改一改',
  blocked: '改好标出的地方再发',
};
export type GuardText = typeof guardZh;
