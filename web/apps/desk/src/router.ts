/** The pages, each its own chunk; who may see them is asked of the server once. */
import { createRouter, createWebHistory, type Router } from 'vue-router';
import { useSession, type Right } from './features/access';
import { sectionsFor } from './features/settings';

declare module 'vue-router' {
  interface RouteMeta {
    /** Works without a session. */
    open?: boolean;
    /** Where one comes in, or nowhere at all: nobody is led back to it after signing in. */
    door?: boolean;
    /** Stands without the frame of the desk. */
    alone?: boolean;
    /** Right that the page needs; without it the page says who can open it. */
    right?: string;
  }
}

export function createDeskRouter(): Router {
  const router = createRouter({
    history: createWebHistory('/'),
    routes: [
      {
        path: '/',
        name: 'sign-in',
        component: () => import('./features/access/SignInPage.vue'),
        meta: { open: true, door: true },
      },
      {
        path: '/in',
        name: 'link',
        component: () => import('./features/access/LinkPage.vue'),
        meta: { open: true, door: true },
      },
      {
        path: '/scan',
        name: 'scan',
        component: () => import('./features/access/ScanPage.vue'),
        meta: { alone: true },
      },
      { path: '/desk', name: 'desk', component: () => import('./features/conversation/DeskPage.vue') },
      {
        path: '/orders/:order?',
        name: 'orders',
        component: () => import('./features/order/OrdersPage.vue'),
        meta: { right: 'receive' },
      },
      {
        path: '/goods',
        name: 'goods',
        component: () => import('./features/goods/GoodsPage.vue'),
        meta: { right: 'receive' },
      },
      { path: '/phrases', name: 'phrases', component: () => import('./features/phrase/PhrasesPage.vue') },
      // Beside any other chat program: without the frame, and without a network.
      { path: '/dock', name: 'dock', component: () => import('./features/phrase/DockPage.vue'), meta: { open: true } },
      {
        path: '/report',
        name: 'report',
        component: () => import('./features/metric/ReportPage.vue'),
      },
      {
        path: '/bargain',
        name: 'bargain',
        component: () => import('./features/bargain/BargainPage.vue'),
        meta: { right: 'see_figures' },
      },
      {
        path: '/wall',
        name: 'wall',
        component: () => import('./features/wall/WallPage.vue'),
        meta: { right: 'take_over' },
      },
      {
        path: '/worklog',
        name: 'worklog',
        component: () => import('./features/worklog/WorklogPage.vue'),
        meta: { right: 'receive' },
      },
      {
        path: '/duty',
        name: 'duty',
        component: () => import('./features/duty/DutyPage.vue'),
        meta: { right: 'receive' },
      },
      {
        path: '/calls',
        name: 'calls',
        component: () => import('./features/call/CallsPage.vue'),
        meta: { right: 'receive' },
      },
      {
        path: '/abuse',
        name: 'abuse',
        component: () => import('./features/abuse/AbusePage.vue'),
        meta: { right: 'approve' },
      },
      {
        path: '/incident',
        name: 'incident',
        component: () => import('./features/incident/IncidentPage.vue'),
        meta: { right: 'receive' },
      },
      {
        path: '/notices',
        name: 'notices',
        component: () => import('./features/notice/NoticesPage.vue'),
        meta: { right: 'receive' },
      },
      {
        path: '/people',
        name: 'people',
        component: () => import('./features/access/PeoplePage.vue'),
        meta: { right: 'see_people' },
      },
      {
        path: '/settings',
        component: () => import('./features/settings/SettingsPage.vue'),
        children: [
          { path: '', name: 'settings', redirect: () => ({ name: `settings-${firstSection()}` }) },
          { path: 'shop', name: 'settings-shop', component: () => import('./features/shop/ShopSection.vue') },
          {
            path: 'channels',
            name: 'settings-channels',
            component: () => import('./features/shop/ChannelsSection.vue'),
          },
          { path: 'lines', name: 'settings-lines', component: () => import('./features/shop/LinesSection.vue') },
          { path: 'hours', name: 'settings-hours', component: () => import('./features/shop/HoursSection.vue') },
          { path: 'texts', name: 'settings-texts', component: () => import('./features/shop/TextsSection.vue') },
          { path: 'words', name: 'settings-words', component: () => import('./features/guard/WordsSection.vue') },
          { path: 'policy', name: 'settings-policy', component: () => import('./features/policy/PolicySection.vue') },
        ],
      },
      { path: '/account', name: 'account', component: () => import('./features/access/AccountPage.vue') },
      {
        path: '/:rest(.*)*',
        name: 'not-found',
        component: () => import('./layout/NotFoundPage.vue'),
        meta: { open: true, door: true },
      },
    ],
  });
  router.beforeEach(async (to) => {
    const session = useSession();
    if (to.name === 'link' || to.name === 'not-found' || to.name === 'dock') return true;
    const me = await session.load().catch(() => undefined);
    // No answer at all: the page frame says so and offers another try.
    if (me === undefined)
      return to.name === 'sign-in' ? true : { name: 'sign-in', query: { to: to.fullPath, why: 'unreachable' } };
    if (to.meta.open) return me && to.name === 'sign-in' ? after(router, to.query.to) : true;
    return me ? true : { name: 'sign-in', query: { to: to.fullPath } };
  });
  // A page's chunk that is gone means that the server is newer than this window: load the window anew, once.
  router.onError((error: unknown, to) => {
    const text = error instanceof Error ? error.message : '';
    if (!/dynamically imported module|module script failed|preload CSS/i.test(text)) return;
    if (sessionStorage.getItem('yingke.anew') === to.fullPath) return;
    sessionStorage.setItem('yingke.anew', to.fullPath);
    location.assign(to.fullPath);
  });
  router.afterEach(() => sessionStorage.removeItem('yingke.anew'));
  return router;
}

/** The first page of the settings that this person may open. */
function firstSection(): string {
  const session = useSession();
  return sectionsFor((right) => session.may(right as Right))[0]?.name ?? 'shop';
}

/** Where to go after signing in: only a page of ours that is no door, never another site. */
export function after(router: Router, to: unknown): string {
  if (typeof to !== 'string' || !/^\/(?![/\\])/.test(to)) return '/desk';
  return router.resolve(to).meta.door ? '/desk' : to;
}
