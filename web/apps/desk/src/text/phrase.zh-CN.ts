/** Words of the phrases: palette, page and side window. */
export const phraseZh = {
  title: '话术',
  sets: { team: '团队', own: '个人' },
  levels: { 1: '简答', 2: '标准', 3: '优秀' },
  level: '答得多好',
  list: '话术',
  open: '找话术',
  count: (n: number) => `${n}条`,
  fitting: (stage: string) => `${stage}在先`,
  none: (q: string) => `没有找到“${q}”。`,
  noneAtAll: '这套还没有话术。',
  otherHas: (set: string, n: number) => `${set}里有${n}条`,
  back: '回到草稿',
  reading: '正在读取话术',
  hint: { send: '发送', put: '放进草稿', move: '选择', set: '换团队或个人' },
  guess: '话术',
  withPictures: (n: number) => `带${n}张图`,
  follow: '追问',
  followSend: '发送追问',
  followOff: '不追问了',
  pictureLost: '话术里的图没取到，字已经放进草稿。',
};

export type PhraseText = typeof phraseZh;
