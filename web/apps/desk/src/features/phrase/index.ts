/** What the rest of the desk may use of phrases. The page and the side window are loaded by the router. */
export { default as PhraseBar } from './PhraseBar.vue';
export { phraseDraft } from './draft';
export { fill, localised } from './fill';
export { usePhrases } from './store';
