/** Words of the findings in Chinese. `incident.en.ts` has the same keys; the type sees to it. */
const two = (secs: number): [string, string] => {
  const [h, m, s] = [Math.floor(secs / 3600), Math.floor((secs % 3600) / 60), secs % 60];
  if (h > 0) return [`${h}小时`, m > 0 ? `${m}分` : ''];
  return m > 0 ? [`${m}分`, m < 10 && s > 0 ? `${s}秒` : ''] : [`${s}秒`, ''];
};
const long = (secs: number): string => two(secs).join('');

export const incidentZh = {
  title: '失误',
  own: '我的失误',
  list: '失误清单',
  states: { all: '全部', proposed: '待定', confirmed: '已确认', waived: '已作废', appealed: '申诉' } as Record<
    string,
    string
  >,
  rules: {
    'R-RESP-03': '慢应答',
    'R-RESP-04': '久等',
    'R-RESP-06': '空挂',
    'R-RESP-07': '未回复',
    'R-DESK-13': '推诿',
  } as Record<string, string>,
  filters: {
    person: '人',
    rule: '条目',
    range: '时间',
    shop: '店铺',
    everybody: '全部的人',
    anyRule: '全部条目',
    anyShop: '全部店铺',
  },
  ranges: { today: '今天', week: '近7天', month: '本月', last: '上月', quarter: '近90天' },
  columns: { at: '时间', who: '谁', what: '发生了什么', amount: '金额', state: '状态' },
  long,
  said: (rule: string, secs: number) =>
    rule === 'R-RESP-03'
      ? `慢应答 ${long(secs)}`
      : rule === 'R-RESP-04'
        ? `久等 ${long(secs)}`
        : rule === 'R-RESP-06'
          ? `空挂 ${long(secs)}`
          : rule === 'R-RESP-07'
            ? '未回复'
            : rule === 'R-DESK-13'
              ? `推诿 拿了${long(secs)}`
              : `${rule} ${long(secs)}`,
  monthOf: (month: number, n: number) => `${month}月慢应答第${n}次`,
  queue: '排队中',
  running: '还在等',
  gone: '事实已变',
  absorbed: '同一段时间另有一条，不重复计',
  counted: '只计次',
  count: (n: number, more: boolean) => `${n}${more ? '+' : ''}条`,
  chosen: (n: number) => `选了${n}条`,
  letGo: '放开',
  chooseAll: '选上看得到的全部待定',
  choose: (what: string) => `选上：${what}`,
  open: (what: string) => `看依据：${what}`,
  confirm: '确认',
  waive: '作废',
  waiveN: (n: number) => (n > 1 ? `作废这${n}条` : '作废这一条'),
  why: '为什么作废',
  whyHelp: '当事人和核算工资的人会看到。',
  whyMissing: '写一句为什么作废。',
  appeal: '申诉',
  appealWhy: '哪里不对',
  appealHelp: '主管会看到，再定一次。',
  appealMissing: '写一句哪里不对。',
  done: { confirm: (n: number) => `确认了${n}条`, waive: (n: number) => `作废了${n}条`, appeal: '申诉已交给主管' },
  stillRuns: '买家还在等，回了才能定。',
  settled: '这一条的事实已经变了，不用定。',
  failed: '失误清单没取到。',
  kept: '清单还在。',
  retry: '重试',
  more: '再看一些',
  empty: { proposed: '没有待定的失误。', other: '这段时间没有。' } as { proposed: string; other: string },
  panel: {
    label: '依据',
    close: '关闭',
    facts: '事实',
    first: '买家先问',
    waited: '等了',
    answer: '之后回答',
    noAnswer: '没有人回答',
    stillOpen: '还没有回答',
    span: '起止',
    limit: '标准',
    limits: (rule: string, figures: { slow: number; tiers: readonly number[]; idle: number; free: number }) =>
      rule === 'R-RESP-03'
        ? `超过${long(figures.slow)}算慢应答，每月前${figures.free}次不计金额`
        : rule === 'R-RESP-04'
          ? `超过${figures.tiers.map(long).join('、')}`
          : rule === 'R-RESP-06'
            ? `在线而没有动作满${long(figures.idle)}`
            : rule === 'R-DESK-13'
              ? '买家在等，没有答、没有上交，就转给同线的人或退回排队'
              : '会话结束前没有人回答',
    tier: (rule: string, n: number) => (rule === 'R-DESK-13' ? `转走${n}次` : `到了第${n}档`),
    steps: '转手经过',
    stepTo: (way: string, by: string, to: string) =>
      way === 'up'
        ? `${by}上交给${to}`
        : way === 'line'
          ? `${by}转到别的线：${to}`
          : way === 'known'
            ? `${by}转给上次接待的${to}`
            : way === 'down'
              ? `${by}派给${to}`
              : way === 'handover'
                ? `${by}交接给${to}`
                : way === 'promised'
                  ? `${by}请买家稍等后转给${to}`
                  : `${by}转给${to}`,
    held: (secs: number) => `拿了${long(secs)}`,
    queue: '排队',
    leads: '主管',
    rule: '条目',
    amount: '金额',
    proposedAmount: '拟定金额',
    notYet: '没有确认，不计',
    parts: (n: number) => `当月的${n}次`,
    open: '看这段对话',
    decisions: '经过',
    found: '系统发现',
    acts: {
      confirm: (name: string) => `${name}确认`,
      waive: (name: string) => `${name}作废`,
      appeal: (name: string) => `${name}申诉`,
    } as Record<string, (name: string) => string>,
    many: (n: number) => `选了${n}条`,
    noWords: '图片、语音或文件',
  },
  views: { found: '失误', up: '上交' },
  up: {
    list: '上交记录',
    count: (n: number, more: boolean) => `${n}${more ? '+' : ''}次`,
    how: { transfer: '转上去', mention: '问主管', price: '申请价格' } as Record<string, string>,
    columns: { at: '时间', who: '谁', how: '怎么交', to: '交给', buyer: '买家', note: '说了什么' },
    open: (buyer: string) => `看${buyer}的对话`,
    empty: '这段时间没有上交。转给售后、主管，或在备注里问主管、申请价格，都会记在这里。',
    failed: '上交记录没取到。',
    each: (name: string, n: number) => `${name} ${n}次`,
    leads: '主管',
  },
  badge: (n: number, free: number) => `慢应答 ${n} / ${free}`,
  badgeLabel: (n: number, free: number) => `本月慢应答${n}次，前${free}次不计金额`,
};

export type IncidentText = typeof incidentZh;
