/** Values of tokens.css for what cannot read a CSS variable: the component library and the contrast test. */
import css from './tokens.css?raw';

export type Theme = 'light' | 'dark';

function block(opening: RegExp): Record<string, string> {
  const from = css.search(opening);
  const body = css.slice(css.indexOf('{', from) + 1, css.indexOf('}', from));
  return Object.fromEntries([...body.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1]!, m[2]!.trim()]));
}

const themes: Record<Theme, Record<string, string>> = {
  light: block(/:root,\s*\[data-theme=["']light["']\]/),
  dark: block(/\[data-theme=["']dark["']\]/),
};

/** The value of a colour token in a theme. */
export function token(theme: Theme, name: string): string {
  const value = themes[theme][name];
  if (value === undefined) throw new Error(`no token --${name} in theme ${theme}`);
  return value;
}
