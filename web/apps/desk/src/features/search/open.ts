/** Whether the palette is open: the button in the bar, the key and the palette share it. */
import { ref } from 'vue';

export const paletteOpen = ref(false);
