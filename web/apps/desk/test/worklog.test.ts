import { describe, expect, it } from 'vitest';
import type { Entry as TalkEntry } from '@yingke/api';
import { fresh, openWords, phraseOf, tagsOf } from '../src/features/worklog/entries';

const said = (seq: number, from: string, text: string, more = {}): TalkEntry =>
  ({ seq, from, kind: 'text', text, ...more }) as TalkEntry;

describe('what a talk brings into an entry', () => {
  const talk = [
    said(2, 'buyer', '在吗'),
    said(3, 'agent', '在的'),
    said(4, 'buyer', '少了一条流苏'),
    said(5, 'buyer', '怎么办'),
    said(6, 'buyer', '', { kind: 'image' }),
  ];
  it('is what stands open', () => {
    expect(openWords(talk, 4)).toEqual({ seq: 4, text: '少了一条流苏 怎么办' });
  });
  it('is the last word of the buyer when nothing is owed', () => {
    expect(openWords(talk, null)).toEqual({ seq: 5, text: '怎么办' });
    expect(openWords([said(3, 'agent', '在的')], null)).toEqual({ seq: 0, text: '' });
  });
  it('is no longer than an entry should begin with', () => {
    expect(openWords([said(2, 'buyer', '长'.repeat(900))], 2).text).toHaveLength(201);
  });
});

it('tags are cut at blanks and commas of either width, each once', () => {
  expect(tagsOf(' 漏发, 仓库，漏发　快递；退款 ')).toEqual(['漏发', '仓库', '快递', '退款']);
  expect(tagsOf('')).toEqual([]);
});

it('a phrase takes the problem as its name and the solution as its words', () => {
  expect(phraseOf({ problem: '尺码怎么选', solution: '按平时的拍' })).toEqual({
    title: '尺码怎么选',
    text: '按平时的拍',
  });
  expect(fresh('x').state).toBe('open');
});
