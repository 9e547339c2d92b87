/** Words of finding in Chinese. `search.en.ts` has the same keys; the type sees to it. */
export const searchZh = {
  title: '查找',
  button: '找人、订单、消息',
  placeholder: '买家、订单号、手机后四位、说过的话、命令',
  results: '查到的',
  groups: { recent: '最近找过', doing: '命令', buyer: '买家', order: '订单', message: '消息', product: '商品' },
  pages: {
    desk: '去接待台',
    orders: '去订单',
    goods: '去商品',
    phrases: '去话术',
    report: '去绩效',
    bargain: '去让价记录',
    incident: '去失误',
    calls: '去电话记录',
    abuse: '去骚扰处理',
    notices: '去公告',
    duty: '去清单',
    worklog: '去工作日志',
    wall: '去看板',
    people: '去人员',
    account: '去我的账号',
    settings: '去设置',
  },
  clear: '清空',
  more: (what: string) => `只看${what}，再看一些`,
  allKinds: '不只看这一种',
  offShelf: '已下架',
  /** After the buyer's name: who said it. */
  by: (from: string, name: string) =>
    from === 'buyer'
      ? ''
      : from === 'bot'
        ? '机器人说'
        : from === 'auto' || from === 'system'
          ? '自动发的'
          : `${name}说`,
  short: '再写一个字：两个字起查消息，一个字只查买家名字的开头。',
  none: (q: string) => `没有找到“${q}”。换个说法，或少写几个字。`,
  count: (n: number) => `${n}条结果`,
  took: (ms: number) => `${ms}毫秒`,
  hint: { move: '上下', group: '换组', open: '打开' },
  here: {
    title: (buyer: string) => `在和${buyer}的对话里找`,
    placeholder: '在这段对话里找',
    at: (n: number, of: number, more: boolean) => `${n} / ${of}${more ? '+' : ''}`,
    none: '没有',
    older: '更早的一条',
    newer: '更近的一条',
  },
};

export type SearchText = typeof searchZh;
