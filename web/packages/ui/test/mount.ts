import { createApp, type Component } from 'vue';

/** Puts a component on a page of its own and gives the element around it. */
export function mount(component: Component, props: Record<string, unknown>): HTMLElement {
  const host = document.createElement('div');
  document.body.append(host);
  createApp(component, props).mount(host);
  return host;
}
