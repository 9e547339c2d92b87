/** A phrase that somebody begins elsewhere: the page of phrases opens its panel with it, once. */
import { ref } from 'vue';

export const phraseDraft = ref<{ title: string; text: string } | null>(null);
