import { createPinia } from 'pinia';
import { createApp } from 'vue';
import '@yingke/ui/tokens.css';
import '@yingke/ui/base.css';
import App from './layout/App.vue';
import { guardDrops } from './layout/drops';
import { createDeskRouter } from './router';

const pinia = createPinia();
const app = createApp(App);
app.use(pinia);
app.use(createDeskRouter());
app.mount('#app');
guardDrops();
