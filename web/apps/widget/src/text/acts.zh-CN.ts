// Words of what is fetched with a press (src/acts). `acts.en.ts` has the same keys.

export const actsZhCN = {
  emoticons: '表情',
  camera: '拍照',
  speak: '语音',
  chooseFile: '文件',
  myOrders: '我的订单',
  noOrders: '这里还没有您的订单',
  hold: '按住说话，松手就发',
  holdMore: (seconds: number): string => `${seconds}秒，松手就发，移开就不发`,
  letGo: '松手就不发了',
  tooShort: '太短了，按住再说',
  noMicrophone: '用不了话筒，请在浏览器里允许',
  rateTitle: '这次接待您满意吗',
  marks: ['很不满意', '不满意', '一般', '满意', '很满意'],
  rateWords: '还想说点什么（可以不写）',
  rateGive: '提交',
  rateSkip: '先不评',
  sound: '来消息时响一声',
  language: 'English（英文）',
  closeImage: '关闭大图',
};
