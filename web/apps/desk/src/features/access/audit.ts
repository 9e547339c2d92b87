/** A line of the audit trail in words. Pure. */
import type { Schemas } from '@yingke/api';
import type { AccessText } from '../../text/access.zh-CN';

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

/** Details of a change as the server writes them: `Ann agent active=true`. */
const CHANGE = /^(.*) (owner|supervisor|agent) active=(true|false)$/;

export function lineOf(line: AuditLine, names: ReadonlyMap<string, string>, t: AccessText): SaidLine {
  const name = names.get(line.subject);
  const change = line.act === 'person.change' ? CHANGE.exec(line.detail) : null;
  const role = change?.[2] as keyof AccessText['people']['roles'] | undefined;
  return {
    act: t.audit.acts[line.act] ?? line.act,
    subject: name ?? line.subject,
    isRaw: name === undefined,
    thread: line.act.startsWith('conversation.') ? line.subject : null,
    detail:
      change && role
        ? [change[1], t.people.roles[role], change[3] === 'true' ? t.audit.active : t.audit.inactive].join(' · ')
        : // The name of who was invited stands beside it already.
          line.detail === name
          ? ''
          : line.detail,
  };
}
