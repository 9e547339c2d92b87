/** A line of the audit trail in words. Pure. */
import type { Schemas } from '@yingke/api';
import type { AccessText } from '../../text/access.zh-CN';
import { told, worded } from './detail';

export type AuditLine = Schemas['AuditLine'];

/** What a line says. An act or subject that is not known stands as it is: the trail leaves nothing out. */
export interface SaidLine {
  act: string;
  subject: string;
  /** The subject is an id that nobody has a name for. */
  isRaw: boolean;
  /** The conversation to open, where the act was about one. */
  thread: string | null;
  detail: string;
}

/** Details of a change as an older house wrote them: `Ann agent active=true`. */
const CHANGE = /^(.*) (owner|supervisor|agent) active=(true|false)$/;

/** The object that a detail is, if it is one. */
function objectOf(detail: string): Record<string, unknown> | null {
  if (!detail.startsWith('{')) return null;
  try {
    return JSON.parse(detail) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** Of a conversation that changed hands: from whom, to whom or where, and the note. */
function passed(detail: Record<string, unknown>, names: ReadonlyMap<string, string>, t: AccessText): string {
  const nameOf = (id: unknown): string => names.get(String(id)) ?? String(id);
  const { from, to, line, queue, note } = detail;
  return [
    from && from !== to ? t.audit.from(nameOf(from)) : '',
    to ? t.audit.to(nameOf(to)) : line ? t.audit.toLine(String(line)) : queue ? t.audit.toQueue : '',
    typeof note === 'string' ? note : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Of a person: each field that changed, before and after; of somebody new only what they have. */
function changed(detail: Record<string, unknown>, t: AccessText): string {
  const word = (field: string, value: unknown): string =>
    value === null || value === undefined
      ? t.audit.none
      : field === 'role'
        ? t.people.roles[value as keyof AccessText['people']['roles']]
        : field === 'grade'
          ? t.people.grades[value as keyof AccessText['people']['grades']]
          : String(value);
  return Object.entries(detail)
    .map(([field, pair]) => {
      const name = (t.audit.fields as Record<string, string>)[field] ?? field;
      if (!Array.isArray(pair) || pair.length < 2) return name;
      const [was, is] = pair as [unknown, unknown];
      return was === null ? `${name} ${word(field, is)}` : `${name} ${word(field, was)} → ${word(field, is)}`;
    })
    .join(' · ');
}

/** Details that are words of the machine, said in the reader's language. */
function said(line: AuditLine, t: AccessText): string {
  const { words } = t.audit;
  if (line.act === 'conversation.reopen' || line.act === 'buyer.reveal' || line.act === 'buyer.change')
    return line.detail
      .split(' ')
      .map((word) => words[word] ?? word)
      .join(' · ');
  const shown = line.act === 'order.reveal' ? /^(.*) (phone|address|receiver)$/.exec(line.detail) : null;
  if (shown) return [shown[1] === line.subject_name ? '' : shown[1], words[shown[2]!]].filter(Boolean).join(' · ');
  const member = line.act === 'shop.member' ? /^(.*) (joins|leaves)$/.exec(line.detail) : null;
  if (member) return `${member[1]} · ${words[member[2]!]}`;
  return worded(line.act, line.detail, t.audit.details) ?? line.detail;
}

export function lineOf(line: AuditLine, names: ReadonlyMap<string, string>, t: AccessText): SaidLine {
  const name = names.get(line.subject) ?? line.subject_name ?? undefined;
  const change = line.act === 'person.change' ? CHANGE.exec(line.detail) : null;
  const role = change?.[2] as keyof AccessText['people']['roles'] | undefined;
  const object = objectOf(line.detail);
  const isPassed = ['conversation.transfer', 'conversation.take', 'conversation.pass_on'].includes(line.act);
  const isChanged = line.act === 'person.change' || line.act === 'person.invite';
  let detail = said(line, t);
  if (object && isPassed) detail = passed(object, names, t);
  else if (object && isChanged) {
    // The name of who was invited stands beside it already.
    const { name: own, ...rest } = object;
    detail = changed(line.act === 'person.invite' || own === undefined ? rest : object, t);
  } else if (object) detail = told(object, names, t.audit.details);
  else if (change && role)
    detail = [change[1], t.people.roles[role], change[3] === 'true' ? t.audit.active : t.audit.inactive].join(' · ');
  else if (detail === name) detail = '';
  return {
    act: t.audit.acts[line.act] ?? line.act,
    subject: name ?? line.subject,
    isRaw: name === undefined,
    thread: line.act.startsWith('conversation.') ? line.subject : null,
    detail,
  };
}
