/** Puts values in the place of a phrase's variables, by the rules of the house (R-PHRASE-07). */
import { variables } from '../../text/variables';

export type Variable = keyof typeof variables;
export const VARIABLES = Object.keys(variables) as Variable[];

/** Values of the variables in a talk; what is missing or empty is not known. */
export type Facts = Partial<Record<Variable, string | null>>;

/** A variable without a value, where it stands in the filled text, UTF-16 units. */
export interface Hole {
  variable: Variable;
  from: number;
  to: number;
}

export interface Filled {
  text: string;
  /** With anything here the phrase is not to be sent by one key. */
  missing: Hole[];
}

/** What looks like a variable: a name without blanks or marks in braces of either width. */
const BRACED = /[{｛]([\p{Alphabetic}\p{N}_]+)[}｝]/gu;

function named(name: string): Variable | null {
  const small = name.toLowerCase();
  return VARIABLES.find((v) => v === small || variables[v] === name) ?? null;
}

/** The words with values; a variable without one stands as it was written. */
export function fill(text: string, facts: Facts): Filled {
  const filled: Filled = { text: '', missing: [] };
  let at = 0;
  for (const match of text.matchAll(BRACED)) {
    const variable = named(match[1] ?? '');
    if (!variable) continue;
    filled.text += text.slice(at, match.index);
    at = match.index + match[0].length;
    const value = facts[variable]?.trim();
    if (value) filled.text += value;
    else {
      const from = filled.text.length;
      filled.text += match[0];
      filled.missing.push({ variable, from, to: filled.text.length });
    }
  }
  filled.text += text.slice(at);
  return filled;
}

/** The variables of a text, each once, in their order. */
export function variablesOf(text: string): Variable[] {
  return [...new Set(fill(text, {}).missing.map((h) => h.variable))];
}

/** The first thing in braces that looks like a variable and is none; null = there is none. */
export function unknownIn(text: string): string | null {
  for (const match of text.matchAll(BRACED)) if (!named(match[1] ?? '')) return match[0];
  return null;
}

/** The text with its variables by the names that people read: those of the language of the page. */
export function localised(text: string, isEnglish: boolean): string {
  return text.replace(BRACED, (written, name: string) => {
    const variable = named(name);
    return variable ? `{${isEnglish ? variable : variables[variable]}}` : written;
  });
}
