import type { Refused } from './refused.en';

/** The same in Chinese; `{0}` is the first of what the server filled in. */
export const refusedZh: Refused = {
  cells: '这一行有{0}格，表头有{1}格：带分隔符或换行的格子要加引号',
  runs_on: '这一行一直连到第{0}行，有{1}格，表头有{2}格：少了收尾的引号',
  open_quote: '这一行的引号没有收尾：补上引号，或把正文里的引号写成两个',
  long_line: '这一行超过1MiB：少了换行或引号，请重新导出',
  unreadable: '有读不出来的字：把文件另存为UTF-8再导入',
  nul: '有不该有的空字符：请重新导出',
  no_level: '没有这个等级：写1（简答）、2（标准）或3（优秀）',
  no_stage: '没有这个进度：空着，或写{0}',
  no_severity: '没有这种处理：写{0}',
  word_empty: '词是空的：至少写一个字',
  word_long: '词超过{0}个字：只留不能说的那几个字',
  too_long: '超过{0}个字，请写短一些',
  twice: '第{0}行已经有了：两行删掉一行',
  words_full: '一家店最多{0}个词：先去掉一些',
  code_taken: '编码已经是{0}的了：两条里换一个编码',
  phrases_full: '一套最多{0}条话术：先去掉一些',
  phrase_empty: '没有内容：写上要发的话，或放图片',
  too_many_characters: '有{0}个字，最多{1}个：请写短一些',
  control: '有显示不出来的字：请重新输入',
  blank_in_code: '编码里不能有空格：连着写，像yh1',
  levels: '分组有{0}层，最多{1}层：合并两层',
  name_long: '分组里有个名字超过{0}个字：请写短一些',
  pictures: '最多{0}张图片：少放几张',
  no_variable: '没有{0}这个变量；可以用{1}',
};
