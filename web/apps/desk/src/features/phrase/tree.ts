/** Groups of phrases as a tree: paths whose parts are joined by `/`. */

export interface Branch {
  path: string;
  name: string;
  /** 0 = outermost. */
  depth: number;
  /** Phrases in it and below. */
  count: number;
}

/** The tree in the order in which groups come first, parents before what lies below them. */
export function branches(groups: readonly string[]): Branch[] {
  interface Node {
    count: number;
    below: Map<string, Node>;
  }
  const root: Node = { count: 0, below: new Map() };
  for (const group of groups) {
    if (group === '') continue;
    let at = root;
    for (const name of group.split('/')) {
      let next = at.below.get(name);
      if (!next) at.below.set(name, (next = { count: 0, below: new Map() }));
      next.count += 1;
      at = next;
    }
  }
  const out: Branch[] = [];
  const walk = (node: Node, path: string, depth: number): void => {
    for (const [name, below] of node.below) {
      const full = path ? `${path}/${name}` : name;
      out.push({ path: full, name, depth, count: below.count });
      walk(below, full, depth + 1);
    }
  };
  walk(root, '', 0);
  return out;
}

/** Whether a group is this one or lies below it. */
export function within(group: string, path: string): boolean {
  return group === path || group.startsWith(`${path}/`);
}

/**
 * Where a phrase goes that steps over its neighbour in the list that is shown: before which one, null = to the end; undefined = it
 * stands at the edge already.
 */
export function stepBefore(shown: readonly string[], id: string, step: 1 | -1): string | null | undefined {
  const at = shown.indexOf(id);
  const to = at + step;
  if (at < 0 || to < 0 || to >= shown.length) return undefined;
  return step < 0 ? shown[to]! : (shown[to + 1] ?? null);
}
