/**
 * Why a line of a table was not taken: the very sentences of the server, `{}` for what it fills in. The Chinese ones stand beside them.
 */
export const refusedEn = {
  cells:
    'the row has {} cells where the header has {}: a cell that holds a delimiter or a line break must stand in quotes',
  runs_on: 'the row runs on to line {} and has {} cells where the header has {}: a closing quote is missing',
  open_quote: 'a quoted cell of this line never ends: add the closing quote, or double a quote that is text',
  long_line: 'the line is longer than 1 MiB: a line break or a quote is missing, export the file again',
  unreadable: 'holds characters that could not be read: save the file as UTF-8 and import that',
  nul: 'holds a NUL character: export the file again',
  no_level: 'is no level: write 1 ({}), 2 ({}) or 3 ({})',
  no_stage: 'is no stage: leave it empty or write {}',
  no_severity: 'is no way to treat a word: write {}',
  word_empty: 'the word is empty; write at least one letter or character',
  word_long: 'the word is longer than {} characters; keep to the part that must not be said',
  too_long: 'is longer than {} characters; make it shorter',
  twice: 'stands in line {} already: delete one of the two',
  words_full: 'a shop has at most {} words: take some out first',
  code_taken: 'is the code of {}: give one of the two another code',
  phrases_full: 'a set has at most {} phrases: take some out first',
  phrase_empty: 'a phrase needs words or a picture: write what is to be sent',
  too_many_characters: 'has {} characters, at most {} are kept: make it shorter',
  control: 'holds a character that cannot be shown: type it anew',
  blank_in_code: 'a code has no blanks in it: write it in one, like yh1',
  levels: 'has {} levels, at most {} are kept: join two of them',
  name_long: 'a name in it is longer than {} characters: make it shorter',
  pictures: 'at most {} pictures: leave some out',
  no_variable: '{} is no variable; there are {}',
};

export type Refused = Record<keyof typeof refusedEn, string>;
