/** From key presses to commands. */
import { hasInjectionContext, inject, onScopeDispose, type InjectionKey } from 'vue';
import { commands, type Command, type CommandId, type Where } from './table';

/** The part of a key event that is looked at. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing' | 'keyCode' | 'code'
>;

export const isMac = /mac|iphone|ipad/i.test(navigator.platform);

/** An input method is at work: every key is its own. */
export function composing(e: Pick<KeyPress, 'isComposing' | 'keyCode'>): boolean {
  return e.isComposing || e.keyCode === 229;
}

const BRACKETS: Record<string, string> = { BracketLeft: '[', BracketRight: ']' };

/** A key of the table as it is pressed: `mod+Enter`, `Shift+Enter`, `F2`, `J`, `?`. */
export function spell(e: KeyPress, mac = isMac): string {
  const parts: string[] = [];
  const mod = mac ? e.metaKey : e.ctrlKey;
  if (mod) parts.push('mod');
  if (e.altKey) parts.push('Alt');
  // A letter with Alt may come as another sign (Option on a Mac); its place on the keyboard tells.
  const place = e.altKey ? (/^(?:Key|Digit)([A-Z0-9])$/.exec(e.code)?.[1] ?? BRACKETS[e.code]) : undefined;
  const letter = place ?? (e.key === ' ' ? 'Space' : e.key);
  const name = letter.length === 1 ? letter.toUpperCase() : letter;
  if (e.shiftKey && name.length > 1) parts.push('Shift');
  return [...parts, name].join('+');
}

/** The command of a key press, or null. */
export function commandOf(e: KeyPress, where: 'outside' | 'inside', mac = isMac): CommandId | null {
  if (composing(e)) return null;
  const keys = spell(e, mac);
  const counts = (when: Where): boolean => when === 'anywhere' || (when === 'outside' && where === 'outside');
  return commands.find((c: Command) => counts(c.when) && c.keys.includes(keys))?.id ?? null;
}

/** Signs to show: `⌘` on a Mac, words elsewhere. */
export function shown(key: string, mac = isMac): string[] {
  const signs: Record<string, string> = mac ? { mod: '⌘', Alt: '⌥', Shift: '⇧', Enter: '↩' } : { mod: 'Ctrl' };
  const same: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc' };
  return key.split('+').map((part) => signs[part] ?? same[part] ?? part);
}

/** The first key of a command, for the hint beside its act. */
export function keyOf(id: CommandId): string {
  const key = commands.find((c) => c.id === id)?.keys[0] ?? '';
  return shown(key).join(isMac ? '' : '+');
}

/** Whether typing goes into an element. */
export function isBox(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement)
    return true;
  return (
    target instanceof HTMLInputElement &&
    !['button', 'checkbox', 'radio', 'submit', 'file', 'range'].includes(target.type)
  );
}

/** A dialog that is on its way out still stands in the page, but it is over. */
const LEAVING = '[class*="-leave-active"], [class*="-leave-to"]';

/** Whether a dialog is open that keeps the page behind it out of reach. */
export function modal(): boolean {
  return [...document.querySelectorAll('[aria-modal="true"]')].some((d) => !d.closest(LEAVING));
}

type Handler = () => boolean | void;
/** Whether the keys are meant for this part of the page, where there are two of a kind side by side. */
type Here = () => boolean;
/** What stands in a part of the page answers commands only while the keys are meant for it. */
export const HERE: InjectionKey<Here> = Symbol('here');
interface Answering {
  run: Handler;
  here: Here | null;
}
const handlers = new Map<CommandId, Answering[]>();
/** Who answers now: of those for whom the keys are meant, the latest. */
function answering(id: CommandId): Handler | undefined {
  return handlers.get(id)?.findLast((h) => h.here?.() ?? true)?.run;
}
let listening = false;

/** Closes what stands open; false when nothing does. */
type Closer = () => boolean | void;
const closers: Closer[] = [];

function onKey(e: KeyboardEvent): void {
  if (e.defaultPrevented) return;
  if (e.key === 'Escape' && !composing(e) && !modal()) {
    if ([...closers].reverse().some((close) => close() !== false)) e.preventDefault();
    return;
  }
  const id = commandOf(e, isBox(e.target) ? 'inside' : 'outside');
  if (!id) return;
  // Enter and arrows belong to the button or menu that has the focus.
  const active = e.target instanceof HTMLElement ? e.target : null;
  if (e.key === 'Enter' && active?.closest('button, a, [role="menu"]')) return;
  if (e.key === ' ' && active?.closest('button, input, summary, [role="menu"]')) return;
  const within = active?.closest('[role="dialog"], .n-popover, .n-base-select-menu');
  if (within && !within.closest(LEAVING) && !['keys', 'next'].includes(id)) return;
  // While a dialog is open the page behind it is out of reach, wherever the focus is.
  if (modal() && id !== 'keys') return;
  const handler = answering(id);
  if (!handler) return;
  if (handler() === false) return;
  e.preventDefault();
}

/** Whether somebody on the page answers a command now: the palette offers no others. */
export function answered(id: CommandId): boolean {
  return answering(id) !== undefined;
}

/** Runs a command as its key would; false when nobody answers or there is nothing to do. */
export function run(id: CommandId): boolean {
  const handler = answering(id);
  return handler !== undefined && handler() !== false;
}

function listen(): void {
  if (listening) return;
  addEventListener('keydown', onKey);
  listening = true;
}

/**
 * Closes something with Esc while the component lives, wherever the focus is: a button that was pressed and is gone
 * leaves it nowhere. What was opened last is asked first.
 */
export function useEscape(close: Closer): void {
  listen();
  closers.push(close);
  onScopeDispose(() => void closers.splice(closers.indexOf(close), 1));
}

function surroundings(): Here | null {
  return hasInjectionContext() ? inject(HERE, null) : null;
}

/**
 * Answers a command while the component lives. A handler that gives false leaves the key to the browser. `here`: whether the keys are
 * meant for it; what its surroundings say unless told ({@link HERE}).
 */
export function useCommand(id: CommandId, handler: Handler, here: Here | null = surroundings()): void {
  listen();
  const list = handlers.get(id) ?? [];
  const one: Answering = { run: handler, here };
  list.push(one);
  handlers.set(id, list);
  onScopeDispose(() =>
    handlers.set(
      id,
      (handlers.get(id) ?? []).filter((h) => h !== one),
    ),
  );
}
