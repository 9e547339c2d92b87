/** Words of the goals in Chinese. `goal.en.ts` has the same keys; the type sees to it. */
export const goalZh = {
  title: '今天的目标',
  open: '目标',
  team: '团队',
  own: '自己',
  figures: {
    first_reply_avg: '首次响应',
    three_minute_rate: '3分钟回复率',
    no_reply_num: '未回复',
    service_num: '接待',
  } as Record<string, string>,
  unit: { first_reply_avg: '秒', three_minute_rate: '%', no_reply_num: '位', service_num: '位' } as Record<
    string,
    string
  >,
  atMost: (value: string) => `目标${value}以内`,
  atLeast: (value: string) => `目标${value}`,
  kept: '达到',
  behind: '未到',
  none: '尚无数据',
  label: (figure: string, now: string, goal: string, is: string) => `${figure}${now}，${goal}，${is}`,
  scope: '哪天的',
  scopes: {
    every: '每天',
    mon: '每周一',
    tue: '每周二',
    wed: '每周三',
    thu: '每周四',
    fri: '每周五',
    sat: '每周六',
    sun: '每周日',
  } as Record<string, string>,
  today: '只是今天',
  help: '空着就是不定。只定某一天的，那天以它为准。',
  split: '分到人',
  person: '客服',
  save: '定下来',
  close: '关闭',
  done: '目标定好了',
  bad: (figure: string) => `${figure}这个数不能当目标`,
};

export type GoalText = typeof goalZh;
