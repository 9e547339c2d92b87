import { describe, expect, it } from 'vitest';
import { effectScope } from 'vue';
import { answered, commandOf, run, shown, spell, useCommand, type KeyPress } from '../src/commands/keys';
import { commands } from '../src/commands/table';
import { composition } from '../src/features/conversation/composition';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    code: '',
    keyCode: 0,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    ...more,
  };
}

describe('spell', () => {
  it.each<[KeyPress, string]>([
    [press('F2'), 'F2'],
    [press('j'), 'J'],
    [press('?', { shiftKey: true }), '?'],
    [press('Enter', { shiftKey: true }), 'Shift+Enter'],
    [press('Enter', { ctrlKey: true }), 'mod+Enter'],
    [press('t', { altKey: true, code: 'KeyT' }), 'Alt+T'],
    [press('\u2018', { altKey: true, code: 'BracketRight' }), 'Alt+]'],
    [press('\u2020', { altKey: true, code: 'KeyT' }), 'Alt+T'],
  ])('%o is %s', (e, name) => expect(spell(e, false)).toBe(name));
  it('takes the command key on a Mac', () => {
    expect(spell(press('i', { metaKey: true }), true)).toBe('mod+I');
    expect(spell(press('i', { ctrlKey: true }), true)).toBe('I');
  });
});

describe('commandOf', () => {
  it.each<[string, KeyPress, 'outside' | 'inside', string | null]>([
    ['F2 anywhere', press('F2'), 'inside', 'next'],
    ['a single key outside', press('e'), 'outside', 'close'],
    ['a single key in a box is a letter', press('e'), 'inside', null],
    ['Alt in a box', press('t', { altKey: true, code: 'KeyT' }), 'inside', 'transfer'],
    ['Enter in a box is the composer’s', press('Enter'), 'inside', null],
    ['with Ctrl a letter is another key', press('e', { ctrlKey: true }), 'outside', null],
    ['while composing', press('F2', { isComposing: true }), 'inside', null],
    ['while composing, by its code', press('Process', { keyCode: 229 }), 'outside', null],
    ['nothing', press('q'), 'outside', null],
  ])('%s', (_name, e, where, id) => expect(commandOf(e, where, false)).toBe(id));
});

describe('the table', () => {
  it('gives no key to two commands in one place', () => {
    for (const where of ['composer', 'outside'] as const) {
      const keys = commands.filter((c) => c.when === 'anywhere' || c.when === where).flatMap((c) => c.keys);
      expect(new Set(keys).size, where).toBe(keys.length);
    }
  });
  it('shows the signs of the machine', () => {
    expect(shown('mod+Enter', false)).toEqual(['Ctrl', 'Enter']);
    expect(shown('mod+Enter', true)).toEqual(['\u2318', '\u21a9']);
  });
});

describe('an Enter while composing', () => {
  const enter = { isComposing: false, keyCode: 13 };
  it('is the input method’s: flagged, coded, or between start and end', () => {
    const ime = composition();
    expect(ime.owns({ isComposing: true, keyCode: 13 }, 0)).toBe(true);
    expect(ime.owns({ isComposing: false, keyCode: 229 }, 0)).toBe(true);
    expect(ime.owns(enter, 0)).toBe(false);
    ime.start();
    expect(ime.owns(enter, 1_000)).toBe(true);
  });
  it('is the input method’s when it comes right after the end, as in Safari', () => {
    const ime = composition();
    ime.start();
    ime.end(1_000);
    expect(ime.owns(enter, 1_003)).toBe(true);
    expect(ime.owns(enter, 1_200)).toBe(false);
  });
});

describe('two of a kind side by side', () => {
  it('the one for which the keys are meant answers, and nobody else in its place', () => {
    let on: 'left' | 'right' | 'none' = 'left';
    const said: string[] = [];
    const scope = effectScope();
    scope.run(() => {
      useCommand(
        'hold',
        () => void said.push('left'),
        () => on === 'left',
      );
      useCommand(
        'hold',
        () => void said.push('right'),
        () => on === 'right',
      );
    });
    expect(run('hold')).toBe(true);
    on = 'right';
    expect(run('hold')).toBe(true);
    on = 'none';
    expect(answered('hold')).toBe(false);
    expect(run('hold')).toBe(false);
    expect(said).toEqual(['left', 'right']);
    scope.stop();
    on = 'left';
    expect(run('hold')).toBe(false);
  });
});
